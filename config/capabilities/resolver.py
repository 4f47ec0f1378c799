"""The organization's Route 53 Resolver: how names are found inside VPCs, whom they are asked of, which are refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import AccountInput, OrganizationCapability, Part
from config.capabilities.dns import DNS
from config.capabilities.firewall_policies import judge_lines, lines_of, wrong_domains
from config.capabilities.logging import LOGGING
from config.capabilities.network import MAIN, NETWORK, vpc_path
from config.capabilities.network.vpc import Vpc
from config.capabilities.problems import at
from config.errors import KeyPath, Problem, did_you_mean, one_of
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.cidr import AnyCidr
from config.model.types import Domain, LogDays, Slug, TextPath
from config.nodes import Account, Configuration
from config.sources.files import Files
from config.sources.resolving import Resolving

KEY: Final = "resolver"
_FEWEST_ZONES: Final = 2
_MOST_DOMAINS: Final = 100_000
"""Domains of all lists of an account in a region.

Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
"""
Target = Annotated[
    str,
    Matches(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?", "an address such as '10.200.0.2', or one with a port"),
]
DnsAction = Literal["ALERT", "ALLOW", "BLOCK"]
Leaving = Literal["profile", "query_log"]
DnsResponse = Literal["NODATA", "NXDOMAIN"]
DomainListId = Annotated[str, Matches(r"rslvr-fdl-[0-9a-z]+", "the id of a domain list such as 'rslvr-fdl-0a1b2c3d'")]


class ResolverEndpointEntry(Switchable):
    """Where queries come in or go out: an address in two zones or more."""

    vpc: Slug = Field(default=MAIN, description="The account's VPC that it is in: `main`, or one of its `vpcs`.")
    subnets: tuple[Slug, ...] = Field(
        default=(), description="One subnet a zone; the first private one of each if not said."
    )


class InboundEntry(ResolverEndpointEntry):
    """Where networks outside of AWS ask for names of VPCs."""

    allowed: tuple[AnyCidr, ...] = Field(
        default=("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"), min_length=1, description="Who may ask."
    )


class ForwardingRuleEntry(Model):
    """A domain that somebody else knows."""

    domain: Domain | Literal["."] = Field(description="It and all below it; `.` is everything.")
    targets: tuple[Target, ...] = Field(min_length=1, max_length=6, description="Whom to ask, by address.")

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        for target in self.targets:
            address, _, port = target.partition(":")
            try:
                IPv4Address(address)
            except ValueError:
                raise refuse(f"addresses in `targets`, but there is {target!r}") from None
            if port and not 0 < int(port) < 65536:  # noqa: PLR2004 - ports
                raise refuse(f"ports from 1 to 65535 in `targets`, but there is {target!r}")
        return self


class DnsRuleEntry(Model):
    """What becomes of queries for some domains."""

    priority: int = Field(ge=1, le=65535, description="When it is looked at: the lowest first. No two rules have one.")
    domains: TextPath | None = Field(
        default=None, description="A file below policies/ with a domain a line; `*.example.com` is all below it."
    )
    list_id: DomainListId | None = Field(
        default=None,
        description="The id of a list that AWS keeps, which `aws route53resolver list-firewall-domain-lists` tells; it differs by region.",
    )
    action: DnsAction = Field(default="BLOCK", description="Whether it is answered, answered and logged, or refused.")
    response: DnsResponse = Field(default="NODATA", description="What is answered if it blocks.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.domains is None) is (self.list_id is None):
            raise refuse("either `domains` or `list_id`")
        return self


class QueryLogGroup(Switchable):
    """A log group of CloudWatch in the account that has the Resolver, encrypted with a key of its own."""

    retention_days: LogDays = Field(default=365, description="For how many days CloudWatch keeps it.")


class ResolverEntry(Switchable):
    """Route 53 Resolver for the VPCs that say `resolver: true`; `shares` says which accounts may use it."""

    account: Slug = Field(description="The account that has it.")
    inbound: InboundEntry | None = Field(default=None, description="Networks outside of AWS ask here.")
    outbound: ResolverEndpointEntry | None = Field(default=None, description="From here `rules` ask others.")
    rules: dict[Slug, ForwardingRuleEntry] = Field(
        default_factory=dict, description="Domains that others know, by slug."
    )
    firewall: dict[Slug, DnsRuleEntry] = Field(
        default_factory=dict, description="DNS Firewall: what becomes of queries for some domains, by slug."
    )
    query_log: bool = Field(
        default=False, description="Whether all queries are written to the log archive (`logging`)."
    )

    query_log_group: QueryLogGroup | None = Field(
        default=None,
        description="Where all queries are written instead, for whoever looks at them at once: a log group of CloudWatch.",
    )
    profile: bool = Field(
        default=False,
        description="Whether `rules` and `firewall` come to VPCs by the Route 53 Profile that central endpoints and zones are in: one association a "
        "VPC, however many rules there are.",
    )

    leaving: tuple[Leaving, ...] = Field(
        default=(),
        description="What VPCs leave while it is still there: the first of two steps to switch `profile` or a query log off, or to write queries "
        "elsewhere, since AWS keeps what VPCs of other accounts use, and those are deployed later. With `profile`, VPCs are associated with `rules` and "
        "`firewall` themselves again. Deploy all accounts; then switch it off, remove this, and deploy again.",
    )

    @model_validator(mode="after")
    def _leaves_what_is_there(self) -> Self:
        there = {"profile": self.profile, "query_log": self.query_log or enabled(self.query_log_group) is not None}
        for what in self.leaving:
            if not there[what]:
                raise refuse(
                    f"{'`profile`' if what == 'profile' else 'a query log'} with `leaving: [{what}]`", "Remove it."
                )
        return self

    @model_validator(mode="after")
    def _one_log(self) -> Self:
        if self.query_log and enabled(self.query_log_group):
            raise refuse("either `query_log` or `query_log_group`")
        if self.profile and not (self.rules or self.firewall):
            raise refuse("`rules` or `firewall` with `profile`: something that comes by it")
        return self

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.rules and not enabled(self.outbound):
            raise refuse("`outbound` with `rules`: an endpoint that they ask from")
        homes: dict[int, str] = {}
        for slug, rule in sorted(self.firewall.items()):
            if rule.priority in homes:
                raise refuse(
                    f"one rule of `firewall` of each `priority`, but {homes[rule.priority]!r} and {slug!r} have {rule.priority}"
                )
            homes[rule.priority] = slug
        return self


@dataclass(frozen=True)
class DnsRule:
    """What becomes of queries for some domains: of a file, sorted, or of a list that AWS keeps."""

    priority: int
    action: DnsAction
    response: DnsResponse
    domains: tuple[str, ...]
    list_id: str | None


@dataclass(frozen=True, eq=False)
class Resolver:
    """How names are found inside VPCs.

    Args:
        account: Whose it is.
        inbound: Where networks outside of AWS ask.
        outbound: From where rules ask others.
        rules: Domain and targets by slug.
        firewall: What becomes of queries for some domains, by slug.
        query_log: Whether all queries are written to the log archive.
        log_group_days: For how many days CloudWatch keeps them, where they are written to a log group; None if they are not.
        profile: Whether a Route 53 Profile has rules and firewall.
        leaving: What VPCs leave while it is still there.
    """

    account: Account
    inbound: InboundEntry | None
    outbound: ResolverEndpointEntry | None
    rules: Mapping[str, tuple[str, tuple[str, ...]]]
    firewall: Mapping[str, DnsRule]
    query_log: bool
    log_group_days: int | None = None
    profile: bool = False
    leaving: frozenset[Leaving] = frozenset()

    @property
    def by_profile(self) -> bool:
        """Whether rules and firewall come to VPCs by the profile."""
        return self.profile and "profile" not in self.leaving

    @property
    def decides(self) -> bool:
        """Whether a VPC can use anything of it, central endpoints and zones apart."""
        return bool(self.rules or self.firewall or self.query_log or self.log_group_days)


def _resolve(entry: ResolverEntry | None, resolving: Resolving) -> Resolver | None:
    if entry is None or not entry.enabled:
        return None
    account = resolving.account((KEY, "account"), entry.account)
    firewall = {
        slug: _dns_rule(rule, (KEY, "firewall", slug), resolving) for slug, rule in sorted(entry.firewall.items())
    }
    if account is None:
        return None
    rules = {slug: (rule.domain, tuple(sorted(set(rule.targets)))) for slug, rule in sorted(entry.rules.items())}
    group = enabled(entry.query_log_group)
    return Resolver(
        account,
        enabled(entry.inbound),
        enabled(entry.outbound),
        rules,
        firewall,
        entry.query_log,
        group.retention_days if group else None,
        entry.profile,
        frozenset(entry.leaving),
    )


def _dns_rule(entry: DnsRuleEntry, path: KeyPath, resolving: Resolving) -> DnsRule:
    domains: tuple[str, ...] = ()
    if entry.domains:
        written = lines_of((*path, "domains"), str(entry.domains), resolving)
        bare = {number: line.removeprefix("*.") for number, line in written.items()}
        domains = tuple(sorted(set(written.values())))
        judge_lines((*path, "domains"), str(entry.domains), wrong_domains(bare), len(domains), _MOST_DOMAINS, resolving)
    return DnsRule(entry.priority, entry.action, entry.response, domains, entry.list_id)


def _own(inputs: AccountInput) -> Resolver | None:
    found = RESOLVER.of(inputs.organization)
    return found if found and found.account is inputs.account else None


def endpoint_subnets(endpoint: ResolverEndpointEntry, vpc: Vpc) -> tuple[str, ...]:
    """The subnets of an endpoint, one a zone."""
    return vpc.one_a_zone(endpoint.subnets)


def _endpoints(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Endpoints are in VPCs that there are, in two zones or more."""
    resolver = RESOLVER.of(organization)
    network = NETWORK.in_account(organization, resolver.account) if resolver else None
    vpcs = network.every if network else {}
    for key in ("inbound", "outbound"):
        endpoint: ResolverEndpointEntry | None = getattr(resolver, key) if resolver else None
        if resolver is None or endpoint is None:
            continue
        path: KeyPath = (KEY, key)
        if endpoint.vpc not in vpcs:
            expected = f"a VPC of {resolver.account.slug!r}: {one_of(vpcs) if vpcs else 'it has none'}"
            cure = did_you_mean(endpoint.vpc, vpcs)
            yield files.organization.file.problem((*path, "vpc"), repr(endpoint.vpc), expected, cure)
            continue
        vpc = vpcs[endpoint.vpc]
        unknown = [slug for slug in endpoint.subnets if slug not in vpc.subnets]
        for slug in unknown:
            expected = f"subnets of the VPC {endpoint.vpc!r}: {one_of(sorted(vpc.subnets))}"
            cure = vpc.missing(slug)
            yield files.organization.file.problem((*path, "subnets"), repr(slug), expected, cure)
        zones = {vpc.subnets[slug].zone for slug in endpoint_subnets(endpoint, vpc) if slug in vpc.subnets}
        if not unknown and len(zones) < _FEWEST_ZONES:
            arrived = f"an endpoint in {len(zones) or 'no'} zone{'s' if len(zones) != 1 else ''}"
            yield files.organization.file.problem(path, arrived, "subnets in two zones or more, as AWS wants it")


def _logged(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Queries are written to an archive that there is."""
    resolver = RESOLVER.of(organization)
    if resolver and resolver.query_log and not LOGGING.of(organization) and files.organization.clean:
        expected = "a log archive (`logging`) to write to"
        yield files.organization.file.problem((KEY, "query_log"), "a query log", expected, "Add `logging`.")


def has_central(organization: Configuration) -> bool:
    """Whether VPCs find endpoints or zones of the Resolver's account, by a Route 53 Profile."""
    resolver = RESOLVER.of(organization)
    if resolver is None:
        return False
    network, dns = NETWORK.in_account(organization, resolver.account), DNS.in_account(organization, resolver.account)
    return bool(
        (network and any(vpc.has_central for vpc in network.every.values()))
        or (dns and any(zone.central for zone in dns.private_zones.values()))
    )


def _central_here(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Central endpoints and zones are of the account that has the Resolver, whose profile leads to them."""
    resolver = RESOLVER.of(organization)
    for account in organization.accounts.values() if files.organization.clean else ():
        if resolver and resolver.account is account:
            continue
        network, dns = NETWORK.in_account(organization, account), DNS.in_account(organization, account)
        for slug, vpc in network.every.items() if network else ():
            if vpc.has_central:
                path: KeyPath = (*vpc_path(slug), "endpoints", "central")
                expected = "a VPC of the account that has the organization's `resolver`"
                yield at(files, account, path, "endpoints for other VPCs", expected)
        for slug, zone in sorted(dns.private_zones.items()) if dns else ():
            if zone.central:
                path = ("dns", "private_zones", slug, "central")
                expected = "a zone of the account that has the organization's `resolver`"
                yield at(files, account, path, "a zone for all VPCs", expected)


RESOLVER: Final[OrganizationCapability[Resolver]] = OrganizationCapability(
    key=KEY,
    annotation=ResolverEntry | None,
    description="How names are found inside VPCs: forwarding, DNS Firewall, query log.",
    resolve=_resolve,
    rules=(_endpoints, _logged, _central_here),
    publish=has_central,
    parts=(
        Part[int](
            name=f"{KEY}.query_log_group",
            build="stacks.capabilities.resolver:log_group",
            value=lambda inputs: own.log_group_days if (own := _own(inputs)) else None,
            types=frozenset(
                {"aws_cloudwatch_log_group", "aws_cloudwatch_log_resource_policy", "aws_kms_alias", "aws_kms_key"}
            ),
            cost=("Each gigabyte of queries, and a KMS key by the month.",),
        ),
        Part[Resolver](
            name=KEY,
            build="stacks.capabilities.resolver:add",
            value=_own,
            types=frozenset(
                {
                    "aws_route53profiles_profile",
                    "aws_route53profiles_resource_association",
                    "aws_route53_resolver_endpoint",
                    "aws_route53_resolver_firewall_domain_list",
                    "aws_route53_resolver_firewall_rule",
                    "aws_route53_resolver_firewall_rule_group",
                    "aws_route53_resolver_query_log_config",
                    "aws_route53_resolver_rule",
                    "aws_security_group",
                    "aws_vpc_security_group_egress_rule",
                    "aws_vpc_security_group_ingress_rule",
                }
            ),
            cost=(
                "Each address of an endpoint by the hour, queries through it by the million.",
                "A Route 53 Profile by the hour, with central endpoints or zones, or `profile`.",
                "DNS Firewall by domain and by the million queries; the query log by the gigabyte.",
            ),
            when={
                "aws_route53profiles_profile": lambda found: found.profile,  # or with central endpoints or zones
                "aws_route53profiles_resource_association": lambda found: found.profile,
                "aws_route53_resolver_endpoint": lambda found: bool(found.inbound or found.outbound),
                "aws_route53_resolver_firewall_domain_list": lambda found: any(
                    rule.domains for rule in found.firewall.values()
                ),
                "aws_route53_resolver_firewall_rule": lambda found: bool(found.firewall),
                "aws_route53_resolver_firewall_rule_group": lambda found: bool(found.firewall),
                "aws_route53_resolver_query_log_config": lambda found: bool(found.log_group_days),  # or with an archive
                "aws_route53_resolver_rule": lambda found: bool(found.rules),
                "aws_security_group": lambda found: bool(found.inbound or found.outbound),
                "aws_vpc_security_group_egress_rule": lambda found: bool(found.rules),
                "aws_vpc_security_group_ingress_rule": lambda found: bool(found.inbound),
            },
        ),
    ),
)
