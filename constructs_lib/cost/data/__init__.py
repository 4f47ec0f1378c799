"""Columns of the tables that costs are exported from, as dated data."""
