"""Gateway Load Balancers in an account's VPCs, and who may connect to them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Part
from config.capabilities.network import NETWORK
from config.capabilities.network.balancers import GatewayLoadBalancer
from config.capabilities.problems import at
from config.errors import Problem, did_you_mean
from config.nodes import Account, Configuration
from config.sources.files import Files


@dataclass(frozen=True, eq=False)
class Balancer:
    """A Gateway Load Balancer.

    Args:
        said: Its settings.
        subnets: Zone to the subnet that it is in there.
        accounts: Who may connect, the account itself first.
    """

    said: GatewayLoadBalancer
    subnets: Mapping[str, str]
    accounts: tuple[Account, ...]


def _balancers(inputs: AccountInput) -> Mapping[str, Balancer] | None:
    """The account's, by slug."""
    network, account = NETWORK.of(inputs), inputs.account
    found = {}
    for slug, said in network.balancers.items() if network else ():
        named: list[Account] = []
        with suppress(LookupError):  # refused where it is written
            named = [each for each in inputs.organization.select_accounts(said.accounts) if each is not account]
        found[slug] = Balancer(said, network.balancer_subnets(said) if network else {}, (account, *named))
    return found or None


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Whoever may connect is there."""
    for account in organization.accounts.values():
        network = NETWORK.in_account(organization, account)
        for slug, said in network.balancers.items() if network else ():
            for index, selector in enumerate(said.accounts):
                try:
                    organization.select(selector)
                except LookupError:
                    known = [unit.selector for unit in organization.units.values()]
                    known += [each.selector for each in organization.accounts.values()]
                    path = ("network", "gateway_load_balancers", slug, "accounts", index)
                    expected = "the selector of an OU, an account or a tag that there is"
                    yield at(files, account, path, repr(selector), expected, did_you_mean(selector, known))


GATEWAY_LOAD_BALANCERS: Final = Capability(
    key="network.gateway_load_balancers",
    rules=(_known,),
    parts=(
        Part[Mapping[str, Balancer]](
            name="network.gateway_load_balancers",
            build="stacks.capabilities.gateway_load_balancers:add",
            value=_balancers,
            types=frozenset({"aws_lb", "aws_lb_listener", "aws_lb_target_group", "aws_vpc_endpoint_service"}),
            cost=(
                "Each Gateway Load Balancer by hour and zone, and what goes through it; its appliances where they are run.",
            ),
        ),
    ),
)
