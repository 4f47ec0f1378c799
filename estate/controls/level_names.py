"""Names of an organization that its files of a level leave out: they were written before, or for another one."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from config.errors import Problem
from config.nodes import Organization
from config.sources.yaml_file import parse, read
from estate.controls.levels import files

_NAMED: Final = {"protect-resources": "resource_arns", "protect-roles": "roles"}
"""The guardrails that protect by name, and what lists the names."""


def unprotected(organization: Organization, directory: Path) -> Iterator[Problem]:
    """A warning for each guardrail of a level's file that lacks a name which the level has for this organization.

    Args:
        organization: Whose roles and buckets are meant.
        directory: Its configuration.
    """
    for slug, text in files("strict", organization).items():
        name = f"policies/{slug}.yaml"
        if slug not in organization.policies:
            continue
        (file, _), (level, _) = read(directory, name), parse(name, text)
        if file is None or level is None:
            continue
        for guardrail, key in _NAMED.items():
            wanted, own = (_names(each.data, guardrail, key) for each in (level, file))
            missing = [each for each in wanted if not any(fnmatchcase(each, pattern) for pattern in own)]
            if own and missing:
                yield file.warning(
                    ("guardrails", guardrail, key),
                    f"names without {', '.join(missing)}",
                    "what this organization calls its own, as `estate guardrails` writes it: nothing else is protected",
                    "Add them in place of those that they were before.",
                )


def _names(data: Any, guardrail: str, key: str) -> list[str]:
    parameters = ((data.get("guardrails") if isinstance(data, dict) else None) or {}).get(guardrail) or {}
    found = parameters.get(key)
    return [found] if isinstance(found, str) else list(found or ())
