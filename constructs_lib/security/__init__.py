"""Security services for a whole organization, run from its security account."""
