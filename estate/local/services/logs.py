"""CloudWatch Logs: the log group that a call is about, and accounts' policies, which moto does not have."""

from __future__ import annotations

import json
from typing import Final

from moto.logs.models import logs_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource, decide
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("logs")

_SUBSCRIPTIONS: Final = "SUBSCRIPTION_FILTER_POLICY"
_policies = Shelf[dict[tuple[str, str], Json]](dict)


def _resource(call: Call) -> Resource | None:
    if call.get("resourceArn"):
        return Resource(call["resourceArn"], call.account_id)
    name = call.get("logGroupName")
    # AWS writes the ARN of a group with ":*" wherever it is not about its tags.
    return Resource(call.arn(f"log-group:{name}:*"), call.account_id) if name else None


extension.resource_of = _resource


@extension.answers("PutAccountPolicy")
def put_account_policy(call: Call) -> Answer:
    """Make or change an account's policy; a region has one for subscriptions."""
    kept = _policies(call)
    type_, name = call["policyType"], call["policyName"]
    if type_ == _SUBSCRIPTIONS and any(key[0] == type_ and key[1] != name for key in kept):
        raise AwsError("LimitExceededException", "An account has one subscription filter policy in a region.")
    document = json.loads(call["policyDocument"])
    if type_ == _SUBSCRIPTIONS and not _takes(call, document.get("DestinationArn", "")):
        raise AwsError("InvalidParameterException", f"No account sends to the destination {document}.")
    kept[(type_, name)] = {
        "policyName": name,
        "policyDocument": call["policyDocument"],
        "lastUpdatedTime": 0,
        "policyType": type_,
        "scope": call.get("scope", "ALL"),
        "accountId": call.account_id,
        **({"selectionCriteria": call["selectionCriteria"]} if call.get("selectionCriteria") else {}),
    }
    return {"accountPolicy": kept[(type_, name)]}


@extension.answers("DescribeAccountPolicies")
def describe_account_policies(call: Call) -> Answer:
    """List an account's policies of a type."""
    found = [
        policy
        for (type_, name), policy in _policies(call).items()
        if type_ == call["policyType"] and call.get("policyName", name) == name
    ]
    return {"accountPolicies": found}


@extension.answers("DeleteAccountPolicy")
def delete_account_policy(call: Call) -> Answer:
    """Delete an account's policy."""
    if _policies(call).pop((call["policyType"], call["policyName"]), None) is None:
        raise AwsError("ResourceNotFoundException", f"There is no policy {call['policyName']}.")
    return {}


def _takes(call: Call, arn: str) -> bool:
    """Whether there is a destination, and its policy lets the caller's account send to it."""
    parts = arn.split(":")
    if len(parts) != 7 or parts[2] != "logs":  # noqa: PLR2004 - arn:aws:logs:region:account:destination:name
        return False
    destination = logs_backends[parts[4]][parts[3]].destinations.get(arn)
    if destination is None:
        return False
    resource = Resource(arn, parts[4], policy=destination.access_policy)
    return decide(call.caller, "logs:PutSubscriptionFilter", call.region, resource).allowed
