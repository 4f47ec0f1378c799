"""Where Terraform keeps its state: bucket, key, locks, and the roles that reach them."""
