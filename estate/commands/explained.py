"""How `estate explain` reads condition keys, and tells requests and reasons."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from constructs_lib.policies.evaluator import Reason, Request


def context_of(pairs: list[str]) -> dict[str, str | list[str]]:
    """Read ``key=value``; a key that comes again has several values."""
    found: dict[str, str | list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--context is {pair!r}; expected KEY=VALUE, such as aws:PrincipalTag/team=payments.")
        before = found.get(key)
        found[key] = value if before is None else [*([before] if isinstance(before, str) else before), value]
    return found


def request_data(request: "Request") -> dict[str, Any]:
    """The request for machines."""
    return {
        "principal": request.principal.arn,
        "action": request.action,
        "resource": request.resource,
        "resource_account": request.owner,
        "region": request.region,
        "context": dict(request.keys),
    }


def reason_data(reason: "Reason", request: "Request") -> dict[str, Any]:
    """The reason for machines."""
    from estate.controls.words import differences

    return {
        "layer": reason.layer,
        "node": reason.node,
        "policy": reason.policy,
        "statement": reason.sid or reason.index,
        "would_have_to_differ": list(differences(reason.statement, request)) if reason.statement else [],
    }


def print_reason(reason: "Reason", words: str, request: "Request", console: "Console", *, first: bool) -> None:
    """Print one reason of several, and what would have to differ.

    Args:
        reason: The reason.
        words: The same in words.
        request: What was decided.
        console: Where to.
        first: Whether it is the first, which decided.
    """
    from rich.padding import Padding
    from rich.text import Text

    from constructs_lib.policies.evaluator import Layer
    from estate.controls.words import differences

    console.print(Text.assemble(("  because  " if first else "  and      ", "dim"), (words, "magenta")), soft_wrap=True)
    if reason.statement is None:
        return
    found = list(differences(reason.statement, request))
    if reason.layer in (Layer.SCP, Layer.RCP):
        found.append(f"policies/{reason.policy}.yaml, or where it is attached ({reason.node})")
    if found:
        console.print(Text("  one of these would have to differ", "dim"))
    for difference in found:
        console.print(Padding(Text(f"• {difference}"), (0, 0, 0, 4), expand=False))
