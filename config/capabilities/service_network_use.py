"""VPCs that join a service network of VPC Lattice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK, Network, vpc_path
from config.capabilities.network.parts import ServiceNetworkUse
from config.capabilities.problems import at
from config.capabilities.service_networks import SERVICE_NETWORKS, ServiceNetwork
from config.capabilities.shares import Share, shares_of
from config.errors import Problem, did_you_mean, one_of
from config.model.base import enabled
from config.nodes import Account, Configuration
from config.sources.files import Files


@dataclass(frozen=True, eq=False)
class Joined:
    """The service network that a VPC joins.

    Args:
        said: What the VPC's settings say.
        allowed: The ranges whose machines may call services.
        share: The name of the share by which it comes to the account; None to the account that has it.
    """

    said: ServiceNetworkUse
    allowed: tuple[str, ...]
    share: str | None


def _using(network: Network | None) -> dict[str, ServiceNetworkUse]:
    found = {slug: enabled(vpc.service_network) for slug, vpc in network.every.items()} if network else {}
    return {slug: said for slug, said in found.items() if said}


def _joined(inputs: AccountInput) -> Mapping[str, Joined] | None:
    """What the account's VPCs join, by their slugs."""
    network, known = NETWORK.of(inputs), SERVICE_NETWORKS.of(inputs.organization) or {}
    shares = shares_of(inputs.organization).values()
    found = {}
    for slug, said in _using(network).items():
        joins = known.get(said.name)
        by = [share for share in shares if joins and _comes_by(share, joins, inputs.account)]
        if network and joins and (by or joins.account is inputs.account):
            vpc = network.every[slug]
            own = joins.account is inputs.account
            ranges = said.allowed or (vpc.cidr, *sorted(vpc.secondary_cidrs.values()))
            found[slug] = Joined(said, ranges, None if own else by[0].name)
    return found or None


def _comes_by(share: Share, joins: ServiceNetwork, account: Account) -> bool:
    """Whether an account finds a service network by a share: it has no other, since AWS tells their ids only."""
    return share.service_networks == (joins.slug,) and share.account is joins.account and share.reaches(account)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A VPC joins a service network that there is, in its region, and that is shared with the account."""
    known = SERVICE_NETWORKS.of(organization) or {}
    for account in organization.accounts.values():
        for slug, said in _using(NETWORK.in_account(organization, account)).items():
            path = (*vpc_path(slug), "service_network", "name")
            joins = known.get(said.name)
            if not files.organization.clean:
                continue  # a mistake of its own may have taken it away
            if joins is None:
                expected = f"one of `service_networks` in organization.yaml: {one_of(sorted(known)) if known else 'there is none'}"
                yield at(files, account, path, repr(said.name), expected, did_you_mean(said.name, known))
            elif account.region != joins.account.region:
                expected = f"one in {account.region}, where the VPC is: that of {joins.account.slug!r} is in {joins.account.region}"
                yield at(files, account, path, repr(said.name), expected)
            elif account is not joins.account and not any(
                _comes_by(share, joins, account) for share in shares_of(organization).values()
            ):
                expected = f"a share of {joins.account.slug!r} with {account.slug!r} that has this service network and no other"
                cure = f"Write one in `shares` of organization.yaml, with `service_networks: [{said.name}]`: AWS tells whom it is shared with the ids only."
                yield at(files, account, path, repr(said.name), expected, cure)


def _needs(organization: Configuration) -> Iterator[Need]:
    """What is shared is looked up, so it is there before."""
    known = SERVICE_NETWORKS.of(organization) or {}
    for account in organization.accounts.values():
        owners = {
            known[said.name].account.slug: known[said.name].account
            for said in _using(NETWORK.in_account(organization, account)).values()
            if said.name in known and known[said.name].account is not account
        }
        yield from (Need(account, owner, "the service network") for _, owner in sorted(owners.items()))


SERVICE_NETWORK_USE: Final = Capability(
    key="network.service_network",
    rules=(_known,),
    needs=_needs,
    parts=(
        Part[Mapping[str, Joined]](
            name="network.service_network",
            build="stacks.capabilities.service_networks:join",
            value=_joined,
            types=frozenset(
                {
                    "aws_security_group",
                    "aws_vpc_security_group_ingress_rule",
                    "aws_vpclattice_service_network_vpc_association",
                    "data.aws_ram_resource_share",
                }
            ),
            readers=lambda inputs: NETWORK.of(inputs) is not None and bool(SERVICE_NETWORKS.of(inputs.organization)),
            cost=("Nothing by itself: what the VPC's clients call is charged to the services.",),
            when={
                "data.aws_ram_resource_share": lambda joined: any(each.share for each in joined.values()),
            },
        ),
    ),
)
