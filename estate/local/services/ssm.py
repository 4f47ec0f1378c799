"""Systems Manager: settings of an account, which moto does not have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("ssm")

_DEFAULTS: Final = {"/ssm/documents/console/public-sharing-permission": "Enable"}
_settings = Shelf[dict[str, str]](dict)


@extension.answers("UpdateServiceSetting")
def update_service_setting(call: Call) -> Answer:
    """Change a setting."""
    name = _name(call)
    _settings(call)[name] = call["SettingValue"]
    return {}


@extension.answers("GetServiceSetting")
def get_service_setting(call: Call) -> Answer:
    """Show a setting."""
    return {"ServiceSetting": _shown(call, _name(call))}


@extension.answers("ResetServiceSetting")
def reset_service_setting(call: Call) -> Answer:
    """Take a setting back to AWS's own value."""
    name = _name(call)
    _settings(call).pop(name, None)
    return {"ServiceSetting": _shown(call, name)}


def _name(call: Call) -> str:
    """A setting's path, which calls give as it is or in an ARN."""
    name = f"/ssm/{call['SettingId'].partition('/ssm/')[2]}"
    if name not in _DEFAULTS:
        raise AwsError("ServiceSettingNotFound", f"There is no setting {call['SettingId']}.")
    return name


def _shown(call: Call, name: str) -> Json:
    kept = _settings(call).get(name)
    return {
        "SettingId": name,
        "SettingValue": _DEFAULTS[name] if kept is None else kept,
        "LastModifiedDate": datetime.now(UTC),
        "LastModifiedUser": call.caller.arn,
        "ARN": call.arn(f"servicesetting{name}"),
        "Status": "Default" if kept is None else "Customized",
    }
