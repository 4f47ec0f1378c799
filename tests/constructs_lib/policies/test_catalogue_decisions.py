"""Every guardrail denies what it says, and nothing else."""

import pytest

from constructs_lib.policies import catalogue
from constructs_lib.policies.document import PolicyDocument, deny
from constructs_lib.policies.evaluator import Principal, Request
from constructs_lib.policies.kinds import PolicyKind
from tests.constructs_lib.policies.catalogue_cases import CASES, ORGANIZATION, TEAM, judge
from tests.constructs_lib.policies.mutate_catalogue import NEEDED, run

pytestmark = pytest.mark.row("A7", "C7")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.guardrail)
def test_guardrails_decide_as_promised(case):
    guardrail = case.build()
    passes = judge(guardrail.document, guardrail.kind)
    assert [(expected, request) for expected, request in case.requests() if passes(request) is not expected] == []


def test_every_guardrail_with_statements_is_tried():
    tried = {case.guardrail for case in CASES}
    assert tried == {entry.name for entry in catalogue.ENTRIES.values() if entry.kind.has_statements}


@pytest.mark.parametrize(
    ("action", "region"),
    [
        ("iam:CreateRole", "us-east-1"),
        ("organizations:DescribeOrganization", "us-east-1"),
        ("cloudfront:CreateDistribution", "us-east-1"),
        ("route53:ListHostedZones", "us-east-1"),
        ("support:CreateCase", "us-east-1"),
        ("sts:GetFederationToken", "us-east-1"),
        ("s3:ListAllMyBuckets", "us-east-1"),
        ("acm:RequestCertificate", "us-east-1"),
        ("chatbot:DescribeSlackWorkspaces", "us-west-2"),
        ("devicefarm:ListProjects", "us-west-2"),
    ],
)
def test_the_naive_region_deny_breaks_what_the_catalogue_s_leaves_alone(action, region):
    naive = PolicyDocument.of(
        deny("*", "*", conditions={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}})
    )
    right = catalogue.build(
        "deny-unapproved-regions", {"allowed_regions": ["eu-central-1", "eu-west-1"]}, organization_id=ORGANIZATION
    )
    request = Request(Principal.of(TEAM), action, region=region)
    assert not judge(naive, PolicyKind.SCP)(request)
    assert judge(right.document, PolicyKind.SCP)(request)


def test_mutants_of_the_catalogue_are_caught():
    made, killed, survivors = run()
    assert set(made) == {case.guardrail for case in CASES}
    assert made.total() > 1000
    assert killed.total() / made.total() >= NEEDED, survivors


AWS_LEAVES_OUT = [
    "a4b",
    "acm",
    "aws-marketplace-management",
    "aws-marketplace",
    "aws-portal",
    "budgets",
    "ce",
    "chime",
    "cloudfront",
    "config",
    "cur",
    "directconnect",
    "fms",
    "globalaccelerator",
    "health",
    "iam",
    "importexport",
    "kms",
    "mobileanalytics",
    "networkmanager",
    "organizations",
    "pricing",
    "route53",
    "route53domains",
    "route53-recovery-cluster",
    "route53-recovery-control-config",
    "route53-recovery-readiness",
    "shield",
    "sts",
    "support",
    "trustedadvisor",
    "waf-regional",
    "waf",
    "wafv2",
    "wellarchitected",
]
"""Services that AWS's own sample of a region list leaves out.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
"""
STAY_CLOSED = {
    "aws-marketplace-management": "sellers only; name it in exempted_actions",
    "config": "regional; its global resource types are recorded where the recorder is",
    "directconnect": "regional but for its gateways; name them in exempted_actions",
    "kms": "regional; keys for DNSSEC and CloudFront are made in the home region, which home_region_actions names",
    "mobileanalytics": "retired",
    "waf-regional": "regional",
    "wellarchitected": "regional",
}
"""Of those, what the catalogue keeps closed, and why."""


@pytest.mark.parametrize("service", AWS_LEAVES_OUT)
def test_the_region_list_leaves_out_what_aws_s_sample_does_but_for_named_reasons(service):
    document = catalogue.build(
        "deny-unapproved-regions", {"allowed_regions": ["eu-central-1"]}, organization_id=ORGANIZATION
    ).document
    left_out = {action.partition(":")[0] for statement in document.statements for action in statement.not_actions}
    assert (service in left_out) is not (service in STAY_CLOSED)
