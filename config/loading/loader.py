"""Reads a configuration directory: every file, every error, one result."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from config.capabilities.capability import Rule
from config.controls.rule import lockouts
from config.errors import ConfigError, Problem
from config.loading.order import circles
from config.loading.reading import read_files
from config.loading.resolve import Resolver
from config.loading.settings import Level
from config.model.unknown import until_unknown
from config.nodes import Configuration
from config.registry import capabilities, rules, to_review
from config.rules import RULES
from config.sources.files import ORGANIZATION, Entry, Files


def load(
    directory: Path, *, prove_access: bool = True, changed: Mapping[str, str | None] | None = None
) -> Configuration:
    """Read and check an organization's configuration.

    Args:
        directory: Holds organization.yaml, accounts/, policies/ and, once deployed, organization.lock.yaml.
        prove_access: Whether a guardrail that locks somebody out is an error. Those who only ask what guardrails do, need no proof.
        changed: Texts in place of those of files, by their paths below the directory; None for a file that is taken to be gone.

    Returns:
        The organization, every reference resolved; `warnings` holds what is allowed but hardly meant.

    Raises:
        ConfigError: If anything is wrong; it holds everything that is.
    """
    return load_with_levels(directory, prove_access=prove_access, changed=changed)[0]


def load_with_levels(
    directory: Path, *, prove_access: bool = True, changed: Mapping[str, str | None] | None = None
) -> tuple[Configuration, Mapping[str, tuple[Level, ...]]]:
    """As `load`; and what each level says of an account's settings, from weak to strong, by its slug."""
    organization, problems, resolver = _examined(directory, prove_access=prove_access, changed=changed)
    if organization is None or resolver is None:
        raise ConfigError(directory, problems)
    return organization, resolver.levels


def examine(
    directory: Path, *, prove_access: bool = True, changed: Mapping[str, str | None] | None = None
) -> tuple[Configuration | None, tuple[Problem, ...]]:
    """Read and check a configuration without raising.

    Args:
        directory: As for `load`.
        prove_access: As for `load`.
        changed: As for `load`.

    Returns:
        The organization, or None if there are errors; and all errors and warnings, sorted by file and line.
    """
    return _examined(directory, prove_access=prove_access, changed=changed)[:2]


def _examined(
    directory: Path, *, prove_access: bool, changed: Mapping[str, str | None] | None
) -> tuple[Configuration | None, tuple[Problem, ...], Resolver | None]:
    try:
        capabilities()
    except ConfigError as error:  # no file can be judged without the keys of all capabilities
        return None, error.problems, None
    files, problems = read_files(directory, changed or {})
    problems += to_review()
    organization, resolver = None, None
    if files is not None:
        resolver = Resolver(files)
        organization = resolver.organization()
        problems += resolver.problems
        if organization is not None:
            every = (*RULES, *rules(), unused_variables, circles, *((lockouts,) if prove_access else ()))
            problems += [problem for rule in every for problem in _judged(rule, organization, files)]
    found = tuple(sorted(set(problems), key=_order))
    if organization is None or any(problem.severity == "error" for problem in found):
        return None, found, resolver
    # The same object, as a rule, has what rules have found out about it (`config.registry.shared`).
    return (dataclasses.replace(organization, warnings=found) if found else organization), found, resolver


def unused_variables(_organization: Configuration, files: Files) -> Iterator[Problem]:
    """Something uses each of the organization's own variables, as far as all files could be read."""
    entries: tuple[Entry[Any], ...] = (files.organization, *files.accounts.values(), *files.policies.values())
    if all(entry.file.root is not None for entry in entries):
        yield from files.variables.unused()


def _judged(rule: Rule, organization: Configuration, files: Files) -> Iterator[Problem]:
    """What a rule finds before it comes to a value that is not known."""
    with until_unknown():
        yield from rule(organization, files)


def _order(problem: Problem) -> tuple[bool, str, int, str, str, str]:
    return problem.file != ORGANIZATION, problem.file, problem.line, problem.key, problem.expected, problem.arrived
