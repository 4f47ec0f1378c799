"""Guardrails that set something in accounts: tag, AI opt-out, backup and EC2 declarative policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import names
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.document import Strings
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import CHILD_OPERATORS, ManagementPolicy, assign, locked
from constructs_lib.policies.rules.settings import RESOURCE_TYPE
from constructs_lib.typed import typed

_GROUP = "Settings"


@typed
@dataclass(frozen=True)
class TagRule:
    """What a tag policy says of one tag.

    Args:
        values: The values that comply; ``*`` at the end stands for any text. All values if none are given.
        enforced_for: Resource types for which other values are refused, such as ``ec2:instance`` or ``s3:ALL_SUPPORTED``.
            Everywhere else the policy only reports.
        required_for: Resource types that are reported when they lack the tag.
    """

    values: Strings = ()
    enforced_for: Strings = ()
    required_for: Strings = ()


@guardrail(
    PolicyKind.TAG,
    group=_GROUP,
    example={"tags": {"Environment": {"values": ["dev", "prod"], "enforced_for": ["ec2:instance"]}}},
)
def standardize_tags(*, tags: Mapping[str, TagRule]) -> ManagementPolicy:
    """Fix the spelling of tag keys, and which values they take.

    A tag policy never requires a tag: combine it with require-tags. Without enforced_for it only reports.

    Args:
        tags: Tag key, spelled as it shall be, to its rule.

    Breaks:
        For the enforced resource types: creating and changing resources with other values of these tags.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_tag-policies.html
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_supported-resources-enforcement.html
    """
    if not tags:
        raise InvalidValueError("tags", {}, expected="at least one tag")
    content: dict[str, Any] = {}
    for key, rule in tags.items():
        if key.lower() in content:
            raise InvalidValueError(
                "tags",
                key,
                expected="keys that differ in more than case",
                cure="AWS takes both for one tag policy key.",
            )
        setting: dict[str, Any] = {"tag_key": assign(key)}
        if values.many(rule.values):
            setting["tag_value"] = assign(values.many(rule.values))
        if values.many(rule.enforced_for):
            setting["enforced_for"] = assign(_types(f"tags.{key}.enforced_for", rule.enforced_for))
        if values.many(rule.required_for):
            setting["report_required_tag_for"] = assign(_types(f"tags.{key}.required_for", rule.required_for))
        content[key.lower()] = setting
    return ManagementPolicy(PolicyKind.TAG, {"tags": content})


def _types(name: str, given: Strings) -> tuple[str, ...]:
    for resource_type in values.many(given):
        if not RESOURCE_TYPE.fullmatch(resource_type):
            raise InvalidValueError(name, resource_type, expected="a resource type such as 'ec2:instance'")
        service = resource_type.partition(":")[0]
        if service not in names.services():
            cure = names.did_you_mean(service, names.services(), "")
            raise InvalidValueError(name, resource_type, expected="a resource type of a service of AWS", cure=cure)
    return values.many(given)


@guardrail(PolicyKind.AI_OPT_OUT, group=_GROUP)
def opt_out_of_ai_training(*, allowed_services: Strings = (), closed: bool = True) -> ManagementPolicy:
    """Keep AWS's AI services from storing and using content to improve themselves.

    Args:
        allowed_services: Services that may, such as ``rekognition``.
        closed: Whether policies further down can no longer opt in.

    Breaks:
        Nothing; AWS deletes what it stored before.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_ai-opt-out_syntax.html
    """
    choices = {"default": "optOut"} | dict.fromkeys(values.many(allowed_services), "optIn")
    services: dict[str, Any] = {
        service: {"opt_out_policy": locked(assign(choice)) if closed else assign(choice)}
        for service, choice in choices.items()
    }
    if closed:
        services[CHILD_OPERATORS] = ["@@none"]
    return ManagementPolicy(PolicyKind.AI_OPT_OUT, {"services": services})


@guardrail(
    PolicyKind.BACKUP,
    group=_GROUP,
    example={"regions": ["eu-central-1"], "tag_key": "Backup", "tag_values": ["daily"]},
)
def back_up_daily(
    *,
    regions: Strings,
    tag_key: str,
    tag_values: Strings,
    vault: str = "Default",
    role: str = "service-role/AWSBackupDefaultServiceRole",
    schedule: str = "cron(0 5 ? * * *)",
    delete_after_days: int = 35,
    start_window_minutes: int = 480,
    complete_window_minutes: int = 10_080,
    partition: str = "aws",
) -> ManagementPolicy:
    """Back up all resources that carry a tag, in every account.

    Args:
        regions: Region codes in which resources are backed up.
        tag_key: The tag that selects resources.
        tag_values: The values of the tag that select.
        vault: Name of the backup vault; each account and region must have it.
        role: Name (with path) of the role that AWS Backup uses; each account must have it.
        schedule: When, as a cron or rate expression in UTC.
        delete_after_days: Days after which a backup is deleted.
        start_window_minutes: Minutes within which a backup starts, at least 60.
        complete_window_minutes: Minutes within which a backup is complete, at least 60 more than start_window_minutes.
        partition: The partition of the organization.

    Breaks:
        Nothing, but backups cost; jobs fail where vault or role are missing.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html
    """
    hour = 60
    if delete_after_days < 1:
        raise InvalidValueError("delete_after_days", delete_after_days, expected="at least 1")
    if start_window_minutes < hour:
        raise InvalidValueError("start_window_minutes", start_window_minutes, expected="at least 60")
    if complete_window_minutes < start_window_minutes + hour:
        raise InvalidValueError(
            "complete_window_minutes", complete_window_minutes, expected=f"at least {start_window_minutes + hour}"
        )
    if not schedule.startswith(("cron(", "rate(")) or not schedule.endswith(")"):
        raise InvalidValueError("schedule", schedule, expected="cron(…) or rate(…)")
    rule = {
        "schedule_expression": assign(schedule),
        "target_backup_vault_name": assign(vault),
        "start_backup_window_minutes": assign(str(start_window_minutes)),
        "complete_backup_window_minutes": assign(str(complete_window_minutes)),
        "lifecycle": {"delete_after_days": assign(str(delete_after_days))},
    }
    selection = {
        # AWS puts each account's own id in place of $account.
        "iam_role_arn": assign(f"arn:{partition}:iam::$account:role/{role}"),
        "tag_key": assign(tag_key),
        "tag_value": assign(values.some("tag_values", tag_values)),
    }
    plan = {
        "regions": assign(values.regions("regions", regions, partition)),
        "rules": {"daily": rule},
        "selections": {"tags": {"tagged": selection}},
    }
    return ManagementPolicy(PolicyKind.BACKUP, {"plans": {"daily": plan}})


@guardrail(PolicyKind.DECLARATIVE_EC2, group=_GROUP)
def harden_ec2(
    *,
    imdsv2: bool = True,
    max_hops: int = 2,
    snapshot_block_public_access: Literal["block_all_sharing", "block_new_sharing", "unblocked"] = "block_all_sharing",
    image_block_public_access: Literal["block_new_sharing", "unblocked"] = "block_new_sharing",
    serial_console: Literal["disabled", "enabled"] = "disabled",
    vpc_block_public_access: Literal["off", "block_ingress", "block_bidirectional"] | None = None,
    vpc_exclusions: Literal["disabled", "enabled"] = "disabled",
    exception_message: str | None = None,
) -> ManagementPolicy:
    """Set EC2's account-wide defaults in every account, where no one in the account can change them.

    Args:
        imdsv2: Whether version 2 of the instance metadata service is the default of new instances.
        max_hops: Default hop limit of its answers; 2 lets containers through.
        snapshot_block_public_access: Whether EBS snapshots can be public.
        image_block_public_access: Whether machine images can newly be made public.
        serial_console: Whether the serial console can be used.
        vpc_block_public_access: What internet gateways let through. Not set if not given.
        vpc_exclusions: Whether accounts may exclude VPCs and subnets from vpc_block_public_access.
        exception_message: What somebody reads whose call the policy refuses, such as where to ask.

    Breaks:
        Changing these settings in an account. With block_bidirectional: all internet access through internet gateways.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative_syntax.html
    """
    most = 64
    if not 1 <= max_hops <= most:
        raise InvalidValueError("max_hops", max_hops, expected=f"1 to {most}")
    attributes: dict[str, Any] = {
        "snapshot_block_public_access": {"state": assign(snapshot_block_public_access)},
        "image_block_public_access": {"state": assign(image_block_public_access)},
        "serial_console_access": {"status": assign(serial_console)},
    }
    if imdsv2:
        attributes["instance_metadata_defaults"] = {
            "http_tokens": assign("required"),
            "http_put_response_hop_limit": assign(str(max_hops)),
        }
    if vpc_block_public_access:
        attributes["vpc_block_public_access"] = {
            "internet_gateway_block": {
                "mode": assign(vpc_block_public_access),
                "exclusions_allowed": assign(vpc_exclusions),
            }
        }
    if exception_message:
        attributes["exception_message"] = assign(exception_message)
    return ManagementPolicy(PolicyKind.DECLARATIVE_EC2, {"ec2_attributes": attributes})
