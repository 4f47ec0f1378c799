"""The VPC that AWS made and nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.default_vpc import DefaultVpc
from constructs import Construct

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class DefaultVpcConstruct(Construct):
    """Takes a region's default VPC over and closes its default security group: nothing in, nothing out.

    AWS makes a default VPC in every region of a new account, so Terraform takes it over instead of making it, and lets go
    of it when the construct is removed. Do not use it where the default VPC was deleted: Terraform would bring it back.

    Children: ``Resource`` (the VPC), ``SecurityGroup``.

    Args:
        scope: Where it is kept.
        id_: The construct's id.
        provider: Account and region. Default: the stack's provider.

    Example:
        >>> DefaultVpcConstruct(stack, "DefaultVpc-us-east-1", provider=virginia)

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """

    def __init__(self, scope: Construct, id_: str, *, provider: TerraformProvider | None = None) -> None:
        super().__init__(scope, id_)
        # Destroying it could only fail: subnets and gateway, which AWS made too, would still be in it.
        self._vpc = DefaultVpc(self, "Resource", force_destroy=False, provider=provider)
        DefaultSecurityGroup(self, "SecurityGroup", vpc_id=self._vpc.id, provider=provider)

    @property
    def vpc_id(self) -> str:
        """The default VPC's id."""
        return self._vpc.id
