"""Sets of actions, exact for all actions that AWS has, that load a service's actions only where they are told apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from constructs_lib.policies import names
from constructs_lib.policies.document import Statement

Part = bool | frozenset[str]
"""All actions of a service, none, or some (in lower case, without the service)."""


@dataclass(frozen=True)
class ActionSet:
    """A set of actions.

    Args:
        rest: Whether it holds the actions of all services that `services` does not mention.
        services: What it holds of the services that are told apart.
    """

    rest: bool = False
    services: Mapping[str, Part] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Iterable[str]) -> "ActionSet":
        """The actions that patterns such as ``s3:Get*`` or ``*`` name."""
        found: dict[str, Part] = {}
        rest = False
        for pattern in patterns:
            service, _, name = pattern.lower().partition(":")
            if service == "*":
                rest = True
            else:
                some = (
                    True if name == "*" else frozenset(each.lower() for each in names.matching_actions(service, name))
                )
                found[service] = _either(service, found.get(service, False), some)
        return cls(rest=True) if rest else cls(services=found)

    @classmethod
    def of_statement(cls, statement: Statement) -> "ActionSet":
        """The actions that a statement is about."""
        return cls.of(statement.actions) if statement.actions else ~cls.of(statement.not_actions)

    def __invert__(self) -> "ActionSet":
        return ActionSet(not self.rest, {service: _without(service, part) for service, part in self.services.items()})

    def __or__(self, other: "ActionSet") -> "ActionSet":
        mentioned = self.services.keys() | other.services.keys()
        found = {service: _either(service, self[service], other[service]) for service in mentioned}
        rest = self.rest or other.rest
        return ActionSet(rest, {service: part for service, part in found.items() if part != rest})

    def __and__(self, other: "ActionSet") -> "ActionSet":
        return ~(~self | ~other)

    def __sub__(self, other: "ActionSet") -> "ActionSet":
        return self & ~other

    def __bool__(self) -> bool:
        return self.rest or any(part is not False for part in self.services.values())

    def __getitem__(self, service: str) -> Part:
        """What it holds of a service."""
        return self.services.get(service, self.rest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActionSet) and not (self - other) and not (other - self)

    def __hash__(self) -> int:
        return hash((self.rest, frozenset(self.services)))

    def __contains__(self, action: str) -> bool:
        service, _, name = action.lower().partition(":")
        part = self[service]
        return part if isinstance(part, bool) else name in part

    def patterns(self) -> Iterator[str]:
        """The set as patterns, sorted: ``*`` first, then what is left out of it as ``not s3:*``, or what it holds."""
        if self.rest:
            yield "*"
        for service, part in sorted(self.services.items()):
            apart = _without(service, part) if self.rest else part
            sign = "not " if self.rest else ""
            if apart is True:
                yield f"{sign}{service}:*"
            elif apart:
                known = names.actions(service)
                yield from (f"{sign}{service}:{known[name]}" for name in sorted(apart))


def _either(service: str, one: Part, other: Part) -> Part:
    if one is True or other is True:
        return True
    return _known(service, (one or frozenset()) | (other or frozenset()))


def _without(service: str, part: Part) -> Part:
    return not part if isinstance(part, bool) else _known(service, frozenset(names.actions(service)) - part)


def _known(service: str, some: frozenset[str]) -> Part:
    """The one form of a part: all and none are said as such."""
    if not some:
        return False
    return True if len(some) == len(names.actions(service)) else some
