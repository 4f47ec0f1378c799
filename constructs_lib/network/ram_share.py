"""Resources of one account that other accounts may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ram_principal_association import RamPrincipalAssociation
from cdktf_cdktf_provider_aws.ram_resource_association import RamResourceAssociation
from cdktf_cdktf_provider_aws.ram_resource_share import RamResourceShare
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_ARN = r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:\S+"
_PERMISSION = r"arn:aws[a-z-]*:ram:(:aws|[a-z0-9-]+:[0-9]{12}):permission/\S+"
_PRINCIPAL = (
    r"[0-9]{12}"
    r"|arn:aws[a-z-]*:organizations::[0-9]{12}:(organization/o-[a-z0-9]{10,32}|ou/o-[a-z0-9]{10,32}/ou-[a-z0-9-]+)"
    r"|arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/\S+"
    r"|[a-z0-9.-]+\.amazonaws\.com"
)


@typed
class RamShareConstruct(Construct):
    """A share of the Resource Access Manager (RAM): these resources for those principals.

    Within an organization that shares by RAM, the resources appear in the other accounts at once, without an invitation.
    AWS lets a share reach beyond the organization unless told otherwise; this construct does not.

    Children: ``Resource`` (the share), ``resource-<key>`` and ``principal-<key>`` (one association each).

    Args:
        scope: A stack of the account that owns the resources, or a construct in it.
        id_: The construct's id.
        name: The share's name.
        resources: A stable key to the ARN of a subnet, a transit gateway, or whatever RAM can share.
            `SharedVpcConstruct.subnet_arns` is one.
        principals: A stable key to whom they are for: an account id, or the ARN of an organizational unit, of the
            organization, of a role or a user.
        allow_external_principals: Whether the share may reach accounts outside the organization. Default: no.
        permission_arns: The RAM permissions, one for each type of resource. Default: AWS's for the type.
        tags: Tags of the share, beside the provider's default tags.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If there is nothing to share or nobody to share with, or AWS would refuse a value.

    Example:
        >>> RamShareConstruct(
        ...     stack, "subnets", name="subnets", resources=vpc.subnet_arns,
        ...     principals={"production": "444455556666", "workloads": organization.unit_arn("workloads")},
        ... )

    Source:
        https://docs.aws.amazon.com/ram/latest/userguide/getting-started-sharing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        resources: Mapping[str, str],
        principals: Mapping[str, str],
        allow_external_principals: bool = False,
        permission_arns: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _refuse_malformed(resources, principals, permission_arns)
        self._share = RamResourceShare(
            self,
            "Resource",
            name=name,
            allow_external_principals=allow_external_principals,
            permission_arns=list(permission_arns) or None,
            tags=tags or None,
            provider=provider,
        )
        share_arn = self._share.arn
        for key, arn in resources.items():
            RamResourceAssociation(
                self, f"resource-{key}", resource_arn=arn, resource_share_arn=share_arn, provider=provider
            )
        for key, principal in principals.items():
            RamPrincipalAssociation(
                self, f"principal-{key}", principal=principal, resource_share_arn=share_arn, provider=provider
            )

    @property
    def share_arn(self) -> str:
        """The ARN of the share."""
        return self._share.arn


def _refuse_malformed(resources: Mapping[str, str], principals: Mapping[str, str], permissions: Sequence[str]) -> None:
    for name, values in (("resources", resources), ("principals", principals)):
        if not values:
            raise InvalidValueError(name, dict(values), expected="at least one")
    for key, arn in resources.items():
        require_match(f"resources[{key!r}]", arn, _ARN, expected="an ARN")
    for index, arn in enumerate(permissions):
        require_match(f"permission_arns[{index}]", arn, _PERMISSION, expected="the ARN of a permission of RAM's")
    for key, principal in principals.items():
        require_match(
            f"principals[{key!r}]",
            principal,
            _PRINCIPAL,
            expected="an account id of 12 digits, or the ARN of an organizational unit, the organization, a role or a user",
            cure="An id such as 'ou-…' or 'o-…' is not enough: RAM wants its ARN.",
        )
