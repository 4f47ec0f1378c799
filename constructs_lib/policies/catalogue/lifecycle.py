"""Guardrails for accounts that are not, or no longer, in use."""

import re
from typing import Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Lifecycle"
_MOMENT: Final = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ", re.ASCII)


@guardrail(PolicyKind.SCP, group=_GROUP)
def quarantine(
    *,
    exempted_actions: Strings = (),
    exempted_principal_arns: Strings = ("OrganizationAccountAccessRole",),
    sessions_since: str | None = None,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny everything but to the roles that investigate and repair an account.

    They are exempt by name: attach `restrict-entry` beside it, or whoever was trusted by one of them before comes back.

    Args:
        exempted_actions: Actions that everybody keeps, such as reading bills.
        exempted_principal_arns: Role names or principal ARN patterns that keep working. At least one, or nobody could.
        sessions_since: A moment, such as ``2026-11-28T12:00:00Z``: sessions that were begun before it are denied everything, those of
            exempt roles too. Without it they go on until they end, after as many hours as the role allows.
        partition: The partition of the organization.

    Breaks:
        All workloads in the account, its root user and its administrators included; service-linked roles go on.

    Source:
        https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/suspended-ou.html
    """
    principals = values.some("exempted_principal_arns", exempted_principal_arns)
    kept = values.actions("exempted_actions", exempted_actions)
    shut = deny(
        () if kept else "*",
        "*",
        not_actions=kept,
        conditions=values.exempting(values.principal_arns("exempted_principal_arns", principals, partition)),
        sid="Quarantine",
    )
    if sessions_since is None:
        return PolicyDocument.of(shut)
    if not _MOMENT.fullmatch(sessions_since):
        raise InvalidValueError("sessions_since", sessions_since, expected="a moment such as '2026-11-28T12:00:00Z'")
    earlier = {"DateLessThan": {"aws:TokenIssueTime": sessions_since}}
    return PolicyDocument.of(shut, deny("*", "*", conditions=earlier, sid="EndSessions"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def suspend(
    *, exempted_principal_arns: Strings = ("OrganizationAccountAccessRole",), partition: str = "aws"
) -> PolicyDocument:
    """Deny everything in accounts that wait to be closed, but to the role by which they can be taken back.

    It is exempt by name: attach `restrict-entry` beside it, as with `quarantine`.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that keep working. At least one, or the account could not
            be repaired from within.
        partition: The partition of the organization.

    Breaks:
        Everything in the account; what runs goes on running and costing.

    Source:
        https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/suspended-ou.html
    """
    principals = values.some("exempted_principal_arns", exempted_principal_arns)
    exempted = values.principal_arns("exempted_principal_arns", principals, partition)
    return PolicyDocument.of(deny("*", "*", conditions=values.exempting(exempted), sid="Suspend"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def quarantine_unplaced(
    *,
    exempted_principal_arns: Strings = ("OrganizationAccountAccessRole",),
    organization_id: str,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny everything in accounts that are in no OU, but to the role by which they are set up.

    Attached to the root, it holds for accounts that appear there past the configuration: made by hand, invited, or let go by
    an OU. It ends as an account moves into an OU. An account of the configuration is made in the root and moved by the same deploy.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that keep working. At least one, or nobody could set an
            account up.
        organization_id: The id of the organization.
        partition: The partition of the organization.

    Breaks:
        What an invited account does, until it is in an OU: write its `ou` before it accepts. Accounts that are meant to stay in the root.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    """
    principals = values.some("exempted_principal_arns", exempted_principal_arns)
    exempted = values.principal_arns("exempted_principal_arns", principals, partition)
    paths = "aws:PrincipalOrgPaths"
    own = values.matching("organization_id", organization_id, "organization.id")
    unplaced = {"ForAllValues:StringNotLike": {paths: f"{own[0]}/r-*/ou-*/"}, "Null": {paths: "false"}}
    return PolicyDocument.of(
        deny("*", "*", conditions={**values.exempting(exempted), **unplaced}, sid="QuarantineUnplaced")
    )
