"""What people may do in an account, once they are let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssoadmin_customer_managed_policy_attachment import (
    SsoadminCustomerManagedPolicyAttachment,
    SsoadminCustomerManagedPolicyAttachmentCustomerManagedPolicyReference,
)
from cdktf_cdktf_provider_aws.ssoadmin_managed_policy_attachment import SsoadminManagedPolicyAttachment
from cdktf_cdktf_provider_aws.ssoadmin_permission_set import SsoadminPermissionSet
from cdktf_cdktf_provider_aws.ssoadmin_permission_set_inline_policy import SsoadminPermissionSetInlinePolicy
from cdktf_cdktf_provider_aws.ssoadmin_permissions_boundary_attachment import (
    SsoadminPermissionsBoundaryAttachment,
    SsoadminPermissionsBoundaryAttachmentPermissionsBoundary,
    SsoadminPermissionsBoundaryAttachmentPermissionsBoundaryCustomerManagedPolicyReference,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_length, require_match, require_quota, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import ITerraformDependable, TerraformProvider

    from constructs_lib.policies.document import PolicyDocument

_NAME = r"[\w+=,.@-]{1,32}"
_ARN = r"arn:[\w-]+:iam::[^:]*:policy/.+"
_INLINE_LENGTH = 32_768
_POLICIES = 20


@typed
class PermissionSetConstruct(Construct):
    """A permission set of IAM Identity Center: the policies of the role that people get in an account.

    Children: ``Resource``, ``managed-<slug>`` and ``customer-<slug>`` per policy, ``InlinePolicy``, ``Boundary``.

    Args:
        scope: Where the permission set is kept.
        id_: The construct's id.
        instance_arn: The Identity Center instance.
        name: Its name, 1 to 32 characters.
        description: What it is for. Default: none.
        session_hours: How long a session lasts, 1 to 12 hours. Default: 1.
        relay_state: A page of the console to start on. Default: the console's home.
        managed_policies: Slug to the ARN of an AWS managed policy. Default: none.
        customer_policies: Slug to the name, or path and name, of a managed policy that must exist in every account the
            permission set is assigned to. Default: none.
        inline_policy: A policy written out. Default: none.
        boundary: The ARN of an AWS managed policy, or the name of a policy in every account, beyond which nothing is
            allowed. Default: none.
        tags: Tags, beside the provider's. Default: none.
        protected: Whether Terraform refuses to destroy it. Default: no.
        provider: Account and region of Identity Center. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name or ARN is malformed, a session too long, there are more than 20 policies or none, or
            the inline policy is too long.

    Example:
        >>> PermissionSetConstruct(
        ...     stack, "ReadOnly", instance_arn=instance_arn, name="ReadOnly", session_hours=8,
        ...     managed_policies={"read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ... )

    Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        instance_arn: str,
        name: str,
        description: str | None = None,
        session_hours: int = 1,
        relay_state: str | None = None,
        managed_policies: Mapping[str, str] | None = None,
        customer_policies: Mapping[str, str] | None = None,
        inline_policy: PolicyDocument | None = None,
        boundary: str | None = None,
        tags: Mapping[str, str] | None = None,
        protected: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        managed, customer = managed_policies or {}, customer_policies or {}
        require_match("name", name, _NAME, expected="1 to 32 letters, digits and characters out of + = , . @ - _")
        for text, value in (("description", description), ("relay_state", relay_state)):
            if value:
                require_quota(text, value, f"permission-set.{text.replace('_', '-')}")
        require_between("session_hours", session_hours, 1, 12, unit="hours")
        _require_policies(managed, customer, inline_policy)
        self._instance_arn, self._provider = instance_arn, provider
        self._set = SsoadminPermissionSet(
            self,
            "Resource",
            instance_arn=instance_arn,
            name=name,
            description=description,
            session_duration=f"PT{session_hours}H",
            relay_state=relay_state,
            tags=tags or None,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
            provider=provider,
        )
        self._policies: list[ITerraformDependable] = []
        for slug, arn in sorted(managed.items()):
            self._attach_managed_policy(require_slug("managed_policies", slug), arn)
        for slug, policy in sorted(customer.items()):
            self._attach_customer_policy(require_slug("customer_policies", slug), policy)
        if inline_policy:
            self._write_inline_policy(inline_policy)
        if boundary:
            self._bound(boundary)

    @property
    def permission_set_arn(self) -> str:
        """The permission set's ARN."""
        return self._set.arn

    @property
    def instance_arn(self) -> str:
        """The ARN of the Identity Center instance."""
        return self._instance_arn

    @property
    def policies(self) -> list[ITerraformDependable]:
        """Its policies; whoever depends on them sees the permission set complete."""
        return list(self._policies)

    def _attach_managed_policy(self, slug: str, arn: str) -> None:
        attachment = SsoadminManagedPolicyAttachment(
            self,
            f"managed-{slug}",
            instance_arn=self._instance_arn,
            permission_set_arn=self._set.arn,
            managed_policy_arn=require_match(f"managed_policies[{slug!r}]", arn, _ARN, expected="a policy's ARN"),
            provider=self._provider,
        )
        self._policies.append(attachment)

    def _attach_customer_policy(self, slug: str, policy: str) -> None:
        path, name = _path_and_name(policy)
        attachment = SsoadminCustomerManagedPolicyAttachment(
            self,
            f"customer-{slug}",
            instance_arn=self._instance_arn,
            permission_set_arn=self._set.arn,
            customer_managed_policy_reference=SsoadminCustomerManagedPolicyAttachmentCustomerManagedPolicyReference(
                name=name, path=path
            ),
            provider=self._provider,
        )
        self._policies.append(attachment)

    def _write_inline_policy(self, document: PolicyDocument) -> None:
        policy = SsoadminPermissionSetInlinePolicy(
            self,
            "InlinePolicy",
            instance_arn=self._instance_arn,
            permission_set_arn=self._set.arn,
            inline_policy=document.to_terraform(),
            provider=self._provider,
        )
        self._policies.append(policy)

    def _bound(self, boundary: str) -> None:
        if boundary.startswith("arn:"):
            require_match("boundary", boundary, _ARN, expected="a policy's ARN")
            limit = SsoadminPermissionsBoundaryAttachmentPermissionsBoundary(managed_policy_arn=boundary)
        else:
            path, name = _path_and_name(boundary)
            limit = SsoadminPermissionsBoundaryAttachmentPermissionsBoundary(
                customer_managed_policy_reference=(
                    SsoadminPermissionsBoundaryAttachmentPermissionsBoundaryCustomerManagedPolicyReference(
                        name=name, path=path
                    )
                )
            )
        attachment = SsoadminPermissionsBoundaryAttachment(
            self,
            "Boundary",
            instance_arn=self._instance_arn,
            permission_set_arn=self._set.arn,
            permissions_boundary=limit,
            provider=self._provider,
        )
        self._policies.append(attachment)


def _require_policies(
    managed: Mapping[str, str], customer: Mapping[str, str], inline_policy: PolicyDocument | None
) -> None:
    if inline_policy:
        require_length("inline_policy", inline_policy.to_json(), 1, _INLINE_LENGTH)
    count = len(managed) + len(customer)
    if count > _POLICIES or not (count or inline_policy):
        raise InvalidValueError(
            "managed_policies and customer_policies", count, expected=f"1 to {_POLICIES} in all, or an inline policy"
        )


def _path_and_name(policy: str) -> tuple[str, str]:
    """``/teams/Deploy`` → ``/teams/``, ``Deploy``."""
    path, _, name = policy.rpartition("/")
    require_match("policy name", name, r"[\w+=,.@-]{1,128}", expected="the name of a policy, its path before it")
    return f"{path}/", name
