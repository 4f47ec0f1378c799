"""`estate rights`: what execution roles may do on everything, and why."""

from typing import Annotated

import typer


def rights(
    accounts: Annotated[list[str] | None, typer.Argument(help="Accounts; all if none is named.")] = None,
) -> None:
    """Print what execution roles are permitted on `*`, as Markdown, with the reason and what needs it."""
    import json

    from config import ConfigError, load
    from config.registry import shared
    from estate.console import fail
    from estate.controls.rights_page import page
    from estate.paths import config_directory
    from estate.terraform.deploying import unknown
    from estate.terraform.synth import OUT, SynthError, synthesize

    try:
        configuration = load(config_directory())
        names = accounts or list(configuration.accounts)
        if problem := unknown(configuration, names):
            fail(problem)
        synthesize(accounts or [])
        stacks = {
            name: json.loads((OUT / "stacks" / name / "cdk.tf.json").read_text(encoding="utf-8")) for name in names
        }
        typer.echo(page(stacks, shared(configuration)), nl=False)
    except (ConfigError, FileNotFoundError, SynthError) as error:
        fail(str(error))
