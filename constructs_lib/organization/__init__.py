"""The organization itself: its units, accounts and policies."""
