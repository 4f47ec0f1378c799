"""All capabilities there are, and what follows from them: the models of the files, the rules, the types in every stack."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

from config.capabilities import BUILT_IN
from config.capabilities.capability import (
    AccountCapability,
    AccountInput,
    Capability,
    OrganizationCapability,
    Part,
    Rule,
)
from config.capabilities.execution_role import EXECUTION_ROLE, ORGANIZATION_TYPES
from config.capabilities.extensions import load_extensions
from config.capabilities.own import extension_problems
from config.capabilities.workload import WorkloadStack
from config.capabilities.workloads import workloads
from config.errors import ConfigError, Problem
from config.model.organization import OrganizationFile
from config.model.settings import Settings
from config.nodes import Account, Configuration, Organization
from config.places import extensions
from constructs_lib.ci.contents import is_content
from constructs_lib.ci.permissions import Permissions

ModelT = TypeVar("ModelT", bound=BaseModel)


@cache
def capabilities() -> tuple[Capability, ...]:
    """All capabilities, in the order in which stacks get them: the built-in ones, then a team's own.

    Raises:
        ConfigError: An extension cannot be used; all that is wrong is said.
    """
    problems = [problem for own, file in load_extensions() for problem in extension_problems(own, file)]
    if problems:
        raise ConfigError(extensions().parent, problems)
    return (*BUILT_IN, *(own for own, _ in load_extensions() if isinstance(own, Capability)))


@cache
def to_review() -> tuple[Problem, ...]:
    """Types for which no capability of the team's own lists what Terraform needs, with what was derived.

    A warning each; of types whose refresh may answer with contents, an error: who plans would read them, unseen by anybody.
    """
    found = []
    for own, file in load_extensions():
        for part in own.parts if isinstance(own, Capability) else (own,):
            for type_ in sorted(part.types):
                needs = Permissions.of([type_], listed=part.actions)
                if needs.derived:
                    arrived = f"{type_!r} without `actions`; derived are {', '.join(sorted(needs.actions))}"
                    expected = "what Terraform needs for it, reviewed by somebody"
                    cure = "Write what is right in `actions`."
                    path = (own.key, "types")
                    contents = sorted(filter(is_content, needs.actions))
                    if contents:
                        cure += (
                            f" Who plans, so every author of a request, would be permitted {', '.join(contents)}: what such "
                            "resources hold. Leave these out if a plan does not need them."
                        )
                    severity: Literal["error", "warning"] = "error" if contents else "warning"
                    found.append(Problem(str(file), 0, path, arrived, expected, cure, severity=severity))
    return tuple(found)


@cache
def parts() -> tuple[Part[Any], ...]:
    """What stacks are made of, in order."""
    return tuple(part for capability in capabilities() for part in capability.parts)


@cache
def listed_actions() -> Mapping[str, tuple[str, ...]]:
    """The actions that capabilities list for types which the library does not know."""
    listed = [*(part.actions for part in parts()), *(workload.actions for workload in workloads())]
    return {type_: actions for each in listed for type_, actions in each.items()}


def rules() -> Iterator[Rule]:
    """What must hold between files, as far as it is about capabilities."""
    return (rule for capability in capabilities() for rule in capability.rules)


@cache
def settings_model() -> type[Settings]:
    """The model of an account's settings, with the keys of all capabilities."""
    return _with_keys(Settings, (each for each in capabilities() if isinstance(each, AccountCapability)))


@cache
def organization_model() -> type[OrganizationFile]:
    """The model of organization.yaml, with the keys of all capabilities."""
    return _with_keys(OrganizationFile, (each for each in capabilities() if isinstance(each, OrganizationCapability)))


def _with_keys(
    base: type[ModelT], keys: Iterable[AccountCapability[Any] | OrganizationCapability[Any]]
) -> type[ModelT]:
    fields: dict[str, Any] = {}
    for each in keys:
        if isinstance(each, AccountCapability):
            fields[each.key] = (each.model | None, Field(default=None, description=each.description))
        else:
            default = {"default_factory": each.default_factory} if each.default_factory else {"default": None}
            fields[each.key] = (each.annotation, Field(**default, description=each.description))
    return create_model(base.__name__, __base__=base, __doc__=base.__doc__, __module__=base.__module__, **fields)


def inputs_of(configuration: Configuration, account: Account, workload: WorkloadStack | None = None) -> AccountInput:
    """All that an account's stack is made from, or a workload's beside it."""
    return AccountInput(shared(configuration), account, configuration.settings[account.slug], workload)


@cache
def shared(configuration: Configuration) -> Organization:
    """What all stacks may know: the configuration without the accounts' settings, but with what they publish of them."""
    facts = {each.key: each.publish(configuration) for each in capabilities() if each.publish}
    known = {name: getattr(configuration, name) for name in Organization.__dataclass_fields__}
    organization = Organization(**{**known, "facts": facts})
    inputs = [
        AccountInput(organization, account, configuration.settings[slug]) for slug, account in known["accounts"].items()
    ]
    members = [each for each in inputs if not each.is_management]
    facts[EXECUTION_ROLE.key] = {
        "management": ORGANIZATION_TYPES | _read(each for each in inputs if each.is_management),
        "core": _read(members),
        "workload": _read(members) | _made(each for each in members if each.account.purpose == "workload"),
        "accounts": {each.account.slug: types for each in inputs if (types := _read_by(each))},
    }
    return organization


def _read(stacks: Iterable[AccountInput]) -> frozenset[str]:
    """All that any capability of some stacks reads, on or off: a plan that switches one on reads before it can permit anything."""
    kinds = {inputs.is_management: inputs for inputs in stacks}.values()  # nothing else decides what applies
    applying = {part for inputs in kinds for part in parts() if part.applies(inputs) and part.readers is None}
    return frozenset(type_ for part in applying for type_ in part.types if type_.startswith("data."))


def _read_by(inputs: AccountInput) -> frozenset[str]:
    """What capabilities read in the stacks of some accounts only, this one among them."""
    found = (part for part in parts() if part.readers and part.applies(inputs) and part.readers(inputs))
    return frozenset(type_ for part in found for type_ in part.types if type_.startswith("data."))


def _made(stacks: Iterable[AccountInput]) -> frozenset[str]:
    """All that the capabilities of some stacks may make: product accounts share a template (B4)."""
    some = list(stacks)
    made = (part.types for part in parts() if any(part.of(inputs) is not None for inputs in some))
    return frozenset[str]().union(*made)


def resource_types(configuration: Configuration, account: Account) -> frozenset[str]:
    """The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that an account's stack makes at least.

    After synthesis the lockout proof is made once more, with the types that the stacks really have (`stacks.lockout`).
    """
    inputs = inputs_of(configuration, account)
    return frozenset[str]().union(*(part.made(inputs) for part in parts()))
