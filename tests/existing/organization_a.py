"""(a) A small organization that somebody clicked together: 3 OUs two deep, 6 accounts, 2 SCPs, 1 delegated administrator.

Typical for it: e-mails without a pattern, names with spaces, an apostrophe and an ampersand, one account that was left in the
root, tags that somebody set by hand, a service control policy on one account, service access for CloudTrail and SSO only.
"""

from tests.existing.organization_tools import Aws, Org, deny, document


def build(endpoint):
    org = Org(Aws(endpoint))
    org.enable_types("SERVICE_CONTROL_POLICY")
    org.trust("cloudtrail.amazonaws.com", "sso.amazonaws.com")
    org.ou("Engineering", {"CostCenter": "4711"})
    org.ou("Engineering/Prod Systems")
    org.ou("Legacy (do not touch)")
    org.account(
        "acme-prod", "ops-prod@acme.example", "Engineering/Prod Systems", tags={"CostCenter": "4711", "Owner": "ops"}
    )
    org.account("Acme Dev", "jane.doe+awsdev@acme.example", "Engineering", tags={"CostCenter": "4712"})
    org.account("Data & Analytics", "data-team@analytics.example", "Engineering/Prod Systems")
    org.account("Jane's sandbox", "jane@home.example", "Engineering")
    org.account("billing_old", "finance.aws2017@acme.example", "Legacy (do not touch)")
    org.account("Logs", "root-logs@acme.example")  # left in the root
    org.policy("DenyLeaveOrg", document(deny("DenyLeave", "organizations:LeaveOrganization")), [""], description="")
    org.policy(
        "region lock",
        document(
            {
                "Sid": "Regions",
                "Effect": "Deny",
                "NotAction": [
                    "iam:*",
                    "organizations:*",
                    "route53:*",
                    "cloudfront:*",
                    "support:*",
                    "sts:*",
                    "budgets:*",
                ],
                "Resource": ["*"],
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "us-east-1"]}},
            }
        ),
        ["Engineering/Prod Systems", "billing_old"],
        description="Nur Frankfurt + us-east-1",
        tags={"ticket": "SEC-12"},
    )
    org.delegate("Logs", "sso.amazonaws.com")
    return org
