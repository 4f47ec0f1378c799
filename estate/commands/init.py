"""`estate init`: a repository of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from estate.console import fail, say

_NEXT = """\
{directory} is an organization's repository now; it depends on version {version} of the app.

  cd {directory}
  make test                     # installs what it needs, and tests the sample organization
  edit config/                  # replace what is marked `# yours`; `pipenv run estate check` tells every mistake
  make record                   # records your stacks and what your guardrails decide; commit all of it

README.md there says how it goes on: the first deploy, the pipeline, upgrades."""


def init(
    directory: Annotated[Path, typer.Argument(help="A new or an empty directory.")],
) -> None:
    """Write a repository for an organization: its configuration to edit, tests, and what cdktf and Terraform need."""
    import os

    from estate.repository.sources import extensions

    # The schemas are those of the sample, which uses them.
    os.environ["ESTATE_EXTENSIONS"] = str(extensions())

    from estate.repository.writing import NotEmptyError, new_repository, write
    from estate.version import version

    try:
        write(directory, new_repository(version()))
    except NotEmptyError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or directory} cannot be written: {error.strerror or error}.")
    say(_NEXT.format(directory=directory, version=version()))
