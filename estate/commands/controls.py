"""`estate controls`: which guardrails are in force in an account, and from where."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config import Account, Node, Organization, Policy


def controls(
    account: Annotated[str, typer.Argument(help="Slug or id of the account.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the policies in force in an account, from the root down to the account itself."""
    import json

    from rich.console import Console
    from rich.text import Text

    from estate.opening import account_named, open_organization

    organization = open_organization(prove_access=False)
    found = account_named(organization, account)
    if as_json:
        typer.echo(json.dumps([_data(policy, node) for policy, node in in_force(organization, found)], indent=2))
        return
    console = Console(highlight=False)
    console.print(Text.assemble((found.name, "bold green"), "  ", (found.selector, "cyan")))
    if found is organization.management:
        console.print("  No service or resource control policy restricts the management account.", style="yellow")
    shown = None
    for policy, node in in_force(organization, found):
        if node is not shown:
            shown = node
            console.print(Text.assemble(("  from ", "dim"), (node.selector, "cyan")))
        data = _data(policy, node)
        head = Text.assemble("    ", (policy.slug, "magenta"), f"  {policy.kind.upper()}", (f"  {data['file']}", "dim"))
        console.print(head, soft_wrap=True)
        console.print(Text(f"      {data['intent']}", "default"), soft_wrap=True)
    if shown is None:
        console.print("  None.")


def in_force(organization: "Organization", account: "Account") -> "Iterator[tuple[Policy, Node]]":
    """Every policy that restricts or configures an account, with the node it is attached to, from the root down."""
    from constructs_lib.policies.kinds import PolicyKind

    own = ((policy, account) for policy in organization.policies_on(account))
    for policy, node in (*organization.policies_inherited(account), *own):
        exempt = account is organization.management and policy.kind in (PolicyKind.SCP, PolicyKind.RCP)
        if policy.type in organization.policy_types and not exempt:
            yield policy, node


def _data(policy: "Policy", node: "Node") -> dict[str, Any]:
    from constructs_lib.policies.catalogue import ENTRIES

    entry = ENTRIES.get(policy.guardrail or "")
    return {
        "policy": policy.slug,
        "kind": policy.kind,
        "from": node.selector,
        "guardrail": policy.guardrail,
        "intent": policy.description or (entry.intent if entry else ""),
        "file": f"policies/{policy.slug}.yaml",
    }
