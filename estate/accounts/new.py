"""The file of a new account."""

import io
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, Final

from ruamel.yaml import YAML

from config.capabilities.address_plan import ADDRESS_PLAN
from config.capabilities.ipam import IPAM
from config.capabilities.network import NETWORK
from config.errors import did_you_mean
from config.model.account import BUILT_IN
from config.nodes import Configuration
from constructs_lib.errors import InvalidValueError
from constructs_lib.network.cidr_plan import CidrPlan
from constructs_lib.validation import require_slug

_HEAD: Final = "# yaml-language-server: $schema=../schema/account.schema.json\n"
_ZONES: Final = "ab"


class NewAccountError(ValueError):
    """The account cannot be made so; the message says why and what helps."""


def account_file(
    organization: Configuration,
    slug: str,
    *,
    name: str | None = None,
    ou: str | None = None,
    purpose: str = "workload",
    email: str | None = None,
    id_: str | None = None,
    tags: Sequence[str] = (),
    budget: float | None = None,
    prefix: int | None = None,
) -> str:
    """The text of a new account's file.

    Args:
        organization: The configuration without it.
        slug: Its slug.
        name: Its name; made from the slug by default.
        ou: Its OU's path; by default where all accounts of its purpose are.
        purpose: What it is there for.
        email: Its address; made from the pattern by default.
        id_: Its id, if it exists already.
        tags: ``KEY=VALUE``.
        budget: US dollars a month.
        prefix: The prefix length of its VPC, whose range is the next one free in IPAM's pool of its region; none by default.

    Raises:
        NewAccountError: What was asked for is not there, is taken, or is not clear. What AWS and the rules say of values is
            for `check`.
    """
    try:
        require_slug("SLUG", slug)
    except InvalidValueError as error:
        raise NewAccountError(str(error)) from error
    if slug in organization.accounts:
        raise NewAccountError(f"accounts/{slug}.yaml is there already.")
    _refuse_used(organization, slug, id_)
    purposes = (*BUILT_IN, *sorted(organization.purposes))
    if purpose not in purposes:
        raise NewAccountError(f"There is no purpose {purpose!r}. {did_you_mean(purpose, purposes)}".rstrip())
    content: dict[str, Any] = {"name": name or slug.replace("-", " ").capitalize()}
    if purpose != "workload":
        content["purpose"] = purpose
    content["ou"] = _unit(organization, ou, purpose)
    content |= {key: value for key, value in (("email", email), ("id", id_)) if value}
    if tags:
        content["tags"] = dict(_tag(tag) for tag in tags)
    settings: dict[str, Any] = {}
    if budget is not None:
        settings["budget"] = {"limit": int(budget) if budget == int(budget) else budget}
    if prefix is not None:
        settings["network"] = _network(organization, prefix)
    if settings:
        content["settings"] = settings
    return file_text(content)


def _refuse_used(organization: Configuration, slug: str, id_: str | None) -> None:
    lock = organization.lock
    if lock and (closed := lock.closed.get(slug)):
        raise NewAccountError(
            f"{slug!r} was account {closed.id}, which is closed. A slug is never used again: choose another. If AWS Support "
            f"has reopened it: estate account restore {slug}"
        )
    if lock and (locked := lock.accounts.get(slug)) and locked != id_:
        raise NewAccountError(
            f"{slug!r} was account {locked}, by organization.lock.yaml. A slug is never used again: choose another."
        )


def file_text(content: Mapping[str, Any]) -> str:
    """The text of an account's file."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(dict(content), written)
    return _HEAD + written.getvalue()


def _used(organization: Configuration, purpose: str) -> set[str]:
    """In which OUs the accounts of a purpose are."""
    return {
        account.unit.path for account in organization.accounts.values() if account.purpose == purpose and account.unit
    }


def usual_unit(organization: Configuration, purpose: str) -> str | None:
    """In which OU all accounts of a purpose are; None if they are in several, or nowhere yet."""
    used = _used(organization, purpose)
    return used.pop() if len(used) == 1 else None


def _unit(organization: Configuration, ou: str | None, purpose: str) -> str:
    paths = [unit.path for unit in organization.units.values()]
    if ou is not None:
        if ou not in paths:
            raise NewAccountError(f"There is no OU {ou!r}. {did_you_mean(ou, paths)}".rstrip())
        return ou
    usual = usual_unit(organization, purpose)
    if usual is None:
        used = _used(organization, purpose)
        where = f"in several: {', '.join(sorted(used))}" if used else "nowhere yet"
        raise NewAccountError(
            f"Accounts of the purpose {purpose!r} are {where}. Say which OU: --ou, one of {', '.join(sorted(paths))}."
        )
    return usual


def _tag(tag: str) -> tuple[str, str]:
    key, sign, value = tag.partition("=")
    if not (key and sign and value):
        raise NewAccountError(f"{tag!r} is no tag. Write KEY=VALUE.")
    return key, value


def _network(organization: Configuration, prefix: int) -> dict[str, Any]:
    """A VPC in the next range that nobody has."""
    region = organization.home_region
    pools = [
        ipam.regions[region]
        for account in organization.accounts.values()
        if (ipam := IPAM.in_account(organization, account)) and region in ipam.regions
    ]
    if not pools:
        raise NewAccountError(
            f"No account's `ipam` has a pool for {region}, so there is no next range. Leave --network out, and write the "
            "network's range into the account's file."
        )
    taken = {
        f"{account.slug}/{slug}": vpc.cidr
        for account in organization.accounts.values()
        if (network := NETWORK.in_account(organization, account))
        for slug, vpc in network.every.items()
    }
    for account in organization.accounts.values():
        ipam = IPAM.in_account(organization, account)
        for slug, pool in ipam.pools.items() if ipam else ():
            taken |= {f"{account.slug}/{slug}/{key}": cidr for key, cidr in pool.reserved.items()}
    for slug, planned in (ADDRESS_PLAN.of(organization) or {}).items():
        taken |= {f"{slug}/{key}": cidr for key, cidr in planned.reserved.items()}
    try:
        cidr = CidrPlan(pools[0], prefix=prefix).free(taken)
    except InvalidValueError as error:
        raise NewAccountError(f"There is no free /{prefix} in {pools[0]}: {error}") from error
    parts = IPv4Network(cidr).subnets(prefixlen_diff=2)
    return {
        "cidr": cidr,
        "subnets": {
            f"private-{zone}": {"cidr": str(part), "zone": zone} for zone, part in zip(_ZONES, parts, strict=False)
        },
    }
