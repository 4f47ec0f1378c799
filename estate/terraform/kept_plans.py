"""Plans that were kept: as Terraform's own plan files, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estate.guard.plan import Plan
from estate.terraform.stack import Stack
from estate.terraform.synth import OUT

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
        TerraformError: If Terraform cannot show a plan that it kept.
    """
    sample = Stack("plan", OUT).plan_file if directory is None else directory / "plan.json"
    place, suffix = sample.parent, sample.suffix
    cure = "Run `estate plan` first." if directory is None else f"Plans are files <stack>{suffix} in {place}."
    names = list(stacks) or sorted(path.name.removesuffix(suffix) for path in place.glob(f"*{suffix}"))
    if not names:
        raise LookupError(f"There are no plans in {place}. {cure}")
    for name in names:
        if not (place / f"{name}{suffix}").is_file():
            raise LookupError(f"Stack {name} has no plan in {place}. {cure}")
    if directory is not None:
        return [Plan.read(name, directory / f"{name}.json") for name in names]
    return [Plan.from_json(name, Stack(name, OUT).planned()) for name in names]
