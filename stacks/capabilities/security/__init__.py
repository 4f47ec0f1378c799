"""The organization's security services, in the accounts that administer them."""
