"""All stacks of an organization, or those that are asked for."""

import shutil
from collections.abc import Collection
from pathlib import Path

from cdktf import App, TerraformStack

from config.errors import did_you_mean
from config.nodes import Configuration
from config.registry import inputs_of
from stacks.account import AccountStack
from stacks.literal import literal
from stacks.management import ManagementStack


def build(app: App, organization: Configuration, only: Collection[str] = ()) -> list[TerraformStack]:
    """Build the stacks of an organization: one for each account, named after it.

    Args:
        app: The app that holds them.
        organization: The configuration.
        only: The stacks to build; all by default. No stack needs another one to be built.

    Raises:
        LookupError: `only` names a stack that there is not.
    """
    for name in only:
        if name not in organization.accounts:
            raise LookupError(f"There is no stack {name!r}. {did_you_mean(name, organization.accounts)}".rstrip())
    organization = literal(organization)
    return [
        (ManagementStack if account is organization.management else AccountStack)(
            app, inputs=inputs_of(organization, account)
        )
        for account in organization.accounts.values()
        if not only or account.slug in only
    ]


def synthesize(
    organization: Configuration, lock_file: Path, only: Collection[str] = (), outdir: Path | None = None
) -> None:
    """Write the Terraform JSON of an organization's stacks to CDKTF's output directory.

    Every stack's directory gets the committed provider lock, so that `terraform init` asks no registry which provider to
    take.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        only: As for `build`.
        outdir: Where to write; CDKTF's own choice (`CDKTF_OUTDIR`, else `cdktf.out`) by default.

    Raises:
        LookupError: As `build`.
    """
    app = App(outdir=str(outdir) if outdir else None)
    build(app, organization, only)
    app.synth()
    directory = Path(app.outdir) / "stacks"
    for name in only or organization.accounts:  # as the stacks are called; asking each would be calls to the kernel
        shutil.copyfile(lock_file, directory / name / lock_file.name)
