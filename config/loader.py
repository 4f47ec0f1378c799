"""Reads a configuration directory: every file, every error, one result."""

import dataclasses
from pathlib import Path

from config.errors import ConfigError, Problem
from config.files import ORGANIZATION, read_files
from config.nodes import Organization
from config.resolve import Resolver
from config.rules import RULES


def load(directory: Path) -> Organization:
    """Read and check an organization's configuration.

    Args:
        directory: Holds organization.yaml, accounts/, policies/ and, once deployed, organization.lock.yaml.

    Returns:
        The organization, every reference resolved; `warnings` holds what is allowed but hardly meant.

    Raises:
        ConfigError: If anything is wrong; it holds everything that is.
    """
    organization, problems = examine(directory)
    if organization is None:
        raise ConfigError(directory, problems)
    return organization


def examine(directory: Path) -> tuple[Organization | None, tuple[Problem, ...]]:
    """Read and check a configuration without raising.

    Returns:
        The organization, or None if there are errors; and all errors and warnings, sorted by file and line.
    """
    files, problems = read_files(directory)
    organization = None
    if files is not None:
        resolver = Resolver(files)
        organization = resolver.organization()
        problems += resolver.problems
        if organization is not None:
            problems += [problem for rule in RULES for problem in rule(organization, files)]
    found = tuple(sorted(set(problems), key=_order))
    if organization is None or any(problem.severity == "error" for problem in found):
        return None, found
    return dataclasses.replace(organization, warnings=found), found


def _order(problem: Problem) -> tuple[bool, str, int, str, str, str]:
    return problem.file != ORGANIZATION, problem.file, problem.line, problem.key, problem.expected, problem.arrived
