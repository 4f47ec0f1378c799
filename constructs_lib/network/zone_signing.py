"""Answers of a public zone that nobody can forge (DNSSEC)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.route53_hosted_zone_dnssec import Route53HostedZoneDnssec
from cdktf_cdktf_provider_aws.route53_key_signing_key import Route53KeySigningKey
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_match

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_KEY_NAME = r"[A-Za-z0-9_]{3,128}"


@typed
class ZoneSigningConstruct(Construct):
    """Signs a public zone. Resolvers check signatures once `ds_record` is at the parent: the registrar, or the zone above.

    Taking it away has an order, else the whole domain is not found any more: first the DS record at the parent, then wait
    until resolvers have forgotten it (the TTL of the DS record, two days at most registries), and only then this construct.
    Route 53 refuses to stop signing while it sees the record in a parent zone of its own, and only there. The key can be
    taken back as long as its deletion waits, 30 days.

    Children: ``Key`` (KMS), ``Alias``, ``KeySigningKey``, ``Resource`` (the signing).

    Args:
        scope: Where the keys live.
        id_: The construct's id.
        zone_id: The public zone (`PublicZoneConstruct.zone_id`).
        alias: The KMS key's alias without ``alias/``, such as ``dnssec-example``.
        account_id: The account of the zone.
        key_name: The name of the key-signing key in the zone. Default: ``first``.
        provider: The account in ``us-east-1``, where Route 53 wants the key. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name of the key or the account's id is malformed.

    Example:
        >>> zone = PublicZoneConstruct(stack, "Zone", domain="example.com")
        >>> signing = ZoneSigningConstruct(
        ...     stack, "Signing", zone_id=zone.zone_id, alias="dnssec-example", account_id="222222222222",
        ...     provider=north_virginia,
        ... )
        >>> TerraformOutput(stack, "ds_record", value=signing.ds_record)

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        zone_id: str,
        alias: str,
        account_id: str,
        key_name: str = "first",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_match("key_name", key_name, _KEY_NAME, expected="3 to 128 letters, digits and underscores")
        self._key = KmsKey(
            self,
            "Key",
            description=f"Signs a DNS zone: {alias}",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec="ECC_NIST_P256",
            deletion_window_in_days=30,
            policy=PolicyDocument.of(*_statements(account_id, zone_id)).to_terraform(),
            tags={"Name": alias},
            provider=provider,
        )
        KmsAlias(self, "Alias", name=f"alias/{alias}", target_key_id=self._key.key_id, provider=provider)
        self._signing_key = Route53KeySigningKey(
            self,
            "KeySigningKey",
            hosted_zone_id=zone_id,
            key_management_service_arn=self._key.arn,
            name=key_name,
            provider=provider,
        )
        Route53HostedZoneDnssec(self, "Resource", hosted_zone_id=self._signing_key.hosted_zone_id, provider=provider)

    @property
    def ds_record(self) -> str:
        """What the parent must have as the DS record: key tag, algorithms and digest."""
        return self._signing_key.ds_record

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key."""
        return self._key.arn


def _statements(account_id: str, zone_id: str) -> tuple[Statement, ...]:
    route53: dict[str, Any] = {"Service": "dnssec-route53.amazonaws.com"}
    return (
        allow("kms:*", "*", principals={"AWS": f"arn:aws:iam::{account_id}:root"}, sid="OwnAccountByItsIamPolicies"),
        allow(
            ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            "*",
            principals=route53,
            conditions={
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnEquals": {"aws:SourceArn": f"arn:aws:route53:::hostedzone/{zone_id}"},
            },
            sid="Route53Signs",
        ),
        allow(
            "kms:CreateGrant",
            "*",
            principals=route53,
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            sid="Route53Grants",
        ),
    )
