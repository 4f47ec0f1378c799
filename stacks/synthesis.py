"""The synthesis of an organization's stacks: those that are kept are taken, the others are made, all of them are judged."""

import sys
from collections.abc import Callable, Iterable
from threading import Thread

from config.errors import ConfigError, did_you_mean
from config.loader import load
from config.nodes import Configuration
from stacks import output
from stacks.kept import texts
from stacks.kept.run import Result, Run
from stacks.kept.stack import Entry, Stacks
from stacks.lint import lint
from stacks.lockout import refuse_lockouts
from stacks.parallel import Made, make_part, synthesize


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
    manifest = {name: made[name].entry if name in made else entries[name].manifest for name in names}
    (version,) = {each.version for each in made.values()} or {each.version for each in entries.values()}
    output.write_manifest(asked.out, version, manifest)
    said = lint(configuration, asked.out)
    refuse_lockouts(configuration, asked.out)
    if stacks:
        entries |= _keep(this, stacks, made)
        if len(entries) == len(names):
            found = {name: entries[name].text for name in names}
            this.keep(Result(version, manifest, found, said))


def _names(configuration: Configuration, only: Iterable[str]) -> list[str]:
    for name in only:
        if name not in configuration.accounts:
            raise LookupError(f"There is no stack {name!r}. {did_you_mean(name, configuration.accounts)}".rstrip())
    return list(dict.fromkeys(only)) or list(configuration.accounts)


def _keep(this: Run, stacks: Stacks, made: dict[str, Made]) -> dict[str, Entry]:
    """Keep what was made, as far as it can be told what it was made from."""
    reads = {
        name: found
        for name, each in made.items()
        if each.whole and not each.entry["annotations"] and (found := stacks.reads_of(each.reads)) is not None
    }
    digests = texts.keep(this.store, this.asked.out, reads)
    entries = {name: Entry(reads[name], digests[name], made[name].version, made[name].entry) for name in reads}
    stacks.keep(entries)
    return entries
