"""EC2: the account's switches, and what declarative policies of its organization set of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from constructs_lib.policies.effective import effective
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy
from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Json, Shelf
from estate.local.membership import membership
from estate.local.services.ec2 import extension

if TYPE_CHECKING:
    from collections.abc import Callable

_switches = Shelf[Json](dict)
_metadata_defaults = Shelf[Json](dict)
_METADATA = "instance_metadata_defaults"
_MESSAGE = "exception_message"
_IMDS = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags")


def _declared(call: Call, attribute: str) -> dict[str, str]:
    """What the organization's declarative policies set of an attribute in the account, by the names of its parts."""
    found = membership(call.account_id, call.partition)
    levels = [
        [ManagementPolicy.from_json(PolicyKind.DECLARATIVE_EC2, content) for _, content in level.ec2_settings]
        for level in (found.levels if found else ())
    ]
    settings = {path[1:]: value for path, value in effective(levels).items()}
    message = settings.get(("exception_message",), "This action is denied due to an organizational policy in effect")
    parts = {path[-1]: value for path, value in settings.items() if path[0] == attribute}
    return {**parts, _MESSAGE: message} if parts else {}


def _refuse_what_is_declared(call: Call, attribute: str) -> None:
    if parts := _declared(call, attribute):
        raise AwsError("OperationNotPermitted", parts[_MESSAGE], status=400)


def _managed(call: Call, attribute: str) -> Json:
    """Who manages an attribute, as the calls that show one say it."""
    return {"ManagedBy": "declarative-policy" if _declared(call, attribute) else "account"}


def _switch(attribute: str, *, on: str, off: str, show: str, member: str, parameter: str = "") -> None:
    """Register the three calls of a switch: on (to a value, where there is a parameter), off, and show."""
    default: object = "unblocked" if parameter else False

    def answer(value: Callable[[Call], object]) -> Callable[[Call], Answer]:
        def handle(call: Call) -> Answer:
            _refuse_what_is_declared(call, attribute)
            _switches(call)[attribute] = value(call)
            return {member: _switches(call)[attribute]}

        return handle

    def shown(call: Call) -> Answer:
        parts = _declared(call, attribute)
        state: object = _switches(call).get(attribute, default)
        if parts:
            state = parts["state"].replace("_", "-") if parameter else parts["status"] == "enabled"
        return {member: state, **_managed(call, attribute)}

    extension.answers(on)(answer(lambda call: call[parameter] if parameter else True))
    extension.answers(off)(answer(lambda _: default))
    extension.answers(show)(shown)


_switch(
    "snapshot_block_public_access",
    on="EnableSnapshotBlockPublicAccess",
    off="DisableSnapshotBlockPublicAccess",
    show="GetSnapshotBlockPublicAccessState",
    member="State",
    parameter="State",
)
_switch(
    "image_block_public_access",
    on="EnableImageBlockPublicAccess",
    off="DisableImageBlockPublicAccess",
    show="GetImageBlockPublicAccessState",
    member="ImageBlockPublicAccessState",
    parameter="ImageBlockPublicAccessState",
)
_switch(
    "serial_console_access",
    on="EnableSerialConsoleAccess",
    off="DisableSerialConsoleAccess",
    show="GetSerialConsoleAccessStatus",
    member="SerialConsoleAccessEnabled",
)


@extension.answers("ModifyEbsDefaultKmsKeyId")
def modify_ebs_default_kms_key_id(call: Call) -> Answer:
    """Choose the key of new volumes."""
    _switches(call)["volume key"] = call["KmsKeyId"]
    return get_ebs_default_kms_key_id(call)


@extension.answers("ResetEbsDefaultKmsKeyId")
def reset_ebs_default_kms_key_id(call: Call) -> Answer:
    """Go back to AWS's key."""
    _switches(call).pop("volume key", None)
    return get_ebs_default_kms_key_id(call)


@extension.answers("GetEbsDefaultKmsKeyId")
def get_ebs_default_kms_key_id(call: Call) -> Answer:
    """Show the key of new volumes, AWS's own until another is chosen."""
    return {"KmsKeyId": _switches(call).get("volume key", "alias/aws/ebs")}


@extension.answers("ModifyInstanceMetadataDefaults")
def modify_instance_metadata_defaults(call: Call) -> Answer:
    """Set the account's IMDS defaults; `no-preference` and -1 take one back."""
    _refuse_what_is_declared(call, _METADATA)
    for name in _IMDS:
        value = call.get(name)
        if value in ("no-preference", -1):
            _metadata_defaults(call).pop(name, None)
        elif value is not None:
            _metadata_defaults(call)[name] = value
    return {"Return": True}


@extension.answers("GetInstanceMetadataDefaults")
def get_instance_metadata_defaults(call: Call) -> Answer:
    """Show the account's IMDS defaults."""
    shown = {**_metadata_defaults(call), **_managed(call, _METADATA)}
    parts = _declared(call, _METADATA)
    for name in _IMDS:
        value = parts.get(re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), "no_preference")
        if value not in ("no_preference", "-1"):
            shown[name] = int(value) if value.isdigit() else value
    if parts:
        shown["ManagedExceptionMessage"] = parts[_MESSAGE]
    return {"AccountLevel": shown}


@extension.answers("ModifyVpcBlockPublicAccessOptions")
def modify_vpc_block_public_access_options(call: Call) -> Answer:
    """Set whether the account's VPCs may be reached from the internet."""
    _refuse_what_is_declared(call, "vpc_block_public_access")
    now = datetime.now(UTC)
    mode = call["InternetGatewayBlockMode"]
    _switches(call)["vpc"] = {
        "AwsAccountId": call.account_id,
        "AwsRegion": call.region,
        "State": "update-complete",
        "InternetGatewayBlockMode": mode,
        "Reason": "",
        "LastUpdateTimestamp": now,
        "ManagedBy": "account",
        "ExclusionsAllowed": "allowed",
    }
    return {"VpcBlockPublicAccessOptions": _switches(call)["vpc"]}


@extension.answers("DescribeVpcBlockPublicAccessOptions")
def describe_vpc_block_public_access_options(call: Call) -> Answer:
    """Show whether the account's VPCs may be reached from the internet."""
    default = {"AwsAccountId": call.account_id, "AwsRegion": call.region, "State": "default-state"}
    default |= {"InternetGatewayBlockMode": "off", "ManagedBy": "account", "ExclusionsAllowed": "allowed"}
    options = _switches(call).get("vpc", default)
    if parts := _declared(call, "vpc_block_public_access"):
        options = {
            **options,
            "InternetGatewayBlockMode": parts["mode"].replace("_", "-"),
            "ExclusionsAllowed": "allowed" if parts.get("exclusions_allowed") == "enabled" else "not-allowed",
            "ManagedBy": "declarative-policy",
        }
    return {"VpcBlockPublicAccessOptions": options}
