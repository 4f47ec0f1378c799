"""People, groups and permission sets of IAM Identity Center, from the stack that holds them.

An assignment makes a role in its account, whose name ends in characters that AWS chooses; here they are sixteen zeros.
Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from config.controls import Chains
from config.nodes import Account
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policy, PolicySet, Principal
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.synthesized import Stack
from stacks.reach.identities import Attached, Identity, Kind
from stacks.reach.texts import managed

_ADDRESS: Final = re.compile(r"\$\{((?:data\.)?aws_\w+\.[\w-]+)\.\w+\}")
_CHOSEN: Final = "0" * 16


@dataclass(frozen=True)
class People:
    """What a stack says of Identity Center.

    Args:
        identities: People, groups, and each permission set in each account that it is assigned in.
        becomes: Who becomes whom: person → group, person or group → permission set.
    """

    identities: tuple[Identity, ...]
    becomes: tuple[tuple[Identity, Identity], ...]


def people(stack: Stack, chains: Chains, documents: Mapping[tuple[str, str], PolicyDocument]) -> People:
    """Read them.

    Args:
        stack: The Terraform JSON of the stack, with known references filled in.
        chains: The organization.
        documents: Customer-managed policies of accounts, by slug and name.
    """
    named: dict[str, Identity] = {}
    for address, block in stack.each("aws_identitystore_group"):
        named[address] = Identity(f"group:{block['display_name']}", Kind.GROUP)
    for address, block in stack.each("aws_identitystore_user"):
        named[address] = Identity(f"person:{block['user_name']}", Kind.PERSON)
    named |= _external(stack)
    becomes = [
        (named[member], named[group])
        for _, block in stack.each("aws_identitystore_group_membership")
        if (member := _address(block["member_id"])) in named and (group := _address(block["group_id"])) in named
    ]
    sets: dict[tuple[str, str], Identity] = {}
    for _, block in stack.each("aws_ssoadmin_account_assignment"):
        who = named.get(_address(block["principal_id"])) or _somebody(block)
        account = chains.account_with_id(block["target_id"])
        address = _address(block["permission_set_arn"])
        if who is None or account is None or address not in dict(stack.each("aws_ssoadmin_permission_set")):
            continue
        key = (address, account.slug)
        if key not in sets:
            sets[key] = _permission_set(stack, chains, address, account, documents)
        becomes.append((who, sets[key]))
    by_id = (who for who, _ in becomes if who not in named.values())
    return People((*named.values(), *by_id, *sets.values()), tuple(becomes))


def _somebody(block: Mapping[str, Any]) -> Identity | None:
    """Whom an assignment names by an id of the identity store."""
    id_ = str(block["principal_id"])
    kind = Kind.GROUP if block.get("principal_type") == "GROUP" else Kind.PERSON
    return None if "${" in id_ else Identity(f"{kind}:{id_}", kind)


def _external(stack: Stack) -> dict[str, Identity]:
    """Groups and people of another directory, which the stack looks up by name."""
    found = {}
    for type_, kind in (("aws_identitystore_group", Kind.GROUP), ("aws_identitystore_user", Kind.PERSON)):
        for address, block in stack.looked_up(type_):
            unique = _first(_first(block.get("alternate_identifier") or {}).get("unique_attribute") or {})
            if unique.get("attribute_value"):
                found[f"data.{address}"] = Identity(f"{kind}:{unique['attribute_value']}", kind)
    return found


def _address(reference: str) -> str:
    found = _ADDRESS.fullmatch(reference)
    return found[1] if found else reference


def _permission_set(
    stack: Stack,
    chains: Chains,
    address: str,
    account: Account,
    documents: Mapping[tuple[str, str], PolicyDocument],
) -> Identity:
    name = str(dict(stack.each("aws_ssoadmin_permission_set"))[address]["name"])
    iam = f"arn:{chains.organization.partition}:iam::{chains.account_id(account)}"
    found, unknown = _policies(stack, address, account, documents, iam)
    role = f"role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{name}_{_CHOSEN}"
    boundary, unknown_boundary = _boundary(stack, address, account, documents)
    return Identity(
        f"permission-set:{account.slug}/{name}",
        Kind.PERMISSION_SET,
        Principal.of(f"{iam}:{role}"),
        account,
        PolicySet(tuple(found)),
        boundary,
        None,
        tuple(unknown),
        unknown_boundary,
    )


def _of(stack: Stack, type_: str, address: str) -> Iterator[Mapping[str, Any]]:
    return (block for _, block in stack.each(type_) if _address(block["permission_set_arn"]) == address)


def _policies(
    stack: Stack, address: str, account: Account, documents: Mapping[tuple[str, str], PolicyDocument], iam: str
) -> tuple[list[Policy], list[str]]:
    texts: list[tuple[str, str | None, Any]] = []
    for block in _of(stack, "aws_ssoadmin_managed_policy_attachment", address):
        arn = str(block["managed_policy_arn"])
        texts.append((arn.rpartition("/")[2], arn, managed(arn)))
    for block in _of(stack, "aws_ssoadmin_customer_managed_policy_attachment", address):
        reference = _first(block["customer_managed_policy_reference"])
        arn = f"{iam}:policy{reference.get('path') or '/'}{reference['name']}"
        texts.append((reference["name"], arn, documents.get((account.slug, reference["name"]))))
    texts += [
        ("inline policy", None, stack.read(block["inline_policy"], PolicyKind.INLINE))
        for block in _of(stack, "aws_ssoadmin_permission_set_inline_policy", address)
    ]
    found = [
        Attached(name, text, arn) if arn else Policy(name, text)
        for name, arn, text in texts
        if isinstance(text, PolicyDocument)
    ]
    return found, [name for name, _, text in texts if not isinstance(text, PolicyDocument)]


def _boundary(
    stack: Stack, address: str, account: Account, documents: Mapping[tuple[str, str], PolicyDocument]
) -> tuple[PolicySet | None, str | None]:
    for block in _of(stack, "aws_ssoadmin_permissions_boundary_attachment", address):
        boundary = _first(block["permissions_boundary"])
        if boundary.get("managed_policy_arn"):
            name, text = str(boundary["managed_policy_arn"]), managed(boundary["managed_policy_arn"])
        else:
            name = _first(boundary["customer_managed_policy_reference"])["name"]
            text = documents.get((account.slug, name))
        return (PolicySet.of(text, name=name), None) if text else (None, name)
    return None, None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value
