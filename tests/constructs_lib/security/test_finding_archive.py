import json

import pytest

from constructs_lib import FindingArchiveConstruct, InvalidValueError
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("C5", "C6")

KEEPER, SECURITY, OTHER = "222222222222", "333333333333", "444444444444"
GUARDDUTY = Principal.of("guardduty.amazonaws.com")
ENTRY = f"arn:aws:iam::{KEEPER}:role/OrganizationAccountAccessRole"


def made(**changes):
    arguments = {
        "bucket_name": "acme-findings",
        "account_id": KEEPER,
        "source_account_id": SECURITY,
        "retention_days": 400,
    }
    return synth(lambda stack: FindingArchiveConstruct(stack, "findings", **{**arguments, **changes}))


def of(account):
    return {"aws:SourceAccount": account, "aws:SourceArn": f"arn:aws:guardduty:eu-west-1:{account}:detector/1"}


def key_in_policy():
    (statement,) = (
        each
        for each in made().policy("aws_s3_bucket_policy", "policy")["Statement"]
        if each.get("Sid") == "DenyOtherKeys"
    )
    return statement["Condition"]["StringNotEquals"]["s3:x-amz-server-side-encryption-aws-kms-key-id"]


def test_findings_are_kept_as_long_as_said_in_a_bucket_that_its_own_key_encrypts():
    found = made()
    (encryption,) = found.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    default = encryption["apply_server_side_encryption_by_default"]
    assert default == {"kms_master_key_id": key_in_policy(), "sse_algorithm": "aws:kms"}
    # S3's bucket keys are decrypted by whoever writes, which GuardDuty may not.
    assert encryption["bucket_key_enabled"] is False
    assert (
        found.only("aws_kms_key")["lifecycle"] == found.only("aws_s3_bucket")["lifecycle"] == {"prevent_destroy": True}
    )


@pytest.mark.parametrize(
    ("account", "key", "expected"), [(SECURITY, True, True), (OTHER, True, False), (SECURITY, False, False)]
)
def test_guardduty_writes_for_the_administrators_detectors_alone_and_by_that_key_alone(account, key, expected):
    document = PolicyDocument.from_json(
        json.dumps(made().policy("aws_s3_bucket_policy", "policy")).replace(key_in_policy(), "arn:aws:kms:KEY")
    )
    keys = {
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
        "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:KEY" if key else "arn:aws:kms:OTHER",
        **of(account),
    }
    request = Request(GUARDDUTY, "s3:PutObject", "arn:aws:s3:::acme-findings/AWSLogs/x", KEEPER, "eu-west-1", keys)
    assert evaluate(request, Policies(resource=PolicySet.of(document))).allowed is expected


@pytest.mark.parametrize(
    ("account", "action", "expected"),
    [
        (SECURITY, "kms:GenerateDataKey", True),
        (OTHER, "kms:GenerateDataKey", False),
        (SECURITY, "kms:Decrypt", False),
    ],
)
def test_guardduty_encrypts_for_them_and_never_reads(account, action, expected):
    document = PolicyDocument.from_json(made().only("aws_kms_key")["policy"])
    request = Request(GUARDDUTY, action, "*", KEEPER, "eu-west-1", of(account))
    assert evaluate(request, Policies(resource=PolicySet.of(document))).allowed is expected


@pytest.mark.parametrize(("regions", "expected"), [(["me-south-1"], True), (["af-south-1"], False), ([], False)])
def test_in_a_region_that_aws_keeps_closed_guardduty_is_a_principal_of_its_own(regions, expected):
    found = made(opt_in_regions=regions)
    there = Principal.of("guardduty.me-south-1.amazonaws.com")
    keys = {
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
        "aws:SourceAccount": SECURITY,
        "aws:SourceArn": f"arn:aws:guardduty:me-south-1:{SECURITY}:detector/1",
    }
    key = PolicyDocument.from_json(found.only("aws_kms_key")["policy"])
    request = Request(there, "kms:GenerateDataKey", "*", KEEPER, "eu-west-1", keys)
    assert evaluate(request, Policies(resource=PolicySet.of(key))).allowed is expected
    text = json.dumps(found.policy("aws_s3_bucket_policy", "policy")).replace(key_in_policy(), "arn:aws:kms:KEY")
    bucket = Policies(resource=PolicySet.of(PolicyDocument.from_json(text)))
    for used, allowed in {"arn:aws:kms:KEY": expected, "arn:aws:kms:OTHER": False}.items():
        with_key = {**keys, "s3:x-amz-server-side-encryption-aws-kms-key-id": used}
        write = Request(there, "s3:PutObject", "arn:aws:s3:::acme-findings/x", KEEPER, "eu-west-1", with_key)
        assert evaluate(write, bucket).allowed is allowed


def test_the_administrator_looks_at_the_key_of_another_account_and_at_nothing_else():
    statements = made().policy("aws_kms_key", "policy")["Statement"]
    assert [each["Action"] for each in statements if SECURITY in str(each["Principal"])] == ["kms:DescribeKey"]
    own = made(source_account_id=KEEPER).policy("aws_kms_key", "policy")["Statement"]
    assert "kms:DescribeKey" not in [each["Action"] for each in own]


@pytest.mark.parametrize("action", ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"])
def test_nobody_of_the_account_deletes_a_finding_or_shortens_their_time(action):
    document = PolicyDocument.from_json(made(keeper_arns=[ENTRY]).only("aws_s3_bucket_policy")["policy"])
    resource = "arn:aws:s3:::acme-findings" + ("/x" if "Object" in action else "")
    administrator = Principal.of(f"arn:aws:iam::{KEEPER}:role/Admin")
    everything = PolicySet.of(
        PolicyDocument.from_json('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')
    )
    known = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
    request = Request(administrator, action, resource, KEEPER, "eu-west-1", known)
    assert not evaluate(request, Policies(identity=everything, resource=PolicySet.of(document))).allowed


@pytest.mark.parametrize(
    ("changes", "name"), [({"source_account_id": "1"}, "source_account_id"), ({"bucket_name": "A"}, "bucket_name")]
)
def test_malformed_names_are_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
