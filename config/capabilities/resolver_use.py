"""VPCs that find names as the organization's Resolver says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import AccountInput, Capability, Need, Part
from config.capabilities.network import NETWORK, Network, vpc_path
from config.capabilities.problems import at
from config.capabilities.resolver import RESOLVER, Resolver, has_central
from config.capabilities.shares import Share, shares_of
from config.errors import KeyPath, Problem
from config.nodes import Account, Configuration
from config.sources.files import Files


@dataclass(frozen=True, eq=False)
class ResolverUse:
    """What the VPCs of an account use.

    Args:
        vpcs: Their slugs.
        resolver: What they use.
        profile: Whether they see its Route 53 Profile.
        share: The name of the share by which it comes to the account; None to the account that has it.
    """

    vpcs: tuple[str, ...]
    resolver: Resolver
    share: str | None
    profile: bool

    @property
    def rules(self) -> bool:
        """Whether they are associated with rules themselves, not by the profile."""
        return bool(self.resolver.rules) and not self.resolver.by_profile

    @property
    def firewall(self) -> bool:
        """Whether they are associated with the rules of DNS Firewall themselves, not by the profile."""
        return bool(self.resolver.firewall) and not self.resolver.by_profile


def _using(network: Network | None) -> tuple[str, ...]:
    return tuple(slug for slug, vpc in network.every.items() if vpc.resolver) if network else ()


def _use(inputs: AccountInput) -> ResolverUse | None:
    resolver, vpcs = RESOLVER.of(inputs.organization), _using(NETWORK.of(inputs))
    if not resolver or not vpcs:
        return None
    profile = resolver.by_profile or bool(RESOLVER.published(inputs.organization))
    if not (resolver.decides or profile):
        return None
    if resolver.account is inputs.account:
        return ResolverUse(vpcs, resolver, None, profile)
    names = [
        share.name for share in shares_of(inputs.organization).values() if _reaches(share, resolver, inputs.account)
    ]
    return ResolverUse(vpcs, resolver, names[0], profile) if names else None


def _reaches(share: Share, resolver: Resolver, account: Account) -> bool:
    return share.resolver and share.account is resolver.account and share.reaches(account)


def _users(organization: Configuration) -> Iterator[tuple[Account, tuple[str, ...]]]:
    for account in organization.accounts.values():
        if vpcs := _using(NETWORK.in_account(organization, account)):
            yield account, vpcs


def _known(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Whoever uses the Resolver has one, in its region, that is shared with it."""
    resolver = RESOLVER.of(organization)
    decides = resolver and (resolver.decides or has_central(organization))
    for share in shares_of(organization).values():
        if share.resolver and files.organization.clean and (not resolver or share.account is not resolver.account):
            where = ("shares", share.slug, "resolver")
            expected = f"`resolver` of {share.account.slug!r} in organization.yaml"
            yield files.organization.file.problem(where, "a share of one", expected, "Write it, or remove this.")
        elif share.resolver and resolver and not decides:
            arrived = "a share of one without `rules`, `firewall`, a query log and central endpoints or zones"
            where = ("shares", share.slug, "resolver")
            yield files.organization.file.problem(where, arrived, "something that others can use")
    for account, vpcs in _users(organization):
        path: KeyPath = (*vpc_path(vpcs[0]), "resolver")
        if resolver is None:
            if files.organization.clean:
                expected = "`resolver` in organization.yaml"
                yield at(files, account, path, "a VPC that uses it", expected, "Write it, or remove this.")
        elif account.region != resolver.account.region:
            expected = f"a VPC in {resolver.account.region}, where the Resolver of {resolver.account.slug!r} is"
            yield at(files, account, path, f"one in {account.region}", expected)
        elif account is not resolver.account and files.organization.clean:
            found = [share for share in shares_of(organization).values() if _reaches(share, resolver, account)]
            if not found:
                expected = f"{account.slug!r} among those that the Resolver of {resolver.account.slug!r} is shared with"
                cure = "Add it, or its OU, to the `principals` of a share with `resolver: true`, in `shares` of organization.yaml."
                yield at(files, account, path, "a VPC that uses it", expected, cure)


def _needs(organization: Configuration) -> Iterator[Need]:
    """What is shared is looked up, so it is there before."""
    resolver = RESOLVER.of(organization)
    for account, _ in _users(organization):
        if resolver and (resolver.decides or has_central(organization)) and account is not resolver.account:
            yield Need(account, resolver.account, "the Resolver")


RESOLVER_USE: Final = Capability(
    key="network.resolver",
    rules=(_known,),
    needs=_needs,
    parts=(
        Part[ResolverUse](
            name="network.resolver",
            build="stacks.capabilities.resolver:use",
            value=_use,
            types=frozenset(
                {
                    "aws_route53profiles_association",
                    "aws_route53_resolver_firewall_rule_group_association",
                    "aws_route53_resolver_query_log_config_association",
                    "aws_route53_resolver_rule_association",
                    "data.aws_ram_resource_share",
                }
            ),
            readers=lambda inputs: NETWORK.of(inputs) is not None and RESOLVER.of(inputs.organization) is not None,
            cost=(
                "Queries that DNS Firewall looks at, by the million; what else is used is charged where it is (`resolver`).",
            ),
            when={
                "aws_route53profiles_association": lambda use: use.profile,
                "aws_route53_resolver_firewall_rule_group_association": lambda use: use.firewall,
                "aws_route53_resolver_query_log_config_association": lambda use: bool(
                    use.resolver.log_group_days and "query_log" not in use.resolver.leaving  # or with an archive
                ),
                "aws_route53_resolver_rule_association": lambda use: use.rules,
                "data.aws_ram_resource_share": lambda use: use.share is not None,
            },
        ),
    ),
)
