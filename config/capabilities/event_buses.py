"""Event buses in one account, to which others of the organization send some of their events."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part
from config.capabilities.in_accounts import somebody_has_it
from config.errors import KeyPath, Problem, one_of
from config.model.base import Matches, Model, refuse
from config.model.types import Region, Selector, Slug
from config.nodes import Account, Configuration
from config.sources.files import Files
from config.sources.resolving import Resolving

KEY: Final = "event_buses"
_OWN: Final = ("activity-alerts", "default")
"""Buses that others make: `logging.alerts`, and AWS in each account and region."""
_LONGEST_RULE: Final = 64
_LONGEST_PATTERN: Final = 2048
"""Characters of an event pattern.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
"""
_Text = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a description on one line", longest=512)]


class EventSource(Model):
    """Events of some accounts that are sent on."""

    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts whose events they are.")
    pattern: dict[str, Any] = Field(
        min_length=1,
        description="Which events of their default buses, as EventBridge takes it: `{source: [aws.health]}`.",
    )
    regions: tuple[Region, ...] = Field(default=(), description="Of which regions; of all governed ones if not said.")

    @model_validator(mode="after")
    def _as_eventbridge_takes_it(self) -> Self:
        if wrong := next(_single_values((), self.pattern), None):
            raise refuse(f"lists of values in `pattern`, but {wrong} has a single one", "Write it in brackets.")
        size = len(pattern_text(self.pattern))
        if size > _LONGEST_PATTERN:
            raise refuse(f"a `pattern` of at most {_LONGEST_PATTERN:,} characters as JSON, not {size:,}")
        return self


class EventBusEntry(Model):
    """A bus that takes events of the organization's accounts. Its key is its name."""

    account: Slug = Field(description="The account that has it.")
    region: Region | None = Field(default=None, description="Where; in the home region if not said.")
    description: _Text | None = Field(default=None, description="What it is for.")
    sources: dict[Slug, EventSource] = Field(default_factory=dict, description="Which events come there, by slug.")


@dataclass(frozen=True, eq=False)
class Source:
    """Events of some accounts that are sent on."""

    accounts: tuple[Account, ...]
    pattern: str
    regions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class EventBus:
    """A bus that takes events of the organization's accounts."""

    name: str
    account: Account
    region: str
    description: str | None
    sources: Mapping[str, Source]


def pattern_text(pattern: Mapping[str, Any]) -> str:
    """A pattern as EventBridge is given it."""
    return json.dumps(pattern, sort_keys=True, separators=(",", ":"))


def _single_values(path: tuple[str, ...], value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _single_values((*path, str(key)), below)
    elif not isinstance(value, list | tuple):
        yield ".".join(path)


def _resolve(entries: Mapping[str, EventBusEntry], resolving: Resolving) -> dict[str, EventBus]:
    found = {}
    configuration = resolving.configuration
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        account = resolving.account((*path, "account"), entry.account)
        if slug in _OWN:
            expected = f"another name than {' and '.join(_OWN)}, which others make"
            resolving.problem(path, repr(slug), expected)
        if entry.region is not None:
            _governed((*path, "region"), entry.region, resolving)
        sources = {}
        for name, source in sorted(entry.sources.items()):
            place = (*path, "sources", name)
            if len(rule_name(slug, name)) > _LONGEST_RULE:
                expected = (
                    f"a name that with the bus's makes at most {_LONGEST_RULE} characters: {rule_name(slug, name)!r}"
                )
                resolving.problem(place, f"{len(rule_name(slug, name))} characters", expected, "Write a shorter slug.")
            for number, region in enumerate(source.regions):
                _governed((*place, "regions", number), region, resolving)
            sources[name] = Source(
                resolving.accounts((*place, "accounts"), source.accounts),
                pattern_text(source.pattern),
                tuple(sorted(set(source.regions or configuration.governed_regions))),
            )
        if account is not None:
            region = entry.region or configuration.home_region
            found[slug] = EventBus(slug, account, region, entry.description, sources)
    return found


def _governed(path: KeyPath, region: str, resolving: Resolving) -> None:
    governed = resolving.configuration.governed_regions
    if region not in governed:
        cure = "Add it to `regions.governed`."
        resolving.problem(path, repr(region), f"a governed region: {one_of(governed)}", cure)


def rule_name(bus: str, source: str) -> str:
    """What rules that send events to a bus are called."""
    return f"{role_name(bus)}-{source}"


def role_name(bus: str) -> str:
    """The role that sends events to a bus, and the beginning of the names of the rules."""
    return f"event-bus-{bus}"


def _somebody_sends(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Each source is of some account."""
    for bus in (EVENT_BUSES.of(organization) or {}).values():
        for name, source in bus.sources.items():
            path = (KEY, bus.name, "sources", name, "accounts")
            if not source.accounts:
                yield from somebody_has_it(organization, files, path, source.accounts, "the events")


def _owned(inputs: AccountInput) -> tuple[EventBus, ...] | None:
    """The buses of an account, without what comes there."""
    found = (EVENT_BUSES.of(inputs.organization) or {}).values()
    return tuple(replace(bus, sources={}) for bus in found if bus.account is inputs.account) or None


def _sent(inputs: AccountInput) -> tuple[EventBus, ...] | None:
    """The buses to which an account sends events, with what it sends alone."""
    own = inputs.account
    found = [
        replace(
            bus,
            sources={
                name: replace(each, accounts=(own,)) for name, each in bus.sources.items() if own in each.accounts
            },
        )
        for bus in (EVENT_BUSES.of(inputs.organization) or {}).values()
    ]
    return tuple(bus for bus in found if bus.sources) or None


EVENT_BUSES: Final[OrganizationCapability[Mapping[str, EventBus]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, EventBusEntry],
    default_factory=dict,
    description="Event buses in one account, to which others of the organization send some of their events.",
    resolve=_resolve,
    rules=(_somebody_sends,),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.event_buses:add",
            value=_owned,
            types=frozenset({"aws_cloudwatch_event_bus", "aws_cloudwatch_event_bus_policy"}),
            cost=FREE,
            whose="all",
        ),
        Part(
            name=f"{KEY}.sources",
            build="stacks.capabilities.event_buses:send",
            value=_sent,
            types=frozenset(
                {"aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_iam_role", "aws_iam_role_policy"}
            ),
            cost=("Events sent to another bus, by the million; what goes to another region as traffic, too.",),
            whose="all",
        ),
    ),
)
