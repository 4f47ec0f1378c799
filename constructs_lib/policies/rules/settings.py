"""What policies without statements can set, below the element at their top.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_example-tag-policies.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_ai-opt-out_syntax.html,
https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, refuse
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.syntax import check_ai_service, check_resource_type, check_syntax

RESOURCE_TYPE: Final = re.compile(r"[a-z0-9-]+:(\*|[A-Za-z0-9_-]+)")
"""A resource type as tag policies name it: ``ec2:instance``, ``s3:*``, ``ec2:ALL_SUPPORTED``."""
_TYPES: Final = ("enforced_for", "report_required_tag_for")
_LISTS: Final = ("tag_value", *_TYPES)
_CHOICE: Final = "opt_out_policy"
_CHOICES: Final = ("optOut", "optIn")


def check_settings(kind: PolicyKind, settings: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """Whether a policy sets what there is to be set, with values that AWS takes.

    Args:
        kind: The policy's kind.
        settings: What is below the element at its top.
        path: That element.
    """
    if kind is PolicyKind.TAG:
        yield from _check_distinct(settings, path)
        for key, tag in _named(settings).items():
            yield from _check_tag(key, tag, f"{path}.{key}")
    if kind is PolicyKind.AI_OPT_OUT:
        for key, service in _named(settings).items():
            yield from check_ai_service(key, path)
            yield from _check_service(service, f"{path}.{key}")
    yield from check_syntax(kind, settings, path)


def _named(settings: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The settings by name, without operators and without what is no setting at all."""
    return {key: value for key, value in settings.items() if not key.startswith("@@") and isinstance(value, Mapping)}


def _check_distinct(tags: Mapping[str, Any], path: str) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for key in _named(tags):
        other = first.setdefault(key.lower(), key)
        if other != key:
            yield refuse(
                "tag-twice",
                f"{path} has {other!r} and {key!r}, which are one tag to AWS.",
                "Write what they say below one of them.",
            )


def _check_tag(key: str, tag: Mapping[str, Any], path: str) -> Iterator[Finding]:
    yield from _check_known(tag, ("tag_key", *_LISTS), path)
    found = _named(tag)
    for operator, value in _values(found.get("tag_key", {})):
        here = f"{path}.tag_key"
        if operator != "@@assign":
            yield _only_assigned(here, operator)
        elif not isinstance(value, str):
            yield refuse("management-value", f"{here} is {value!r}.", "Write the tag key, one text.")
        elif not is_token(value) and value.lower() != key.lower():
            yield refuse(
                "tag-key",
                f"{here} is {value!r}, but the tag that {path} is about is {key!r}.",
                f"Call it {value.lower()!r} there, too; only upper and lower case can differ.",
            )
    for name in _LISTS:
        for operator, value in _values(found.get(name, {})):
            yield from _check_list(name, value, f"{path}.{name}.{operator}")


def _check_list(name: str, value: Any, here: str) -> Iterator[Finding]:
    if not isinstance(value, tuple) or not all(isinstance(entry, str) for entry in value):
        yield refuse("management-value", f"{here} is {value!r}.", "Write a list of texts.")
        return
    for entry in value:
        if is_token(entry):
            continue
        if name in _TYPES and not RESOURCE_TYPE.fullmatch(entry):
            cure = "Write a service and a type, such as 'ec2:instance', 's3:*' or 'ec2:ALL_SUPPORTED'."
            yield refuse("tag-type", f"{here} has {entry!r}, which is no resource type.", cure)
        elif name in _TYPES:
            yield from check_resource_type(entry, here)
        if name == "tag_value" and entry.count("*") > 1:
            cure = "Write one, or the values out."
            yield refuse("tag-wildcards", f"{here} has {entry!r}, but a value can have one wildcard.", cure)


def _check_service(service: Mapping[str, Any], path: str) -> Iterator[Finding]:
    yield from _check_known(service, (_CHOICE,), path)
    for operator, value in _values(_named(service).get(_CHOICE, {})):
        here = f"{path}.{_CHOICE}"
        if operator != "@@assign":
            yield _only_assigned(here, operator)
        elif value not in _CHOICES and not (isinstance(value, str) and is_token(value)):
            cure = names.did_you_mean(str(value), _CHOICES, f"Write {' or '.join(_CHOICES)}.")
            yield refuse("ai-choice", f"{here} is {value!r}.", cure)


def _check_known(settings: Mapping[str, Any], known: tuple[str, ...], path: str) -> Iterator[Finding]:
    for key in settings:
        if not key.startswith("@@") and key not in known:
            cure = names.did_you_mean(key, known, f"There is {', '.join(known)}.")
            yield refuse("management-setting", f"{path} has no setting {key!r}.", cure)


def _values(setting: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in setting.items() if key in ("@@assign", "@@append", "@@remove")]


def _only_assigned(here: str, operator: str) -> Finding:
    return refuse("management-operator", f"{here} is one value, which {operator} is not for.", "Write @@assign.")
