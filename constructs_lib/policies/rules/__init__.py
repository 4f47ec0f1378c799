"""The rules by which `constructs_lib.policies` judges statements, and what policies without statements set."""
