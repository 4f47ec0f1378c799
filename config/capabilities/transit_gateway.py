"""A router between the networks of several accounts."""

from collections.abc import Iterator
from typing import Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    AccountCapability,
    Need,
    Part,
)
from config.capabilities.network import attached_accounts
from config.capabilities.problems import at, written
from config.capabilities.shares import shares_of
from config.capabilities.transit_gateway_tables import Preset, RouteTable
from config.errors import Problem
from config.model.base import Switchable, refuse
from config.model.types import Slug
from config.nodes import Account, Configuration
from config.sources.files import Files

_ASN_16_BIT = range(64512, 65535)
_ASN_32_BIT = range(4_200_000_000, 4_294_967_295)


class TransitGateway(Switchable):
    """The organization's transit gateway; `shares` says who can attach to it."""

    asn: int = Field(default=64512, description="Its private autonomous system number, for VPN and Direct Connect.")
    accept_attachments: bool = Field(
        default=True,
        description="Whether those it is shared with can attach without being accepted. If not, `preset` and `route_tables` let "
        "in the accounts whose `network` has an `attachment`; say so before they attach.",
    )
    connect_all: bool = Field(
        default=False,
        description="Whether every attached VPC reaches every other; if not, `preset` or `route_tables` say who.",
    )
    preset: Preset | None = Field(default=None, description="Route tables by what they are for.")
    route_tables: dict[Slug, RouteTable] = Field(
        default_factory=dict,
        description="Route tables by slug, in place of a preset. A VPC that none of them has reaches nothing. VPCs of other accounts are "
        "looked up while planning: one that pipelines attach is routed by their next run.",
    )

    @model_validator(mode="after")
    def _number_is_private(self) -> Self:
        if self.asn not in _ASN_16_BIT and self.asn not in _ASN_32_BIT:
            raise refuse("a private `asn`: 64512 to 65534, or 4200000000 to 4294967294")
        return self

    @model_validator(mode="after")
    def _one_word_about_routes(self) -> Self:
        said = [key for key in ("connect_all", "preset", "route_tables") if getattr(self, key)]
        if len(said) > 1:
            raise refuse(f"one of `connect_all`, `preset` and `route_tables`, but there are {' and '.join(said)}")
        return self

    @property
    def routes(self) -> bool:
        """Whether it has route tables of its own."""
        return bool(self.preset or self.route_tables)


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
    """What is attached is in the transit gateway's region, and something tells the gateway where to send."""
    owners, attached = _gateway_owners(organization), list(_attached(organization))
    if not owners:
        return
    owner = owners[0]
    for account in attached:
        if account.region != owner.region:
            expected = f"a VPC in {owner.region}, where the transit gateway of {owner.slug!r} is"
            yield at(files, account, ("network", "attachment"), f"an attachment from {account.region}", expected)
    gateway = TRANSIT_GATEWAY.in_account(organization, owner)
    if attached and gateway and not gateway.connect_all and not gateway.routes:
        file, path = written(files, owner, ("transit_gateway",))
        arrived = (
            f"a transit gateway without route tables, and attachments of {', '.join(one.slug for one in attached)}"
        )
        expected = "route tables: without any, it forwards nothing"
        cure = "Say `connect_all: true`, a `preset`, or `route_tables`."
        yield file.warning(path, arrived, expected, cure)


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
    rules=(_once, _attachments, _forwards),
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
