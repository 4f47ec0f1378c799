"""Actions that AWS does not know, or does not take in this kind of policy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.evaluator import Layer, never_bound
from constructs_lib.policies.findings import Finding, Severity, refuse, warn
from constructs_lib.policies.kinds import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.policies.document import Statement

TRUST_ACTIONS = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
)

_UNKNOWN = ("unknown-service", "unknown-action", "action-matches-nothing")
_LAYERS = {PolicyKind.SCP: Layer.SCP, PolicyKind.RCP: Layer.RCP}
_STEM = re.compile(r"[A-Z][a-z]+")
"""The verb that an action's name begins with."""


def check_actions(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    """Every action is known, matches something, and belongs into this kind of policy."""
    for action in statement.actions + statement.not_actions:
        if is_token(action) or action in ("*", "*:*"):
            continue
        finding = unknown_action(action)
        if finding:
            # What AWS does not know, it ignores: a Deny of it denies nothing, as does one of an action that was retired.
            harmless = statement.effect == "Deny" and finding.code in _UNKNOWN
            yield replace(finding, severity=Severity.WARN) if harmless else finding
            continue
        if statement.effect == "Deny" and kind in _LAYERS:
            yield from _check_bound(action, kind)
        if kind is PolicyKind.RCP:
            yield from _check_rcp_action(action)
        elif kind is PolicyKind.TRUST:
            yield from _check_trust_action(action)


def unknown_action(action: str) -> Finding | None:
    """What is wrong with an action's name, or None if AWS knows it."""
    service, colon, name = action.partition(":")
    if not colon:
        found = names.nearest(action.partition(".")[0], names.services())
        example = f"{found or 's3'}:{action.partition('.')[2] or 'GetObject'}"
        return refuse("action-form", f"{action!r} is no action.", f"Write service:Action, such as {example!r}.")
    if "*" in service or "?" in service:
        return refuse(
            "action-service-wildcard",
            f"{action!r} has a wildcard in its service, which AWS refuses.",
            "Name each service, or write '*'.",
        )
    if service.lower() not in names.services():
        cure = names.did_you_mean(service, names.services(), "Look it up in the Service Authorization Reference.")
        return refuse("unknown-service", f"{action!r}: AWS has no service {service!r}.", cure)
    if names.matching_actions(service.lower(), name):
        return None
    known = names.actions(service.lower()).values()
    if "*" in name or "?" in name:
        stem = _STEM.match(name)
        near = names.nearest(stem[0], (verb[0] for action in known if (verb := _STEM.match(action)))) if stem else None
        cure = (
            f"Did you mean '{service}:{near}{name[len(stem[0]) :]}'?" if stem and near else "Correct it, or remove it."
        )
        return refuse("action-matches-nothing", f"{action!r} matches no action of {service}.", cure)
    near = names.nearest(name, known)
    cure = f"Did you mean '{service}:{near}'?" if near else "Look it up in the Service Authorization Reference."
    return refuse("unknown-action", f"{service} has no action {name!r}.", cure)


def _check_bound(action: str, kind: PolicyKind) -> Iterator[Finding]:
    if action.lower() in (free.lower() for free in never_bound(_LAYERS[kind])):
        yield warn(
            "never-bound",
            f"{action!r} is not restricted by policies of kind {kind}, whatever they say.",
            "Remove it.",
        )


def _check_rcp_action(action: str) -> Iterator[Finding]:
    service = action.partition(":")[0].lower()
    if service not in names.rcp_services():
        yield refuse(
            "rcp-service",
            f"{action!r}: resource control policies do not restrict {service}.",
            "Remove it; restrict the callers with a service control policy instead.",
        )


def _check_trust_action(action: str) -> Iterator[Finding]:
    service, _, name = action.partition(":")
    matched = {f"{service.lower()}:{found}" for found in names.matching_actions(service.lower(), name)}
    if not matched.intersection(TRUST_ACTIONS):
        cure = names.did_you_mean(action, TRUST_ACTIONS, f"Use one of {', '.join(TRUST_ACTIONS)}.")
        yield refuse("trust-action", f"{action!r} has no meaning in a trust policy.", cure)
    elif len(matched) > 1:
        yield warn(
            "trust-wildcard",
            f"{action!r} lets the role be assumed in {len(matched)} ways.",
            "Name the one action that is meant.",
        )
