"""Who can do what in the whole organization: the identities of the synthesized stacks under its guardrails."""
