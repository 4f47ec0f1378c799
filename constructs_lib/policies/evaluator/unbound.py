"""What policies of a layer never restrict, from one dated list with sources: ``data/unbound.json``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from constructs_lib.policies.data import load
from constructs_lib.policies.evaluator.decision import Layer
from constructs_lib.policies.evaluator.patterns import actions_matcher, arn_parts, matcher
from constructs_lib.policies.evaluator.principal import PrincipalKind
from constructs_lib.policies.evaluator.request import Request


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the list; it holds of a request if all that it names does."""

    layers: frozenset[Layer]
    because: str
    who: str | None
    whose: str | None
    names_action: Callable[[str], object] | None
    names_resource: Callable[[str], object] | None

    def holds(self, request: Request, management_account: str | None) -> bool:
        return (
            (self.names_action is None or bool(self.names_action(request.lower_action)))
            and (self.names_resource is None or bool(self.names_resource(request.resource)))
            and (self.who is None or _WHO[self.who](request, management_account))
            and (self.whose is None or (management_account is not None and request.owner == management_account))
        )


_WHO: Final[Mapping[str, Callable[[Request, str | None], bool]]] = {
    "service-linked-role": lambda request, _management: request.principal.is_service_linked,
    "management-account": lambda request, management: (
        management is not None and request.principal.account == management
    ),
    "owner-root": lambda request, _management: (
        request.principal.kind is PrincipalKind.ROOT and request.principal.account == request.owner
    ),
}


def unbound(request: Request, management_account: str | None = None) -> Mapping[Layer, str]:
    """The layers that do not restrict a request, each with the reason, for people.

    Args:
        request: The request.
        management_account: The id of the organization's management account.

    Example:
        >>> from constructs_lib.policies.evaluator.principal import Principal
        >>> ann = Principal.of("arn:aws:iam::111122223333:user/ann")
        >>> unbound(Request(ann, "kms:RetireGrant"))
        {<Layer.RCP: 'RCP'>: 'kms:RetireGrant is not restricted, whatever Action says'}
    """
    found: dict[Layer, str] = {}
    for entry in _entries():
        if entry.holds(request, management_account):
            found |= {layer: entry.because for layer in Layer if layer in entry.layers and layer not in found}
    return found


@cache
def never_bound(layer: Layer) -> tuple[str, ...]:
    """Patterns of actions that policies of a layer never restrict, whoever calls whatever."""
    return tuple(
        action
        for entry in load("unbound")["entries"]
        if layer in entry["layers"] and not {"who", "whose", "resources"} & entry.keys()
        for action in entry.get("actions", ())
    )


@cache
def _entries() -> tuple[_Entry, ...]:
    return tuple(_read())


def _read() -> Iterator[_Entry]:
    listed: list[dict[str, Any]] = load("unbound")["entries"]
    for entry in listed:
        if "tasks" in entry:
            continue
        yield _Entry(
            frozenset(map(Layer, entry["layers"])),
            entry["because"],
            entry.get("who"),
            entry.get("whose"),
            actions_matcher(entry["actions"]) if "actions" in entry else None,
            matcher(arn_parts((arn,)) for arn in entry["resources"]) if "resources" in entry else None,
        )
