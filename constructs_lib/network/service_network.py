"""Services of several accounts under one name, by VPC Lattice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.vpclattice_auth_policy import VpclatticeAuthPolicy
from cdktf_cdktf_provider_aws.vpclattice_service_network import VpclatticeServiceNetwork
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_organization_id

if TYPE_CHECKING:
    from cdktf import TerraformProvider

NAME_PATTERN: Final = r"(?!(?:svc|servicenetwork|targetgroup|rule|listener|sn)-)(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*"
"""Source: https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/API_CreateServiceNetwork.html"""


@typed
class ServiceNetworkConstruct(Construct):
    """A service network of VPC Lattice, to be shared by RAM: whoever it is shared with puts services into it, and VPCs.

    Calls are signed, and only principals of the organization are let in; services can ask for more by policies of their own.

    Children: ``Resource``, ``Policy``.

    Args:
        scope: Where the service network lives.
        id_: The construct's id.
        name: Its name, 3 to 63 lower-case letters, digits and single hyphens.
        organization_id: Whose principals are let in.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name or the id is malformed.

    Example:
        >>> ServiceNetworkConstruct(stack, "services", name="services", organization_id="o-a1b2c3d4e5")

    Source: https://docs.aws.amazon.com/vpc-lattice/latest/ug/service-networks.html,
    https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        organization_id: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("name", name, NAME_PATTERN, expected="3 to 63 lower-case letters, digits and single hyphens")
        require_organization_id("organization_id", organization_id)
        self._network = VpclatticeServiceNetwork(
            self, "Resource", name=name, auth_type="AWS_IAM", tags={"Name": name}, provider=provider
        )
        own = allow(
            "vpc-lattice-svcs:Invoke",
            "*",
            principals="*",
            conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
            sid="OrganizationInvokes",
        )
        VpclatticeAuthPolicy(
            self,
            "Policy",
            resource_identifier=self._network.arn,
            policy=PolicyDocument.of(own).to_json(),
            provider=provider,
        )

    @property
    def service_network_arn(self) -> str:
        """Its ARN, as `RamShareConstruct` takes it."""
        return self._network.arn
