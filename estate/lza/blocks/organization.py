"""OUs, and the policies that hold for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from config.model.types import RoleName
from estate.lza.backups import with_vaults
from estate.lza.block import Block, State
from estate.lza.documents import document
from estate.lza.reading import GLOBAL, ORGANIZATION

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_GUARDS: Final = ("service_control_policy", "resource_control_policy")
_TYPES: Final = {
    "serviceControlPolicies": "service_control_policy",
    "resourceControlPolicies": "resource_control_policy",
    "declarativePolicies": "declarative_policy_ec2",
    "taggingPolicies": "tag_policy",
    "backupPolicies": "backup_policy",
    "chatbotPolicies": "chatbot_policy",
}


def _units(_node: Node, into: Draft) -> None:
    into.add_units(into.lza.file(ORGANIZATION).each("organizationalUnits"))
    for entry in into.lza.file(ORGANIZATION).each("organizationalUnits"):
        into.only(
            entry,
            "ignore",
            False,
            "It is an OU as any other here; the stacks of accounts in it are deployed when you want it.",
        )


def _policies(type_: str, _node: Node, into: Draft) -> None:
    key = next(key for key, each in _TYPES.items() if each == type_)
    entries = into.lza.file(ORGANIZATION).each(key)
    names = {str(index): entry.needed("name") for index, entry in enumerate(entries)}
    found = into.shortened(names, into.policies, "policy")
    for index, entry in enumerate(entries):
        slug, about = found[str(index)], " ".join(entry.text("description").split())
        into.only(entry, "type", "customerManaged", "AWS's own policies need no file; those that are attached stay so.")
        into.only(
            entry,
            "strategy",
            "deny-list",
            "FullAWSAccess stays attached, unless `without_full_access` names the target.",
        )
        if entry.text("type") == "awsManaged":
            entry.seen()
            continue
        entry.needed("policy")
        path = document(entry.child("policy"), into, slug, guards=type_ in _GUARDS)
        targets = into.targets(entry.child("deploymentTargets"), inherited=True)
        if path is None:
            continue
        if type_ == "backup_policy":
            into.documents[path] = with_vaults(into.documents[path], into)
        policy: dict[str, Any] = {"type": type_}
        if names[str(index)] != slug:
            policy["name"] = names[str(index)]
        if about:
            policy["description"] = about
        if targets:
            policy["targets"] = targets
        into.policies[slug] = {**policy, "document": path}
        into.policy_type(type_)


def _quarantine(node: Node, into: Draft) -> None:
    node.text("scpPolicyName")
    if not node.flag("enable"):
        return
    role = into.lza.file(GLOBAL).typed("managementAccountAccessRole", RoleName)
    into.policies["quarantine-unplaced"] = {
        "type": "service_control_policy",
        "description": "Nothing works in accounts that are in no OU, but the role that sets them up.",
        "targets": ["root"],
        "guardrail": "quarantine-unplaced",
        **({"parameters": {"exempted_principal_arns": [role]}} if role else {}),
    }
    into.policy_type("service_control_policy")


def _block(key: str, about: str, *, universal: bool = True) -> Block:
    take = partial(_policies, _TYPES[key])
    return Block(
        ORGANIZATION, key, about, State.WORKS, f"policies/*.yaml, type: {_TYPES[key]}", take=take, universal=universal
    )


BLOCKS: Final = (
    Block(
        ORGANIZATION,
        "organizationalUnits",
        "The OUs.",
        State.WORKS,
        "organizational_units",
        take=_units,
        turn=-1,
    ),
    _block("serviceControlPolicies", "Service control policies, and what they are attached to."),
    _block("resourceControlPolicies", "Resource control policies."),
    _block("declarativePolicies", "Declarative policies for EC2."),
    _block("taggingPolicies", "Tag policies."),
    _block("backupPolicies", "Backup policies."),
    _block("chatbotPolicies", "Policies for chat applications.", universal=False),
    Block(
        ORGANIZATION,
        "quarantineNewAccounts",
        "A policy that shuts new accounts until the Accelerator has been there.",
        State.WORKS,
        "policies/*.yaml, guardrail: quarantine-unplaced",
        "A policy of the root shuts whatever account is in no OU, from its first second and however it came there, until it is moved "
        "into one. The named policy is written as well, and attached to nothing.",
        take=_quarantine,
    ),
    Block(
        ORGANIZATION,
        "enable",
        "Whether the Accelerator uses AWS Organizations.",
        State.OWN,
        why="There is always an organization.",
    ),
    Block(
        ORGANIZATION,
        "organizationalUnitIds",
        "Ids of OUs that exist.",
        State.NONE,
        why="`estate adopt` reads them from AWS.",
        universal=False,
    ),
)
