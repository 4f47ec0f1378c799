"""Config: the organization's rules and conformance packs; moto has recorders, aggregators and an account's rules."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Final

from moto.config.models import config_backends
from moto.s3.models import s3_backends

from estate.local.answers import AwsError
from estate.local.delegation import Administrators
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.membership import organization_of

extension = Extension("config")

_administrators = Administrators("config-multiaccountsetup.amazonaws.com")
_rules = Shelf[dict[str, Json]](dict)
_packs = Shelf[dict[str, Json]](dict)
_remediations = Shelf[dict[str, Json]](dict)
_NO_RECORDER: Final[Json] = {
    "ErrorCode": "NoAvailableConfigurationRecorder",
    "ErrorMessage": "There is no configuration recorder to put the rule into.",
}


@extension.answers("PutDeliveryChannel")
def put_delivery_channel(call: Call) -> Answer:
    """Let moto do it, if the bucket is there, in whichever account, and does not lock."""
    bucket = call["DeliveryChannel"].get("s3BucketName")
    if bucket not in s3_backends.bucket_accounts:
        raise AwsError("NoSuchBucketException", f"There is no bucket {bucket}.")
    partition, owner = s3_backends.bucket_accounts[bucket]
    if s3_backends[owner][partition].buckets[bucket].object_lock_enabled:
        raise AwsError(
            "InsufficientDeliveryPolicyException", f"Config does not deliver to {bucket}, which has Object Lock."
        )
    return MOTO_ANSWERS


@extension.answers("PutOrganizationConfigRule")
def put_organization_config_rule(call: Call) -> Answer:
    """Create or change a rule for all accounts, from the management account or the administrator."""
    organization = organization_of(call.account_id, call.partition)
    if organization is None or organization.account_id != call.account_id:
        _administrators.require(call, "OrganizationAccessDeniedException")
    name = call["OrganizationConfigRuleName"]
    arn = _rules(call).get(name, {}).get("OrganizationConfigRuleArn") or call.arn(
        f"organization-config-rule/{name}-{uuid.uuid4().hex[:8]}"
    )
    _rules(call)[name] = {"OrganizationConfigRuleArn": arn, **call.given(), "LastUpdateTime": datetime.now(UTC)}
    return {"OrganizationConfigRuleArn": arn}


@extension.answers("DescribeOrganizationConfigRules")
def describe_organization_config_rules(call: Call) -> Answer:
    """List rules."""
    return {"OrganizationConfigRules": _chosen(call)}


@extension.answers("DescribeOrganizationConfigRuleStatuses")
def describe_organization_config_rule_statuses(call: Call) -> Answer:
    """Say whether rules are in place: in every account, or not at all."""
    return {
        "OrganizationConfigRuleStatuses": [
            {
                "OrganizationConfigRuleName": rule["OrganizationConfigRuleName"],
                "LastUpdateTime": rule["LastUpdateTime"],
                **_overall(_accounts(call, rule)),
            }
            for rule in _chosen(call)
        ]
    }


@extension.answers("GetOrganizationConfigRuleDetailedStatus")
def get_organization_config_rule_detailed_status(call: Call) -> Answer:
    """Say in which accounts a rule is in place."""
    rule = _rules(call).get(call["OrganizationConfigRuleName"])
    if rule is None:
        raise _no_rule()
    return {"OrganizationConfigRuleDetailedStatus": _accounts(call, rule)}


@extension.answers("DeleteOrganizationConfigRule")
def delete_organization_config_rule(call: Call) -> Answer:
    """Delete a rule."""
    if _rules(call).pop(call["OrganizationConfigRuleName"], None) is None:
        raise _no_rule()
    return {}


@extension.answers("PutOrganizationConformancePack")
def put_organization_conformance_pack(call: Call) -> Answer:
    """Create or change a conformance pack for all accounts; moto takes it from a bucket only."""
    name = call["OrganizationConformancePackName"]
    return config_backends[call.account_id][call.region].put_organization_conformance_pack(
        name,
        call.get("TemplateS3Uri", "s3://in-the-call"),
        call.get("TemplateBody", ""),
        call.get("DeliveryS3Bucket", ""),
        call.get("DeliveryS3KeyPrefix", ""),
        call.get("ConformancePackInputParameters", []),
        call.get("ExcludedAccounts", []),
    )


@extension.answers("PutConformancePack")
def put_conformance_pack(call: Call) -> Answer:
    """Create or change an account's conformance pack."""
    name = call["ConformancePackName"]
    pack_id = _packs(call).get(name, {}).get("ConformancePackId") or f"conformance-pack-{uuid.uuid4().hex[:9]}"
    arn = call.arn(f"conformance-pack/{name}/{pack_id}")
    _packs(call)[name] = {
        "ConformancePackName": name,
        "ConformancePackArn": arn,
        "ConformancePackId": pack_id,
        "DeliveryS3Bucket": call.get("DeliveryS3Bucket", ""),
        "DeliveryS3KeyPrefix": call.get("DeliveryS3KeyPrefix", ""),
        "ConformancePackInputParameters": call.get("ConformancePackInputParameters", []),
    }
    return {"ConformancePackArn": arn}


@extension.answers("DescribeConformancePacks")
def describe_conformance_packs(call: Call) -> Answer:
    """List conformance packs."""
    return {"ConformancePackDetails": _chosen_packs(call)}


@extension.answers("DescribeConformancePackStatus")
def describe_conformance_pack_status(call: Call) -> Answer:
    """Say that conformance packs are in place."""
    return {
        "ConformancePackStatusDetails": [
            {
                "ConformancePackName": pack["ConformancePackName"],
                "ConformancePackId": pack["ConformancePackId"],
                "ConformancePackArn": pack["ConformancePackArn"],
                "ConformancePackState": "CREATE_COMPLETE",
                "StackArn": call.arn(
                    f"stack/awsconfigconforms-{pack['ConformancePackName']}", service="cloudformation"
                ),
                "LastUpdateRequestedTime": datetime.now(UTC),
            }
            for pack in _packs(call).values()
            if pack["ConformancePackName"] in call.get("ConformancePackNames", _packs(call))
        ]
    }


@extension.answers("DeleteConformancePack")
def delete_conformance_pack(call: Call) -> Answer:
    """Delete a conformance pack."""
    _packs(call).pop(call["ConformancePackName"], None)
    return {}


@extension.answers("PutRemediationConfigurations")
def put_remediation_configurations(call: Call) -> Answer:
    """Give rules of the account their remediations."""
    for each in call["RemediationConfigurations"]:
        name = each["ConfigRuleName"]
        if name not in config_backends[call.account_id][call.region].config_rules:
            raise AwsError("NoSuchConfigRuleException", f"There is no rule {name}.")
        if each.get("Automatic") and "AutomationAssumeRole" not in each.get("Parameters", {}):
            raise AwsError("InvalidParameterValueException", "What starts by itself needs AutomationAssumeRole.")
        arn = call.arn(f"remediation-configuration/{name}/{uuid.uuid4()}")
        _remediations(call)[name] = {"Arn": arn, **each}
    return {"FailedBatches": []}


@extension.answers("DescribeRemediationConfigurations")
def describe_remediation_configurations(call: Call) -> Answer:
    """List remediations."""
    found = [_remediations(call).get(name) for name in call["ConfigRuleNames"]]
    return {"RemediationConfigurations": [each for each in found if each]}


@extension.answers("DeleteRemediationConfiguration")
def delete_remediation_configuration(call: Call) -> Answer:
    """Take a rule's remediation away."""
    if _remediations(call).pop(call["ConfigRuleName"], None) is None:
        raise AwsError("NoSuchRemediationConfigurationException", "There is no such remediation.")
    return {}


def _accounts(call: Call, rule: Json) -> list[Json]:
    """How a rule fares in each account: it needs a recorder in the region."""
    organization = organization_of(call.account_id, call.partition)
    found: list[Json] = []
    for account in organization.accounts if organization else []:
        if account.id in rule.get("ExcludedAccounts", []):
            continue
        status = {"AccountId": account.id, "ConfigRuleName": rule["OrganizationConfigRuleName"]}
        if config_backends[account.id][call.region].recorders:
            found.append({**status, "MemberAccountRuleStatus": "CREATE_SUCCESSFUL"})
        else:
            found.append({**status, "MemberAccountRuleStatus": "CREATE_FAILED", **_NO_RECORDER})
    return found


def _overall(accounts: list[Json]) -> Json:
    failed = any(account["MemberAccountRuleStatus"] == "CREATE_FAILED" for account in accounts)
    if failed:
        return {"OrganizationRuleStatus": "CREATE_FAILED", **_NO_RECORDER}
    return {"OrganizationRuleStatus": "CREATE_SUCCESSFUL"}


def _chosen(call: Call) -> list[Json]:
    wanted = call.get("OrganizationConfigRuleNames")
    chosen = [rule for name, rule in _rules(call).items() if not wanted or name in wanted]
    if wanted and not chosen:
        raise _no_rule()
    return chosen


def _no_rule() -> AwsError:
    return AwsError("NoSuchOrganizationConfigRuleException", "There is no such organization rule.")


def _chosen_packs(call: Call) -> list[Json]:
    wanted = call.get("ConformancePackNames")
    chosen = [pack for name, pack in _packs(call).items() if not wanted or name in wanted]
    if wanted and not chosen:
        raise AwsError("NoSuchConformancePackException", "There is no such conformance pack.")
    return chosen
