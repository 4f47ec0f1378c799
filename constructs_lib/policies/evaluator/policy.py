"""Policies compiled for evaluation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from constructs_lib.policies.document import VERSION, PolicyDocument, Statement
from constructs_lib.policies.evaluator.conditions import Condition, compile_conditions
from constructs_lib.policies.evaluator.patterns import SEGMENTS, Late, actions_matcher, arn_parts, matcher
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
            Late(lambda: matcher([arn_parts(each.fixed) for each in templates if each.fixed is not None])),
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


@lru_cache(maxsize=8192)
def compile_document(document: PolicyDocument) -> tuple[CompiledStatement, ...]:
    """Compile a document's statements; equal documents are compiled once."""
    variables = document.version == VERSION
    return tuple(
        CompiledStatement.of(index, statement, variables=variables)
        for index, statement in enumerate(document.statements)
    )


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
                for policy in self.policies
                for statement in compile_document(policy.document)
                if statement.covers(lower_action)
            ]
            found = (
                tuple(match for match in matches if match[1].statement.effect == "Deny"),
                tuple(match for match in matches if match[1].statement.effect == "Allow"),
            )
            self._selected[lower_action] = found
        return found
