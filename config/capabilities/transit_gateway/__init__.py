"""A router between the networks of several accounts, in one region or in several."""

from collections.abc import Iterator
from typing import Final

from config.capabilities.capability import (
    AccountCapability,
    Need,
    Part,
)
from config.capabilities.network import attached_accounts
from config.capabilities.problems import at, ungoverned, written
from config.capabilities.shares import shares_of
from config.capabilities.transit_gateway.model import TransitGateway
from config.errors import Problem, one_of
from config.nodes import Account, Configuration
from config.sources.files import Files


def _once(organization: Configuration, files: Files) -> Iterator[Problem]:
    """One account has the transit gateway; nobody attaches to, or shares, what is not there."""
    owners = _gateway_owners(organization)
    for other in owners[1:]:
        arrived = f"a second transit gateway (the first is in {owners[0].slug!r})"
        yield at(files, other, ("transit_gateway",), arrived, "one in an organization")
    for account in _attached(organization):
        if not owners:
            cure = "Add `transit_gateway` to the settings of the account that shall have it."
            expected = "a transit gateway to attach to"
            yield at(files, account, ("network", "attachment"), "an attachment", expected, cure)
    for share in shares_of(organization).values():
        if share.transit_gateway and not TRANSIT_GATEWAY.in_account(organization, share.account):
            path = ("shares", share.slug, "transit_gateway")
            expected = f"a transit gateway in {share.account.slug!r}"
            yield files.organization.file.problem(path, "a share of one", expected, "Add it to the account's settings.")


def _attachments(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Whoever attaches to the transit gateway of another account is among those that it is shared with."""
    owners = _gateway_owners(organization)
    written = files.organization.file.data.get("shares") or ()
    if not owners or not files.organization.clean or set(written) != set(shares_of(organization)):
        return  # a mistake of its own may have taken the share away
    owner = owners[0]
    shares = [
        share
        for share in shares_of(organization).values()
        if share.account is owner and (share.transit_gateway or any(":transit-gateway/" in arn for arn in share.arns))
    ]
    principals = [node for share in shares for node in share.principals]
    let_in = {owner, *(account for node in principals for account in organization.accounts_below(node))}
    for account in _attached(organization):
        if account not in let_in:
            expected = f"{account.slug!r} among those that the transit gateway of {owner.slug!r} is shared with"
            expected += f": {', '.join(sorted({node.selector for node in principals}))}" if shares else ""
            cure = f"Add `{account.selector}`, or its OU, to the `principals` of "
            cure += (
                f"`shares.{shares[0].slug}` in organization.yaml."
                if shares
                else f"a share of {owner.slug!r} with `transit_gateway: true`, in `shares` of organization.yaml."
            )
            yield at(files, account, ("network", "attachment"), "an attachment", expected, cure)


def _forwards(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What is attached is in the region of a transit gateway, and something tells the gateway where to send."""
    owners, attached = _gateway_owners(organization), list(_attached(organization))
    gateway = TRANSIT_GATEWAY.in_account(organization, owners[0]) if owners else None
    if not gateway:
        return
    owner = owners[0]
    routers = gateway.every(owner.region)
    for account in attached:
        if account.region not in routers:
            there = f"in {owner.region}, where the transit gateway of {owner.slug!r} is"
            if gateway.regions:
                there = f"in a region with a transit gateway of {owner.slug!r}: {one_of(routers)}"
            yield at(
                files, account, ("network", "attachment"), f"an attachment from {account.region}", f"a VPC {there}"
            )
    for region, router in routers.items():
        here = [account.slug for account in attached if account.region == region]
        if here and not router.connect_all and not router.routes:
            path = () if router is gateway else ("regions", region)
            file, place = written(files, owner, ("transit_gateway", *path))
            arrived = f"a transit gateway without route tables, and attachments of {', '.join(here)}"
            expected = "route tables: without any, it forwards nothing"
            cure = "Say `connect_all: true`, a `preset`, or `route_tables`."
            yield file.warning(place, arrived, expected, cure)


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Further transit gateways are in other regions, which the organization governs."""
    for owner in _gateway_owners(organization):
        gateway = TRANSIT_GATEWAY.in_account(organization, owner)
        path = ("transit_gateway", "regions")
        if gateway:
            yield from ungoverned(owner, organization, files, path, gateway.regions)
            if owner.region in gateway.regions:
                expected = f"other regions than {owner.region}, where the account has its transit gateway anyway"
                cure = "Write what stands there one level up."
                yield at(files, owner, (*path, owner.region), repr(owner.region), expected, cure)


def _gateway_owners(organization: Configuration) -> list[Account]:
    return [account for account in organization.accounts.values() if TRANSIT_GATEWAY.in_account(organization, account)]


def _attached(organization: Configuration) -> Iterator[Account]:
    return (organization.accounts[slug] for slug in attached_accounts(organization))


def _needs(organization: Configuration) -> Iterator[Need]:
    """Whoever attaches to the transit gateway looks it up, so it is there and shared before."""
    for owner in _gateway_owners(organization)[:1]:
        yield from (Need(account, owner, "the transit gateway") for account in _attached(organization))


TRANSIT_GATEWAY: Final[AccountCapability[TransitGateway]] = AccountCapability(
    key="transit_gateway",
    model=TransitGateway,
    description="A router between VPCs, in one account.",
    rules=(_once, _attachments, _forwards, _regions),
    needs=_needs,
    publish=lambda configuration: next((owner.slug for owner in _gateway_owners(configuration)), None),
    parts=(
        Part(
            name="transit_gateway",
            build="stacks.capabilities.transit_gateway:add",
            types=frozenset({"aws_ec2_transit_gateway"}),
            cost=("Nothing by itself: attachments and traffic are charged where they are (`network`).",),
        ),
    ),
)
