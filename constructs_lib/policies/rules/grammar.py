"""Which elements a statement may have in which kind of policy."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from constructs_lib.policies.document import VERSION
from constructs_lib.policies.findings import Finding, refuse, warn
from constructs_lib.policies.kinds import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.policies.document import PolicyDocument, Statement

Presence = Literal["required", "optional", "forbidden"]


@dataclass(frozen=True)
class Grammar:
    """What AWS takes in one kind of policy.

    Args:
        label: The kind, for people.
        effects: The effects it may have.
        principal: Whether statements name principals.
        resource: Whether statements name resources.
        only_star_principal: Whether the only principal is ``*``.
        not_action: Whether NotAction may be used.
        not_principal: Whether NotPrincipal may be used.
        bare_star_action: Whether an action may be ``*``.
        source: The AWS page.
    """

    label: str
    principal: Presence
    resource: Presence
    source: str
    effects: tuple[str, ...] = ("Allow", "Deny")
    only_star_principal: bool = False
    not_action: bool = True
    not_principal: bool = False
    bare_star_action: bool = True


_ORGANIZATIONS = "https://docs.aws.amazon.com/organizations/latest/userguide/"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_IDENTITY = Grammar("an identity policy", "forbidden", "required", f"{_IAM}reference_policies_grammar.html")
GRAMMARS = {
    PolicyKind.SCP: Grammar(
        "a service control policy",
        "forbidden",
        "required",
        f"{_ORGANIZATIONS}orgs_manage_policies_scps_syntax.html",
    ),
    PolicyKind.RCP: Grammar(
        "a resource control policy",
        "required",
        "required",
        f"{_ORGANIZATIONS}orgs_manage_policies_rcps_syntax.html",
        effects=("Deny",),
        only_star_principal=True,
        not_action=False,
        bare_star_action=False,
    ),
    PolicyKind.IDENTITY: _IDENTITY,
    PolicyKind.INLINE: _IDENTITY,
    PolicyKind.BOUNDARY: Grammar("a permissions boundary", "forbidden", "required", _IDENTITY.source),
    PolicyKind.TRUST: Grammar(
        "a trust policy", "required", "forbidden", f"{_IAM}id_roles_update-role-trust-policy.html"
    ),
    PolicyKind.RESOURCE: Grammar(
        "a resource policy",
        "required",
        "optional",
        f"{_IAM}access_policies_identity-vs-resource.html",
        not_principal=True,
    ),
}

_SID = re.compile(r"[A-Za-z0-9]+")
_FREE_SID = re.compile(r"[A-Za-z0-9 _.-]+")
_VARIABLE = re.compile(r"\$\{[^}\[]+\}")


def check_structure(document: PolicyDocument, kind: PolicyKind) -> Iterator[Finding]:
    """What can be said only of the document as a whole."""
    if not document.statements:
        yield refuse("no-statement", "The policy has no statement.", "Add one, or do not make the policy.")
    if document.version != VERSION:
        if _VARIABLE.search(document.to_json()):
            yield refuse(
                "old-version",
                f"Version is {document.version} (or missing), in which policy variables are plain text.",
                f"Set Version to {VERSION}.",
            )
        else:
            yield warn("old-version", f"Version is {document.version} (or missing).", f"Set Version to {VERSION}.")
    for sid, count in Counter(statement.sid for statement in document.statements if statement.sid).items():
        if count > 1:
            yield refuse("sid-twice", f"The Sid {sid!r} names {count} statements.", "Give each statement its own Sid.")
    if (
        kind is PolicyKind.BOUNDARY
        and document.statements
        and not any(s.effect == "Allow" for s in document.statements)
    ):
        yield warn(
            "boundary-allows-nothing", "The boundary has no Allow, so it allows nothing.", "Allow what it shall bound."
        )


def check_elements(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    """Elements that are missing, that exclude each other, or that this kind of policy does not take."""
    grammar = GRAMMARS[kind]
    if statement.effect not in grammar.effects:
        yield refuse(
            "effect", f"Effect is {statement.effect}, but {grammar.label} can only deny.", "Write it as a Deny."
        )
    yield from _check_sid(statement, kind)
    yield from _check_action_element(statement, grammar)
    yield from _check_principal_element(statement, grammar)
    yield from _check_resource_element(statement, grammar)


def _check_sid(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    form = _FREE_SID if kind is PolicyKind.RESOURCE else _SID
    if statement.sid and not form.fullmatch(statement.sid):
        yield refuse(
            "sid-form", f"The Sid {statement.sid!r} has characters that AWS refuses.", "Use letters and digits only."
        )


def _check_action_element(statement: Statement, grammar: Grammar) -> Iterator[Finding]:
    if statement.actions and statement.not_actions:
        yield refuse("action-twice", "Action and NotAction exclude each other.", "Keep one of them.")
    if not statement.actions and not statement.not_actions:
        yield refuse("no-action", "Neither Action nor NotAction is given.", "Name the actions.")
    if statement.not_actions and not grammar.not_action:
        yield refuse("not-action", f"{grammar.label.capitalize()} takes no NotAction.", "Name the actions in Action.")
    elif statement.not_actions and statement.effect == "Allow" and grammar.principal != "forbidden":
        yield refuse(
            "allow-not-action",
            "Allow with NotAction gives everything but a few actions to others.",
            "Name the actions in Action.",
        )
    if "*" in statement.actions and not grammar.bare_star_action:
        yield refuse(
            "bare-star", f"{grammar.label.capitalize()} takes no Action '*'.", "Name services, such as 's3:*'."
        )


def _check_principal_element(statement: Statement, grammar: Grammar) -> Iterator[Finding]:
    has = statement.principals is not None
    if has and statement.not_principals is not None:
        yield refuse("principal-twice", "Principal and NotPrincipal exclude each other.", "Keep Principal.")
    if grammar.principal == "forbidden":
        if has or statement.not_principals is not None:
            yield refuse(
                "principal",
                f"{grammar.label.capitalize()} takes no Principal: it applies to whoever it is attached to.",
                "Remove it; to select principals, use a condition on aws:PrincipalArn.",
            )
        return
    if statement.not_principals is not None:
        if not grammar.not_principal or statement.effect == "Allow":
            yield refuse(
                "not-principal",
                "NotPrincipal also matches everybody nobody thought of.",
                "Use Principal with a condition on aws:PrincipalArn.",
            )
        else:
            yield warn(
                "not-principal",
                "A Deny with NotPrincipal needs the role and each of its sessions listed, or it denies them too.",
                "Use Principal '*' with ArnNotEquals on aws:PrincipalArn.",
            )
    elif not has:
        yield refuse("no-principal", f"{grammar.label.capitalize()} needs a Principal.", "Name who it is for.")
    if has and grammar.only_star_principal and statement.principals != "*":
        yield refuse(
            "principal-not-star",
            f"{grammar.label.capitalize()} takes only Principal '*'.",
            "Write '*', and select principals with a condition on aws:PrincipalArn or aws:PrincipalAccount.",
        )


def _check_resource_element(statement: Statement, grammar: Grammar) -> Iterator[Finding]:
    has = bool(statement.resources or statement.not_resources)
    if statement.resources and statement.not_resources:
        yield refuse("resource-twice", "Resource and NotResource exclude each other.", "Keep one of them.")
    if has and grammar.resource == "forbidden":
        yield refuse(
            "resource",
            f"{grammar.label.capitalize()} takes no Resource: it belongs to its role.",
            "Remove it.",
        )
    if not has and grammar.resource == "required":
        yield refuse("no-resource", "Neither Resource nor NotResource is given.", "Name the resources, or '*'.")
    if statement.not_resources and statement.effect == "Allow" and grammar.label == _IDENTITY.label:
        yield warn(
            "allow-not-resource",
            "Allow with NotResource covers every resource nobody thought of.",
            "Name the resources in Resource.",
        )
