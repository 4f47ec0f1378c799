"""`estate controls`: which guardrails are in force in an account, and which controls of a framework are kept by what."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from config import Account, Node, Policy
    from constructs_lib.policies.frameworks import Framework
    from estate.controls.compliance import Kept


class FrameworkName(StrEnum):
    """A framework that auditors ask about."""

    CIS = "cis"
    NIST = "nist"
    PCI = "pci"


class Form(StrEnum):
    """How it is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def controls(
    account: Annotated[
        str | None, typer.Argument(help="Slug or id of the account; with --framework all accounts if not said.")
    ] = None,
    *,
    framework: Annotated[
        FrameworkName | None,
        typer.Option(help="cis (AWS Foundations), nist (SP 800-53) or pci (DSS): who keeps each control, or nobody."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="table, json, or csv (with --framework).")] = Form.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the policies in force in an account, from the root down, or say by what the controls of a framework are kept."""
    import json

    from rich.console import Console

    from estate.console import fail
    from estate.controls.in_force import in_force
    from estate.opening import account_named, open_organization

    form = Form.JSON if as_json else form
    organization = open_organization(prove_access=False)
    found = account_named(organization, account) if account else None
    if framework is not None:
        from constructs_lib.policies.frameworks import framework as framework_of
        from estate.controls.compliance import as_csv, compliance
        from estate.controls.compliance import as_json as in_json

        known = framework_of(framework)
        kept = compliance(organization, known, [found] if found else list(organization.accounts.values()))
        if form is Form.TABLE:
            _print_kept(known, kept, Console(highlight=False), several=found is None)
        else:
            typer.echo((as_csv if form is Form.CSV else in_json)(known, kept), nl=form is Form.JSON)
        return
    if found is None:
        fail("Name an account, or a framework with --framework.")
    if form is Form.CSV:
        fail("--format csv is for --framework.")
    policies = tuple(in_force(organization, found))
    if form is Form.JSON:
        typer.echo(json.dumps([_data(policy, node) for policy, node in policies], indent=2))
        return
    _print_policies(found, policies, Console(highlight=False), is_management=found is organization.management)


def _print_policies(
    account: "Account", policies: "Sequence[tuple[Policy, Node]]", console: "Console", *, is_management: bool
) -> None:
    from rich.text import Text

    console.print(Text.assemble((account.name, "bold green"), "  ", (account.selector, "cyan")))
    if is_management:
        console.print("  No service or resource control policy restricts the management account.", style="yellow")
    shown = None
    for policy, node in policies:
        if node is not shown:
            shown = node
            console.print(Text.assemble(("  from ", "dim"), (node.selector, "cyan")))
        data = _data(policy, node)
        head = Text.assemble("    ", (policy.slug, "magenta"), f"  {policy.kind.upper()}", (f"  {data['file']}", "dim"))
        console.print(head, soft_wrap=True)
        console.print(Text(f"      {data['intent']}", "default"), soft_wrap=True)
    if shown is None:
        console.print("  None.")


def _print_kept(known: "Framework", kept: "Sequence[Kept]", console: "Console", *, several: bool) -> None:
    from rich.box import HEAVY_HEAD
    from rich.text import Text

    from estate.controls.compliance import NOBODY
    from estate.listing import Listing

    rows = []
    for each in kept:
        keepers = [
            Text.assemble((keeper.kind, "dim"), " ", keeper.name, f" ({len(keeper.accounts)})" if several else "")
            for keeper in each.keepers
        ]
        if each.open_accounts:
            where = f" in {', '.join(each.open_accounts)}" if several and each.keepers else ""
            keepers.append(Text(f"{NOBODY}{where}", "yellow"))
        rows.append((each.control.id, each.control.title, Text("\n").join(keepers)))
    title = f"{known.name} {known.version}"
    console.print(Listing(("control", "about", "kept or watched by"), rows, title=title, box=HEAVY_HEAD))
    covered = sum(not each.open_accounts for each in kept)
    console.print(f"{covered} of {len(kept)} controls are kept or watched{' in every account' if several else ''}.")
    console.print(f"Controls by {known.source}", style="dim", soft_wrap=True)


def _data(policy: "Policy", node: "Node") -> dict[str, Any]:
    from constructs_lib.policies.catalogue import ENTRIES

    intents = [ENTRIES[name].intent.partition("\n")[0] for name in policy.guardrails]
    return {
        "policy": policy.slug,
        "kind": policy.kind,
        "from": node.selector,
        "guardrail": policy.guardrail,
        "guardrails": list(policy.guardrails),
        "intent": policy.description or " ".join(intents),
        "file": f"policies/{policy.slug}.yaml",
    }
