"""What lets machines of EC2 have a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class InstanceProfileConstruct(Construct):
    """An instance profile of a role that trusts ``ec2.amazonaws.com``.

    Children: ``Resource``.

    Args:
        scope: A stack of the account, or a construct in it.
        id_: The construct's id.
        name: Its name.
        role_name: The role's name, as the role's construct gives it, so that the role is made first.
        tags: Tags, beside the provider's default tags.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If AWS would refuse the name.

    Example:
        >>> InstanceProfileConstruct(stack, "machines", name="Machines", role_name=role.role_name)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        role_name: str,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._resource = IamInstanceProfile(
            self,
            "Resource",
            name=require_quota("name", name, "iam-policy.name"),
            role=role_name,
            tags=tags or None,
            provider=provider,
        )

    @property
    def arn(self) -> str:
        """The profile's ARN."""
        return self._resource.arn
