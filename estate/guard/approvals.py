"""Reads config/approvals.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from config.errors import ConfigError, KeyPath
from config.model.approvals import ApprovalsFile
from config.validation import problems_of
from config.yaml_file import YamlFile, read

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
        return ApprovalsFile.model_validate(file.data if file.data is not None else {})
    except ValidationError as error:
        raise ConfigError(directory, problems_of(error, ApprovalsFile, file.data, locate)) from error
