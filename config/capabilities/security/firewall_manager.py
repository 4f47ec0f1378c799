"""Policies of Firewall Manager, from files, and what they need."""

import json
from collections.abc import Iterator
from typing import Final

from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.security.model import FirewallManager, FirewallPolicy, Security
from config.errors import KeyPath, Problem, one_of
from config.nodes import Account, Configuration, Organization
from config.sources.documents import FileText
from config.sources.files import Files
from config.sources.resolving import Resolving

SERVICE: Final = "fms.amazonaws.com"
GLOBAL: Final = "us-east-1"
TYPES: Final = (
    "DNS_FIREWALL",
    "NETWORK_FIREWALL",
    "SECURITY_GROUPS_COMMON",
    "SECURITY_GROUPS_CONTENT_AUDIT",
    "SECURITY_GROUPS_USAGE_AUDIT",
    "SHIELD_ADVANCED",
    "WAF",
    "WAFV2",
)
"""The types of policies that a file alone describes."""
_CLOUDFRONT: Final = "AWS::CloudFront::Distribution"
_MOST: Final = 10_000
"""The characters of a policy's data.

Source: https://docs.aws.amazon.com/fms/2018-01-01/APIReference/API_SecurityServicePolicyData.html
"""
_PATH: Final[KeyPath] = ("security", "firewall_manager", "policies")


def resolve(manager: FirewallManager, resolving: Resolving) -> FirewallManager:
    """Firewall Manager's settings with the data of the files in place of their names; what is wrong with them is said."""
    policies = {}
    for slug, policy in manager.policies.items():
        resolving.nodes((*_PATH, slug, "targets"), policy.targets)
        data = _data((*_PATH, slug, "data"), policy.data, resolving)
        if data is not None:
            policies[slug] = policy.model_copy(update={"data": data})
    return manager.model_copy(update={"policies": policies})


def _data(path: KeyPath, name: str, resolving: Resolving) -> FileText | None:
    """What a file says, on one line, its keys sorted; None if AWS would not take it, which is said."""
    text = resolving.text(path, name)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        resolving.problem(path, f"{name!r} ({error})", "an object in JSON")
        return None
    if not isinstance(found, dict) or found.get("type") not in TYPES:
        arrived = repr(found.get("type")) if isinstance(found, dict) and "type" in found else "no `type`"
        resolving.problem(path, f"{name!r} with {arrived}", f"an object whose `type` is {one_of(TYPES)}")
        return None
    written = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(written) > _MOST:
        resolving.problem(path, f"{name!r} with {len(written):,} characters", f"at most {_MOST:,}, blanks left out")
        return None
    return FileText(written)


def policy_regions(organization: Configuration | Organization, policy: FirewallPolicy) -> list[str]:
    """The regions of a policy."""
    return sorted(set(policy.regions or organization.governed_regions))


def kept(organization: Configuration, security: Security | None, files: Files) -> Iterator[Problem]:
    """Firewall Manager can be administered, and its policies have the regions and the recorders that they need."""
    manager = security.firewall_manager if security and security.on("firewall_manager") else None
    file = files.organization.file
    if manager is None or not files.organization.clean or not all(entry.clean for entry in files.accounts.values()):
        return
    key = ("security", "firewall_manager")
    if SERVICE not in organization.trusted_services:
        cure = f"Add {SERVICE} to `trusted_services`."
        yield file.problem(key, "`firewall_manager` without it", f"{SERVICE} among `trusted_services`", cure)
    if SERVICE in organization.delegated_administrators:
        cure = "Leave it out: Firewall Manager tells Organizations of the security account itself."
        yield file.problem(
            ("delegated_administrators", SERVICE), "it beside `security.firewall_manager`", "one of them", cure
        )
    for slug, policy in manager.policies.items():
        yield from _places(organization, files, slug, policy)
        lacking = _unrecorded(organization, policy)
        if lacking:
            names = ", ".join(account.slug for account in lacking)
            expected = "accounts with `config_recorder`: Firewall Manager sees nothing without AWS Config"
            cure = "Switch it on there, or leave them out of `targets`."
            yield file.problem((*_PATH, slug, "targets"), f"{names} without AWS Config", expected, cure)


def _places(organization: Configuration, files: Files, slug: str, policy: FirewallPolicy) -> Iterator[Problem]:
    governed, file = organization.governed_regions, files.organization.file
    for number, region in enumerate(policy.regions):
        if region not in governed:
            cure = "Add it to `regions.governed`."
            path = (*_PATH, slug, "regions", number)
            yield file.problem(path, repr(region), f"a governed region: {one_of(governed)}", cure)
    elsewhere = [region for region in policy_regions(organization, policy) if region != GLOBAL]
    if _CLOUDFRONT in policy.resource_types and elsewhere:
        cure = f"Say `regions: [{GLOBAL}]`."
        yield file.problem((*_PATH, slug), f"{_CLOUDFRONT} in {', '.join(elsewhere)}", f"{GLOBAL} alone", cure)


def _unrecorded(organization: Configuration, policy: FirewallPolicy) -> list[Account]:
    return [
        account
        for account in organization.select_accounts(policy.targets)
        if not CONFIG_RECORDER.in_account(organization, account)
    ]
