"""Backup, EC2 declarative and chatbot policies, checked to their leaves against AWS's published syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.policies import names
from constructs_lib.policies.data import load
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind

_VALUES: Final = ("@@assign", "@@append", "@@remove")
_RANGE: Final = re.compile(r"(-?\d+)\.\.(\d+)")
_COLD_DAYS: Final = 90
"""How long a backup must stay in cold storage at least."""
_WINDOW_MINUTES: Final = 60
"""How much longer the window to complete a backup must be than the one to start it."""


def check_syntax(kind: PolicyKind, settings: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """Whether every setting is one that AWS knows, with a value that it takes.

    Args:
        kind: The policy's kind.
        settings: What is below the element at its top.
        path: That element.
    """
    known = load("management_syntax").get(kind.value)
    if known is None:
        return
    yield from _check(settings, known, path)
    if kind is PolicyKind.BACKUP:
        for name, plan in _named(settings).items():
            yield from _check_plan(plan, f"{path}.{name}")


def _check(settings: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[Finding]:
    for name, value in _named(settings).items():
        here, spec = f"{path}.{name}", known.get(name, known.get("*"))
        if spec is None:
            cure = names.did_you_mean(name, known, f"There is {', '.join(known)}.")
            yield refuse("management-setting", f"{path} has no setting {name!r}.", cure)
        elif isinstance(spec, str):
            yield from _check_leaf(value, spec, here)
        else:
            values = [operator for operator in _VALUES if operator in value]
            if values:
                cure = f"There is {', '.join(spec)} below it." if "*" not in spec else "Name what it is about."
                yield refuse("management-value", f"{here} takes no value itself.", cure)
            yield from _check(value, spec, here)


def _check_leaf(setting: Mapping[str, Any], spec: str, here: str) -> Iterator[Finding]:
    below = _named(setting)
    if below:
        yield refuse("management-setting", f"{here} has no setting {next(iter(below))!r}.", f"It takes {spec}.")
    is_list = spec.startswith("texts")
    for operator in _VALUES:
        if operator not in setting:
            continue
        value = setting[operator]
        if operator != "@@assign" and not is_list:
            yield refuse("management-operator", f"{here} is one value, which {operator} is not for.", "Write @@assign.")
        elif not _takes(spec, value):
            # No nearest one is named: that of `blocked` is `unblocked`.
            yield refuse("management-value", f"{here} is {_shown(value)}.", f"It takes {_words(spec)}.")


def _takes(spec: str, value: Any) -> bool:
    if not spec.startswith("texts"):
        one = value[0] if isinstance(value, tuple) and len(value) == 1 else value
        return not isinstance(one, (tuple, Mapping)) and _takes_one(spec, one)
    choices = spec.partition(": ")[2]
    entries = value if isinstance(value, tuple) else (value,)
    return all(isinstance(each, str) and (not choices or _takes_one(choices, each)) for each in entries)


def _takes_one(spec: str, value: Any) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    between = _RANGE.fullmatch(spec)
    if is_token(text) or spec == "text":
        return bool(text)
    if between:
        return bool(re.fullmatch(r"-?\d+", text)) and int(between[1]) <= int(text) <= int(between[2])
    return text in (("true", "false") if spec == "true or false" else spec.split("|"))


def _words(spec: str) -> str:
    spec = spec.replace("texts: ", "a list of ").replace("texts", "a list of texts")
    between = _RANGE.fullmatch(spec)
    return f"{between[1]} to {between[2]}" if between else spec.replace("|", ", ")


def _shown(value: Any) -> str:
    return repr(list(value) if isinstance(value, tuple) else value)


def _check_plan(plan: Mapping[str, Any], path: str) -> Iterator[Finding]:
    rules = plan.get("rules")
    extends = any(operator in _flat(plan) for operator in ("@@append", "@@remove"))
    if not _named(rules if isinstance(rules, Mapping) else {}) and not extends:
        yield refuse("backup-plan", f"{path} has no rule, so it backs nothing up.", "Add one below `rules`.")
    for name, rule in _named(rules if isinstance(rules, Mapping) else {}).items():
        here = f"{path}.rules.{name}"
        yield from _check_lifecycle(rule, here)
        for target, copy in _named(rule.get("copy_actions", {})).items():
            yield from _check_lifecycle(copy, f"{here}.copy_actions.{target}")
        start, complete = (_number(rule, f"{word}_backup_window_minutes") for word in ("start", "complete"))
        if start is not None and complete is not None and complete < start + _WINDOW_MINUTES:
            yield refuse(
                "backup-window",
                f"{here} may start within {start} minutes and must be complete within {complete}.",
                f"Give it at least {start + _WINDOW_MINUTES} minutes to complete.",
            )
        schedule = (
            rule.get("schedule_expression", {}).get("@@assign")
            if isinstance(rule.get("schedule_expression"), Mapping)
            else None
        )
        if isinstance(schedule, str) and not is_token(schedule) and not re.fullmatch(r"(?:cron|rate)\(.+\)", schedule):
            yield refuse("backup-schedule", f"{here}.schedule_expression is {schedule!r}.", "Write cron(…) or rate(…).")


def _check_lifecycle(rule: Mapping[str, Any], here: str) -> Iterator[Finding]:
    lifecycle = rule.get("lifecycle", {})
    if not isinstance(lifecycle, Mapping):
        return
    cold, gone = (_number(lifecycle, key) for key in ("move_to_cold_storage_after_days", "delete_after_days"))
    if cold is not None and gone is not None and gone < cold + _COLD_DAYS:
        yield refuse(
            "backup-lifecycle",
            f"{here} moves backups to cold storage after {cold} days and deletes them after {gone}, but they stay there "
            f"{_COLD_DAYS} days at least.",
            f"Delete them after {cold + _COLD_DAYS} days or later.",
        )


def _number(settings: Mapping[str, Any], key: str) -> int | None:
    setting = settings.get(key)
    value = setting.get("@@assign") if isinstance(setting, Mapping) else None
    return int(str(value)) if re.fullmatch(r"\d+", str(value)) else None


def _flat(settings: Mapping[str, Any]) -> set[str]:
    found = set(settings)
    for value in settings.values():
        if isinstance(value, Mapping):
            found |= _flat(value)
    return found


def _named(settings: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {key: value for key, value in settings.items() if not key.startswith("@@") and isinstance(value, Mapping)}


def check_resource_type(entry: str, here: str) -> Iterator[Finding]:
    """A resource type of a tag policy, of a service of AWS and known there.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_supported-resources-enforcement.html
    """
    service, _, name = entry.partition(":")
    if service not in names.services():
        cure = names.did_you_mean(
            service, names.services(), "Look it up in AWS's list of resources that support enforcement."
        )
        yield refuse("tag-type", f"{here} has {entry!r}, but AWS has no service {service!r}.", cure)
    elif name not in ("*", "ALL_SUPPORTED"):
        known = names.resource_types(service)
        if known and name.lower() not in {each.lower() for each in known}:
            cure = names.did_you_mean(name, known, "Look it up in AWS's list of resources that support enforcement.")
            yield warn(
                "tag-type-unknown",
                f"{here} has {entry!r}, which is no resource type that {service} is known to have.",
                cure,
            )


def check_ai_service(name: str, path: str) -> Iterator[Finding]:
    """A service of an AI opt-out policy; AWS adds to them, so that one that is not known is only doubted."""
    known: tuple[str, ...] = tuple(load("ai_services")["services"])
    if name not in known:
        cure = names.did_you_mean(name, known, "Look it up on AWS's page; `default` stands for all.")
        yield warn(
            "ai-service",
            f"{path} names {name!r}, which was no AI service of AWS on {load('ai_services')['as_of']}.",
            cure,
        )
