"""A firewall in a VPC, and the routes that lead through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.networkfirewall_firewall import (
    NetworkfirewallFirewall,
    NetworkfirewallFirewallSubnetMapping,
)
from cdktf_cdktf_provider_aws.networkfirewall_logging_configuration import (
    NetworkfirewallLoggingConfiguration,
    NetworkfirewallLoggingConfigurationLoggingConfiguration,
    NetworkfirewallLoggingConfigurationLoggingConfigurationLogDestinationConfig,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.firewall_route import add_routes, require_zones
from constructs_lib.tokens import unresolved
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.network.firewall_route import FirewallRoute

_LOGS: Final = ("ALERT", "FLOW", "TLS")


@typed
class NetworkFirewallConstruct(Construct):
    """An AWS Network Firewall in some zones of a VPC.

    Children: ``Resource`` (the firewall), ``Logs`` (if any are written), ``route-<slug>`` per route.

    Args:
        scope: A stack of the account that has the VPC.
        id_: The construct's id.
        name: Its name, unique in account and region. A changed one is another firewall.
        vpc_id: The VPC.
        policy_arn: What it lets through (`FirewallPolicyConstruct.policy_arn`).
        subnet_ids: The letter of each zone that it is in to a subnet that has nothing else in it, of the same app.
        routes: Routes through it by slug. Default: none.
        logs: What is written: ``ALERT``, ``FLOW``, ``TLS``. Default: nothing.
        log_bucket: The bucket that it is written to, of any account of the organization.
        delete_protection: Whether AWS refuses to delete it. Default: yes.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If it has no subnet, a kind of log is unknown, or logs have no bucket.

    Example:
        >>> NetworkFirewallConstruct(
        ...     stack, "firewall", name="inspection", vpc_id=vpc.vpc_id, policy_arn=policy.policy_arn,
        ...     subnet_ids={"a": vpc.subnet_ids["firewall-a"]},
        ...     routes={"in-a": FirewallRoute(internet.route_table_ids["attachment-a"], "a", "0.0.0.0/0")},
        ... )

    Source: https://docs.aws.amazon.com/network-firewall/latest/developerguide/arch-two-zone-igw.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        vpc_id: str,
        policy_arn: str,
        subnet_ids: Mapping[str, str],
        routes: Mapping[str, FirewallRoute] | None = None,
        logs: Sequence[str] = (),
        log_bucket: str | None = None,
        delete_protection: bool = True,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match("name", name, r"[a-zA-Z0-9-]{1,128}", expected="letters, digits and hyphens")
        require_zones(subnet_ids)
        if logs and log_bucket is None:
            raise InvalidValueError("log_bucket", log_bucket, expected="a bucket for the logs")
        self._subnet_ids, self._provider = dict(sorted(subnet_ids.items())), provider
        self._firewall = NetworkfirewallFirewall(
            self,
            "Resource",
            name=name,
            vpc_id=vpc_id,
            firewall_policy_arn=policy_arn,
            subnet_mapping=[NetworkfirewallFirewallSubnetMapping(subnet_id=id_) for id_ in self._subnet_ids.values()],
            delete_protection=delete_protection,
            tags={"Name": name},
            provider=provider,
        )
        if logs and log_bucket:
            self._write_logs(sorted(set(logs)), log_bucket)
        add_routes(self, routes, self.endpoint_id, provider)

    @property
    def firewall_arn(self) -> str:
        """The firewall's ARN."""
        return self._firewall.arn

    def endpoint_id(self, zone: str) -> str:
        """The id of its endpoint, ``vpce-…``, which routes lead to: in a zone, or in the first one if there is none.

        Args:
            zone: The zone's letter.
        """
        subnet_id = self._subnet_ids.get(zone, next(iter(self._subnet_ids.values())))
        wanted = subnet_id if unresolved(subnet_id) else f'"{subnet_id}"'
        states = f"{self._firewall.fqn}.firewall_status[0].sync_states"
        # The bindings have no way to look for an element of a set, so this is Terraform's own language.
        found = (
            f"[for state in {states} : state.attachment[0].endpoint_id if state.attachment[0].subnet_id == {wanted}]"
        )
        return f"${{one({found})}}"

    def _write_logs(self, logs: Sequence[str], bucket: str) -> None:
        for log in logs:
            require_one_of("logs", log, _LOGS)
        NetworkfirewallLoggingConfiguration(
            self,
            "Logs",
            firewall_arn=self._firewall.arn,
            logging_configuration=NetworkfirewallLoggingConfigurationLoggingConfiguration(
                log_destination_config=[
                    NetworkfirewallLoggingConfigurationLoggingConfigurationLogDestinationConfig(
                        log_type=log, log_destination_type="S3", log_destination={"bucketName": bucket}
                    )
                    for log in logs
                ]
            ),
            provider=self._provider,
        )
