"""Backup vaults, the role that makes backups, and reports about them."""
