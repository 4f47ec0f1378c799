"""KMS: the rotation period of a key."""

from __future__ import annotations

from moto.kms.models import kms_backends

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


def _key(call: Call) -> str:
    return str(kms_backends[call.account_id][call.region].get_key_id(call["KeyId"]))
