import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import AccessLogsConstruct, InvalidValueError, LoadBalancerLogsConstruct
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("C5")

OWNER, OTHER, ORGANIZATION = "222222222222", "444444444444", "o-a1b2c3d4e5"
KEEPER = f"arn:aws:iam::{OWNER}:role/OrganizationAccountAccessRole"


def providers(stack):
    return {region: AwsProvider(stack, region, alias=region, region=region) for region in ("eu-west-1", "us-east-1")}


def balanced(**arguments):
    return synth(
        lambda stack: LoadBalancerLogsConstruct(
            stack,
            "load-balancers",
            bucket_prefix="acme-logs-lb-",
            providers=providers(stack),
            account_id=OWNER,
            organization_id=ORGANIZATION,
            retention_days=400,
            keeper_arns=[KEEPER],
            **arguments,
        )
    )


def accessed(**arguments):
    return synth(
        lambda stack: AccessLogsConstruct(
            stack, "access", bucket_prefix="acme-access-", providers=providers(stack), account_id=OWNER, **arguments
        )
    )


def may(template, principal, action, resource, **keys):
    """Whether the policy of the bucket in eu-west-1 lets somebody do something."""
    name = resource.partition("/")[0].rpartition(":")[2]
    (bucket,) = (key for key, one in template.resources("aws_s3_bucket").items() if one["bucket"] == name)
    (text,) = (
        one["policy"]
        for one in template.resources("aws_s3_bucket_policy").values()
        if one["bucket"] == f"${{aws_s3_bucket.{bucket}.id}}"
    )
    policies = Policies(resource=PolicySet((Policy("bucket", PolicyDocument.from_json(json.dumps(json.loads(text)))),)))
    known = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3", **keys}
    return evaluate(Request(principal, action, resource, OWNER, "eu-west-1", known), policies).allowed


BALANCER = Principal.of("logdelivery.elasticloadbalancing.amazonaws.com")
DELIVERY = Principal.of("delivery.logs.amazonaws.com")
LOG = f"arn:aws:s3:::acme-logs-lb-eu-west-1/shop/AWSLogs/{OTHER}/elasticloadbalancing/x.log.gz"
ACL = {"s3:x-amz-acl": "bucket-owner-full-control"}
OF_SHOP = {"aws:SourceArn": f"arn:aws:elasticloadbalancing:eu-west-1:{OTHER}:loadbalancer/app/shop/0123456789abcdef"}
OURS, STRANGE = {"aws:SourceOrgID": ORGANIZATION}, {"aws:SourceOrgID": "o-zzzzzzzzzz"}


@pytest.mark.parametrize(
    ("principal", "keys", "expected"),
    [
        (BALANCER, {**OURS, **OF_SHOP}, True),
        (BALANCER, {**STRANGE, **OF_SHOP}, False),
        (BALANCER, OF_SHOP, False),  # of an account without an organization
        (BALANCER, {}, True),  # a classic load balancer, of which AWS does not say that it says whose it is
        (BALANCER, OURS, True),
        (BALANCER, STRANGE, False),
        (DELIVERY, {**OURS, **ACL}, True),
        (DELIVERY, {**STRANGE, **ACL}, False),
        (DELIVERY, ACL, False),
        (Principal.of("logging.s3.amazonaws.com"), OURS, False),
        (Principal.of(f"arn:aws:iam::{OTHER}:role/Shop"), {"aws:PrincipalOrgID": ORGANIZATION}, False),
    ],
)
def test_load_balancers_of_the_organization_write_and_nobody_else(principal, keys, expected):
    assert may(balanced(), principal, "s3:PutObject", LOG, **keys) is expected


def test_their_buckets_are_in_each_region_and_kept():
    template = balanced(archive_after_days=90, noncurrent_days=30)
    buckets = template.resources("aws_s3_bucket").values()
    assert {(one["bucket"], one["provider"]) for one in buckets} == {
        ("acme-logs-lb-eu-west-1", "aws.eu-west-1"),
        ("acme-logs-lb-us-east-1", "aws.us-east-1"),
    }
    assert all(one["lifecycle"]["prevent_destroy"] for one in buckets)
    for one in template.resources("aws_s3_bucket_lifecycle_configuration").values():
        (rule,) = one["rule"]
        assert rule["expiration"] == [{"days": 400}]
        assert rule["noncurrent_version_expiration"] == [{"noncurrent_days": 30}]
        assert rule["transition"] == [{"days": 90, "storage_class": "GLACIER_IR"}]
    for one in template.resources("aws_s3_bucket_server_side_encryption_configuration").values():
        (rule,) = one["rule"]
        assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "AES256"  # AWS takes no other


WRITER = Principal.of("logging.s3.amazonaws.com")
ACCESS = "arn:aws:s3:::acme-access-eu-west-1/data/2026-11-30-x"


@pytest.mark.parametrize(("account", "expected"), [(OWNER, True), (OTHER, False)])
def test_s3_writes_for_buckets_of_the_account_alone(account, expected):
    keys = {"aws:SourceArn": "arn:aws:s3:::data", "aws:SourceAccount": account}
    assert may(accessed(), WRITER, "s3:PutObject", ACCESS, **keys) is expected


def test_a_bucket_with_a_name_that_s3_does_not_take_is_refused():
    with pytest.raises(InvalidValueError, match="bucket_name"):
        synth(
            lambda stack: AccessLogsConstruct(
                stack, "access", bucket_prefix="Acme-", providers=providers(stack), account_id=OWNER
            )
        )
