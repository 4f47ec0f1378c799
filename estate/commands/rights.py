"""`estate rights`: what execution roles may do on everything, and why."""

from typing import Annotated

import typer


def rights(
    stacks: Annotated[
        list[str] | None, typer.Argument(help="Stacks, of accounts or workloads; all if none is named.")
    ] = None,
) -> None:
    """Print what execution roles are permitted on `*`, as Markdown, with the reason and what needs it."""
    import json

    from config import ConfigError, load
    from config.capabilities.workloads import stacks_of
    from config.registry import shared
    from estate.console import fail
    from estate.controls.rights_page import page
    from estate.paths import config_directory
    from estate.terraform.deploying import unknown
    from estate.terraform.synth import OUT, SynthError, synthesize

    try:
        configuration = load(config_directory())
        names = stacks or list(stacks_of(configuration))
        if problem := unknown(configuration, names):
            fail(problem)
        synthesize(stacks or [])
        contents = {
            name: json.loads((OUT / "stacks" / name / "cdk.tf.json").read_text(encoding="utf-8")) for name in names
        }
        typer.echo(page(contents, shared(configuration)), nl=False)
    except (ConfigError, FileNotFoundError, SynthError) as error:
        fail(str(error))
