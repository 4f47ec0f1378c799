"""The resource types that accounts' stacks make at least, known from the configuration without building them.

After synthesis the lockout proof is made once more, with all types that the stacks really have (`stacks.lockout`). This is
what it goes by before, where CDKTF must not be imported.
"""

from collections.abc import Iterator
from typing import Final

from config.model.base import enabled
from config.model.state import S3State
from config.nodes import Account, Organization

_ROLES: Final = frozenset({"aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment"})
_EXECUTION_ROLE: Final = frozenset({"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy_attachment"})
_STATES: Final = _ROLES | {
    "aws_kms_alias",
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
}
_PIPELINES: Final = _ROLES | {"aws_iam_openid_connect_provider", "aws_iam_policy"}
_VPC: Final = frozenset({"aws_default_security_group", "aws_subnet", "aws_vpc"})
_SHARES: Final = frozenset({"aws_ram_principal_association", "aws_ram_resource_association", "aws_ram_resource_share"})


def resource_types(organization: Organization, account: Account) -> frozenset[str]:
    """The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that a member account's stack makes at least."""
    return frozenset[str]().union({"data.aws_caller_identity"}, _EXECUTION_ROLE, *_found(organization, account))


def _found(organization: Organization, account: Account) -> Iterator[frozenset[str]]:
    state = organization.state
    if account.purpose == "terraform":
        if organization.ci is not None:
            yield _PIPELINES | ({"aws_iam_user", "aws_iam_user_policy"} if organization.ci.user else set())
        if isinstance(state, S3State) and state.managed:
            yield _STATES | ({"aws_dynamodb_table"} if state.lock != "s3" else set())
    if any(
        account in role.accounts or any(trust.account is account for trust in role.trusted_by)
        for role in organization.roles.values()
    ):
        yield frozenset({"aws_iam_role"})
    if enabled(account.settings.network):
        yield _VPC
    if any(share.account is account for share in organization.shares.values()):
        yield _SHARES
