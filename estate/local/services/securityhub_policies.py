"""Security Hub's central configuration: policies, and the accounts and units they are associated with."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.membership import accounts_below
from estate.local.services.securityhub import extension, is_central, join

_policies = Shelf[dict[str, Json]](dict)
_associations = Shelf[dict[str, Json]](dict)


@extension.answers("CreateConfigurationPolicy")
def create_configuration_policy(call: Call) -> Answer:
    """Create a policy, which only central configuration knows."""
    if not is_central(call):
        raise AwsError("InvalidAccessException", "Central configuration is not enabled in this region.", status=401)
    if any(policy["Name"] == call["Name"] for policy in _policies(call).values()):
        raise AwsError("ResourceConflictException", f"There is a configuration policy {call['Name']} already.")
    id_ = str(uuid.uuid4())
    now = datetime.now(UTC)
    policy = {"Arn": call.arn(f"configuration-policy/{id_}"), "Id": id_, "CreatedAt": now, "UpdatedAt": now}
    _policies(call)[id_] = {**policy, **_content(call)}
    return _policies(call)[id_]


@extension.answers("GetConfigurationPolicy")
def get_configuration_policy(call: Call) -> Answer:
    """Show a policy."""
    return _policy(call, "Identifier")


@extension.answers("ListConfigurationPolicies")
def list_configuration_policies(call: Call) -> Answer:
    """List the policies."""
    shown = ("Arn", "Id", "Name", "Description", "UpdatedAt")
    return {
        "ConfigurationPolicySummaries": [
            {
                **{key: policy[key] for key in shown if key in policy},
                "ServiceEnabled": policy["ConfigurationPolicy"]["SecurityHub"]["ServiceEnabled"],
            }
            for policy in _policies(call).values()
        ]
    }


@extension.answers("UpdateConfigurationPolicy")
def update_configuration_policy(call: Call) -> Answer:
    """Change a policy."""
    policy = _policy(call, "Identifier")
    policy.update(_content(call), UpdatedAt=datetime.now(UTC))
    return policy


@extension.answers("DeleteConfigurationPolicy")
def delete_configuration_policy(call: Call) -> Answer:
    """Delete a policy that is associated with nothing."""
    id_ = _policy(call, "Identifier")["Id"]
    if any(one["ConfigurationPolicyId"] == id_ for one in _associations(call).values()):
        raise AwsError("ResourceConflictException", f"The configuration policy {id_} is associated with targets.")
    del _policies(call)[id_]
    return {}


@extension.answers("StartConfigurationPolicyAssociation")
def start_configuration_policy_association(call: Call) -> Answer:
    """Associate a policy with the root, a unit or an account, in the place of the one it had."""
    kind, target_id = _target(call)
    policy = _policy(call, "ConfigurationPolicyIdentifier")
    for account_id in accounts_below(call.account_id, call.partition, target_id):
        join(call, account_id, policy)
    _associations(call)[target_id] = {
        "ConfigurationPolicyId": policy["Id"],
        "TargetId": target_id,
        "TargetType": kind,
        "AssociationType": "APPLIED",
        "UpdatedAt": datetime.now(UTC),
        "AssociationStatus": "SUCCESS",
    }
    return _associations(call)[target_id]


@extension.answers("GetConfigurationPolicyAssociation")
def get_configuration_policy_association(call: Call) -> Answer:
    """Show what a target is associated with."""
    _, target_id = _target(call)
    if target_id not in _associations(call):
        raise AwsError("ResourceNotFoundException", f"{target_id} is associated with no configuration policy.")
    return _associations(call)[target_id]


@extension.answers("ListConfigurationPolicyAssociations")
def list_configuration_policy_associations(call: Call) -> Answer:
    """List all associations."""
    return {"ConfigurationPolicyAssociationSummaries": list(_associations(call).values())}


@extension.answers("StartConfigurationPolicyDisassociation")
def start_configuration_policy_disassociation(call: Call) -> Answer:
    """End an association."""
    _, target_id = _target(call)
    _associations(call).pop(target_id, None)
    return {}


def _content(call: Call) -> Json:
    return {key: call[key] for key in ("Name", "Description", "ConfigurationPolicy") if call.get(key) is not None}


def _policy(call: Call, parameter: str) -> Json:
    wanted = str(call[parameter]).rpartition("/")[2]
    if wanted not in _policies(call):
        raise AwsError("ResourceNotFoundException", f"There is no configuration policy {wanted}.")
    return _policies(call)[wanted]


def _target(call: Call) -> tuple[str, str]:
    kinds = {"AccountId": "ACCOUNT", "OrganizationalUnitId": "ORGANIZATIONAL_UNIT", "RootId": "ROOT"}
    for key, kind in kinds.items():
        if call["Target"].get(key):
            return kind, call["Target"][key]
    raise AwsError("InvalidInputException", "The target names neither an account nor a unit nor the root.")
