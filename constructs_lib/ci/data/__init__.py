"""What Terraform's resource types need, as dated data."""
