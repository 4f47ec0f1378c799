"""Firewalls in VPCs, which what comes by the transit gateway passes through."""

from collections.abc import Iterator, Mapping
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Part
from config.capabilities.firewall_policies import FIREWALL_POLICIES
from config.capabilities.network import NETWORK, Network, vpc_path
from config.capabilities.network.vpc import Vpc
from config.capabilities.problems import at
from config.capabilities.shares import shares_of
from config.errors import Problem, did_you_mean, one_of
from config.model.base import enabled
from config.nodes import Configuration
from config.sources.files import Files


def _of(network: Network | None, *, appliances: bool = False) -> dict[str, Vpc] | None:
    found = {slug: enabled(vpc.firewall) for slug, vpc in (network.every.items() if network else ())}
    meant = {slug for slug, firewall in found.items() if firewall and firewall.appliances is appliances}
    return {slug: vpc for slug, vpc in network.every.items() if slug in meant} or None if network else None


def _firewalls(inputs: AccountInput) -> Mapping[str, Vpc] | None:
    """The account's VPCs with an AWS Network Firewall, by slug."""
    return _of(NETWORK.of(inputs))


def _appliances(inputs: AccountInput) -> Mapping[str, Vpc] | None:
    """The account's VPCs whose traffic appliances inspect, by slug."""
    return _of(NETWORK.of(inputs), appliances=True)


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Firewalls have policies that there are, and each policy that there is has a firewall."""
    policies = FIREWALL_POLICIES.of(organization) or {}
    used = set()
    for account in organization.accounts.values():
        for slug, vpc in (_of(NETWORK.in_account(organization, account)) or {}).items():
            name = (vpc.firewall.policy if vpc.firewall else "") or ""
            used.add(name)
            if name not in policies and files.organization.clean:
                path = (*vpc_path(slug), "firewall", "policy")
                expected = f"one of `firewall_policies` in organization.yaml: {one_of(sorted(policies)) if policies else 'there is none'}"
                yield at(files, account, path, repr(name), expected, did_you_mean(name, policies))
    if used - {*policies}:
        return  # one of them may be meant
    for slug in sorted(set(policies) - used):
        path = ("firewall_policies", slug)
        yield files.organization.file.warning(path, "a policy of no firewall", "a VPC whose `firewall` names it")


def _here(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Appliances are in the region of the VPC."""
    for account in organization.accounts.values():
        for slug, vpc in (_of(NETWORK.in_account(organization, account), appliances=True) or {}).items():
            name = (vpc.firewall.endpoint_service if vpc.firewall else "") or ""
            if name and name.split(".")[3] != account.region:
                path = (*vpc_path(slug), "firewall", "endpoint_service")
                yield at(files, account, path, repr(name), f"an endpoint service in {account.region}, where the VPC is")


def _alone(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Nobody puts machines or load balancers beside a firewall in several zones: answers to them may come back by another zone's."""
    for share in shares_of(organization).values():
        network = NETWORK.in_account(organization, share.account)
        vpc = network.every.get(share.vpc) if network else None
        if vpc and share.subnets and len(vpc.firewall_subnets) > 1:
            path = ("shares", share.slug, "subnets")
            arrived = f"subnets of the VPC {share.vpc!r}, which has a firewall in {len(vpc.firewall_subnets)} zones"
            expected = "a VPC that nothing but gateways is in: answers to whatever else is there may come back by another zone's firewall"
            cure = "Share subnets of another VPC that is attached to the transit gateway: from there both directions go through one firewall."
            yield files.organization.file.problem(path, arrived, expected, cure)


def _delivers(organization: Configuration) -> bool:
    """Whether a firewall writes to the log archive."""
    networks = [NETWORK.in_account(organization, account) for account in organization.accounts.values()]
    return any(vpc.firewall and vpc.firewall.logs for network in networks for vpc in (_of(network) or {}).values())


NETWORK_FIREWALL: Final = Capability(
    key="network.firewall",
    rules=(_known, _here, _alone),
    publish=_delivers,
    parts=(
        Part[Mapping[str, Vpc]](
            name="network.firewall",
            build="stacks.capabilities.network_firewall:add",
            value=_firewalls,
            types=frozenset(
                {
                    "aws_networkfirewall_firewall",
                    "aws_networkfirewall_firewall_policy",
                    "aws_networkfirewall_logging_configuration",
                    "aws_networkfirewall_rule_group",
                    "aws_route",
                }
            ),
            cost=(
                "Each zone of a firewall by the hour, and each gigabyte through it; rule groups of AWS's beside.",
                "Logs by the gigabyte.",
            ),
            sometimes=(
                "aws_networkfirewall_logging_configuration",  # only with an archive to deliver to
                "aws_networkfirewall_rule_group",  # only of policies with rules of their own
            ),
        ),
        Part[Mapping[str, Vpc]](
            name="network.firewall.endpoint_service",
            build="stacks.capabilities.network_firewall:add_appliances",
            value=_appliances,
            types=frozenset({"aws_route", "aws_vpc_endpoint"}),
            cost=(
                "Each zone's endpoint by the hour, and each gigabyte; the load balancer and its appliances are charged where they are.",
            ),
        ),
    ),
)
