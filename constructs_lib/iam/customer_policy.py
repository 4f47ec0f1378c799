"""A managed policy of an account's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from constructs import Construct

from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.policies.document import PolicyDocument


@typed
class CustomerPolicyConstruct(Construct):
    """A customer-managed policy, for the roles that name it, and for permission sets that find it by name and path.

    Children: ``Resource``.

    Args:
        scope: A stack of the account, or a construct in it.
        id_: The construct's id.
        name: Its name.
        document: What it permits.
        path: Its path. Default: ``/``.
        description: At most 1000 characters; another one is another policy. Default: none.
        tags: Tags, beside the provider's default tags.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidPolicyError: If AWS would refuse the document.
        InvalidValueError: If AWS would refuse a value.

    Example:
        >>> CustomerPolicyConstruct(
        ...     stack, "read-reports", name="ReadReports",
        ...     document=PolicyDocument.of(allow("s3:GetObject", "arn:aws:s3:::acme-reports/*")),
        ... )

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        document: PolicyDocument,
        path: str = "/",
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("path", path, r"(?:/[A-Za-z0-9.,+@=_-]+)*/", expected="a path that begins and ends with '/'")
        self._policy = IamPolicy(
            self,
            "Resource",
            name=require_quota("name", name, "iam-policy.name"),
            path=None if path == "/" else path,
            description=require_quota("description", description, "iam-policy.description") if description else None,
            policy=policy_text(self, document, PolicyKind.IDENTITY, name),
            tags=tags or None,
            provider=provider,
        )

    @property
    def arn(self) -> str:
        """The policy's ARN."""
        return self._policy.arn
