"""Whether a caller may make a call: the IAM action of an operation, and what it acts on."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from estate.local.authority import decide
from estate.local.extension import AwsError

if TYPE_CHECKING:
    from estate.local.extension import Call, Extension

# IAM's prefix where it is not the name that requests are signed for.
_PREFIX_OF_SIGNING_NAME = {"email": "ses", "monitoring": "cloudwatch", "tagging": "tag"}
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
    resource = extension.resource_of(call) if extension and extension.resource_of else None
    decision = decide(call.caller, action, call.region, resource)
    if not decision.allowed:
        on = f" on resource: {resource.arn}" if resource else ""
        raise AwsError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: {action}{on} ({decision.reason})",
            status=403,
        )


def _action(prefix: str, operation: str, extension: Extension | None) -> str | None:
    if extension is not None and operation in extension.actions:
        return f"{prefix}:{extension.actions[operation]}"
    known = _known_actions(prefix).get(operation.lower())
    return f"{prefix}:{known}" if known else None


@functools.cache
def _known_actions(prefix: str) -> dict[str, str]:
    """Return the service's actions; an operation that is none of them needs a permission of another name."""
    return dict(names.actions(prefix)) if prefix in names.services() else {}
