"""All stacks of an organization, or those that are asked for."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from cdktf import App

from config.capabilities.workload import WorkloadStack
from config.capabilities.workloads import modules_of, stacks_of
from config.errors import did_you_mean
from config.nodes import Account, Configuration
from config.registry import inputs_of
from config.watching import Read, watch
from constructs_lib.lazy.ahead import UnforeseenError, ahead
from stacks import output
from stacks.account import AccountStack, WorkloadAccountStack
from stacks.literal import literal
from stacks.management import ManagementStack
from stacks.scope import AccountScope


def build(
    app: App, organization: Configuration, only: Collection[str] = (), notes: dict[str, set[Read]] | None = None
) -> list[AccountScope]:
    """Build the stacks of an organization: one for each account, named after it, and one for each workload beside it.

    Args:
        app: The app that holds them.
        organization: The configuration.
        only: The stacks to build; all by default. No stack needs another one to be built.
        notes: Gets what each stack reads of the organization, by its name; complete once the app is synthesized.

    Raises:
        LookupError: `only` names a stack that there is not.
    """
    known = stacks_of(organization)
    for name in only:
        if name not in known:
            raise LookupError(f"There is no stack {name!r}. {did_you_mean(name, known)}".rstrip())
    organization = literal(organization)
    stacks: list[AccountScope] = []
    for name, (account, workload) in stacks_of(organization).items():
        if not only or name in only:
            inputs, reads = watch(inputs_of(organization, account, workload))
            if notes is not None:
                notes[name] = reads
            stacks.append(_kind(organization, account, workload)(app, inputs=inputs))
    return stacks


def _kind(
    organization: Configuration, account: Account, workload: WorkloadStack | None
) -> type[ManagementStack | AccountStack]:
    if workload:
        return WorkloadAccountStack
    return ManagementStack if account is organization.management else AccountStack


def synthesize(
    organization: Configuration,
    lock_file: Path,
    only: Collection[str] = (),
    outdir: Path | None = None,
    *,
    each: Callable[[str, dict[str, Any]], None] = lambda _name, _content: None,
) -> dict[str, set[Read]]:
    """Write the Terraform JSON of an organization's stacks to CDKTF's output directory.

    Every stack's directory gets the committed provider lock, so that `terraform init` asks no registry which provider to
    take.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        only: As for `build`.
        outdir: Where to write; CDKTF's own choice (`CDKTF_OUTDIR`, else `cdktf.out`) by default.
        each: Gets every stack's name and its JSON.

    Returns:
        What each stack has read of the organization, by its name.

    Raises:
        LookupError: As `build`.
    """
    try:
        with ahead() as later:
            notes, out = _synthesize(organization, only, outdir, each, later=later)
    except UnforeseenError:
        # What is refused is refused again, where it is written; what is unusual takes its time.
        notes, out = _synthesize(organization, only, outdir, each, later=False)
    output.copy_lock(lock_file, out, notes)
    output.copy_modules(modules_of(organization, notes), out)
    return notes


def _synthesize(
    organization: Configuration,
    only: Collection[str],
    outdir: Path | None,
    each: Callable[[str, dict[str, Any]], None],
    *,
    later: bool,
) -> tuple[dict[str, set[Read]], Path]:
    notes: dict[str, set[Read]] = {}
    app = App(outdir=str(outdir) if outdir else None)
    stacks = build(app, organization, only, notes)
    app.synth()
    out = Path(app.outdir)
    for name, stack in zip(notes, stacks, strict=True):
        content = output.rewrite(out, name, stack.finished) if later else output.read(out, name)
        if content is None:
            raise UnforeseenError(f"{name} is to be written by JavaScript")
        each(name, content)
    return notes, out
