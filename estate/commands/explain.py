"""`estate explain`: what becomes of a request, and which policy decides."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from estate.commands.explained import context_of, print_reason, reason_data, request_data

if TYPE_CHECKING:
    from rich.console import Console

    from constructs_lib.policies.evaluator import Decision
    from estate.controls.explain import Answer


def explain(
    account: Annotated[
        str, typer.Argument(help="Slug or id of the account: the caller's, and the resource's unless said otherwise.")
    ],
    action: Annotated[str, typer.Argument(help="Such as ec2:RunInstances.")],
    *,
    principal: Annotated[
        str | None,
        typer.Option(
            help="Name of a role of the account, root, an ARN, or a service; any role unless told otherwise. Or an identity "
            "that the stacks make: group:…, person:…, pipeline:…, role:ACCOUNT/NAME, permission-set:ACCOUNT/NAME."
        ),
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

    IAM policies inside the account are taken to allow it: what is denied here, nobody in the account can allow. Of an identity that
    the stacks make, they are asked too, and the layer that decides is named.
    """
    import json

    from rich.console import Console

    from config.controls import Chains
    from constructs_lib.policies.rules.actions import unknown_action
    from estate.access.explaining import is_identity
    from estate.commands.explain_identity import explain_one
    from estate.console import fail
    from estate.controls.explain import ANYBODY
    from estate.controls.explain import explain as decide
    from estate.opening import account_named, open_organization

    unknown = unknown_action(action)
    if unknown or "*" in action or "?" in action:
        fail(f"{unknown.message} {unknown.cure}" if unknown else f"{action!r} is not one action; name one.")
    if principal is not None and is_identity(principal):
        explain_one(
            principal,
            account,
            action,
            region=region,
            resource=resource,
            resource_account=resource_account,
            pairs=context or [],
            as_json=as_json,
        )
        return
    organization = open_organization(prove_access=False)
    try:
        answer = decide(
            Chains(organization),
            account_named(organization, account),
            action,
            principal_name=principal or ANYBODY,
            region=region,
            resource=resource,
            resource_account=resource_account,
            context=context_of(context or []),
        )
    except ValueError as error:
        fail(str(error))
    if as_json:
        typer.echo(json.dumps(as_data(answer), indent=2))
    else:
        _print(answer, Console(highlight=False))


def as_data(answer: "Answer") -> dict[str, Any]:
    """The answer for machines."""
    return {
        "account": answer.account.slug,
        "allowed": answer.allowed,
        "decisions": [
            {
                "request": request_data(request),
                "allowed": decision.allowed,
                "exempt_from": list(decision.exempt),
                "exempt_because": list(dict.fromkeys(decision.because.values())),
                "denied_by": [reason_data(reason, request) for reason in decision.reasons if not decision.allowed],
            }
            for request, decision in answer.decisions
        ],
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
        print_reason(reason, str(reason), request, console, first=reason is decision.reason)


def _why_allowed(decision: "Decision") -> str:
    if not decision.because:
        return "No guardrail denies it; IAM policies in the account decide."
    layers = " and ".join(f"{layer}s" for layer in decision.because)
    return f"{layers} do not restrict this request: {', '.join(dict.fromkeys(decision.because.values()))}."
