"""Guardrails about accounts themselves: settings, bills, sign-in, Identity Center, Systems Manager."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Accounts"
_PATCHING = (
    "ssm:DeleteMaintenanceWindow",
    "ssm:DeletePatchBaseline",
    "ssm:DeregisterPatchBaselineForPatchGroup",
    "ssm:DeregisterTargetFromMaintenanceWindow",
    "ssm:DeregisterTaskFromMaintenanceWindow",
    "ssm:RegisterDefaultPatchBaseline",
    "ssm:RegisterPatchBaselineForPatchGroup",
    "ssm:UpdateMaintenanceWindow",
    "ssm:UpdateMaintenanceWindowTarget",
    "ssm:UpdateMaintenanceWindowTask",
    "ssm:UpdatePatchBaseline",
)
_TO_ENROL = (
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
)


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def protect_account_settings(
    *, parts: Strings = ("contacts", "billing", "closing", "root-email", "password-policy", "marketplace")
) -> PolicyDocument:
    """Deny changing contacts, bills, the password policy, subscriptions and other settings of the account itself.

    Args:
        parts: Out of contacts, billing, budgets, closing, root-email, alias, password-policy, marketplace, commitments (what
            is paid for in advance) and locks (what nobody can delete until a day). The actions of each are in
            data/denied_actions.json.

    Breaks:
        Changing these settings from within an account; buying in AWS Marketplace, reservations, savings plans and locks where
        named.

    Source:
        https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact.html
        https://docs.aws.amazon.com/marketplace/latest/buyerguide/buyer-iam-users-groups-policies.html
    """
    return PolicyDocument.of(deny(values.parts("parts", parts, "account"), "*", sid="ProtectAccountSettings"))


@guardrail(PolicyKind.SCP, group=_GROUP)
def require_mfa(*, actions: Strings = (), roles: bool = False, partition: str = "aws") -> PolicyDocument:
    """Deny IAM users what they do without a second factor, but enrolling one.

    Roles are left alone: their sessions carry no such sign, and people come through Identity Center, which asks for it.

    Args:
        actions: What needs a second factor; everything unless told otherwise.
        roles: Whether sessions of roles need it, too: those alone pass for which somebody gave a second factor to assume the role.
        partition: The partition of the organization.

    Breaks:
        Software that works with an IAM user's access keys; with roles, everything that no person does, and Identity Center's people:
        exempt their roles.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html
    """
    named = values.actions("actions", actions)
    users = {} if roles else {"ArnLike": {"aws:PrincipalArn": f"arn:{partition}:iam::*:user/*"}}
    return PolicyDocument.of(
        deny(
            named,
            "*",
            not_actions=() if named else _TO_ENROL,
            conditions={**users, "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
            sid="RequireMfa",
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_console_credentials() -> PolicyDocument:
    """Deny turning a console's sign-in into credentials for the command line, by which sessions leave the browser.

    Breaks:
        aws login; people use Identity Center's own credentials for the command line.

    Source:
        https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssignin.html
    """
    return PolicyDocument.of(
        deny(("signin:AuthorizeOAuth2Access", "signin:CreateOAuth2Token"), "*", sid="DenyConsoleCredentials")
    )


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def protect_identity_center(*, partition: str = "aws") -> PolicyDocument:
    """Deny what would go around Identity Center: instances of an account's own, and changes of what it makes in accounts.

    Args:
        partition: The partition of the organization.

    Breaks:
        Account instances of Identity Center, which some applications of AWS ask for.

    Source:
        https://docs.aws.amazon.com/singlesignon/latest/userguide/control-account-instance.html
        https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
    """
    return PolicyDocument.of(
        deny("sso:CreateInstance", "*", sid="DenyIdentityCenterInstances"),
        deny(
            ("iam:DeleteSAMLProvider", "iam:UpdateSAMLProvider"),
            f"arn:{partition}:iam::*:saml-provider/AWSSSO_*",
            sid="ProtectIdentityCenterProvider",
        ),
        deny(
            (
                "iam:AttachRolePolicy",
                "iam:DeleteRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ),
            f"arn:{partition}:iam::*:role/aws-reserved/sso.amazonaws.com/*",
            sid="ProtectIdentityCenterRoles",
        ),
    )


@guardrail(PolicyKind.SCP, group=_GROUP, exempted=DEPLOYERS)
def protect_systems_manager(*, patching: bool = False, partition: str = "aws") -> PolicyDocument:
    """Deny lifting Systems Manager's block of public documents, and changing how it manages instances by default.

    Args:
        patching: Whether patch baselines and maintenance windows are protected as well. Exempt the roles that deploy them.
        partition: The partition of the organization.

    Breaks:
        Publishing documents; with patching, baselines and windows of an account's own as well.

    Source:
        https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
        https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html
    """
    settings = deny(
        ("ssm:ResetServiceSetting", "ssm:UpdateServiceSetting"),
        [
            f"arn:{partition}:ssm:*:*:servicesetting/ssm/documents/console/public-sharing-permission",
            f"arn:{partition}:ssm:*:*:servicesetting/ssm/managed-instance/default-ec2-instance-management-role",
        ],
        sid="ProtectSystemsManager",
    )
    return PolicyDocument.of(settings, *([deny(_PATCHING, "*", sid="ProtectPatching")] if patching else []))


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_outbound_identity(*, allowed_audiences: Strings = ()) -> PolicyDocument:
    """Deny tokens by which roles show themselves to services outside of AWS.

    Args:
        allowed_audiences: Audiences for whom tokens may be made; none unless told otherwise.

    Breaks:
        Workloads that sign in elsewhere with a token of AWS.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
    """
    allowed = values.many(allowed_audiences)
    return PolicyDocument.of(
        deny(
            "sts:GetWebIdentityToken",
            "*",
            conditions={"ForAnyValue:StringNotEquals": {"sts:IdentityTokenAudience": allowed}} if allowed else {},
            sid="DenyOutboundIdentity",
        ),
        deny("iam:EnableOutboundWebIdentityFederation", "*", sid="DenyOutboundFederation"),
    )


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_chat_commands(*, partition: str = "aws") -> PolicyDocument:
    """Deny changing access and reading the organization from chat channels (Amazon Q Developer in chat applications).

    Args:
        partition: The partition of the organization.

    Breaks:
        Mending access from a chat channel.

    Source:
        https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html
    """
    return PolicyDocument.of(
        deny(
            (
                "account:GetContactInformation",
                "iam:AddUserToGroup",
                "iam:AttachGroupPolicy",
                "iam:AttachRolePolicy",
                "iam:AttachUserPolicy",
                "iam:CreateAccessKey",
                "iam:CreateLoginProfile",
                "iam:CreateServiceSpecificCredential",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:DeleteUserPermissionsBoundary",
                "iam:DeleteUserPolicy",
                "iam:DetachRolePolicy",
                "iam:DetachUserPolicy",
                "iam:PutGroupPolicy",
                "iam:PutRolePolicy",
                "iam:PutUserPolicy",
                "iam:ResetServiceSpecificCredential",
                "iam:SetDefaultPolicyVersion",
                "iam:UpdateAccessKey",
                "organizations:*",
                "sts:AssumeRole",
            ),
            "*",
            conditions={"ArnLike": {"aws:ChatbotSourceArn": f"arn:{partition}:chatbot::*:*"}},
            sid="DenyChatCommands",
        )
    )
