"""Where the tunnels of VPNs log to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from constructs_lib.security.encryption_key import EncryptionKeyConstruct, logs_encrypt
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_log_days, require_region

if TYPE_CHECKING:
    from cdktf import TerraformProvider


@typed
class VpnLogsConstruct(Construct):
    """A log group for the tunnels of an account's VPNs in a region, under a key of its own.

    Children: ``Key``, ``LogGroup``.

    Args:
        scope: Where the VPNs are.
        id_: The construct's id.
        name: Ends the group's name, ``/aws/vendedlogs/vpn/<name>``, and is in the key's alias.
        account_id: The account.
        region: The region.
        retention_days: For how many days CloudWatch keeps what was logged, as it allows. Default: a year.
        partition: ``aws``, ``aws-us-gov`` or ``aws-cn``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account's id is malformed, or CloudWatch knows no such retention.

    Example:
        >>> VpnLogsConstruct(stack, "VpnLogs", name="hub", account_id="222222222222", region="eu-central-1")

    Source: https://docs.aws.amazon.com/vpn/latest/s2svpn/log-contents.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        region: str,
        retention_days: int = 365,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_region("region", region)
        require_log_days("retention_days", retention_days)
        # Below this prefix, deliveries share one entry of the account's resource policy for logs.
        group = f"/aws/vendedlogs/vpn/{name}"
        key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=f"vpn-{name}",
            description="Logs of VPN tunnels",
            account_id=account_id,
            statements=[logs_encrypt(region, f"arn:{partition}:logs:{region}:{account_id}:log-group:{group}")],
            partition=partition,
            provider=provider,
        )
        self._group = CloudwatchLogGroup(
            self,
            "LogGroup",
            name=group,
            retention_in_days=retention_days,
            kms_key_id=key.key_arn,
            provider=provider,
        )

    @property
    def log_group_arn(self) -> str:
        """The log group's ARN, as `VpnConnectionConstruct` takes it."""
        return self._group.arn
