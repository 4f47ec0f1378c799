"""From files to an organization: read, merge, follow references, judge; every error at once."""
