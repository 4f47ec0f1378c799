"""From an empty management account to the running organization, resumable at any moment."""
