import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.secure_bucket import ObjectLock, SecureBucketConstruct
from constructs_lib.policies.document import allow
from tests.template import synth


def build(stack, **changes):
    return SecureBucketConstruct(stack, "bucket", **{"bucket_name": "acme-reports", **changes})


def test_a_bucket_is_closed_encrypted_and_versioned_by_default():
    template = synth(build)
    block = template.only("aws_s3_bucket_public_access_block")
    assert all(
        block[name] is True
        for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    )
    (rule,) = template.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}
    assert template.only("aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    assert template.only("aws_s3_bucket_ownership_controls")["rule"] == {"object_ownership": "BucketOwnerEnforced"}
    assert template.only("aws_s3_bucket")["force_destroy"] is False
    assert not template.resources("aws_s3_bucket_object_lock_configuration")
    assert not template.resources("aws_s3_bucket_logging")


def test_plain_http_and_old_tls_are_denied_to_everybody():
    statements = synth(build).policy("aws_s3_bucket_policy", "policy")["Statement"]
    assert [(found["Effect"], found["Principal"], found["Action"]) for found in statements] == [
        ("Deny", "*", "s3:*")
    ] * 2
    assert [found["Condition"] for found in statements] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    ]
    assert statements[0]["Resource"] == ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"]


def test_key_lifecycle_lock_and_access_logs_are_there_when_asked_for():
    reader = allow(
        "s3:GetObject", "arn:aws-us-gov:s3:::acme-reports/*", principals={"AWS": "333333333333"}, sid="Reader"
    )
    template = synth(
        lambda stack: build(
            stack,
            key_arn="arn:aws-us-gov:kms:us-gov-west-1:222222222222:key/k",
            statements=[reader],
            expire_after_days=400,
            archive_after_days=90,
            object_lock=ObjectLock("COMPLIANCE", 365),
            access_log_bucket="acme-access",
            partition="aws-us-gov",
        )
    )
    (encryption,) = template.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert encryption["bucket_key_enabled"] is True
    assert encryption["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"
    (rule,) = template.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["expiration"] == [{"days": 400}]
    assert rule["transition"] == [{"days": 90, "storage_class": "GLACIER_IR"}]
    assert "object_lock_enabled" not in template.only("aws_s3_bucket")  # it would replace a bucket that exists
    (lock_address,) = template.resources("aws_s3_bucket_object_lock_configuration")
    policy = template.only("aws_s3_bucket_policy")
    assert f"aws_s3_bucket_object_lock_configuration.{lock_address}" in policy["depends_on"]  # nobody writes before
    lock = template.only("aws_s3_bucket_object_lock_configuration")["rule"]["default_retention"]
    assert lock == {"mode": "COMPLIANCE", "days": 365}
    logs = template.only("aws_s3_bucket_logging")
    assert (logs["target_bucket"], logs["target_prefix"]) == ("acme-access", "acme-reports/")
    statements = template.policy("aws_s3_bucket_policy", "policy")["Statement"]
    assert statements[-1]["Sid"] == "Reader"
    assert statements[0]["Resource"][0] == "arn:aws-us-gov:s3:::acme-reports"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expire_after_days": 30, "object_lock": ObjectLock("GOVERNANCE", 90)}, "expire_after_days is 30"),
        ({"object_lock": ObjectLock("GOVERNANCE", 0)}, "object_lock.days is 0"),
        ({"expire_after_days": 120, "archive_after_days": 90}, "at most 30"),
    ],
)
def test_times_that_contradict_each_other_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


@pytest.mark.parametrize(
    "name",
    [
        "Acme",
        "a_b",
        "ab",
        "a" * 64,
        "a..b",
        ".ab",
        "ab-",
        "10.0.0.1",
        "xn--acme",
        "sthree-acme",
        "acme-s3alias",
        "acme.mrap",
    ],
)
def test_a_name_that_s3_refuses(name):
    with pytest.raises(InvalidValueError, match="bucket_name is"):
        synth(lambda stack: build(stack, bucket_name=name))
