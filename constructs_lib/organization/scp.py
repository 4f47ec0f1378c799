"""A service control policy and its attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.organization.policy import PolicyConstruct
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider
    from constructs import Construct

    from constructs_lib.policies.document import PolicyDocument


@typed
class ScpConstruct(PolicyConstruct):
    """One service control policy (SCP), attached to any number of targets.

    An SCP grants nothing: it says what the identities of the accounts below its targets may at most do. It does not bind
    the management account, nor service-linked roles.

    Children: as `PolicyConstruct`.

    Args:
        scope: The stack of the management account, or a construct in it.
        id_: A slug that stays: the Terraform addresses are made from it.
        document: The statements; no principals, since an SCP applies to all.
        targets: A stable key (``root``, ``ou-workloads``, ``account-production``) to the id of the root, the
            organizational unit or the account. Default: attached nowhere.
        name: The name that AWS shows, 1 to 128 characters. Default: `id_`.
        description: At most 512 characters. Default: none.
        tags: Tags of the policy, beside the provider's default tags.
        accepted: Findings about the document that are accepted: ``unknown-action``, or for one statement
            ``unknown-action@Sid``.
        depends_on: What must exist before. Default: the organization, if it is the stack's own, and in any case what the
            arguments refer to.
        provider: The management account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If AWS would refuse the name or the description.
        InvalidPolicyError: If AWS would refuse the document, or it would not do what it says.

    Example:
        >>> ScpConstruct(
        ...     stack, "stay", targets={"root": organization.root_id},
        ...     document=PolicyDocument.of(deny("organizations:LeaveOrganization", "*")),
        ... )

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        document: PolicyDocument,
        targets: Mapping[str, str] | None = None,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        accepted: Collection[str] = (),
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(
            scope,
            id_,
            kind=PolicyKind.SCP,
            document=document,
            targets=targets,
            name=name,
            description=description,
            tags=tags,
            accepted=accepted,
            depends_on=depends_on,
            provider=provider,
        )
