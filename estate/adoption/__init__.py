"""Taking over an organization that exists: what it is like, and the configuration that says so."""
