"""`estate explain` about an identity that the stacks make: every layer is asked."""

import json
from typing import TYPE_CHECKING, Any

import typer

from constructs_lib.policies.evaluator import Layer
from estate.commands.access import opened_questions, print_way, way_data
from estate.commands.explained import context_of, print_reason, reason_data, request_data

if TYPE_CHECKING:
    from rich.console import Console

    from estate.access.explaining import Decided, Explained

_EVERYTHING = "FullAWSAccess"
_WORDS = {"yes": ("allowed", "bold green"), "depends": ("depends", "bold yellow"), "no": ("denied", "bold red")}


def explain_one(
    principal: str,
    account: str,
    action: str,
    *,
    region: str | None,
    resource: str | None,
    resource_account: str | None,
    pairs: list[str],
    as_json: bool,
) -> None:
    """Say whether somebody can make a call, as whom, and which layer decides.

    Args:
        principal: As `estate access` names identities.
        account: Slug or id.
        action: ``service:Action``.
        region: The region that is called.
        resource: An ARN.
        resource_account: Slug or id of the account that owns it.
        pairs: Condition keys, ``KEY=VALUE``.
        as_json: Whether machines read it.
    """
    from rich.console import Console

    from estate.access.explaining import explain_identity
    from estate.console import fail
    from estate.opening import account_named

    questions = opened_questions()
    try:
        found = explain_identity(
            questions,
            principal,
            account_named(questions.organization, account),
            action,
            region=region,
            resource=resource,
            resource_account=resource_account,
            context=context_of(pairs),
        )
    except ValueError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps(_data(found, principal, action), indent=2))
    else:
        _print(found, principal, action, Console(highlight=False))


def _data(found: "Explained", principal: str, action: str) -> dict[str, Any]:
    return {
        "principal": principal,
        "account": found.account.slug,
        "action": action,
        "verdict": str(found.verdict),
        "decisions": [
            {
                "as": each.who.name,
                "way": way_data(each.way),
                "request": request_data(each.request),
                "verdict": str(each.answer.verdict),
                "needs": list(each.answer.needs),
                "decided_by": [
                    {**reason_data(reason, each.request), "layer": each.layer(reason)}
                    for reason in each.answer.decision.reasons
                ],
            }
            for each in found.decided
        ],
    }


def _print(found: "Explained", principal: str, action: str, console: "Console") -> None:
    from rich.text import Text

    head = Text.assemble(_WORDS[found.verdict], "  ", (action, "bold"), f" in {found.account.selector} by {principal}")
    console.print(head, soft_wrap=True)
    for each in found.decided:
        _print_decided(each, console)
    if not found.decided:
        console.print(f"  because  nobody whom {principal} becomes acts in {found.account.selector}", soft_wrap=True)


def _print_decided(decided: "Decided", console: "Console") -> None:
    from rich.text import Text

    request, answer = decided.request, decided.answer
    console.print(Text.assemble(("  as       ", "dim"), decided.who.name, "  ", _WORDS[answer.verdict]), soft_wrap=True)
    if decided.way:
        print_way(decided.way, console, "           ")
    on = f"{request.resource} of {request.owner}, in {request.region}"
    console.print(Text.assemble(("  on       ", "dim"), on), soft_wrap=True)
    for need in answer.needs:
        console.print(Text.assemble(("  if       ", "dim"), need), soft_wrap=True)
    for reason in answer.decision.reasons:
        if answer.possible and reason.policy == _EVERYTHING and reason.layer is Layer.SCP:
            continue  # AWS attaches it everywhere, and it says nothing
        if answer.possible:  # who allows it, on every layer that has to
            console.print(Text.assemble(("  by       ", "dim"), (decided.told(reason), "magenta")), soft_wrap=True)
        else:
            first = reason is answer.decision.reason
            print_reason(reason, decided.told(reason), request, console, first=first)
