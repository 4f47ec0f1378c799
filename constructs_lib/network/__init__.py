"""Networks that one account owns and others use."""
