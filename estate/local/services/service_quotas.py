"""Service Quotas: any quota of any service, and requests for more that are granted at once. Instead of moto's."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from estate.local.answers import AwsError
from estate.local.extension import Answer, Call, Extension, Json, Shelf

extension = Extension("service-quotas")

_DEFAULT = 100.0
_granted = Shelf[dict[tuple[str, str], float]](dict)
_requests = Shelf[dict[str, Json]](dict)
_template = Shelf[dict[tuple[str, str, str], Json]](dict, regional=False)
_associated = Shelf[set[str]](set, regional=False)


@extension.answers("GetServiceQuota")
def get_service_quota(call: Call) -> Answer:
    """Show a quota: what was granted, else the default."""
    key = (call["ServiceCode"], call["QuotaCode"])
    return {"Quota": _quota(call, *key, _granted(call).get(key, _DEFAULT))}


@extension.answers("GetAWSDefaultServiceQuota")
def get_default_service_quota(call: Call) -> Answer:
    """Show a quota's default."""
    return {"Quota": _quota(call, call["ServiceCode"], call["QuotaCode"], _DEFAULT)}


@extension.answers("ListServiceQuotas")
def list_service_quotas(call: Call) -> Answer:
    """List the quotas of a service that were raised."""
    service = call["ServiceCode"]
    return {"Quotas": [_quota(call, *key, value) for key, value in _granted(call).items() if key[0] == service]}


@extension.answers("RequestServiceQuotaIncrease")
def request_service_quota_increase(call: Call) -> Answer:
    """Grant a higher quota at once."""
    key = (call["ServiceCode"], call["QuotaCode"])
    if call["DesiredValue"] <= _granted(call).get(key, _DEFAULT):
        raise AwsError("IllegalArgumentException", "The desired value must be higher than the quota.")
    _granted(call)[key] = call["DesiredValue"]
    request_id = uuid.uuid4().hex
    _requests(call)[request_id] = {
        "Id": request_id,
        "ServiceCode": key[0],
        "QuotaCode": key[1],
        "DesiredValue": call["DesiredValue"],
        "Status": "APPROVED",
        "Created": datetime.now(UTC),
        "LastUpdated": datetime.now(UTC),
    }
    return {"RequestedQuota": _requests(call)[request_id]}


@extension.answers("GetRequestedServiceQuotaChange")
def get_requested_service_quota_change(call: Call) -> Answer:
    """Show a request."""
    if call["RequestId"] not in _requests(call):
        raise AwsError("NoSuchResourceException", "There is no such request.")
    return {"RequestedQuota": _requests(call)[call["RequestId"]]}


@extension.answers("ListRequestedServiceQuotaChangeHistoryByQuota", "ListRequestedServiceQuotaChangeHistory")
def list_requested_changes(call: Call) -> Answer:
    """List requests."""
    wanted = {name: call[name] for name in ("ServiceCode", "QuotaCode", "Status") if call.get(name)}
    return {"RequestedQuotas": [one for one in _requests(call).values() if wanted.items() <= one.items()]}


@extension.answers("AssociateServiceQuotaTemplate", "DisassociateServiceQuotaTemplate")
def associate_template(call: Call) -> Answer:
    """Let new accounts get the template's quotas, or not."""
    if call.operation.startswith("Associate"):
        _associated(call).add("organization")
    else:
        _associated(call).clear()
    return {}


@extension.answers("GetAssociationForServiceQuotaTemplate")
def get_template_association(call: Call) -> Answer:
    """Say whether new accounts get the template's quotas."""
    status = "ASSOCIATED" if _associated(call) else "DISASSOCIATED"
    return {"ServiceQuotaTemplateAssociationStatus": status}


@extension.answers("PutServiceQuotaIncreaseRequestIntoTemplate")
def put_into_template(call: Call) -> Answer:
    """Put a quota into the template for new accounts."""
    request = {
        **call.given(),
        "ServiceName": call["ServiceCode"],
        "QuotaName": call["QuotaCode"],
        "Unit": "None",
        "GlobalQuota": False,
    }
    _template(call)[_place(call)] = request
    return {"ServiceQuotaIncreaseRequestInTemplate": request}


@extension.answers("GetServiceQuotaIncreaseRequestFromTemplate")
def get_from_template(call: Call) -> Answer:
    """Show a quota of the template."""
    if _place(call) not in _template(call):
        raise AwsError("NoSuchResourceException", "The template has no such quota.")
    return {"ServiceQuotaIncreaseRequestInTemplate": _template(call)[_place(call)]}


@extension.answers("ListServiceQuotaIncreaseRequestsInTemplate")
def list_template(call: Call) -> Answer:
    """List the template's quotas."""
    return {"ServiceQuotaIncreaseRequestInTemplateList": list(_template(call).values())}


@extension.answers("DeleteServiceQuotaIncreaseRequestFromTemplate")
def delete_from_template(call: Call) -> Answer:
    """Take a quota out of the template."""
    _template(call).pop(_place(call), None)
    return {}


def _place(call: Call) -> tuple[str, str, str]:
    return call["ServiceCode"], call["QuotaCode"], call["AwsRegion"]


def _quota(call: Call, service: str, code: str, value: float) -> Json:
    return {
        "ServiceCode": service,
        "ServiceName": service,
        "QuotaCode": code,
        "QuotaName": code,
        "QuotaArn": call.arn(f"{service}/{code}", service="servicequotas"),
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
