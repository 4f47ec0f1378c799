"""What is kept from a stack's own pipeline, as its denials name it."""

import pytest

from constructs_lib.ci.boundary import Kept, denials
from constructs_lib.ci.naming import StackNames
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from stacks.rights import _kept_arns

ACCOUNT = "333333333333"
ROLE = Principal.of(f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole")


def kept_of(**buckets):
    content = {"resource": {"aws_s3_bucket": {address: {"bucket": name} for address, name in buckets.items()}}}
    return tuple(_kept_arns(StackNames(content, partition="aws", account_id=ACCOUNT)))


ARCHIVE = {
    "log-archive_Bucket_1": "acme-log-archive-1",
    "log-archive_Config_1": "acme-log-archive-1-config",
    "log-archive_Copies_1": "acme-log-archive-1-copies",
}
STATE = {"state_Bucket_1": "acme", "state-access_1": "acme-access"}


@pytest.mark.row("C5", "E1")
def test_an_archives_buckets_are_one_pattern_and_other_constructs_stand_for_themselves():
    assert kept_of(**ARCHIVE, **STATE) == (
        "arn:aws:s3:::acme-log-archive-1*",
        "arn:aws:s3:::acme",
        "arn:aws:s3:::acme-access",
    )
    assert kept_of(**{"log-archive_Bucket_1": "acme-1", "log-archive_Config_1": "other"}) == (
        "arn:aws:s3:::acme-1",
        "arn:aws:s3:::other",
    )
    assert kept_of(**{"log-archive_Bucket_1": "acme-1", "own_1": "acme-2"}) == ("arn:aws:s3:::acme-1",)


@pytest.mark.row("C5", "E1")
@pytest.mark.parametrize(
    ("resource", "changed"),
    [
        ("acme-log-archive-1", False),
        ("acme-log-archive-1/AWSLogs/x", False),
        ("acme-log-archive-1-copies", False),
        ("acme-log-archive-1-copies/AWSLogs/x", False),
        ("acme", False),
        ("acme/stacks/x", False),
        ("acme-data", True),
        ("acme-data/x", True),
    ],
)
def test_what_is_kept_is_not_changed_and_what_only_begins_alike_is(resource, changed):
    held = Kept(ACCOUNT, "aws", roles=(), arns=kept_of(**ARCHIVE, **STATE), boundary="TerraformBoundary")
    policies = Policies(identity=PolicySet.of(PolicyDocument.of(allow("s3:*", "*"), *denials(held))))

    def may(action):
        return evaluate(Request(ROLE, action, f"arn:aws:s3:::{resource}"), policies).allowed

    assert may("s3:DeleteObject" if "/" in resource else "s3:PutBucketPolicy") is changed
    assert may("s3:GetObject" if "/" in resource else "s3:GetBucketPolicy")
