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
) -> None:
    """Say who loses or gains which actions, which policies come near a quota, and which stacks change."""
    from config import ConfigError
    from estate.console import fail
    from estate.controls import impact_report
    from estate.controls.impact import impact as compare
    from estate.controls.revisions import BaseError, organization_at
    from estate.opening import open_organization
    from estate.paths import config_directory

    organization = open_organization()
    try:
        before = organization_at(base, config_directory())
    except BaseError as error:
        fail(str(error))
    except ConfigError as error:
        fail(f"The configuration of {base} has errors:\n{error}")
    write = {
        Format.TEXT: impact_report.as_text,
        Format.MARKDOWN: impact_report.as_markdown,
        Format.JSON: impact_report.as_json,
    }[form]
    typer.echo(write(compare(before, organization), base))
