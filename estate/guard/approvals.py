"""Reads config/approvals.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from config.errors import ConfigError, KeyPath, Problem, did_you_mean
from config.loading.validation import problems_of
from config.model.approvals import ApprovalsFile
from config.sources.yaml_file import YamlFile, read
from estate.guard.rule import rules

if TYPE_CHECKING:
    from pathlib import Path

APPROVALS: Final = "approvals.yaml"


def load_approvals(directory: Path) -> ApprovalsFile:
    """Read the approvals of an organization; without the file there are none.

    Args:
        directory: The configuration's directory.

    Raises:
        ConfigError: If the file has mistakes; it holds all of them.
    """
    if not (directory / APPROVALS).exists():
        return ApprovalsFile()
    file, problems = read(directory, APPROVALS)
    if file is None or problems:
        raise ConfigError(directory, problems)

    def locate(path: KeyPath) -> tuple[YamlFile, KeyPath]:
        return file, path

    try:
        found = ApprovalsFile.model_validate(file.data if file.data is not None else {})
    except ValidationError as error:
        raise ConfigError(directory, problems_of(error, ApprovalsFile, file.data, locate)) from error
    names = [rule.name for rule in rules()]
    unknown = [
        Problem(
            APPROVALS,
            file.line(path),
            path,
            repr(approval.rule),
            "the name of a rule of the guard",
            did_you_mean(approval.rule, names) or "docs/guard.md has all of them.",
        )
        for index, approval in enumerate(found.approvals)
        if approval.rule not in names
        for path in [("approvals", index, "rule")]
    ]
    if unknown:
        raise ConfigError(directory, unknown)
    return found
