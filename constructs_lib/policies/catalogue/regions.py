"""Guardrails about regions."""

from typing import Any

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, Strings, deny
from constructs_lib.policies.kinds import PolicyKind

_GROUP = "Regions"


@guardrail(PolicyKind.SCP, group=_GROUP, example={"allowed_regions": ["eu-central-1", "eu-west-1"]})
def deny_unapproved_regions(
    *,
    allowed_regions: Strings,
    exempted_actions: Strings = (),
    exempted_principal_arns: Strings = (),
    home_region_actions: Strings = (),
    partition: str = "aws",
) -> PolicyDocument:
    """Deny every call to a region that is not in the list, without cutting off the services that have only one endpoint.

    IAM, Organizations, CloudFront, Route 53, Support and their like answer from a home region that need not be in the list.
    They are left out. Services that are regional but also serve global resources from the home region, such as certificates for
    CloudFront, are left out there and nowhere else, so that regional calls stay denied.

    Args:
        allowed_regions: Region codes of the organization's partition.
        exempted_actions: Further actions that stay allowed in every region.
        exempted_principal_arns: Role names or principal ARN patterns that may call every region.
        home_region_actions: Further actions that stay allowed in the partition's home region, such as lambda:* for
            Lambda@Edge.
        partition: The partition of the organization.

    Breaks:
        Global resources that keep regional parts in the home region (Lambda@Edge, query logs of Route 53, KMS keys for
        DNSSEC) unless home_region_actions names them; cross-region features of services, unless both regions are listed.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
        https://docs.aws.amazon.com/controltower/latest/controlreference/primary-region-deny-policy.html
        https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
    """
    allowed = values.regions("allowed_regions", allowed_regions, partition)
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    known = load("global_services")["partitions"]
    if partition not in known:
        raise InvalidValueError(
            "partition",
            partition,
            expected=f"one of {', '.join(known)}, whose global services are known",
            cure="List the services that must stay usable in a policy of your own.",
        )
    data = known[partition]
    ((home, served),) = data["home"].items()
    at_home = {*served, *values.actions("home_region_actions", home_region_actions)}
    everywhere = {*data["global"], *values.actions("exempted_actions", exempted_actions)}
    return PolicyDocument.of(
        deny(
            not_actions=everywhere | at_home,
            resources="*",
            conditions=_outside(allowed) | exempted,
            sid="DenyUnapprovedRegions",
        ),
        deny(
            at_home - everywhere,
            "*",
            conditions=_outside((*allowed, home)) | exempted,
            sid="DenyHomeServicesElsewhere",
        ),
    )


def _outside(regions: tuple[str, ...]) -> dict[str, Any]:
    return {"StringNotEquals": {"aws:RequestedRegion": regions}}


@guardrail(PolicyKind.SCP, group=_GROUP)
def deny_region_changes(
    *, exempted_regions: Strings = (), exempted_principal_arns: Strings = (), partition: str = "aws"
) -> PolicyDocument:
    """Deny switching opt-in regions on or off.

    Args:
        exempted_regions: Region codes that may be switched.
        exempted_principal_arns: Role names or principal ARN patterns that may switch every region.
        partition: The partition of the organization.

    Breaks:
        Opting in from within an account; the management account still can.

    Source:
        https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """
    conditions = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    if values.many(exempted_regions):
        switchable = values.regions("exempted_regions", exempted_regions, partition)
        conditions["StringNotEquals"] = {"account:TargetRegion": list(switchable)}
    return PolicyDocument.of(
        deny(
            ("account:DisableRegion", "account:EnableRegion"),
            "*",
            conditions=conditions,
            sid="DenyRegionChanges",
        )
    )
