"""Guardrails on who begins a session of a role, and where (resource control policies): trust policies can say what they like."""

from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Resources"
_SESSIONS = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


@guardrail(PolicyKind.RCP, group=_GROUP, example={"management_account_id": "111111111111"})
def restrict_entry(*, management_account_id: str) -> PolicyDocument:
    """Deny everybody but the management account to take on any role of the accounts, whatever their trust policies say.

    It is for accounts in quarantine: the roles that `quarantine` and `suspend` exempt may have been opened to others before, and
    an account's administrator can do that where nothing protects them. AWS's services take on no roles either. A session that
    was begun before goes on until its end.

    Exempt only principals that nobody else can imitate, such as a permission set's role
    (``aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Investigator_*``), and attach `deny-foreign-identities` as well: another
    organization may have a role of the same name.

    Args:
        management_account_id: The id of the management account.

    Breaks:
        Pipelines, people, workloads and services in the account, as far as they take on roles; service-linked roles go on.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    management = values.matching("management_account_id", management_account_id, "account.id")
    return PolicyDocument.of(
        deny(
            _SESSIONS,
            "*",
            principals="*",
            # Services and federated callers have no account, so they are denied.
            conditions={"StringNotEquals": {"aws:PrincipalAccount": management}},
            sid="RestrictEntry",
        )
    )


@guardrail(PolicyKind.RCP, group=_GROUP, example={"allowed_regions": ["eu-central-1", "us-east-1"]})
def restrict_session_regions(*, allowed_regions: Strings, partition: str = "aws") -> PolicyDocument:
    """Deny taking on a role through an endpoint of STS in a region that nobody listens to.

    STS answers in all regions that are open by default, and what happens there is an event of that region. Guardrails on
    principals do not reach who comes from the management account or from outside.

    Args:
        allowed_regions: Region codes of the organization's partition.
        partition: The partition of the organization.

    Breaks:
        Callers that use the endpoint of another region. The endpoint without a region, sts.amazonaws.com, is us-east-1's.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    return PolicyDocument.of(
        deny(
            "sts:AssumeRole",
            "*",
            principals="*",
            conditions={
                "StringNotEquals": {
                    "aws:RequestedRegion": values.regions("allowed_regions", allowed_regions, partition)
                },
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
            sid="RestrictSessionRegions",
        )
    )
