"""What appliances that inspect traffic stand behind: a Gateway Load Balancer, and the service by which VPCs reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import LbListener, LbListenerDefaultAction
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck
from cdktf_cdktf_provider_aws.vpc_endpoint_service import VpcEndpointService
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_match, require_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

GENEVE_PORT: Final = 6081
_LARGEST_PORT: Final = 65535
_PROTOCOLS: Final = ("HTTP", "HTTPS", "TCP")
_TARGETS: Final = ("instance", "ip")
NAME_PATTERN: Final = r"(?!internal-)(?=.{1,32}\Z)[a-z0-9]+(?:-[a-z0-9]+)*"
"""Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""


@typed
@dataclass(frozen=True)
class ApplianceHealthCheck:
    """How it is found out whether an appliance works.

    Args:
        protocol: ``TCP``, ``HTTP`` or ``HTTPS``. Default: TCP.
        port: The port that answers. Default: 80.
        path: What is asked for by HTTP. Default: ``/``.
        interval_seconds: How often, 5 to 300. Default: every 10 seconds.
    """

    protocol: Literal["HTTP", "HTTPS", "TCP"] = "TCP"
    port: int = 80
    path: str | None = None
    interval_seconds: int = 10


@typed
class GatewayLoadBalancerConstruct(Construct):
    """A Gateway Load Balancer with a target group for appliances, and an endpoint service that accounts connect VPCs to.

    Whoever runs the appliances registers them in the target group, and nothing else. Whoever is named connects without being asked;
    nobody else sees the service.

    Children: ``Resource``, ``Targets``, ``Listener``, ``Service``.

    Args:
        scope: A stack of the account that has the VPC of the appliances.
        id_: The construct's id.
        name: The name of load balancer and target group, up to 32 lower-case letters, digits and single hyphens.
        vpc_id: The VPC.
        subnet_ids: One subnet in each zone that it shall be in.
        account_ids: The accounts that may connect VPCs, the own one, too.
        targets: Whether appliances are registered as ``instance`` or by ``ip``. Default: as instances.
        health_check: How it is found out whether one works. Default: TCP on port 80, every 10 seconds.
        cross_zone: Whether appliances get traffic of other zones, too. Default: no.
        delete_protection: Whether AWS refuses to delete the load balancer. Default: yes.
        partition: The partition of the accounts. Default: ``aws``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no subnet or no account, or the name or the health check is malformed.

    Example:
        >>> GatewayLoadBalancerConstruct(
        ...     stack, "firewalls", name="firewalls", vpc_id=vpc.vpc_id, subnet_ids=[vpc.subnet_ids["private-a"]],
        ...     account_ids=["333333333333"], health_check=ApplianceHealthCheck("HTTP", 8080, "/health"),
        ... )

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html,
    https://docs.aws.amazon.com/vpc/latest/privatelink/create-gateway-load-balancer-endpoint-service.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        subnet_ids: Sequence[str],
        account_ids: Sequence[str],
        targets: Literal["instance", "ip"] = "instance",
        health_check: ApplianceHealthCheck | None = None,
        cross_zone: bool = False,
        delete_protection: bool = True,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        check = health_check or ApplianceHealthCheck()
        _refuse(name, subnet_ids, account_ids, targets, check)
        tags = {"Name": name}
        balancer = Lb(
            self,
            "Resource",
            name=name,
            load_balancer_type="gateway",
            subnets=list(subnet_ids),
            enable_cross_zone_load_balancing=cross_zone,
            enable_deletion_protection=delete_protection,
            tags=tags,
            provider=provider,
        )
        self._targets = LbTargetGroup(
            self,
            "Targets",
            name=name,
            port=GENEVE_PORT,
            protocol="GENEVE",
            target_type=targets,
            vpc_id=vpc_id,
            health_check=LbTargetGroupHealthCheck(
                protocol=check.protocol,
                port=str(check.port),
                path=None if check.protocol == "TCP" else check.path or "/",
                interval=check.interval_seconds,
            ),
            tags=tags,
            provider=provider,
        )
        LbListener(
            self,
            "Listener",
            load_balancer_arn=balancer.arn,
            default_action=[LbListenerDefaultAction(type="forward", target_group_arn=self._targets.arn)],
            tags=tags,
            provider=provider,
        )
        self._service = VpcEndpointService(
            self,
            "Service",
            gateway_load_balancer_arns=[balancer.arn],
            # Nobody has to be accepted since nobody but these can ask.
            acceptance_required=False,
            allowed_principals=[f"arn:{partition}:iam::{id_}:root" for id_ in account_ids],
            tags=tags,
            provider=provider,
        )

    @property
    def target_group_arn(self) -> str:
        """The ARN of the target group, which appliances are registered in."""
        return self._targets.arn

    @property
    def service_name(self) -> str:
        """The name of the endpoint service, ``com.amazonaws.vpce.<region>.vpce-svc-…``, as `ApplianceEndpointsConstruct` takes it."""
        return self._service.service_name


def _refuse(
    name: str, subnet_ids: Sequence[str], account_ids: Sequence[str], targets: str, check: ApplianceHealthCheck
) -> None:
    expected = "up to 32 lower-case letters, digits and single hyphens, not 'internal-' first"
    require_match("name", name, NAME_PATTERN, expected=expected)
    if not subnet_ids:
        raise InvalidValueError("subnet_ids", list(subnet_ids), expected="a subnet in each zone")
    if not account_ids:
        raise InvalidValueError("account_ids", list(account_ids), expected="the accounts that may connect")
    for account_id in account_ids:
        require_account_id("account_ids", account_id)
    require_one_of("targets", targets, _TARGETS)
    require_one_of("health_check.protocol", check.protocol, _PROTOCOLS)
    require_between("health_check.port", check.port, 1, _LARGEST_PORT)
    require_between("health_check.interval_seconds", check.interval_seconds, 5, 300)
    if check.path is not None and check.protocol == "TCP":
        raise InvalidValueError("health_check.path", check.path, expected="no path with TCP")
