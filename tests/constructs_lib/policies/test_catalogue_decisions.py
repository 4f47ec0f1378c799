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
