"""Guardrails for accounts that are not, or no longer, in use."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Lifecycle"


@guardrail(PolicyKind.SCP, group=_GROUP)
def quarantine(
    *,
    exempted_actions: Strings = (),
    exempted_principal_arns: Strings = DEPLOYERS,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny everything but to the roles that set an account up or investigate it; for new accounts and for incidents.

    Args:
        exempted_actions: Actions that everybody keeps, such as reading bills.
        exempted_principal_arns: Role names or principal ARN patterns that keep working. At least one, or nobody could.
        partition: The partition of the organization.

    Breaks:
        All workloads in the account, its root user and its administrators included; service-linked roles go on.

    Source:
        https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/suspended-ou.html
    """
    principals = values.some("exempted_principal_arns", exempted_principal_arns)
    kept = values.actions("exempted_actions", exempted_actions)
    return PolicyDocument.of(
        deny(
            () if kept else "*",
            "*",
            not_actions=kept,
            conditions=values.exempting(values.principal_arns("exempted_principal_arns", principals, partition)),
            sid="Quarantine",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def suspend(
    *, exempted_principal_arns: Strings = ("OrganizationAccountAccessRole",), partition: str = "aws"
) -> PolicyDocument:
    """Deny everything in accounts that wait to be closed, but to the role by which they can be taken back.

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
