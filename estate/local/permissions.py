"""Whether a caller may make a call: the IAM action of an operation, and what it acts on."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from estate.local.answers import AwsError
from estate.local.authority import Resource, decide

if TYPE_CHECKING:
    from estate.local.extension import Call, Extension

# IAM's prefix where it is not the name that requests are signed for.
_PREFIX_OF_SIGNING_NAME = {"email": "ses", "monitoring": "cloudwatch", "tagging": "tag"}
_PASS_ROLE = "iam:PassRole"  # noqa: S105 - an action
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")
# Services that are given roles, and who uses them then.
_USES_ROLES = {
    "cloudtrail": "cloudtrail.amazonaws.com",
    "config": "config.amazonaws.com",
    "ecs": "ecs-tasks.amazonaws.com",
    "events": "events.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "states": "states.amazonaws.com",
}
# Nobody needs a permission for these, or their own handlers decide.
_ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"})


def require(call: Call, signing_name: str, extension: Extension | None) -> None:
    """Refuse a call that the caller's policies do not allow.

    Args:
        call: The call.
        signing_name: The service's name in the request's signature.
        extension: What we add to the service; it knows where an action's name differs from the operation's, and may
            know what a call acts on.

    Raises:
        AwsError: AccessDenied, in the words of the service's protocol, with the policy that decided.
    """
    action = _action(_PREFIX_OF_SIGNING_NAME.get(signing_name, signing_name), call.operation, extension)
    if action is None or action in _ALWAYS_ALLOWED:
        return
    found = extension.resource_of(call) if extension and extension.resource_of else None
    for resource in [found] if found is None or isinstance(found, Resource) else found:
        _refuse_unless_allowed(call, action, resource)
    for role in _handed_roles(call, action):
        _refuse_unless_allowed(call, _PASS_ROLE, role)


def hands_roles(signing_name: str) -> bool:
    """Whether a service is given roles, so that the parameters of its calls have to be read."""
    return signing_name in _USES_ROLES


def _refuse_unless_allowed(call: Call, action: str, resource: Resource | None) -> None:
    decision = decide(call.caller, action, call.region, resource)
    if not decision.allowed:
        on = f" on resource: {resource.arn}" if resource else ""
        raise AwsError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: {action}{on} ({decision.reason})",
            status=403,
        )


def _handed_roles(call: Call, action: str) -> Iterator[Resource]:
    """The roles that a call hands to a service: each needs iam:PassRole."""
    service, _, name = action.partition(":")
    if service in _USES_ROLES and names.action_details(service, name)["accessLevel"] not in ("Read", "List"):
        for arn in sorted(set(_role_arns(call.parameters))):
            yield Resource(arn, arn.split(":")[4], keys={"iam:passedtoservice": _USES_ROLES[service]})


def _role_arns(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, str) and "role" in name.lower() and _ROLE_ARN.fullmatch(inner):
                yield inner
            else:
                yield from _role_arns(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _role_arns(inner)


def _action(prefix: str, operation: str, extension: Extension | None) -> str | None:
    if extension is not None and operation in extension.actions:
        return f"{prefix}:{extension.actions[operation]}"
    known = _known_actions(prefix).get(operation.lower())
    return f"{prefix}:{known}" if known else None


@functools.cache
def _known_actions(prefix: str) -> dict[str, str]:
    """Return the service's actions; an operation that is none of them needs a permission of another name."""
    return dict(names.actions(prefix)) if prefix in names.services() else {}
