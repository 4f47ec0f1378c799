"""What stands in files: YAML and JSON with the lines they come from, variables put in, policies read."""
