"""The VPC that AWS made and nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.default_vpc import DefaultVpc
from constructs import Construct

if TYPE_CHECKING:
    from cdktf import TerraformProvider


class DefaultVpcConstruct(Construct):
    """Takes a region's default VPC over and closes its default security group: nothing in, nothing out.

    AWS makes a default VPC in every region of a new account, so Terraform takes it over instead of making it. To get rid
    of it: deploy once with ``removable=True``, then remove the construct; the destroyed resource takes the VPC along, and
    that fails while anything is still in it.

    Children: ``Resource`` (the VPC), ``SecurityGroup``.

    Args:
        scope: Where it is kept.
        id_: The construct's id.
        removable: Whether removing the construct removes the VPC; else Terraform only lets go of it. Default: no.
        provider: Account and region. Default: the stack's provider.

    Example:
        >>> DefaultVpcConstruct(stack, "DefaultVpc-us-east-1", provider=virginia)

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        removable: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._vpc = DefaultVpc(self, "Resource", force_destroy=removable, provider=provider)
        DefaultSecurityGroup(self, "SecurityGroup", vpc_id=self._vpc.id, provider=provider)

    @property
    def vpc_id(self) -> str:
        """The default VPC's id."""
        return self._vpc.id
