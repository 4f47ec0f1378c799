"""What outlives a capability that is switched off: Terraform forgets it, and destroys nothing of it."""

from typing import Any

from config.capabilities.capability import AccountInput
from config.registry import parts
from config.watching import unwatched


def let_go(synthesized: dict[str, Any], inputs: AccountInput) -> dict[str, Any]:
    """Tell Terraform what it is to forget, rather than to destroy, of what the configuration does not have any more.

    Without a lock nothing is deployed, so there is nothing to forget. Of what a stack never had, Terraform forgets nothing.

    Args:
        synthesized: A stack's Terraform JSON; it is changed.
        inputs: What the stack is made from.

    Returns:
        The same JSON.

    Source: https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
    """
    if forgotten := addresses(inputs):
        synthesized["removed"] = synthesized.get("removed", []) + [
            {"from": address, "lifecycle": {"destroy": False}} for address in forgotten
        ]
    return synthesized


def addresses(inputs: AccountInput) -> list[str]:
    """The addresses of what Terraform is to forget.

    Args:
        inputs: What the stack is made from.
    """
    if inputs.organization.organization_id is None or inputs.workload:
        return []
    whole = unwatched(inputs)  # what is let go is part of a kept stack's key
    own = [part for part in parts() if part.let_go and part.applies(whole)]
    return sorted(address for part in own if part.let_go for address in part.let_go(whole))
