"""The table: plans that weaken something, and their harmless twins."""

import tomllib
from pathlib import Path

from estate.guard.dangers import find_dangers
from estate.guard.plan import Plan
from tests.estate.guard.attacks import CREATE, DELETE, FORGET, NEVER, NOTHING, REPLACE, ROWS, SAY, STOP, UPDATE, row
from tests.estate.guard.plans import change

PLAIN = tomllib.loads(Path(__file__).with_name("rows.toml").read_text(encoding="utf-8"))
# What settings that begin weak belong to is there already.
THERE = {"bucket": "there", "role": "there"}
_TAGGED = {"tags_all": {"changed": "yes"}}


def found(row_, by=None):
    """What the guard finds in a row's plan: rule to severity."""
    dangers = find_dangers(Plan.from_json("stack", row_.plan), row_.known, by=by)
    return {danger.rule: f"{danger.severity}{'' if danger.approvable else ' for good'}" for danger in dangers}


def values(path, value):
    """The values of a resource whose attribute at a path is this: blocks are lists."""
    first, _, rest = path.partition(".")
    return {first: [values(rest, value)] if rest else value}


def _severity(rule):
    return SAY if rule in PLAIN["say"] else NEVER if rule in PLAIN["never"] else STOP


def _gone():
    for rule, types in PLAIN["gone"].items():
        for type_ in types:
            for actions in (DELETE, REPLACE, FORGET):
                address, after = f"{type_}.x", {} if actions is REPLACE else None
                name = f"{type_} goes: {'/'.join(actions)}"
                yield row(name, change(address, actions, {}, after), **{rule: _severity(rule)})
            yield row(f"{type_} stays", change(f"{type_}.x", NOTHING, {}, {}))


def _new():
    for rule, types in PLAIN["new"].items():
        for type_ in types:
            yield row(f"{type_} is new", change(f"{type_}.x", CREATE, None, THERE), **{rule: _severity(rule)})


def _changed():
    for entry in PLAIN["values"]:
        rule, strong, weak = entry["rule"], entry["strong"], entry.get("weak")
        for place in entry["attributes"]:
            type_, _, path = place.partition(".")
            address, was, will = f"{type_}.x", values(path, strong), values(path, weak)
            severity = {rule: _severity(rule)}
            yield row(f"{rule}: {place} weakens", change(address, UPDATE, was, will), **severity)
            unknown = values(path, True)
            yield row(f"{rule}: {place} becomes unknown", change(address, UPDATE, was, {}, unknown=unknown), **severity)
            yield row(f"{rule}: {place} stays", change(address, UPDATE, was, was | _TAGGED))
            if isinstance(strong, (bool, int, list)) or entry.get("ordered"):
                yield row(f"{rule}: {place} strengthens", change(address, UPDATE, will, was))
            if "made" in entry:
                yield row(
                    f"{rule}: {place} begins weak", change(address, CREATE, None, will | THERE), **{rule: entry["made"]}
                )
            if "made" in entry and not any(type_ in types for types in PLAIN["new"].values()):
                yield row(f"{rule}: {place} begins strong", change(address, CREATE, None, was | THERE))


TABLE = [*_gone(), *_new(), *_changed(), *ROWS]
