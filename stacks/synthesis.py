"""The synthesis of an organization's stacks: those that are kept are taken, the others are made, all of them are judged."""

import sys
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

from config.capabilities.workloads import modules_of, stacks_of
from config.errors import ConfigError, did_you_mean
from config.loading.loader import load
from config.nodes import Configuration
from stacks import output
from stacks.judging import Judged, around, judge, judge_pairs, types_of
from stacks.kept import texts
from stacks.kept.run import Result, Run
from stacks.kept.stack import Entry, Stacks
from stacks.kept.verdicts import Verdicts
from stacks.lint import lint
from stacks.lockout import beyond, lockouts, refuse
from stacks.parallel import Made, make_part, synthesize
from stacks.trespass import trespasses


def run(this: Run, bindings: Callable[[], Thread]) -> None:
    """Synthesize what is asked for.

    Args:
        this: The run.
        bindings: Loads the bindings, in a thread that may have been started already; called if something has to be made.

    Raises:
        SystemExit: Something is wrong with the configuration or with what is synthesized; all of it is said.
    """
    asked = this.asked
    try:
        configuration = load(asked.directory)
        names = _names(configuration, asked.only)
    except (ConfigError, LookupError) as error:
        sys.exit(str(error))
    if asked.part:
        bindings().join()
        make_part(configuration, asked.lock_file, asked.part)
        return
    stacks = Stacks(configuration, this.code, this.store) if asked.cache else None
    entries = stacks.find(names) if stacks else {}
    placed = texts.place(this.store, asked.out, {name: entry.text for name, entry in entries.items()})
    entries = {name: entry for name, entry in entries.items() if name in placed}
    missing = [name for name in names if name not in entries]
    made: dict[str, Made] = {}
    if missing:
        bindings().join()
        made = synthesize(configuration, asked.lock_file, missing, asked.out)
    output.copy_lock(asked.lock_file, asked.out, entries)
    modules = modules_of(configuration, names)
    output.copy_modules({name: module for name, module in modules.items() if name in entries}, asked.out)
    manifest = {name: made[name].entry if name in made else entries[name].manifest for name in names}
    (version,) = {each.version for each in made.values()} or {each.version for each in entries.values()}
    output.write_manifest(asked.out, version, manifest)
    if stacks:
        entries |= _keep(this, stacks, made)
    found = {name: entries[name].text for name in names if name in entries}
    said = _judge(this, configuration, names, found, {name: each.judged for name, each in made.items()})
    if stacks and len(found) == len(names):
        this.keep(Result(version, manifest, found, said, modules))


def _judge(
    this: Run, configuration: Configuration, names: list[str], found: dict[str, str], known: dict[str, Judged]
) -> list[str]:
    """Refuse what must not be deployed.

    Args:
        this: The run.
        configuration: The configuration.
        names: All stacks.
        found: The digests of the JSON of those that are kept.
        known: What is known of those that were made.

    Returns:
        The warnings, which are said.
    """
    verdicts = Verdicts(configuration, this.code, this.store)
    kept = verdicts.find({name: text for name, text in found.items() if name not in known})
    known = kept | known
    around_it = around(configuration)
    known |= {name: judge(name, output.read(this.asked.out, name), around_it) for name in names if name not in known}
    judged = {name: known[name] for name in names}
    verdicts.keep({name: text for name, text in found.items() if name not in kept}, judged)
    pairs = verdicts.on_roles(judged, lambda: judge_pairs(judged.values(), configuration))
    said = lint([*(finding for each in judged.values() for finding in each.findings), *pairs])
    types = types_of(judged)
    wrong: list[str] = []
    if accounts := beyond(configuration, types):
        wrong += verdicts.on_types(judged, lambda: lockouts(configuration, types, accounts))
    reached, superfluous = verdicts.on_access(
        judged,
        lambda: trespasses(
            configuration,
            {name: output.read(this.asked.out, name) for name in names},
            whole=set(names) == set(stacks_of(configuration)),
        ),
    )
    refuse([*wrong, *reached])
    for line in superfluous:
        sys.stderr.write(f"{line}\n")
    return [*said, *superfluous]


def _names(configuration: Configuration, only: Iterable[str]) -> list[str]:
    known = stacks_of(configuration)
    for name in only:
        if name not in known:
            raise LookupError(f"There is no stack {name!r}. {did_you_mean(name, known)}".rstrip())
    return list(dict.fromkeys(only)) or list(known)


def _keep(this: Run, stacks: Stacks, made: dict[str, Made]) -> dict[str, Entry]:
    """Keep what was made, as far as it can be told what it was made from."""
    reads = {
        name: found
        for name, each in made.items()
        if each.whole and not _wrong(each.entry) and (found := stacks.reads_of(each.reads)) is not None
    }
    digests = texts.keep(this.store, this.asked.out, reads)
    entries = {name: Entry(reads[name], digests[name], made[name].version, made[name].entry) for name in reads}
    stacks.keep(entries)
    return entries


def _wrong(entry: dict[str, Any]) -> bool:
    """Whether CDKTF has been told that something is wrong with a stack; whether it then stops is up to the environment."""
    return any(annotation["level"] == "@cdktf/error" for annotation in entry["annotations"])
