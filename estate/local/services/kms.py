"""KMS: the rotation period of a key, and the key policy that every call about it has to pass."""

from __future__ import annotations

from typing import Any

from moto.kms.models import kms_backends

from estate.local.authority import Resource, tag_keys
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Shelf

extension = Extension("kms")

_EVERY_YEAR = 365
_periods = Shelf[dict[str, int]](dict)


@extension.answers("EnableKeyRotation")
def enable_key_rotation(call: Call) -> Answer:
    """Remember the period; moto turns the rotation on."""
    _periods(call)[_key(call)] = call.get("RotationPeriodInDays", _EVERY_YEAR)
    return MOTO_ANSWERS


@extension.answers("GetKeyRotationStatus")
def get_key_rotation_status(call: Call) -> Answer:
    """Show the period with the status."""
    key = kms_backends[call.account_id][call.region].keys.get(_key(call))
    if key is None or not key.key_rotation_status:
        return MOTO_ANSWERS
    period = _periods(call).get(_key(call), _EVERY_YEAR)
    return {"KeyId": call["KeyId"], "KeyRotationEnabled": True, "RotationPeriodInDays": period}


@extension.answers("DescribeKey")
def describe_key(call: Call) -> Answer:
    """Show a key of another account, named by its ARN or an alias's; whether the caller may look has been judged."""
    found = _found(call)
    if found is None or found.account_id == call.account_id:
        return MOTO_ANSWERS
    shown: dict[str, Any] = found.to_dict()
    return shown


def _key(call: Call) -> str:
    return str(kms_backends[call.account_id][call.region].get_key_id(call["KeyId"]))


def _resource(call: Call) -> Resource | None:
    """Find the key that a call is about: by its id, its ARN or an alias, in whichever account it is."""
    named = call.get("KeyId") or call.get("TargetKeyId") or call.get("DestinationKeyId")
    requested = {tag["TagKey"]: tag["TagValue"] for tag in call.get("Tags", [])}
    if named is None:
        keys, known = tag_keys(in_request=requested)
        return Resource("*", call.account_id, keys=keys, known=known) if call.operation == "CreateKey" else None
    key = _found(call)
    if key is None:
        return None
    backend = kms_backends[key.account_id][key.region]
    tags = {tag["TagKey"]: tag["TagValue"] for tag in backend.tagger.list_tags_for_resource(key.id)["Tags"]}
    keys, known = tag_keys(on_resource=tags, in_request=requested)
    keys |= {
        "kms:calleraccount": call.caller.account_id,
        "kms:resourcealiases": sorted(key.aliases),
        **{f"kms:encryptioncontext:{name}".lower(): value for name, value in call.get("EncryptionContext", {}).items()},
    }
    # These come with calls that a service makes for somebody.
    direct = {"kms:viaservice", "kms:grantisforawsresource"}
    return Resource(key.arn, key.account_id, policy=key.policy, keys=keys, known=known | direct)


def _found(call: Call) -> Any:
    """The key that a call names, in whichever account it is; None if there is none."""
    named = str(call.get("KeyId") or call.get("TargetKeyId") or call.get("DestinationKeyId"))
    region, owner = call.region, call.account_id
    if named.startswith("arn:"):
        region, owner = named.split(":")[3:5]
    backend = kms_backends[owner][region]
    try:
        key_id = backend.any_id_to_key_id(named)
    except (AttributeError, KeyError, TypeError):  # an alias of no key
        return None
    return backend.keys.get(key_id) if key_id else None


extension.resource_of = _resource
