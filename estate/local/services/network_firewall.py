"""Network Firewall: rule groups, policies, and firewalls with an endpoint in each subnet that routes can lead to."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.ec2.models import ec2_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource
from estate.local.extension import Answer, Call, Extension, Json, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

extension = Extension("network-firewall")

_found = Shelf[dict[str, Json]](dict)
"""Rule groups, policies and firewalls by ARN: what they are, with their tags and token."""
_MANAGED: Final = ":aws-managed:"
_PROTECTIONS: Final = {
    "UpdateFirewallDeleteProtection": "DeleteProtection",
    "UpdateFirewallPolicyChangeProtection": "FirewallPolicyChangeProtection",
    "UpdateSubnetChangeProtection": "SubnetChangeProtection",
}


@extension.answers("CreateRuleGroup")
def create_rule_group(call: Call) -> Answer:
    """Make a rule group."""
    response = {
        "RuleGroupName": call["RuleGroupName"],
        "Type": call["Type"],
        "Capacity": call["Capacity"],
        "Description": call.get("Description", ""),
        "RuleGroupStatus": "ACTIVE",
    }
    made = _make(call, _rule_group_arn(call), {"RuleGroupArn": _rule_group_arn(call), **response})
    made["RuleGroup"] = call.get("RuleGroup")
    return {"UpdateToken": made["token"], "RuleGroupResponse": made["what"]}


@extension.answers("DescribeRuleGroup")
def describe_rule_group(call: Call) -> Answer:
    """Show a rule group."""
    one = _get(call, _rule_group_arn(call))
    tags = {"Tags": one["tags"]} if one["tags"] else {}
    return {
        "UpdateToken": one["token"],
        "RuleGroup": one["RuleGroup"],
        "RuleGroupResponse": {**one["what"], **tags},
    }


@extension.answers("UpdateRuleGroup")
def update_rule_group(call: Call) -> Answer:
    """Change a rule group's rules."""
    one = _change(call, _rule_group_arn(call))
    one["RuleGroup"] = call.get("RuleGroup")
    return {"UpdateToken": one["token"], "RuleGroupResponse": one["what"]}


@extension.answers("DeleteRuleGroup")
def delete_rule_group(call: Call) -> Answer:
    """Delete a rule group that no policy names."""
    arn = _rule_group_arn(call)
    one = _get(call, arn)
    for other in _found(call).values():
        if arn in _groups_of(other.get("FirewallPolicy") or {}):
            raise AwsError("InvalidOperationException", f"Unable to delete {arn} because it is in use.")
    del _found(call)[arn]
    return {"RuleGroupResponse": {**one["what"], "RuleGroupStatus": "DELETING"}}


@extension.answers("CreateFirewallPolicy")
def create_firewall_policy(call: Call) -> Answer:
    """Make a policy of rule groups that there are."""
    _refuse_unknown_groups(call)
    arn = _policy_arn(call)
    response = {
        "FirewallPolicyName": call["FirewallPolicyName"],
        "FirewallPolicyArn": arn,
        "Description": call.get("Description", ""),
        "FirewallPolicyStatus": "ACTIVE",
    }
    made = _make(call, arn, response)
    made["FirewallPolicy"] = call["FirewallPolicy"]
    return {"UpdateToken": made["token"], "FirewallPolicyResponse": made["what"]}


@extension.answers("DescribeFirewallPolicy")
def describe_firewall_policy(call: Call) -> Answer:
    """Show a policy."""
    one = _get(call, _policy_arn(call))
    tags = {"Tags": one["tags"]} if one["tags"] else {}
    response = {**one["what"], **tags}
    return {"UpdateToken": one["token"], "FirewallPolicy": one["FirewallPolicy"], "FirewallPolicyResponse": response}


@extension.answers("UpdateFirewallPolicy")
def update_firewall_policy(call: Call) -> Answer:
    """Change what a policy says."""
    _refuse_unknown_groups(call)
    one = _change(call, _policy_arn(call))
    one["FirewallPolicy"] = call["FirewallPolicy"]
    return {"UpdateToken": one["token"], "FirewallPolicyResponse": one["what"]}


@extension.answers("DeleteFirewallPolicy")
def delete_firewall_policy(call: Call) -> Answer:
    """Delete a policy of no firewall."""
    arn = _policy_arn(call)
    one = _get(call, arn)
    if any(other["what"].get("FirewallName") and other["what"]["FirewallPolicyArn"] == arn for other in _all(call)):
        raise AwsError("InvalidOperationException", f"Unable to delete {arn} because it is in use.")
    del _found(call)[arn]
    return {"FirewallPolicyResponse": {**one["what"], "FirewallPolicyStatus": "DELETING"}}


@extension.answers("CreateFirewall")
def create_firewall(call: Call) -> Answer:
    """Make a firewall, with an endpoint in each of its subnets."""
    _get(call, call["FirewallPolicyArn"])
    arn = _firewall_arn(call)
    what = {
        "FirewallName": call["FirewallName"],
        "FirewallArn": arn,
        "FirewallPolicyArn": call["FirewallPolicyArn"],
        "VpcId": call["VpcId"],
        "SubnetMappings": [],
        "DeleteProtection": bool(call.get("DeleteProtection")),
        "SubnetChangeProtection": bool(call.get("SubnetChangeProtection")),
        "FirewallPolicyChangeProtection": bool(call.get("FirewallPolicyChangeProtection")),
        "Description": call.get("Description"),
        "FirewallId": str(uuid.uuid4()),
    }
    made = _make(call, arn, what)
    made["states"] = {}
    _enter(call, made, call["SubnetMappings"])
    return _firewall(made)


@extension.answers("DescribeFirewall")
def describe_firewall(call: Call) -> Answer:
    """Show a firewall, with its endpoints by zone."""
    return _firewall(_get(call, _firewall_arn(call)))


@extension.answers("AssociateSubnets")
def associate_subnets(call: Call) -> Answer:
    """Put the firewall into further subnets."""
    one = _change(call, _firewall_arn(call))
    _enter(call, one, call["SubnetMappings"])
    return {"FirewallArn": one["what"]["FirewallArn"], "UpdateToken": one["token"]}


@extension.answers("DisassociateSubnets")
def disassociate_subnets(call: Call) -> Answer:
    """Take the firewall out of subnets."""
    one = _change(call, _firewall_arn(call))
    _leave(call, one, call["SubnetIds"])
    return {"FirewallArn": one["what"]["FirewallArn"], "UpdateToken": one["token"]}


@extension.answers("AssociateFirewallPolicy")
def associate_firewall_policy(call: Call) -> Answer:
    """Give the firewall another policy."""
    _get(call, call["FirewallPolicyArn"])
    one = _change(call, _firewall_arn(call))
    one["what"]["FirewallPolicyArn"] = call["FirewallPolicyArn"]
    return {"FirewallArn": one["what"]["FirewallArn"], "UpdateToken": one["token"]}


@extension.answers(*_PROTECTIONS)
def update_protection(call: Call) -> Answer:
    """Protect the firewall, or let go of it."""
    one, key = _change(call, _firewall_arn(call)), _PROTECTIONS[call.operation]
    one["what"][key] = call[key]
    return {"FirewallArn": one["what"]["FirewallArn"], "UpdateToken": one["token"], key: call[key]}


@extension.answers("DeleteFirewall")
def delete_firewall(call: Call) -> Answer:
    """Delete a firewall that is not protected, with its endpoints."""
    arn = _firewall_arn(call)
    one = _get(call, arn)
    if one["what"]["DeleteProtection"]:
        raise AwsError("InvalidOperationException", f"Firewall has delete protection enabled: {arn}")
    _leave(call, one, list(one["states"]))
    del _found(call)[arn]
    return {"Firewall": one["what"], "FirewallStatus": {**_status(one), "Status": "DELETING"}}


@extension.answers("UpdateLoggingConfiguration")
def update_logging_configuration(call: Call) -> Answer:
    """Say where the firewall writes; one destination more or less a call, as AWS wants it."""
    one = _get(call, _firewall_arn(call))
    wanted = (call.get("LoggingConfiguration") or {}).get("LogDestinationConfigs", [])
    before = one.get("logs", [])
    more, less = [each for each in wanted if each not in before], [each for each in before if each not in wanted]
    if len(more) > 1 or len(less) > 1:
        raise AwsError("InvalidRequestException", "Only one log destination can be changed at a time.")
    one["logs"] = wanted
    return _logging(one)


@extension.answers("DescribeLoggingConfiguration")
def describe_logging_configuration(call: Call) -> Answer:
    """Say where the firewall writes."""
    return _logging(_get(call, _firewall_arn(call)))


@extension.answers("TagResource")
def tag_resource(call: Call) -> Answer:
    """Tag something."""
    one = _get(call, call["ResourceArn"])
    keys = {tag["Key"] for tag in call["Tags"]}
    one["tags"] = [*(tag for tag in one["tags"] if tag["Key"] not in keys), *call["Tags"]]
    return {}


@extension.answers("UntagResource")
def untag_resource(call: Call) -> Answer:
    """Take tags away."""
    one = _get(call, call["ResourceArn"])
    one["tags"] = [tag for tag in one["tags"] if tag["Key"] not in call["TagKeys"]]
    return {}


@extension.answers("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Answer:
    """List tags."""
    return {"Tags": _get(call, call["ResourceArn"])["tags"]}


def _make(call: Call, arn: str, what: Json) -> Json:
    if arn in _found(call):
        raise AwsError("InvalidRequestException", f"A resource with the specified name already exists: {arn}")
    made = {"what": what, "tags": call.get("Tags", []), "token": str(uuid.uuid4())}
    _found(call)[arn] = made
    return made


def _get(call: Call, arn: str) -> Json:
    one = _found(call).get(arn)
    if one is None:
        raise AwsError("ResourceNotFoundException", f"{arn} is not found.")
    return one


def _change(call: Call, arn: str) -> Json:
    one = _get(call, arn)
    token = call.get("UpdateToken")
    if token and token != one["token"]:
        raise AwsError("InvalidTokenException", f"The token is not the current one of {arn}.")
    one["token"] = str(uuid.uuid4())
    return one


def _all(call: Call) -> Iterator[Json]:
    yield from _found(call).values()


def _refuse_unknown_groups(call: Call) -> None:
    for arn in _groups_of(call["FirewallPolicy"]):
        if _MANAGED not in arn:
            _get(call, arn)


def _groups_of(policy: Json) -> list[str]:
    return [each["ResourceArn"] for each in policy.get("StatefulRuleGroupReferences") or ()]


def _enter(call: Call, firewall: Json, mappings: Sequence[Json]) -> None:
    backend: Any = ec2_backends[call.account_id][call.region]
    for mapping in mappings:
        subnet = backend.get_subnet(mapping["SubnetId"])
        if subnet.vpc_id != firewall["what"]["VpcId"]:
            raise AwsError("InvalidRequestException", f"{subnet.id} is of another VPC.")
        if any(state["zone"] == subnet.availability_zone for state in firewall["states"].values()):
            raise AwsError("InvalidRequestException", f"There is one in {subnet.availability_zone} already.")
        service = f"com.amazonaws.vpce.{call.region}.vpce-svc-firewall"
        made = backend.create_vpc_endpoint(subnet.vpc_id, service, "GatewayLoadBalancer", None, [], [subnet.id])
        firewall["states"][subnet.id] = {"zone": subnet.availability_zone, "endpoint": made.id}
        firewall["what"]["SubnetMappings"].append({"SubnetId": subnet.id, "IPAddressType": "IPV4"})


def _leave(call: Call, firewall: Json, subnet_ids: Sequence[str]) -> None:
    backend: Any = ec2_backends[call.account_id][call.region]
    for subnet_id in subnet_ids:
        state = firewall["states"].pop(subnet_id)
        backend.vpc_end_points.pop(state["endpoint"], None)
    kept = [each for each in firewall["what"]["SubnetMappings"] if each["SubnetId"] in firewall["states"]]
    firewall["what"]["SubnetMappings"] = kept


def _firewall(one: Json) -> Json:
    tags = {"Tags": one["tags"]} if one["tags"] else {}
    return {"UpdateToken": one["token"], "Firewall": {**one["what"], **tags}, "FirewallStatus": _status(one)}


def _status(one: Json) -> Json:
    states = {
        state["zone"]: {"Attachment": {"SubnetId": id_, "EndpointId": state["endpoint"], "Status": "READY"}}
        for id_, state in one["states"].items()
    }
    return {"Status": "READY", "ConfigurationSyncStateSummary": "IN_SYNC", "SyncStates": states}


def _logging(one: Json) -> Json:
    logs = {"LoggingConfiguration": {"LogDestinationConfigs": one["logs"]}} if one.get("logs") else {}
    return {"FirewallArn": one["what"]["FirewallArn"], **logs}


def _rule_group_arn(call: Call) -> str:
    kind = "stateful" if call.get("Type", "STATEFUL") == "STATEFUL" else "stateless"
    return str(call.get("RuleGroupArn") or call.arn(f"{kind}-rulegroup/{call['RuleGroupName']}"))


def _policy_arn(call: Call) -> str:
    return str(call.get("FirewallPolicyArn") or call.arn(f"firewall-policy/{call['FirewallPolicyName']}"))


def _firewall_arn(call: Call) -> str:
    return str(call.get("FirewallArn") or call.arn(f"firewall/{call['FirewallName']}"))


def _resource(call: Call) -> list[Resource] | None:
    """What is acted on; of a policy the rule groups that it names, of a new firewall its policy, too."""
    arns: list[str] = []
    if call.get("ResourceArn"):
        arns = [call["ResourceArn"]]
    elif "RuleGroup" in call.operation:
        arns = [_rule_group_arn(call)]
    elif call.operation in ("CreateFirewall", "AssociateFirewallPolicy"):
        arns = [_firewall_arn(call), call["FirewallPolicyArn"]]
    elif call.operation.endswith("FirewallPolicy"):
        arns = [_policy_arn(call), *_groups_of(call.get("FirewallPolicy") or {})]
    elif call.get("FirewallName") or call.get("FirewallArn"):
        arns = [_firewall_arn(call)]
    return [Resource(arn, call.account_id) for arn in arns] or None


extension.resource_of = _resource
