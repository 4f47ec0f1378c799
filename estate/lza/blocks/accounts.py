"""Accounts, and the values that all files take from replacements-config.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.lza.block import Block, State
from estate.lza.reading import ACCOUNTS, GLOBAL, MANAGEMENT, NETWORK, REPLACEMENTS, SECURITY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estate.lza.draft import Draft
    from estate.lza.reading import Lza, Node

_LISTS: Final = ("mandatoryAccounts", "workloadAccounts")


def _mandatory(node: Node, into: Draft) -> None:
    """All accounts at once: their slugs are told apart, and their purposes come from other files."""
    purposes = _purposes(into.lza)
    for entry in (each for key in _LISTS for each in into.lza.file(ACCOUNTS).each(key)):
        into.add_account(entry, purposes.get(entry.text("name"), "workload"))
        into.only(entry, "warm", False, "Nothing warms an account up: its stack can be deployed when it is there.")
    if into.with_purpose("management") is None:
        node.problem(f"no account called {MANAGEMENT}", "the management account, which the Accelerator calls so")


def _ids(node: Node, into: Draft) -> None:
    ids = {
        entry.needed("email").lower(): entry.needed("accountId") for entry in into.lza.file(ACCOUNTS).each("accountIds")
    }
    for entry in into.accounts.values():
        id_ = ids.pop(str(entry["email"]).lower(), None)
        if id_ and entry.setdefault("id", id_) != id_:
            arrived, expected = f"{id_} of {entry['email']}", f"{entry['id']}, as AWS has it, or --account-id says"
            node.problem(arrived, expected, "Correct one of them.")
    for email in ids:
        into.note(node, f"No account has the address {email}.")


def _purposes(lza: Lza) -> Mapping[str, str]:
    """What accounts are there for, as other files say it, by their names."""
    found = {
        lza.file(NETWORK).child("centralNetworkServices").text("delegatedAdminAccount"): "network",
        "SharedServices": "shared-services",
        "Network": "network",
        "Audit": "security",
        "LogArchive": "log-archive",
        lza.file(GLOBAL).child("logging").text("account"): "log-archive",
        lza.file(SECURITY).child("centralSecurityServices").text("delegatedAdminAccount"): "security",
        MANAGEMENT: "management",
    }
    found.pop("", None)
    for purpose in ("log-archive", "security"):  # one account has it: the last that was said
        for name in [name for name, each in found.items() if each == purpose][:-1]:
            del found[name]
    return found


BLOCKS: Final = (
    Block(
        REPLACEMENTS,
        "globalReplacements",
        "Values that files take by {{ key }}, and JSON documents by ${ACCEL_LOOKUP::CUSTOM:key}.",
        State.WORKS,
        "variables",
        "In YAML their values are written out: each stands in one place anyway. Documents name variables.",
    ),
    Block(
        ACCOUNTS,
        "mandatoryAccounts",
        "The accounts for management, logs and security.",
        State.WORKS,
        "accounts/*.yaml, purpose",
        take=_mandatory,
        turn=0,
    ),
    Block(
        ACCOUNTS,
        "workloadAccounts",
        "All other accounts.",
        State.WORKS,
        "accounts/*.yaml",
    ),
    Block(
        ACCOUNTS,
        "accountIds",
        "Ids of accounts, by their addresses.",
        State.WORKS,
        "accounts/*.yaml, id",
        take=_ids,
        universal=False,
    ),
)
