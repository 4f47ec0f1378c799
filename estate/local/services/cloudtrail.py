"""CloudTrail: the organization's delegated administrator, and the trail that a call is about."""

from __future__ import annotations

from estate.local.authority import Resource
from estate.local.delegation import Administrators
from estate.local.extension import Answer, Call, Extension

extension = Extension("cloudtrail")

_administrators = Administrators("cloudtrail.amazonaws.com")


@extension.answers("RegisterOrganizationDelegatedAdmin")
def register_organization_delegated_admin(call: Call) -> Answer:
    """Make an account the organization's administrator for trails."""
    _administrators.enable(call, call["MemberAccountId"])
    return {}


@extension.answers("DeregisterOrganizationDelegatedAdmin")
def deregister_organization_delegated_admin(call: Call) -> Answer:
    """Take the administration back."""
    _administrators.disable(call, call["DelegatedAdminAccountId"])
    return {}


def _resource(call: Call) -> Resource | None:
    given = call.get("Name") or call.get("TrailName") or call.get("ResourceId")
    if given is None:
        return None
    arn = given if given.startswith("arn:") else call.arn(f"trail/{given}")
    return Resource(arn, arn.split(":")[4])


extension.resource_of = _resource
