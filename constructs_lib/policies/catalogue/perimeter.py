"""Guardrails that keep the organization's principals within its own resources and networks."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from types import MappingProxyType
from typing import Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.document import PolicyDocument, Strings, deny, is_token
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.rules.doubts import PRIVATE

_GROUP = "Perimeter"
NO_REGIONS: Final[Mapping[str, str]] = MappingProxyType({})
_DATA = ("dynamodb:*", "kms:*", "s3:*", "secretsmanager:*", "sns:*", "sqs:*")


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_foreign_resources(
    *,
    actions: Strings = _DATA,
    exempted_resource_arns: Strings = (),
    exempted_account_ids: Strings = (),
    exempted_principal_arns: Strings = (),
    organization_id: str,
    partition: str = "aws",
) -> PolicyDocument:
    """Deny using resources of accounts outside the organization, so that data cannot be copied there.

    Args:
        actions: The actions that are confined.
        exempted_resource_arns: ARN patterns of foreign resources that may be used, such as buckets of AWS services.
        exempted_account_ids: Accounts outside the organization whose resources may be used.
        exempted_principal_arns: Role names or principal ARN patterns that may use any resource.
        organization_id: The id of the organization.
        partition: The partition of the organization.

    Breaks:
        Reading what AWS and vendors keep in their own accounts: packages of Amazon Linux and SSM, images for SageMaker, data
        exchanges. Exempt the resources that are needed.

    Source:
        https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/perimeter-objectives.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    confined = values.actions("actions", values.some("actions", actions))
    foreign = values.arns("exempted_resource_arns", exempted_resource_arns, partition)
    differs: dict[str, Strings] = {
        "aws:ResourceOrgID": values.matching("organization_id", organization_id, "organization.id")
    }
    if values.many(exempted_account_ids):
        differs["aws:ResourceAccount"] = values.matching("exempted_account_ids", exempted_account_ids, "account.id")
    exempted = values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition)
    return PolicyDocument.of(
        deny(
            confined,
            () if foreign else "*",
            not_resources=foreign,
            # Without an organization the resource's account has no such key, and the condition is true as well.
            conditions={"StringNotEquals": differs, **values.exempting(exempted)},
            sid="DenyForeignResources",
        )
    )


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"allowed_cidrs": ["203.0.113.0/24"], "allowed_vpcs": ["vpc-0123456789abcdef0"]},
)
def deny_foreign_networks(
    *,
    allowed_cidrs: Strings = (),
    allowed_vpcs: Strings = (),
    vpc_regions: Mapping[str, str] = NO_REGIONS,
    own_endpoints: bool = False,
    exempted_actions: Strings = (),
    exempted_principal_arns: Strings = (),
    partition: str = "aws",
) -> PolicyDocument:
    """Deny calls that come neither from the organization's networks nor through an AWS service.

    Args:
        allowed_cidrs: Public address ranges of the organization, as CIDR blocks.
        allowed_vpcs: Ids of the VPCs whose endpoints are used.
        vpc_regions: VPC to region: what comes from the VPC may call that region only, since another region can have a VPC of the
            same id.
        own_endpoints: Whether endpoints of all accounts of the caller's organization may be used (aws:VpceOrgID, which not every
            service fills in).
        exempted_actions: Actions that may be called from anywhere.
        exempted_principal_arns: Role names or principal ARN patterns that may call from anywhere: the CI role, and the roles of
            services that call from AWS's own networks (Lambda without VPC, CodeBuild, CloudFormation).
        partition: The partition of the organization.

    Breaks:
        Everything that runs in AWS's own networks with a role that is not exempt; people at home; CI of a vendor.

    Source:
        https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/perimeter-objectives.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    cidrs, vpcs = values.many(allowed_cidrs), values.many(allowed_vpcs)
    if not cidrs and not vpcs and not own_endpoints:
        raise InvalidValueError(
            "allowed_cidrs",
            [],
            expected="at least one network in allowed_cidrs or allowed_vpcs",
            cure="With none, everybody but AWS's services would be shut out.",
        )
    for cidr in cidrs:
        check_cidr(cidr)
    for vpc in vpcs:
        if not vpc.startswith("vpc-") and not is_token(vpc):
            raise InvalidValueError("allowed_vpcs", vpc, expected="the id of a VPC: vpc-…")
    kept = values.actions("exempted_actions", exempted_actions)
    conditions: dict[str, dict[str, Strings]] = {"BoolIfExists": {"aws:ViaAWSService": "false"}}
    if cidrs:
        conditions["NotIpAddressIfExists"] = {"aws:SourceIp": cidrs}
    differs: dict[str, Strings] = {"aws:SourceVpc": vpcs} if vpcs else {}
    if own_endpoints:
        differs["aws:VpceOrgID"] = "${aws:PrincipalOrgID}"
    if differs:
        conditions["StringNotEqualsIfExists"] = differs
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    return PolicyDocument.of(
        deny(() if kept else "*", "*", not_actions=kept, conditions=conditions | exempted, sid="DenyForeignNetworks"),
        *(
            deny(() if kept else "*", "*", not_actions=kept, conditions=condition | exempted, sid=sid)
            for sid, condition in other_regions(vpc_regions, partition)
        ),
    )


def other_regions(
    vpc_regions: Mapping[str, str], partition: str
) -> Iterator[tuple[str, dict[str, dict[str, Strings]]]]:
    """The condition of what comes from a VPC and calls another region than its own, for each region that has VPCs."""
    for number, region in enumerate(sorted(set(vpc_regions.values())), start=1):
        values.regions("vpc_regions", region, partition)
        here = sorted(vpc for vpc, its in vpc_regions.items() if its == region)
        yield (
            f"DenyOtherRegions{number}",
            {
                "StringEquals": {"aws:SourceVpc": here},
                "StringNotEqualsIfExists": {"aws:RequestedRegion": region},
                "BoolIfExists": {"aws:ViaAWSService": "false"},
            },
        )


@guardrail(
    PolicyKind.SCP,
    group=_GROUP,
    example={"unit_paths": ["o-abcdefghij/r-abcd/ou-abcd-11111111/*"]},
    exempted=values.DEPLOYERS,
)
def deny_other_units(*, unit_paths: Strings, actions: Strings = _DATA) -> PolicyDocument:
    """Deny using resources of the organization's other OUs, so that production and development stay apart.

    Args:
        unit_paths: Paths of the OUs whose resources may be used: o-…/r-…/ou-…/*.
        actions: The actions that are confined.

    Breaks:
        Shared services of other OUs, unless their paths are listed.

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    paths = values.some("unit_paths", unit_paths)
    for path in paths:
        if not is_token(path) and not path.startswith("o-"):
            raise InvalidValueError("unit_paths", path, expected="a path such as 'o-…/r-…/ou-…/*'")
    return PolicyDocument.of(
        deny(
            values.actions("actions", values.some("actions", actions)),
            "*",
            conditions={
                "ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": paths},
                "Null": {"aws:ResourceOrgPaths": "false"},
            },
            sid="DenyOtherUnits",
        )
    )


def check_cidr(cidr: str) -> None:
    """Refuse what is no range of public addresses."""
    if is_token(cidr):
        return
    try:
        network = ip_network(cidr)
    except ValueError as error:
        raise InvalidValueError(
            "allowed_cidrs", cidr, expected="a CIDR block such as 203.0.113.0/24", cure=f"{error}."
        ) from error
    if any(network.version == own.version and network.overlaps(own) for own in PRIVATE):
        raise InvalidValueError(
            "allowed_cidrs",
            cidr,
            expected="a public address range",
            cure="AWS sees public addresses only; requests from a VPC are told by allowed_vpcs.",
        )
