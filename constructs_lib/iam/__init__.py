"""Roles that reach across accounts, and the providers that use them."""
