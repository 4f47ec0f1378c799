"""All stacks of an organization, or those that are asked for."""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from cdktf import App

from config.capabilities.workload import WorkloadStack
from config.capabilities.workloads import modules_of, stacks_of
from config.errors import did_you_mean
from config.nodes import Account, Configuration
from config.registry import inputs_of
from config.watching import Read, watch
from constructs_lib.errors import InvalidValueError
from constructs_lib.lazy.ahead import Ahead, UnforeseenError, ahead
from stacks import output
from stacks.account import AccountStack, WorkloadAccountStack
from stacks.copies import Finishing
from stacks.literal import literal
from stacks.management import ManagementStack
from stacks.scope import AccountScope

# So many stacks JavaScript may be behind. One takes longer there, another one here; what is built is kept in memory.
_BEHIND = 3


def synthesize(
    organization: Configuration,
    lock_file: Path,
    only: Collection[str] = (),
    outdir: Path | None = None,
    *,
    finishing: Finishing | None = None,
) -> dict[str, set[Read]]:
    """Write the Terraform JSON of an organization's stacks to CDKTF's output directory.

    There is one stack for each account, named after it, and one for each workload beside it. No stack needs another one, so
    each has an app of its own, and JavaScript synthesizes one while Python builds the next. Every stack's directory gets the
    committed provider lock, so that `terraform init` asks no registry which provider to take.

    Args:
        organization: The configuration.
        lock_file: The `.terraform.lock.hcl` for all stacks.
        only: The stacks to synthesize; all by default.
        outdir: Where to write; CDKTF's own choice (`CDKTF_OUTDIR`, else `cdktf.out`) by default.
        finishing: Finishes the stacks, and knows afterwards what is to be said of them.

    Returns:
        What each stack has read of the organization, by its name.

    Raises:
        LookupError: `only` names a stack that there is not.
    """
    known = stacks_of(organization)
    for name in only:
        if name not in known:
            raise LookupError(f"There is no stack {name!r}. {did_you_mean(name, known)}".rstrip())
    names = [name for name in known if not only or name in only]
    out = outdir or Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
    out.mkdir(parents=True, exist_ok=True)
    finishing = finishing or Finishing(organization)
    try:
        with ahead() as requests:
            notes = _synthesize(organization, names, out, finishing, requests)
    except UnforeseenError:
        # What is refused is refused again, where it is written; what is unusual takes its time.
        notes = _synthesize(organization, names, out, finishing, None)
    output.copy_lock(lock_file, out, notes)
    output.copy_modules(modules_of(organization, notes), out)
    return notes


def _synthesize(
    organization: Configuration,
    names: Collection[str],
    out: Path,
    finishing: Finishing,
    requests: Ahead | None,
) -> dict[str, set[Read]]:
    notes: dict[str, set[Read]] = {}
    version, entries = "", {}
    with TemporaryDirectory(prefix=".apps-", dir=out) as apps:
        for name, stack, made in _stacks(organization, names, Path(apps), requests, notes):
            written = output.read_text(made, name)
            text = finishing.finish(stack, written, notes[name], whole=requests is None)
            if text is None:
                raise UnforeseenError(f"{name} is to be written by JavaScript")
            if requests:
                output.write_text(made, name, text)
            output.move(made, out, [name])
            manifest = output.read_manifest(made)
            version, entries[name] = manifest["version"], manifest["stacks"][name]
            if others := entries[name]["dependencies"]:
                raise InvalidValueError(
                    f"What stack {name} refers to",
                    others,
                    expected="no reference to constructs of other stacks",
                    cure="Name what another stack makes by what the configuration says, or look it up (ADR 4).",
                )
    output.write_manifest(out, version, entries)
    return notes


def _stacks(
    organization: Configuration, names: Collection[str], apps: Path, requests: Ahead | None, notes: dict[str, set[Read]]
) -> Iterator[tuple[str, AccountScope, Path]]:
    """Build and synthesize stacks.

    Args:
        organization: The configuration.
        names: The stacks' names.
        apps: A directory for the output of their apps.
        requests: By what one is synthesized while the next is built.
        notes: Gets what each stack reads of the organization, by its name; complete once its JSON is finished.

    Yields:
        A stack's name, the stack, and the output directory of its app.
    """
    organization = literal(organization)
    known = stacks_of(organization)
    behind: deque[tuple[Callable[[], None], str, AccountScope]] = deque()
    for name in names:
        account, workload = known[name]
        inputs, notes[name] = watch(inputs_of(organization, account, workload))
        app = App(outdir=str(apps / name))
        stack = _kind(organization, account, workload)(app, inputs=inputs)
        behind.append((requests.synthesize(app) if requests else app.synth, name, stack))
        if len(behind) > _BEHIND:
            yield _next(behind, apps)
    while behind:
        yield _next(behind, apps)


def _next(behind: deque[tuple[Callable[[], None], str, AccountScope]], apps: Path) -> tuple[str, AccountScope, Path]:
    wait, name, stack = behind.popleft()
    wait()
    return name, stack, apps / name


def _kind(
    organization: Configuration, account: Account, workload: WorkloadStack | None
) -> type[ManagementStack | AccountStack]:
    if workload:
        return WorkloadAccountStack
    return ManagementStack if account is organization.management else AccountStack
