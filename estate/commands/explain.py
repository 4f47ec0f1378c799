"""`estate explain`: what becomes of a request, and which policy decides."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from constructs_lib.policies.evaluator import Decision, Reason, Request
    from estate.controls.explain import Answer


def explain(
    account: Annotated[
        str, typer.Argument(help="Slug or id of the account: the caller's, and the resource's unless said otherwise.")
    ],
    action: Annotated[str, typer.Argument(help="Such as ec2:RunInstances.")],
    *,
    principal: Annotated[
        str | None,
        typer.Option(help="Name of a role of the account, root, an ARN, or a service; any role unless told otherwise."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Region that is called; the account's own unless told otherwise.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option(help="ARN; any resource of the account unless told otherwise.")
    ] = None,
    resource_account: Annotated[
        str | None,
        typer.Option(
            help="Slug or id of the account that owns the resource; that of its ARN, else ACCOUNT, if not told."
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A condition key of the request; again for more keys or more values."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say whether the organization's guardrails let a request through, and which policy decides.

    IAM policies inside the account are taken to allow it: what is denied here, nobody in the account can allow.
    """
    import json

    from rich.console import Console

    from config.controls import Chains
    from constructs_lib.policies.rules.actions import unknown_action
    from estate.console import fail
    from estate.controls.explain import ANYBODY
    from estate.controls.explain import explain as decide
    from estate.opening import account_named, open_organization

    organization = open_organization(prove_access=False)
    unknown = unknown_action(action)
    if unknown or "*" in action or "?" in action:
        fail(f"{unknown.message} {unknown.cure}" if unknown else f"{action!r} is not one action; name one.")
    try:
        answer = decide(
            Chains(organization),
            account_named(organization, account),
            action,
            principal_name=principal or ANYBODY,
            region=region,
            resource=resource,
            resource_account=resource_account,
            context=_context(context or []),
        )
    except ValueError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps(as_data(answer), indent=2))
    else:
        _print(answer, Console(highlight=False))


def _context(pairs: list[str]) -> dict[str, str | list[str]]:
    """Read ``key=value``; a key that comes again has several values."""
    found: dict[str, str | list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise ValueError(f"--context is {pair!r}; expected KEY=VALUE, such as aws:PrincipalTag/team=payments.")
        before = found.get(key)
        found[key] = value if before is None else [*([before] if isinstance(before, str) else before), value]
    return found


def as_data(answer: "Answer") -> dict[str, Any]:
    """The answer for machines."""
    return {
        "account": answer.account.slug,
        "allowed": answer.allowed,
        "decisions": [
            {
                "request": {
                    "principal": request.principal.arn,
                    "action": request.action,
                    "resource": request.resource,
                    "resource_account": request.owner,
                    "region": request.region,
                    "context": dict(request.keys),
                },
                "allowed": decision.allowed,
                "exempt_from": list(decision.exempt),
                "exempt_because": list(dict.fromkeys(decision.because.values())),
                "denied_by": [_reason_data(reason, request) for reason in decision.reasons if not decision.allowed],
            }
            for request, decision in answer.decisions
        ],
    }


def _reason_data(reason: "Reason", request: "Request") -> dict[str, Any]:
    from estate.controls.words import differences

    return {
        "layer": reason.layer,
        "node": reason.node,
        "policy": reason.policy,
        "statement": reason.sid or reason.index,
        "would_have_to_differ": list(differences(reason.statement, request)) if reason.statement else [],
    }


def _print(answer: "Answer", console: "Console") -> None:
    from rich.text import Text

    request, decision = answer.deciding
    verdict = ("allowed", "bold green") if answer.allowed else ("denied", "bold red")
    head = Text.assemble(verdict, "  ", (request.action, "bold"), f" in {request.region}, {answer.account.selector}")
    console.print(head, soft_wrap=True)
    for name, value in (("by", request.principal.arn), ("on", f"{request.resource} of {request.owner}")):
        console.print(Text.assemble((f"  {name:9}", "dim"), value), soft_wrap=True)
    if answer.allowed:
        console.print(f"  {_why_allowed(decision)}")
        return
    for reason in decision.reasons:
        _print_reason(reason, request, decision, console)


def _why_allowed(decision: "Decision") -> str:
    if not decision.because:
        return "No guardrail denies it; IAM policies in the account decide."
    layers = " and ".join(f"{layer}s" for layer in decision.because)
    return f"{layers} do not restrict this request: {', '.join(dict.fromkeys(decision.because.values()))}."


def _print_reason(reason: "Reason", request: "Request", decision: "Decision", console: "Console") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from estate.controls.words import differences

    first = reason is decision.reason
    console.print(
        Text.assemble(("  because  " if first else "  and      ", "dim"), (str(reason), "magenta")), soft_wrap=True
    )
    if reason.statement is None:
        return
    console.print(Text("  one of these would have to differ", "dim"))
    for difference in differences(reason.statement, request):
        console.print(Padding(Text(f"• {difference}"), (0, 0, 0, 4), expand=False))
    console.print(
        Padding(
            Text(f"• policies/{reason.policy}.yaml, or where it is attached ({reason.node})"),
            (0, 0, 0, 4),
            expand=False,
        )
    )
