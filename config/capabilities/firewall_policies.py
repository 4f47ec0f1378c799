"""What firewalls let through: policies of AWS Network Firewall, whose rules are read from files."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import OrganizationCapability
from config.errors import KeyPath
from config.model.base import Matches, Model, refuse
from config.model.cidr import AnyCidr
from config.model.types import Slug, TextPath
from config.sources.documents import FileText
from config.sources.resolving import Resolving

KEY: Final = "firewall_policies"
_MOST_CAPACITY: Final = 30_000
"""Capacity of a policy's own rule groups with stateful rules.

Source: https://docs.aws.amazon.com/network-firewall/latest/developerguide/quotas.html
"""
_ACTIONS: Final = ("alert", "drop", "pass", "reject", "rejectboth", "rejectdst", "rejectsrc")
_SID: Final = re.compile(r"\bsid\s*:\s*(\d+)\s*;")
_LABEL: Final = r"[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?"
_DOMAIN: Final = re.compile(rf"\.?(?:{_LABEL}\.)*{_LABEL}")
ManagedGroup = Annotated[
    str,
    Matches(r"[A-Za-z0-9]+", "the name of a rule group of AWS's, such as 'ThreatSignaturesBotnetStrictOrder'"),
]


class RuleGroupEntry(Model):
    """Rules of a firewall: of a file, or AWS's."""

    priority: int = Field(
        ge=1, le=65535, description="When they are looked at: the lowest first. No two of a policy have one."
    )
    rules: TextPath | None = Field(default=None, description="A file below policies/ with a Suricata rule a line.")
    domains: TextPath | None = Field(
        default=None,
        description="A file below policies/ with a domain a line, of which HTTP and TLS tell; `.example.com` is all below it.",
    )
    type: Literal["ALLOWLIST", "DENYLIST"] = Field(
        default="ALLOWLIST", description="Whether `domains` are those that can be reached, or those that cannot."
    )
    managed: ManagedGroup | None = Field(
        default=None, description="A rule group that AWS keeps, of those in strict order."
    )
    capacity: int = Field(
        default=1000,
        ge=1,
        le=_MOST_CAPACITY,
        description="For how many rules AWS reserves room; it cannot be changed, only another group made.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        said = [key for key in ("domains", "managed", "rules") if getattr(self, key)]
        if len(said) != 1:
            raise refuse("one of `rules`, `domains` and `managed`")
        if self.type != "ALLOWLIST" and not self.domains:
            raise refuse("`type` with `domains` only")
        return self


class FirewallPolicyEntry(Model):
    """What a firewall lets through; `network.firewall` and that of `network.vpcs` name it."""

    rule_groups: dict[Slug, RuleGroupEntry] = Field(default_factory=dict, description="Rules by slug.")
    default_actions: tuple[Literal["alert_established", "alert_strict", "drop_established", "drop_strict"], ...] = (
        Field(
            default=("alert_established", "drop_established"),
            description="What becomes of packets that no rule decides on; with none of `drop_…`, they pass.",
        )
    )
    home_net: tuple[AnyCidr, ...] = Field(
        default=("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        min_length=1,
        description="The ranges that rules and lists of domains know as `$HOME_NET`: of whoever sends through the firewall.",
    )

    @model_validator(mode="after")
    def _in_one_order(self) -> Self:
        homes: dict[int, str] = {}
        for slug, group in sorted(self.rule_groups.items()):
            if group.priority in homes:
                raise refuse(
                    f"one rule group of each `priority`, but {homes[group.priority]!r} and {slug!r} have {group.priority}"
                )
            homes[group.priority] = slug
        if sum(group.capacity for group in self.rule_groups.values() if not group.managed) > _MOST_CAPACITY:
            raise refuse(f"a `capacity` of all rule groups together of at most {_MOST_CAPACITY}")
        for kind in ("alert", "drop"):
            if len([each for each in set(self.default_actions) if each.startswith(kind)]) > 1:
                raise refuse(f"one of `{kind}_established` and `{kind}_strict`")
        return self


@dataclass(frozen=True)
class RuleGroup:
    """Rules of a firewall.

    Args:
        priority: When they are looked at: the lowest first.
        capacity: For how many rules AWS reserves room.
        rules: Suricata's rules, if it is that.
        domains: Domains, if it is that, sorted.
        type: Whether they are those that can be reached, or those that cannot.
        managed: The name of a rule group of AWS's, if it is that.
    """

    priority: int
    capacity: int
    rules: str | None
    domains: tuple[str, ...]
    type: Literal["ALLOWLIST", "DENYLIST"]
    managed: str | None


@dataclass(frozen=True)
class FirewallPolicy:
    """What a firewall lets through."""

    rule_groups: Mapping[str, RuleGroup]
    default_actions: tuple[str, ...]
    home_net: tuple[str, ...]


def _resolve(entries: Mapping[str, FirewallPolicyEntry], resolving: Resolving) -> dict[str, FirewallPolicy]:
    found = {}
    for slug, entry in sorted(entries.items()):
        groups = {
            key: _rule_group(group, (KEY, slug, "rule_groups", key), resolving)
            for key, group in sorted(entry.rule_groups.items())
        }
        found[slug] = FirewallPolicy(
            groups, tuple(sorted(set(entry.default_actions))), tuple(sorted(set(entry.home_net)))
        )
    return found


def _rule_group(entry: RuleGroupEntry, path: KeyPath, resolving: Resolving) -> RuleGroup:
    rules: str | None = None
    domains: tuple[str, ...] = ()
    if entry.rules:
        written = lines_of((*path, "rules"), str(entry.rules), resolving)
        rules = FileText("\n".join(written.values()))
        judge_lines((*path, "rules"), str(entry.rules), _wrong_rules(written), len(written), entry.capacity, resolving)
    if entry.domains:
        written = lines_of((*path, "domains"), str(entry.domains), resolving)
        domains = tuple(sorted(set(written.values())))
        judge_lines(
            (*path, "domains"), str(entry.domains), wrong_domains(written), len(domains), entry.capacity, resolving
        )
    return RuleGroup(entry.priority, entry.capacity, rules, domains, entry.type, entry.managed)


def lines_of(path: KeyPath, name: str, resolving: Resolving) -> dict[int, str]:
    """The lines of a file that are neither empty nor a comment, by their numbers; that there are none is said.

    Args:
        path: The key that names the file.
        name: The file.
        resolving: To whom it is said.
    """
    text = resolving.text(path, name)
    found = dict(_lines(text or ""))
    if text is not None and not found:
        resolving.problem(path, f"{name!r} without a line but comments", "at least one line: AWS takes no empty list")
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if (found := line.strip()) and not found.startswith("#"):
            yield number, found


def wrong_domains(written: Mapping[int, str]) -> Iterator[tuple[int, str, str]]:
    """Lines that are no domains: their numbers, what arrived, what was expected."""
    for number, line in written.items():
        if not _DOMAIN.fullmatch(line) or len(line) > 255:  # noqa: PLR2004 - the longest domain
            yield number, repr(line), "a domain, or one after a dot for all below it"


def _wrong_rules(written: Mapping[int, str]) -> Iterator[tuple[int, str, str]]:
    known: dict[str, int] = {}
    for number, line in written.items():
        action, _, _ = line.partition(" ")
        sid = _SID.search(line)
        if action not in _ACTIONS:
            yield number, repr(action), f"a rule that begins with one of {', '.join(_ACTIONS)}"
        elif not line.endswith(")") or "(" not in line or sid is None:
            yield number, repr(line[:60]), "a rule with options in parentheses, `sid:…;` among them"
        elif sid[1] in known:
            yield number, f"the sid {sid[1]}, which line {known[sid[1]]} has too", "a sid for each rule"
        else:
            known[sid[1]] = number


def judge_lines(
    path: KeyPath,
    name: str,
    wrong: Iterator[tuple[int, str, str]],
    count: int,
    capacity: int,
    resolving: Resolving,
) -> None:
    """Say what is wrong with a file's lines.

    Args:
        path: The key that names the file.
        name: The file.
        wrong: The lines that are wrong, as `wrong_domains` has them.
        count: How many lines there are.
        capacity: How many there may be.
        resolving: To whom it is said.
    """
    for number, arrived, expected in wrong:
        resolving.problem(path, f"{name!r} with {arrived} in line {number}", expected)
    if count > capacity:
        cure = "Make another rule group beside it, or one with more: AWS cannot change a group's `capacity`."
        resolving.problem(path, f"{name!r} with {count} lines", f"at most {capacity}, the group's `capacity`", cure)


FIREWALL_POLICIES: Final[OrganizationCapability[Mapping[str, FirewallPolicy]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, FirewallPolicyEntry],
    default_factory=dict,
    description="What firewalls in VPCs let through.",
    resolve=_resolve,
)
