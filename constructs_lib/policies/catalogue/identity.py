"""Guardrails about identities: the organization itself, root users, IAM users, identity providers, important roles."""

from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS, actions, exempting, principal_arns, some
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Identities"


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_leaving_organization() -> PolicyDocument:
    """Keep accounts in the organization, and so under its guardrails.

    Breaks:
        Moving an account to another organization: detach the policy from the account first.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
    """
    return PolicyDocument.of(deny("organizations:LeaveOrganization", "*", sid="DenyLeavingOrganization"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_root_user(
    *, exempted_actions: Strings = (), exempt_assume_root: bool = True, partition: str = "aws"
) -> PolicyDocument:
    """Deny everything to the root users of member accounts.

    Args:
        exempted_actions: Actions that root users keep.
        exempt_assume_root: Whether central root sessions (sts:AssumeRoot from the management account) keep working; they
            are the way to unlock a bucket or a queue whose policy denies everybody.
        partition: The partition of the organization.

    Breaks:
        The few tasks that need the root user's own sign-in, such as changing the account's e-mail address from within;
        with exempt_assume_root false also central root sessions.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/best-practices_member-acct.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
    """
    kept = actions("exempted_actions", exempted_actions)
    conditions = {"ArnLike": {"aws:PrincipalArn": f"arn:{partition}:iam::*:root"}}
    if exempt_assume_root:
        # The key exists only in sessions made by AssumeRoot.
        conditions["Null"] = {"aws:AssumedRoot": "true"}
    return PolicyDocument.of(
        deny(
            () if kept else "*",
            "*",
            not_actions=kept,
            conditions=conditions,
            sid="DenyRootUser",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_iam_users(*, exempted_principal_arns: Strings = (), partition: str = "aws") -> PolicyDocument:
    """Deny making IAM users and long-lived credentials for them.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        Software that knows only access keys, SMTP credentials of SES among it; switching access keys off, which deleting
        them replaces.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    exempted = principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            (
                "iam:CreateAccessKey",
                "iam:CreateLoginProfile",
                "iam:CreateServiceSpecificCredential",
                "iam:CreateUser",
                "iam:ResetServiceSpecificCredential",
                "iam:UpdateAccessKey",
                "iam:UpdateLoginProfile",
                "iam:UploadSSHPublicKey",
                "iam:UploadSigningCertificate",
            ),
            "*",
            conditions=exempting(exempted),
            sid="DenyIamUsers",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_identity_provider_changes(
    *, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny adding, changing or removing identity providers (SAML, OIDC, IAM Roles Anywhere), each a door into the account.

    Args:
        exempted_principal_arns: Role names or principal ARN patterns that may.
        partition: The partition of the organization.

    Breaks:
        IAM roles for service accounts of EKS clusters, and pipelines' own federation, unless an exempt role sets them up.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
    """
    exempted = principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            (
                "iam:AddClientIDToOpenIDConnectProvider",
                "iam:CreateOpenIDConnectProvider",
                "iam:CreateSAMLProvider",
                "iam:DeleteOpenIDConnectProvider",
                "iam:DeleteSAMLProvider",
                "iam:RemoveClientIDFromOpenIDConnectProvider",
                "iam:TagOpenIDConnectProvider",
                "iam:TagSAMLProvider",
                "iam:UntagOpenIDConnectProvider",
                "iam:UntagSAMLProvider",
                "iam:UpdateOpenIDConnectProviderThumbprint",
                "iam:UpdateSAMLProvider",
                "rolesanywhere:CreateProfile",
                "rolesanywhere:CreateTrustAnchor",
                "rolesanywhere:DeleteCrl",
                "rolesanywhere:DeleteTrustAnchor",
                "rolesanywhere:DisableCrl",
                "rolesanywhere:DisableTrustAnchor",
                "rolesanywhere:EnableCrl",
                "rolesanywhere:EnableProfile",
                "rolesanywhere:EnableTrustAnchor",
                "rolesanywhere:ImportCrl",
                "rolesanywhere:TagResource",
                "rolesanywhere:UntagResource",
                "rolesanywhere:UpdateCrl",
                "rolesanywhere:UpdateProfile",
                "rolesanywhere:UpdateTrustAnchor",
            ),
            "*",
            conditions=exempting(exempted),
            sid="DenyIdentityProviderChanges",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def protect_roles(
    *,
    roles: Strings = (*DEPLOYERS, "AWSCloudFormationStackSetExecutionRole", "BreakGlass", "stacksets-exec-*"),
    exempted_principal_arns: Strings = DEPLOYERS,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny making, changing or deleting the roles that other guardrails exempt and that deployments rely on.

    Making them is denied too: whoever could make a role with an exempt name would be exempt.

    Args:
        roles: Names (with path) or ARN patterns of the roles.
        exempted_principal_arns: Role names or principal ARN patterns that may change them.
        partition: The partition of the organization.

    Breaks:
        Changing these roles from within an account by anybody else, its administrators included.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
    """
    protected = principal_arns("roles", some("roles", roles), partition)
    exempted = principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            (
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ),
            protected,
            conditions=exempting(exempted),
            sid="ProtectRoles",
        )
    )
