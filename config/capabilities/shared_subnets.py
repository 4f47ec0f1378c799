"""Names and tags of subnets in the accounts that they are shared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import FREE, AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK
from config.capabilities.shares import Share, SharedSubnet, shares_of
from config.errors import Problem
from config.nodes import Account, Configuration
from config.sources.files import Files


@dataclass(frozen=True, eq=False)
class SharedVpc:
    """A VPC of another account, with the subnets that this one may use.

    Args:
        account: Whose it is.
        slug: Its slug there.
        subnets: The subnets, by slug.
    """

    account: Account
    slug: str
    subnets: dict[str, SharedSubnet]


def _tagging(inputs: AccountInput) -> Iterator[Share]:
    return (
        share
        for share in shares_of(inputs.organization).values()
        if share.subnet_tags and share.reaches(inputs.account)
    )


def _vpcs(inputs: AccountInput) -> tuple[SharedVpc, ...] | None:
    """The VPCs with subnets that are shared with the account: one that several shares name is in it once."""
    found: dict[tuple[str, str], SharedVpc] = {}
    for share in _tagging(inputs):
        vpc = found.setdefault((share.account.slug, share.vpc), SharedVpc(share.account, share.vpc, {}))
        vpc.subnets.update(share.subnet_tags)
    return tuple(vpc for _, vpc in sorted(found.items())) or None


def _one_range(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A subnet is found by its range, so the account has one with it; secondary ranges may be in several VPCs."""
    for slug, share in shares_of(organization).items() if files.organization.clean else ():
        network = NETWORK.in_account(organization, share.account)
        others = {
            subnet.cidr: vpc
            for vpc, each in (network.every.items() if network and share.subnet_tags else ())
            for subnet in each.subnets.values()
            if vpc != share.vpc
        }
        for subnet in share.subnet_tags.values():
            if vpc := others.get(subnet.cidr):
                arrived = f"tags of a subnet with {subnet.cidr}, which the VPC {vpc!r} of {share.account.slug!r} has one with, too"
                expected = "subnets whose ranges no other VPC of the account has: they are found by them"
                yield files.organization.file.problem(
                    ("shares", slug, "subnet_tags"), arrived, expected, "Leave it out."
                )


def _needs(organization: Configuration) -> Iterator[Need]:
    """What is shared is looked up, so it is there before."""
    for share in shares_of(organization).values():
        for account in organization.accounts.values() if share.subnet_tags else ():
            if share.reaches(account) and account is not organization.management:
                yield Need(account, share.account, "the subnets", ("shares", share.slug, "subnet_tags"))


SHARED_SUBNETS: Final = Capability(
    key="shares.subnet_tags",
    rules=(_one_range,),
    needs=_needs,
    parts=(
        Part[tuple[SharedVpc, ...]](
            name="shares.subnet_tags",
            build="stacks.capabilities.shares:tag",
            value=_vpcs,
            types=frozenset({"aws_ec2_tag", "data.aws_subnet"}),
            cost=FREE,
        ),
    ),
)
