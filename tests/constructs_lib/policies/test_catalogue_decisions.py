"""Every guardrail denies what it says, and nothing else."""

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

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


ELSEWHERE = {
    "codecatalyst": "no service to sign requests for; people sign in",
    "partnercentral": "AWS's partners only; name it in exempted_actions",
    "partnercentral-channel": "AWS's partners only; name it in exempted_actions",
}
"""Services of one endpoint that the catalogue keeps closed, and why."""


def of_one_endpoint():
    """What requests are signed for by name, of all services whose endpoint in the partition aws is the same in every region, by AWS's rules for SDKs."""
    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    partitions = loader.load_data("partitions")
    for service in loader.list_available_services("endpoint-rule-set-1"):
        rules = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
        try:
            found = {
                rules.resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False).url
                for region in ("eu-central-1", "ap-south-1")
            }
        except EndpointProviderError:  # it wants to know an account or a resource, so it is regional
            continue
        if len(found) == 1:
            yield session.get_service_model(service).signing_name


def test_the_region_list_leaves_out_every_service_of_one_endpoint_but_for_named_reasons():
    document = catalogue.build(
        "deny-unapproved-regions", {"allowed_regions": ["eu-central-1"]}, organization_id=ORGANIZATION
    ).document
    left_out = {action.partition(":")[0] for statement in document.statements for action in statement.not_actions}
    services = set(of_one_endpoint())
    assert {"budgets", "iam", "organizations", "route53"} < services
    assert services - left_out == set(ELSEWHERE)
