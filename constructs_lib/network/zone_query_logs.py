"""What is asked of an account's public zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from cdktf_cdktf_provider_aws.route53_query_log import Route53QueryLog
from constructs import Construct

from constructs_lib.network.public_zone import DOMAIN
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct, logs_encrypt
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_log_days, require_match, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

REGION: Final = "us-east-1"
"""Route 53 writes logs here and nowhere else."""
_GROUPS: Final = "/aws/route53/"


@typed
@dataclass(frozen=True)
class LoggedZone:
    """A public zone whose queries are logged.

    Args:
        zone_id: Its id (`PublicZoneConstruct.zone_id`).
        domain: Its domain, which names the log group.
        retention_days: For how many days CloudWatch keeps the logs, as it allows. Default: a year.
    """

    zone_id: str
    domain: str
    retention_days: int = 365


@typed
class ZoneQueryLogsConstruct(Construct):
    """Logs of all queries that the world makes to an account's public zones, in CloudWatch, encrypted by a key of their own.

    All zones of an account share one construct: CloudWatch takes ten resource policies in a region.

    Children: ``Key``, ``Policy`` (what lets Route 53 write), ``log-group-<slug>`` and ``query-log-<slug>`` per zone.

    Args:
        scope: Where the logs live.
        id_: The construct's id.
        zones: Slug to zone.
        account_id: The account of the zones.
        name: Of the key's alias and the resource policy. Default: ``dns-query-logs``.
        provider: The account in ``us-east-1``. Default: the stack's provider.

    Raises:
        InvalidValueError: If a slug, a domain or the account's id is malformed, or CloudWatch knows no such retention.

    Example:
        >>> zone = PublicZoneConstruct(stack, "Zone", domain="example.com")
        >>> ZoneQueryLogsConstruct(
        ...     stack, "QueryLogs", zones={"main": LoggedZone(zone.zone_id, "example.com")}, account_id="222222222222",
        ...     provider=north_virginia,
        ... )

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        zones: Mapping[str, LoggedZone],
        account_id: str,
        name: str = "dns-query-logs",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        self._provider = provider
        groups = f"arn:aws:logs:{REGION}:{account_id}:log-group:{_GROUPS}*"
        key = self._key(name, account_id, groups)
        policy = CloudwatchLogResourcePolicy(
            self,
            "Policy",
            policy_name=name,
            policy_document=PolicyDocument.of(
                allow(
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    groups,
                    principals={"Service": "route53.amazonaws.com"},
                    conditions={
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
                    },
                    sid="Route53Writes",
                )
            ).to_terraform(),
            provider=provider,
        )
        self._log_group_arns = {
            slug: self._log(require_slug("zones", slug), zone, key, policy) for slug, zone in sorted(zones.items())
        }

    @property
    def log_group_arns(self) -> Mapping[str, str]:
        """The ARNs of the log groups, by slug."""
        return self._log_group_arns

    def _key(self, name: str, account_id: str, groups: str) -> EncryptionKeyConstruct:
        return EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description="Queries to public DNS zones",
            account_id=account_id,
            statements=[logs_encrypt(REGION, groups)],
            provider=self._provider,
        )

    def _log(
        self, slug: str, zone: LoggedZone, key: EncryptionKeyConstruct, policy: CloudwatchLogResourcePolicy
    ) -> str:
        require_match("domain", zone.domain, DOMAIN, expected="a domain such as 'example.com'")
        require_log_days("retention_days", zone.retention_days)
        group = CloudwatchLogGroup(
            self,
            f"log-group-{slug}",
            name=f"{_GROUPS}{zone.domain}",
            retention_in_days=zone.retention_days,
            kms_key_id=key.key_arn,
            provider=self._provider,
        )
        Route53QueryLog(
            self,
            f"query-log-{slug}",
            zone_id=zone.zone_id,
            cloudwatch_log_group_arn=group.arn,
            depends_on=[policy],  # Route 53 tries whether it can write
            provider=self._provider,
        )
        return group.arn
