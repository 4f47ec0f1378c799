"""Services that AWS Organizations can trust, by service principal.

As of November 2026. Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html
The list only serves to find typing errors: a principal that it lacks is a warning, since AWS adds services all the time.
"""

from typing import Final

TRUSTED_SERVICES: Final = frozenset(
    f"{name}.amazonaws.com"
    for name in (
        "access-analyzer",
        "account",
        "agentless.inspector2",
        "aws-artifact-account-sync",
        "auditmanager",
        "backup",
        "member.org.stacksets.cloudformation",
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
