"""Plans that were kept: as Terraform's own plan files, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estate.guard.plan import Plan
from estate.paths import WORK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def kept_plans(stacks: Sequence[str], directory: Path | None = None) -> list[Plan]:
    """The plans of stacks, or of all stacks that have one.

    Args:
        stacks: Their names; all if empty.
        directory: Where plans lie as ``<stack>.json``; those that `estate plan` kept unless told otherwise.

    Raises:
        LookupError: If a stack has no plan, or there is none at all.
        PlanFormatError: If one cannot be read.
    """
    suffix = ".tfplan" if directory is None else ".json"
    place = WORK / "plans" if directory is None else directory
    names = list(stacks) or sorted(path.name.removesuffix(suffix) for path in place.glob(f"*{suffix}"))
    cure = "Run `estate plan` first." if directory is None else f"Plans are files <stack>{suffix} in {place}."
    if not names:
        raise LookupError(f"There are no plans in {place}. {cure}")
    for name in names:
        if not (place / f"{name}{suffix}").is_file():
            raise LookupError(f"Stack {name} has no plan in {place}. {cure}")
    return [_read(name, directory) for name in names]


def _read(name: str, directory: Path | None) -> Plan:
    if directory is not None:
        return Plan.read(name, directory / f"{name}.json")
    from estate.terraform import Stack  # noqa: PLC0415 - runs Terraform, only where there is no JSON

    return Plan.from_json(name, Stack(name).planned())
