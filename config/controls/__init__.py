"""What the organization's guardrails do to a call: the chains of policies above an account, and who is kept from what."""

from config.controls.chains import Chains

__all__ = ["Chains"]
