"""Guardrails about sharing with others, and with the public."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Sharing"


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_external_sharing(
    *, deny_accepting: bool = True, exempted_principal_arns: Strings = (), partition: str = "aws"
) -> PolicyDocument:
    """Deny sharing resources through RAM with anybody outside the organization.

    RAM lets a share be used by outsiders unless told otherwise, so a share that does not say so is denied too.

    Args:
        deny_accepting: Whether invitations from outside are denied as well; within the organization RAM needs none.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Making shares without allow_external_principals = false, and resources that a vendor shares by RAM.

    Source:
        https://docs.aws.amazon.com/ram/latest/userguide/security-scp.html
        https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html
    """
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    statements = [
        deny(
            "ram:CreateResourceShare",
            "*",
            conditions={"BoolIfExists": {"ram:RequestedAllowsExternalPrincipals": "true"}, **exempted},
            sid="DenyExternalShares",
        ),
        # An update that leaves the setting alone does not carry the key.
        deny(
            "ram:UpdateResourceShare",
            "*",
            conditions={"Bool": {"ram:RequestedAllowsExternalPrincipals": "true"}, **exempted},
            sid="DenyOpeningShares",
        ),
        deny(
            "ram:AssociateResourceShare",
            "*",
            conditions={"Bool": {"ram:AllowsExternalPrincipals": "true"}, **exempted},
            sid="DenyUseOfOpenShares",
        ),
    ]
    if deny_accepting:
        statements.append(deny("ram:AcceptResourceShareInvitation", "*", conditions=exempted, sid="DenyForeignShares"))
    return PolicyDocument(tuple(statements))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_image_sharing(*, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws") -> PolicyDocument:
    """Deny sharing machine images, and switching off the account's block of public images.

    AWS has no condition key for whom an image is shared with, so every change of its permissions is denied.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may, such as the image pipeline's role.
        partition: The partition of the organization.

    Breaks:
        Sharing images between own accounts by other roles, and editing an image's description.

    Source:
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html
    """
    exempted = values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            ("ec2:DisableImageBlockPublicAccess", "ec2:ModifyImageAttribute"),
            "*",
            conditions=values.exempting(exempted),
            sid="DenyImageSharing",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_public_snapshots(
    *, databases: bool = True, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny making snapshots public, and switching off the account's block of public snapshots.

    Args:
        databases: Whether sharing database snapshots (RDS, Aurora) is denied; AWS cannot tell public from private sharing
            there, so both are.
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        With databases: copying database snapshots between own accounts by sharing them (AWS Backup is not affected).

    Source:
        https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    statements = [
        deny(
            "ec2:ModifySnapshotAttribute",
            f"arn:{partition}:ec2:*::snapshot/*",
            conditions={"StringEquals": {"ec2:Add/group": "all"}, **exempted},
            sid="DenyPublicSnapshots",
        ),
        deny("ec2:DisableSnapshotBlockPublicAccess", "*", conditions=exempted, sid="ProtectSnapshotBlockPublicAccess"),
    ]
    if databases:
        statements.append(
            deny(
                ("rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBSnapshotAttribute"),
                "*",
                conditions=exempted,
                sid="DenyDatabaseSnapshotSharing",
            )
        )
    return PolicyDocument(tuple(statements))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_public_function_urls(*, exempted_principal_arns: Strings = (), partition: str = "aws") -> PolicyDocument:
    """Deny Lambda function URLs that need no authentication.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Webhooks served straight from a function: put an API or a load balancer in front.

    Source:
        https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    exempted = values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            ("lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"),
            f"arn:{partition}:lambda:*:*:function:*",
            conditions={"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}, **values.exempting(exempted)},
            sid="DenyPublicFunctionUrls",
        )
    )
