"""Root users of member accounts, managed from the management account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_organizations_features import IamOrganizationsFeatures
from constructs import Construct

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import ITerraformDependable, TerraformProvider


@typed
class CentralRootAccessConstruct(Construct):
    """Member accounts need no root credentials: they can be removed, and root's few tasks are done by short sessions.

    For the management account; ``iam.amazonaws.com`` needs service access in the organization.

    Children: ``Resource``.

    Args:
        scope: Where the switch is kept.
        id_: The construct's id.
        root_sessions: Whether the management account, or IAM's delegated administrator, can take on a member's root for a
            task (``sts:AssumeRoot``). Default: yes.
        depends_on: What must be there before, such as the organization with IAM's service access. Default: nothing.
        provider: The management account. Default: the stack's provider.

    Example:
        >>> CentralRootAccessConstruct(stack, "RootAccess")

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        root_sessions: bool = True,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        features = ["RootCredentialsManagement", *(["RootSessions"] if root_sessions else [])]
        IamOrganizationsFeatures(
            self, "Resource", enabled_features=features, depends_on=list(depends_on) or None, provider=provider
        )
