"""`estate guardrails`: write the policy files of a level of guardrails."""

from enum import StrEnum
from typing import Annotated

import typer


class LevelName(StrEnum):
    """How much is guarded."""

    BASELINE = "baseline"
    STRICT = "strict"


def guardrails(
    level: Annotated[LevelName, typer.Argument(help="baseline, or strict, which has those of baseline, too.")],
) -> None:
    """Write the policy files of a level into policies/; files that are there are left alone."""
    from config import load
    from estate.controls.levels import files
    from estate.paths import config_directory

    directory = config_directory() / "policies"
    written = files(level.value, load(config_directory()))
    directory.mkdir(exist_ok=True)
    for slug, text in written.items():
        path = directory / f"{slug}.yaml"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            typer.echo(f"left alone  policies/{path.name}, which is there")
        else:
            typer.echo(f"written     policies/{path.name}")
    typer.echo("Next: `estate check`, then `estate impact` with the revision before.")
