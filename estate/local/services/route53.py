"""Route 53: private zones that VPCs of other accounts are let into, and logs of what public ones are asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from moto.logs.models import logs_backends
from moto.route53.models import FakeZone, route53_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource, service_may
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

extension = Extension("route53")

LOGS_REGION = "us-east-1"
_authorized = Shelf[dict[str, list[Json]]](dict, regional=False)


@extension.answers("CreateHostedZone")
def create_hosted_zone(call: Call) -> Answer:
    """Make a zone private if it comes with a VPC, as AWS does; moto wants to be told."""
    vpc = call.get("VPC")
    if vpc is None:
        return MOTO_ANSWERS
    zone = route53_backends[call.account_id][call.partition].create_hosted_zone(
        call["Name"].removesuffix(".") + ".",
        private_zone=True,
        caller_reference=call["CallerReference"],
        vpcid=vpc["VPCId"],
        vpcregion=vpc["VPCRegion"],
        comment=call.get("HostedZoneConfig", {}).get("Comment"),
    )
    shown = {
        "Id": zone.id,
        "Name": zone.name,
        "CallerReference": zone.caller_reference,
        "Config": zone.config,
        "ResourceRecordSetCount": zone.resource_record_set_count,
    }
    location = f"https://route53.amazonaws.com/2013-04-01/hostedzone/{zone.resource_id}"
    return {"HostedZone": shown, "ChangeInfo": change(), "VPC": vpc, "Location": location}


@extension.answers("CreateVPCAssociationAuthorization")
def create_vpc_association_authorization(call: Call) -> Answer:
    """Let a VPC of another account associate itself with a zone."""
    vpcs = _authorized(call).setdefault(own_zone(call).resource_id, [])
    if call["VPC"] not in vpcs:
        vpcs.append(call["VPC"])
    return {"HostedZoneId": call["HostedZoneId"], "VPC": call["VPC"]}


@extension.answers("ListVPCAssociationAuthorizations")
def list_vpc_association_authorizations(call: Call) -> Answer:
    """List the VPCs that are let in."""
    return {"HostedZoneId": call["HostedZoneId"], "VPCs": _authorized(call).get(own_zone(call).resource_id, [])}


@extension.answers("DeleteVPCAssociationAuthorization")
def delete_vpc_association_authorization(call: Call) -> Answer:
    """Let a VPC no longer in. An association that exists stays."""
    vpcs = _authorized(call).get(own_zone(call).resource_id, [])
    if call["VPC"] not in vpcs:
        raise AwsError("VPCAssociationAuthorizationNotFound", "The VPC is not authorized.", status=404)
    vpcs.remove(call["VPC"])
    return {}


@extension.answers("AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone")
def associate_from_another_account(call: Call) -> Answer:
    """Associate a VPC with a zone of another account that lets it in, and end that; moto does so within an account."""
    zone_id, vpc = _zone_id(call), call["VPC"]
    found = next(((owner, zone) for owner, zone in zones(call) if zone.resource_id == zone_id), None)
    if found is None or found[0] == call.account_id:
        return MOTO_ANSWERS
    owner, zone = found
    if call.operation.startswith("Disassociate"):
        zone.delete_vpc(vpc["VPCId"])
    elif vpc in _authorized.of(owner).get(zone_id, []):
        zone.add_vpc(vpc["VPCId"], vpc["VPCRegion"])
    else:
        raise AwsError("NotAuthorizedException", f"The zone {zone_id} does not let {vpc['VPCId']} in.", status=401)
    return {"ChangeInfo": change()}


@extension.answers("ListHostedZonesByVPC")
def list_hosted_zones_by_vpc(call: Call) -> Answer:
    """List the private zones of a VPC, those of other accounts too."""
    return {
        "HostedZoneSummaries": [
            {"HostedZoneId": zone.resource_id, "Name": zone.name, "Owner": {"OwningAccount": owner}}
            for owner, zone in zones(call)
            if zone.private_zone and call["VPCId"] in [vpc["vpc_id"] for vpc in zone.vpcs]
        ],
        "MaxItems": "100",
    }


@extension.answers("CreateQueryLoggingConfig")
def create_query_logging_config(call: Call) -> Answer:
    """Log a public zone's queries to a log group that Route 53 may write to, whether or not its ARN ends with `:*`."""
    if own_zone(call).private_zone:
        raise AwsError("InvalidInput", "Queries to private hosted zones are not logged.")
    group = str(call["CloudWatchLogsLogGroupArn"])
    owner, zone_arn = call.account_id, f"arn:{call.partition}:route53:::hostedzone/{own_zone(call).resource_id}"
    stream = Resource(f"{group}:log-stream:*", owner, keys={"aws:sourceaccount": owner, "aws:sourcearn": zone_arn})
    policies = [policy.policy_document for policy in logs_backends[owner][LOGS_REGION].resource_policies.values()]
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        if not service_may("route53.amazonaws.com", action, stream, policies):
            message = f"The resource policies of CloudWatch Logs do not grant Route 53 {action} in {group}."
            raise AwsError("InsufficientCloudWatchLogsResourcePolicy", message)
    backend = route53_backends[owner][call.partition]
    made = backend.create_query_logging_config(own_zone(call).resource_id, f"{group.removesuffix(':*')}:*")
    made.cloud_watch_logs_log_group_arn = group
    shown = {
        "Id": made.id,
        "HostedZoneId": made.hosted_zone_id,
        "CloudWatchLogsLogGroupArn": group,
    }
    return {"QueryLoggingConfig": shown, "Location": made.location}


def change() -> Json:
    """What Route 53 says about a change: it is everywhere already."""
    return {"Id": "/change/C1", "Status": "INSYNC", "SubmittedAt": datetime.now(UTC)}


def zones(call: Call) -> Iterator[tuple[str, FakeZone]]:
    """All zones of the partition, each with its account."""
    for owner, _, backend in list(route53_backends.iter_backends()):
        if backend.partition == call.partition:
            for zone in route53_backends[owner][call.partition].zones.values():
                yield owner, zone


def _zone_id(call: Call) -> str:
    return str(call["HostedZoneId"]).removeprefix("/hostedzone/")


def own_zone(call: Call) -> FakeZone:
    """The zone that a call is about, of the caller's account."""
    return route53_backends[call.account_id][call.partition].get_hosted_zone(_zone_id(call))
