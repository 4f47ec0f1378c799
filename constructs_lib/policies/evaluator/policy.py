"""Policies compiled for evaluation."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Self

from constructs_lib.policies.document import VERSION, PolicyDocument, Statement
from constructs_lib.policies.evaluator.conditions import Condition, compile_conditions
from constructs_lib.policies.evaluator.patterns import SEGMENTS, Late, actions_matcher, arn_parts, arns_matcher, matcher
from constructs_lib.policies.evaluator.principal import Grant, PrincipalMatcher
from constructs_lib.policies.evaluator.request import Request
from constructs_lib.policies.evaluator.variables import Context, Template


@dataclass(frozen=True, slots=True)
class ResourceMatcher:
    """A compiled ``Resource`` or ``NotResource`` element."""

    everything: bool
    fixed: Callable[[str], object]
    dynamic: tuple[Template, ...]

    @classmethod
    def of(cls, resources: Sequence[str], *, variables: bool) -> Self:
        """Compile the element; policy variables count after an ARN's fifth colon only."""
        templates = [
            Template.parse(resource) if variables else Template.literal(resource)
            for resource in resources
            if not (variables and "${" in ":".join(resource.split(":", SEGMENTS - 1)[: SEGMENTS - 1]))
        ]
        return cls(
            "*" in resources,
            Late(lambda: arns_matcher([each.fixed for each in templates if each.fixed is not None])),
            tuple(template for template in templates if template.fixed is None),
        )

    def matches(self, resource: str, context: Context) -> bool:
        """Whether the element names the resource. A variable without a value names none."""
        if self.everything or self.fixed(resource):
            return True
        resolved = (template.resolve(context) for template in self.dynamic)
        return any(matcher([arn_parts(parts)])(resource) for parts in resolved if parts is not None)


@dataclass(frozen=True, slots=True)
class CompiledStatement:
    """A statement, ready to be asked whether it applies to a request."""

    index: int
    statement: Statement
    names_action: Callable[[str], object]
    resources: ResourceMatcher | None
    principals: PrincipalMatcher | None
    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, index: int, statement: Statement, *, variables: bool) -> Self:
        """Compile a statement."""
        resources = statement.resources or statement.not_resources
        principals = statement.principals if statement.principals is not None else statement.not_principals
        return cls(
            index,
            statement,
            actions_matcher(statement.actions or statement.not_actions),
            ResourceMatcher.of(resources, variables=variables) if resources else None,
            PrincipalMatcher.of(principals) if principals is not None else None,
            compile_conditions(statement.conditions, variables=variables),
        )

    def covers(self, lower_action: str) -> bool:
        """Whether ``Action`` or ``NotAction`` takes the action in."""
        return bool(self.names_action(lower_action)) is bool(self.statement.actions)

    def names_resource(self, request: Request) -> bool:
        """Whether ``Resource`` or ``NotResource`` takes the resource in."""
        resources = self.resources
        return resources is None or (
            resources.matches(request.resource, request.keys) is bool(self.statement.resources)
        )

    def applies(self, request: Request) -> bool:
        """Whether resource and conditions take the request in; action and principal are asked apart."""
        keys = request.keys
        return self.names_resource(request) and all(condition.holds(keys) for condition in self.conditions)

    def grant(self, request: Request, *, bounded: bool = False) -> Grant:
        """How directly the statement's principals take the caller in; all callers if it names none.

        Args:
            request: The request.
            bounded: Whether the caller has a permissions boundary. A Deny with ``NotPrincipal`` then always applies.
        """
        if self.principals is None:
            return Grant.CALLER
        if self.statement.principals is not None:
            return self.principals.grant(request.principal)
        if self.statement.effect == "Allow":
            named = self.principals.grant(request.principal) is not Grant.NONE
        else:
            named = self.principals.exempts(request.principal) and not bounded
        return Grant.NONE if named else Grant.CALLER


Actions = str | frozenset[str]
"""An action, or some of which one is enough, in small letters."""


class _Actions:
    """Which of a document's statements take an action in; documents whose statements name the same actions share one.

    Args:
        named: ``Action`` and ``NotAction`` of each statement.
    """

    __slots__ = ("_known", "_matchers", "_named")

    def __init__(self, named: Sequence[tuple[Sequence[str], Sequence[str]]]) -> None:
        self._named = named
        self._matchers: list[tuple[Callable[[str], object], bool]] | None = None
        self._known: dict[Actions, tuple[int, ...]] = {}

    def covering(self, lower_action: Actions) -> tuple[int, ...]:
        """The places of the statements."""
        found = self._known.get(lower_action)
        if found is None:
            found = self._known[lower_action] = tuple(self._find(lower_action))
        return found

    def _find(self, lower_action: Actions) -> Iterable[int]:
        if not isinstance(lower_action, str):
            return sorted({place for each in lower_action for place in self.covering(each)})
        if self._matchers is None:
            self._matchers = [(actions_matcher(actions or others), bool(actions)) for actions, others in self._named]
        matchers = enumerate(self._matchers)
        return (place for place, (names, wanted) in matchers if bool(names(lower_action)) is wanted)


_actions = lru_cache(maxsize=8192)(_Actions)


class CompiledDocument:
    """A document whose statements are compiled when they are first asked about.

    Args:
        document: The document.
    """

    __slots__ = ("_actions", "_compiled", "_statements", "_variables")

    def __init__(self, document: PolicyDocument) -> None:
        self._statements = document.statements
        self._variables = document.version == VERSION
        self._actions = _actions(tuple((each.actions, each.not_actions) for each in document.statements))
        self._compiled: dict[int, CompiledStatement] = {}

    def named(self, lower_action: Actions) -> Iterator[Statement]:
        """The statements that take the action in, as they are written."""
        return (self._statements[place] for place in self._actions.covering(lower_action))

    def covering(self, lower_action: str) -> Iterator[CompiledStatement]:
        """The statements that take the action in, compiled."""
        return (self.statement(place) for place in self._actions.covering(lower_action))

    def statement(self, place: int) -> CompiledStatement:
        """One statement, compiled."""
        found = self._compiled.get(place)
        if found is None:
            statement = self._statements[place]
            found = self._compiled[place] = CompiledStatement.of(place, statement, variables=self._variables)
        return found


_compiled = lru_cache(maxsize=8192)(CompiledDocument)


def compile_document(document: PolicyDocument) -> tuple[CompiledStatement, ...]:
    """Compile a document's statements; equal documents are compiled once."""
    found = _compiled(document)
    return tuple(found.statement(place) for place in range(len(document.statements)))


@dataclass(frozen=True, slots=True)
class Policy:
    """A document with the name that the result of an evaluation gives.

    Args:
        name: As in the configuration (``deny-unapproved-regions``).
        document: What it says.
    """

    name: str
    document: PolicyDocument


Match = tuple[Policy, CompiledStatement]


@dataclass(frozen=True)
class PolicySet:
    """Policies that are evaluated together: those of one identity, one resource, one level of the organization.

    Args:
        policies: The policies.
        node: Where they are attached, as selectors write it (``root``, ``ou:workloads``, ``account:production``).
    """

    policies: tuple[Policy, ...] = ()
    node: str | None = None
    _selected: dict[str, tuple[tuple[Match, ...], tuple[Match, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, *documents: PolicyDocument, name: str = "policy") -> Self:
        """A set of documents that share a name."""
        return cls(tuple(Policy(name, document) for document in documents))

    def select(self, lower_action: str) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
        """The Deny and the Allow statements that take the action in."""
        found = self._selected.get(lower_action)
        if found is None:
            matches = [
                (policy, statement)
                for policy, document in self._documents
                for statement in document.covering(lower_action)
            ]
            found = (
                tuple(match for match in matches if match[1].statement.effect == "Deny"),
                tuple(match for match in matches if match[1].statement.effect == "Allow"),
            )
            self._selected[lower_action] = found
        return found

    def named(self, lower_action: Actions) -> Iterator[tuple[Policy, Statement]]:
        """The statements that take the action in, as they are written: what a decision about it follows from."""
        return ((policy, each) for policy, document in self._documents for each in document.named(lower_action))

    def could_allow(self, lower_action: str) -> bool:
        """Whether some Allow statement takes the action in."""
        return any(statement.effect == "Allow" for _, statement in self.named(lower_action))

    @cached_property
    def _documents(self) -> Sequence[tuple[Policy, CompiledDocument]]:
        return [(policy, _compiled(policy.document)) for policy in self.policies]
