"""Services that AWS Organizations can trust, by service principal.

As of November 2026. Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
The list only serves to find typing errors: a principal that it lacks is a warning, since AWS adds services all the time,
unless it is all but one of these that is not trusted otherwise.
"""

import difflib
from collections.abc import Collection
from typing import Final

TRUSTED_SERVICES: Final = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "access-analyzer",
        "account",
        "agentless.inspector2",
        "aws-artifact-account-sync",
        "agent-registry",
        "auditmanager",
        "backup",
        "member.org.stacksets.cloudformation",
        "dashboard.eks",
        "ec2.capacitymanager",
        "eks",
        "license-management.marketplace",
        "mgn",
        "private-marketplace.marketplace",
        "procurement-insights.marketplace",
        "q",
        "resiliencehub",
        "selfservicereporting.managedservices",
        "stacksets.cloudformation",
        "cloudtrail",
        "compute-optimizer",
        "config",
        "config-multiaccountsetup",
        "controltower",
        "cost-optimization-hub.bcm",
        "billing-cost-management",
        "detective",
        "devops-guru",
        "ds",
        "ec2",
        "firehose",
        "fms",
        "guardduty",
        "health",
        "iam",
        "inspector2",
        "ipam",
        "license-manager",
        "license-manager.member-account",
        "macie",
        "malware-protection.guardduty",
        "networkmanager",
        "notifications",
        "observabilityadmin",
        "opsdatasync.ssm",
        "ram",
        "reachabilityanalyzer.networkinsights",
        "reporting.trustedadvisor",
        "resource-explorer-2",
        "securityhub",
        "securitylake",
        "security-ir",
        "servicecatalog",
        "servicequotas",
        "ssm",
        "sso",
        "storage-lens.s3",
        "tagpolicies.tag",
        "user-subscriptions.notifications",
        "vpc-lattice",
        "wellarchitected",
    )
)

_ALIKE: Final = 0.8
"""Share of characters in the order of another word; of more than four letters, one that misses one has more."""


def meant(service: str, trusted: Collection[str]) -> str | None:
    """The service that somebody meant who misspelt its principal; None if that is trusted, too, or only its number differs."""
    if service in TRUSTED_SERVICES:
        return None
    known = {each.removesuffix(".amazonaws.com"): each for each in TRUSTED_SERVICES}
    name = service.removesuffix(".amazonaws.com")
    near = next(iter(difflib.get_close_matches(name, known, n=1)), name)
    alike = sorted(name) == sorted(near) or difflib.SequenceMatcher(None, name, near).ratio() >= _ALIKE
    if name in known or not alike or name.rstrip("0123456789") == near.rstrip("0123456789") or known[near] in trusted:
        return None
    return known[near]
