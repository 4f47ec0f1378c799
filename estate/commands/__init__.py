"""One module a command; each calls the rooms that do the work."""
