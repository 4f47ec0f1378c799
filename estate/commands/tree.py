"""`estate tree`: the organization as a picture."""

from typing import TYPE_CHECKING

import typer

from estate.paths import config_directory
from estate.problems import report

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from config import Account, Node, Organization, Unit


def tree() -> None:
    """Print the organization: OUs, accounts, ids, what is attached and what is inherited."""
    from rich.console import Console

    from config import ConfigError, load

    directory = config_directory()
    try:
        organization = load(directory)
    except ConfigError as error:
        report(directory, error.problems)
        raise typer.Exit(1) from None
    Console(highlight=False).print(picture(organization))


def picture(organization: "Organization") -> "Tree":
    """The organization as a tree for rich to print."""
    from rich.text import Text
    from rich.tree import Tree

    lock = organization.lock
    head = Text.assemble((organization.name, "bold"), "  ", _id(lock.organization_id if lock else None))
    regions = ", ".join(organization.governed_regions)
    head.append(f"\n{organization.partition}, home {organization.home_region}, governed {regions}", "dim")
    top = Tree(head, guide_style="dim")
    root = top.add(
        _with_policies(
            organization, organization.root, Text.assemble(("root", "bold"), "  ", _id(organization.root.id))
        )
    )
    _grow(organization, None, root)
    return top


def _grow(organization: "Organization", parent: "Unit | None", branch: "Tree") -> None:
    node = parent or organization.root
    for account in organization.accounts_in(node):
        branch.add(_with_policies(organization, account, _account(account)))
    for unit in organization.units_in(node):
        _grow(organization, unit, branch.add(_with_policies(organization, unit, _unit(unit))))


def _unit(unit: "Unit") -> "Text":
    from rich.text import Text

    return Text.assemble((unit.name, "bold blue"), "  ", (unit.selector, "cyan"), "  ", _id(unit.id))


def _account(account: "Account") -> "Text":
    from rich.text import Text

    purpose = "" if account.purpose in {"workload", account.slug} else f"  for {account.purpose}"
    text = Text.assemble((account.name, "bold green"), "  ", (account.selector, "cyan"), "  ")
    text.append_text(_id(account.id, account.id_source))
    text.append(f"  {account.region}{purpose}", "dim")
    if account.state:
        text.append(f"  {account.state}", "bold red")
    return text


def _id(value: str | None, source: str | None = None) -> "Text":
    from rich.text import Text

    if value is None:
        return Text("no id yet", "yellow")
    return Text.assemble(value, (f" ({source})", "dim") if source else "")


def _with_policies(organization: "Organization", node: "Node", text: "Text") -> "Text":
    attached = ", ".join(policy.slug for policy in organization.policies_on(node))
    inherited = ", ".join(f"{policy.slug} ({parent.slug})" for policy, parent in organization.policies_inherited(node))
    if attached:
        text.append("\nattached  ", "dim").append(attached, "magenta")
    if inherited:
        text.append(f"\ninherited {inherited}", "dim")
    return text
