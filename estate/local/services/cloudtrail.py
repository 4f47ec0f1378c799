"""CloudTrail: the organization's delegated administrator, its trail as members see it, and the trail that a call is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudtrail.models import cloudtrail_backends

from estate.local.authority import Resource
from estate.local.delegation import Administrators
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension
from estate.local.membership import organization_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudtrail.models import Trail

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


@extension.answers("DescribeTrails")
def describe_trails(call: Call) -> Answer:
    """List a member's own trails, and the organization's, which it sees and cannot change."""
    shadows = bool(call.get("includeShadowTrails", True))
    others = list(_of_organization(call)) if shadows else []
    if not others:
        return MOTO_ANSWERS
    own = cloudtrail_backends[call.account_id][call.region].describe_trails(shadows)
    wanted = call.get("trailNameList")
    found = [*own, *others]
    kept = [trail for trail in found if not wanted or trail.trail_name in wanted or trail.arn in wanted]
    return {"trailList": [trail.description(include_region=True) for trail in kept]}


@extension.answers("GetTrailStatus")
def get_trail_status(call: Call) -> Answer:
    """Show whether the organization's trail logs, to members as well."""
    for trail in _of_organization(call):
        if trail.arn == call["Name"]:
            status: dict[str, object] = trail.status.description()
            return status
    return MOTO_ANSWERS


@extension.answers("GetEventSelectors")
def get_event_selectors(call: Call) -> Answer:
    """Show which events the organization's trail selects, to members as well."""
    for trail in _of_organization(call):
        if trail.arn == call["TrailName"]:
            plain, advanced = trail.get_event_selectors()
            return {"TrailARN": trail.arn, "EventSelectors": plain, "AdvancedEventSelectors": advanced}
    return MOTO_ANSWERS


def _of_organization(call: Call) -> Iterator[Trail]:
    """The organization's trails that another account of the caller's organization made."""
    organization = organization_of(call.account_id, call.partition)
    for account in organization.accounts if organization else ():
        if account.id == call.account_id:
            continue
        for region, backend in cloudtrail_backends[account.id].items():
            for trail in backend.trails.values():
                if trail.is_org_trail and (trail.is_multi_region or region == call.region):
                    yield trail


def _resource(call: Call) -> Resource | None:
    given = call.get("Name") or call.get("TrailName") or call.get("ResourceId")
    if given is None:
        return None
    arn = given if given.startswith("arn:") else call.arn(f"trail/{given}")
    # Members look at the organization's trail by their own permissions.
    looks = call.operation.startswith(("Describe", "Get", "List"))
    return Resource(arn, call.account_id if looks else arn.split(":")[4])


extension.resource_of = _resource
