"""What a call to AWS looks like when it is decided: its region, the resources it touches, its condition keys."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from config.controls.chains import Chains
from config.nodes import Account
from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.evaluator import Principal, PrincipalKind

_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
_ANY_NAME: Final = "any-name"


@lru_cache(maxsize=4096)
def endpoint_region(action: str, partition: str) -> str | None:
    """The one region that answers an action of a global service; None for regional ones.

    STS has an endpoint in every region beside its global one.
    """
    lower = action.lower()
    if lower.startswith("sts:"):
        return None
    return next((region for pattern, region in _global_actions(partition) if pattern.fullmatch(lower)), None)


@cache
def _global_actions(partition: str) -> Sequence[tuple[re.Pattern[str], str]]:
    entries: Mapping[str, str] = load("global_services")["partitions"][partition]["global"]
    return [(names.wildcard(pattern.lower()), region) for pattern, region in entries.items()]


def resources(action: str, *, partition: str, region: str, account_id: str) -> tuple[str, ...]:
    """ARNs of the kind that an action touches: one of each resource type that every such call names.

    Where a call names one of several types, the first stands for them. ``*`` if the action takes no resource.
    """
    values = {"Partition": partition, "Region": region, "Account": account_id}
    return tuple(
        _PLACEHOLDER.sub(lambda found: values.get(found[1], _ANY_NAME), template) for template in _templates(action)
    )


@lru_cache(maxsize=4096)
def _templates(action: str) -> tuple[str, ...]:
    service, _, name = action.partition(":")
    known = names.actions(service.lower()).get(name.lower())
    types: list[Any] = names.action_details(service.lower(), known)["resourceTypes"] if known else []
    chosen = [each["name"] for each in types if each["required"]] or [each["name"] for each in types[-1:]]
    found = (names.resource_arn(service.lower(), each) for each in chosen)
    return tuple(template for template in found if template) or ("*",)


def context(
    chains: Chains,
    principal: Principal,
    owner: Account | None,
    said: Mapping[str, str | Sequence[str]] | None = None,
) -> dict[str, str | Sequence[str]]:
    """The condition keys that follow from who calls whom inside an organization; the call goes over TLS, by nobody's hand.

    Args:
        chains: The organization.
        principal: Who calls.
        owner: The account that owns the resource; None for one outside the organization.
        said: Keys that are given. For a service they say on whose behalf it comes, and win over what follows.
    """
    found: dict[str, str | Sequence[str]] = {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"}
    home = chains.account_with_id(principal.account)
    if home is not None:
        found |= {"aws:PrincipalOrgID": chains.organization_id, "aws:PrincipalOrgPaths": [chains.path(home)]}
        found["aws:PrincipalOrgMasterAccountId"] = chains.account_id(chains.organization.management)
    if owner is not None:
        found |= {"aws:ResourceOrgID": chains.organization_id, "aws:ResourceOrgPaths": [chains.path(owner)]}
    if principal.kind is PrincipalKind.ROLE:
        found["aws:MultiFactorAuthPresent"] = "false"
    if principal.kind is PrincipalKind.SERVICE:
        found |= _source(chains, {key.lower(): value for key, value in (said or {}).items()})
    given = {key.lower() for key in said or {}}
    return {key: value for key, value in found.items() if key.lower() not in given} | dict(said or {})


def _source(chains: Chains, said: Mapping[str, str | Sequence[str]]) -> dict[str, str | Sequence[str]]:
    """Whom a service acts for: AWS sends the account and its organization along with the resource that made it call."""
    arn = said.get("aws:sourcearn")
    in_arn = arn.split(":")[4:5] if isinstance(arn, str) else []
    account = said.get("aws:sourceaccount") or next(filter(str.isdigit, in_arn), None)
    if not isinstance(account, str):
        return {}
    found: dict[str, str | Sequence[str]] = {"aws:SourceAccount": account}
    source = chains.account_with_id(account)
    if source is not None:
        found |= {"aws:SourceOrgID": chains.organization_id, "aws:SourceOrgPaths": [chains.path(source)]}
    return found


def principal(chains: Chains, account: Account, name: str) -> Principal:
    """Read who calls: ``root``, the name (with path) of a role of the account, an ARN, or a service.

    Raises:
        ValueError: If it is none of these.
    """
    iam = f"arn:{chains.organization.partition}:iam::{chains.account_id(account)}"
    if name == "root":
        return Principal.of(f"{iam}:root")
    if name.startswith("arn:") or name.endswith(".amazonaws.com"):
        return Principal.of(name)
    if re.fullmatch(r"[\w+=,.@/-]+", name, re.ASCII):
        return Principal.of(f"{iam}:role/{name}")
    raise ValueError(f"{name!r} is no principal; expected 'root', a role's name, an ARN or a service.")
