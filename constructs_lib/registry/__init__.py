"""What one account builds and others run."""
