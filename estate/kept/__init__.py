"""Plans that are kept for an approval, and applied as they were approved."""
