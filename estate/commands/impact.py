"""`estate impact`: what a change of the configuration does."""

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How the impact is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def impact(
    base: Annotated[str, typer.Argument(help="What to compare with: a git revision, or a configuration's directory.")],
    *,
    form: Annotated[
        Format, typer.Option("--format", help="text, markdown (for a pull request) or json.")
    ] = Format.TEXT,
    ways: Annotated[
        bool,
        typer.Option(help="Also synthesize both versions, and say which ways to jewels are gained and lost."),
    ] = True,
) -> None:
    """Say who loses or gains which actions and ways to jewels, which policies come near a quota, and which stacks change."""
    from config import ConfigError
    from estate.access.compared import compared
    from estate.console import fail
    from estate.controls import impact_report
    from estate.controls.revisions import BaseError
    from estate.opening import open_organization
    from estate.paths import config_directory
    from estate.terraform.synth import SynthError

    organization = open_organization()
    try:
        found = compared(base, config_directory(), organization, ways=ways)
    except BaseError as error:
        fail(str(error))
    except ConfigError as error:
        fail(f"The configuration of {base} has errors:\n{error}")
    except SynthError as error:
        fail(f"{error}\nWithout ways to jewels nothing is synthesized: --no-ways.")
    write = {
        Format.TEXT: impact_report.as_text,
        Format.MARKDOWN: impact_report.as_markdown,
        Format.JSON: impact_report.as_json,
    }[form]
    typer.echo(write(found, base))
