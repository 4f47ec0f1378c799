"""Writes the CI system's pipeline for an organization, and does what its jobs need."""
