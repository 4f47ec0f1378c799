"""Terraform, run on synthesized stacks: its providers, states and locks, plans, deploys, and what its failures mean."""
