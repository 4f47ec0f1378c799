"""What commands of `estate account` take alike."""

from typing import Annotated

import typer

Slug = Annotated[str, typer.Argument(help="The account: its slug, or its id.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Show what would follow; write nothing.")]
