"""existing/: what was in the accounts before their stacks."""

import json
from pathlib import Path

from pydantic import ValidationError

from config.errors import Problem
from config.model.found import Found

FOUND = "existing"


def read_found(directory: Path) -> tuple[dict[str, Found], list[Problem]]:
    """Read what was in the accounts.

    Args:
        directory: The configuration's directory.

    Returns:
        It by account id, and what is wrong with the files: nobody writes them by hand.
    """
    found: dict[str, Found] = {}
    problems = []
    for path in sorted((directory / FOUND).glob("*.json")):
        try:
            found[path.stem] = Found.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            where = tuple(key for key in first["loc"] if isinstance(key, str | int))
            cure = "Let `estate adopt` write it again."
            name = f"{FOUND}/{path.name}"
            problems.append(Problem(name, 0, where, first["msg"], "a file as `estate adopt` writes it", cure))
    return found, problems


def write_found(directory: Path, account: str, found: Found) -> Path | None:
    """Write what was in an account; nothing, if there is nothing left to know.

    Args:
        directory: The configuration's directory.
        account: The account's id.
        found: What was in it.

    Returns:
        The file, if there is one.
    """
    path = directory / FOUND / f"{account}.json"
    data = found.model_dump(mode="json", exclude_defaults=True)
    if not data:
        path.unlink(missing_ok=True)
        return None
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".json.new")
    draft.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)
    return path
