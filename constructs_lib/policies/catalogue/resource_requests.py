"""Guardrails on how resources are called: by which protocol, from which network, with which tags (resource control policies)."""

from collections.abc import Mapping

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.perimeter import NO_REGIONS, check_cidr, other_regions
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.resource_controls import RCP_SERVICES, rcp_actions
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Resources"


@guardrail(PolicyKind.RCP, group=_GROUP)
def harden_s3_requests(
    *, min_tls_version: str = "1.2", max_signature_age_seconds: int | None = None, require_signature_4: bool = True
) -> PolicyDocument:
    """Deny requests to buckets by old TLS, with old signatures, or with links that live too long.

    Args:
        min_tls_version: The lowest version of TLS, 1.2 or 1.3.
        max_signature_age_seconds: How long a signature (also of a presigned link) is taken. No limit if not given.
        require_signature_4: Whether requests must be signed by version 4.

    Breaks:
        Clients of before 2014; with a short age, presigned links that are handed out for later.

    Source:
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
        https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    if min_tls_version not in ("1.2", "1.3"):
        raise InvalidValueError("min_tls_version", min_tls_version, expected="'1.2' or '1.3'")
    conditions: list[tuple[str, dict[str, dict[str, str]]]] = [
        ("RequireTlsVersion", {"NumericLessThan": {"s3:TlsVersion": min_tls_version}})
    ]
    if max_signature_age_seconds is not None:
        if max_signature_age_seconds < 1:
            raise InvalidValueError("max_signature_age_seconds", max_signature_age_seconds, expected="at least 1")
        age = {"NumericGreaterThan": {"s3:signatureAge": str(max_signature_age_seconds * 1000)}}
        conditions.append(("LimitSignatureAge", age))
    if require_signature_4:
        conditions.append(("RequireSignature4", {"StringEquals": {"s3:signatureversion": "AWS"}}))
    return PolicyDocument(
        tuple(deny("s3:*", "*", principals="*", conditions=condition, sid=sid) for sid, condition in conditions)
    )


@guardrail(PolicyKind.RCP, group=_GROUP, example={"allowed_cidrs": ["203.0.113.0/24"]})
def require_own_networks(
    *,
    actions: Strings = RCP_SERVICES,
    allowed_cidrs: Strings = (),
    allowed_vpcs: Strings = (),
    vpc_regions: Mapping[str, str] = NO_REGIONS,
    own_endpoints: bool = True,
    exempted_account_ids: Strings = (),
    organization_id: str,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny the organization's resources to calls that come neither from its networks and endpoints nor through an AWS service.

    Args:
        actions: The actions that are confined, of services that RCPs restrict.
        allowed_cidrs: Public address ranges of the organization, as CIDR blocks.
        allowed_vpcs: Ids of VPCs whose endpoints may be used.
        vpc_regions: VPC to region: what comes from the VPC may call that region only, since another region can have a VPC of the
            same id.
        own_endpoints: Whether the endpoints of all accounts of the organization may be used (aws:VpceOrgID).
        exempted_account_ids: Accounts whose principals may come from anywhere.
        organization_id: The id of the organization.
        partition: The partition of the organization.

    Breaks:
        Everything that runs in AWS's own networks with a role that is not exempt; people at home; CI of a vendor.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    cidrs, vpcs = values.many(allowed_cidrs), values.many(allowed_vpcs)
    if not cidrs and not vpcs and not own_endpoints:
        raise InvalidValueError("allowed_cidrs", [], expected="at least one network, or own_endpoints")
    for cidr in cidrs:
        check_cidr(cidr)
    differs: dict[str, Strings] = {}
    if own_endpoints:
        differs["aws:VpceOrgID"] = values.matching("organization_id", organization_id, "organization.id")
    if vpcs:
        differs["aws:SourceVpc"] = vpcs
    if values.many(exempted_account_ids):
        differs["aws:PrincipalAccount"] = values.matching("exempted_account_ids", exempted_account_ids, "account.id")
    conditions: dict[str, dict[str, Strings]] = {
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"}
    }
    if differs:
        conditions["StringNotEqualsIfExists"] = differs
    if cidrs:
        conditions["NotIpAddressIfExists"] = {"aws:SourceIp": cidrs}
    confined = rcp_actions(actions, federated=True)
    return PolicyDocument.of(
        deny(confined, "*", principals="*", conditions=conditions, sid="RequireOwnNetworks"),
        *(
            deny(confined, "*", principals="*", conditions=condition, sid=sid)
            for sid, condition in other_regions(vpc_regions, partition)
        ),
    )


@guardrail(PolicyKind.RCP, group=_GROUP, example={"tag_keys": ["dp:*", "team"]})
def protect_session_tags(*, tag_keys: Strings, organization_id: str) -> PolicyDocument:
    """Deny strangers to bring certain tags along when they assume a role, by which other policies tell who may do what.

    Args:
        tag_keys: The keys, also as patterns such as dp:*.
        organization_id: The id of the organization, whose own principals may (see protect-principal-tags).

    Breaks:
        Partners and OIDC providers that set these tags; those of SAML are the identity provider's and stay.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    return PolicyDocument.of(
        deny(
            "sts:TagSession",
            "*",
            principals="*",
            conditions={
                "ForAnyValue:StringLike": {"aws:TagKeys": values.some("tag_keys", tag_keys)},
                "StringNotEqualsIfExists": {
                    "aws:PrincipalOrgID": values.matching("organization_id", organization_id, "organization.id")
                },
                "Null": {"saml:aud": "true"},
            },
            sid="ProtectSessionTags",
        )
    )
