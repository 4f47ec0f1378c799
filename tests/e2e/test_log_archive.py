"""A log archive that moves out of the security account: nothing of the old one is lost, and all logs go to the new one."""

import pytest
import yaml
from botocore.exceptions import ClientError

from estate.local import running_local_aws
from tests.small import Small

pytestmark = [pytest.mark.e2e, pytest.mark.row("C5")]

_REGION = "eu-central-1"
_ORGANIZATION = {
    "trusted_services": ["ram.amazonaws.com", "cloudtrail.amazonaws.com", "config.amazonaws.com"],
    "delegated_administrators": {"cloudtrail.amazonaws.com": "security"},
    "logging": {"locked_copies": True},
    "state": {"backend": "local"},
    "ci": None,
    "roles": {},
}
_SECURITY = {"name": "Security", "purpose": "security", "ou": "infrastructure", "settings": {"config_recorder": {}}}
_LOGS = {"name": "Logs", "purpose": "log-archive", "ou": "infrastructure", "settings": {"config_recorder": {}}}


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """The organization, and what its first archive was called, after the archive has moved."""
    with running_local_aws() as local:
        directory = tmp_path_factory.mktemp("archive")
        found = Small.write(directory, local, more=_ORGANIZATION, security=_SECURITY, terraform=None, shop=None)
        found.estate("bootstrap", "--yes")
        before = f"small-log-archive-{found.organization.accounts['security'].id}"
        assert trail(found)["S3BucketName"] == before
        (found.config / "accounts/logs.yaml").write_text(yaml.safe_dump(_LOGS))
        stopped = found.estate("bootstrap", "--yes", code=1)
        (found.config / "approvals.yaml").write_text(_as_printed(stopped))
        found.estate("bootstrap", "--yes")
        yield found, before


def _as_printed(stopped):
    """What the guard printed to be copied, filled in: that Terraform forgets the old archive is approved."""
    text = stopped[stopped.index("approvals:") : stopped.index("The guard stopped these plans")]
    return text.replace("<the last day, such as 2026-12-31>", "2999-12-31").replace("<why>", "The archive moves.")


def session(small, slug):
    return small.local.session(small.organization.accounts[slug].id, region=_REGION)


def trail(small):
    (found,) = session(small, "security").client("cloudtrail").describe_trails()["trailList"]
    return found


def test_the_trail_and_recorders_deliver_to_the_new_one(moved):
    small, _ = moved
    bucket = f"small-log-archive-{small.organization.accounts['logs'].id}"
    found = trail(small)
    assert found["S3BucketName"] == bucket
    key = session(small, "logs").client("kms").describe_key(KeyId=f"alias/{bucket}")["KeyMetadata"]
    assert found["KmsKeyId"] == key["Arn"]
    for slug in ("security", "logs"):
        (channel,) = session(small, slug).client("config").describe_delivery_channels()["DeliveryChannels"]
        assert channel["s3BucketName"] == f"{bucket}-config"


def test_the_old_one_is_there_as_it_was_and_nobody_plans_anything(moved):
    small, before = moved
    s3 = session(small, "security").client("s3")
    for bucket in (before, f"{before}-access", f"{before}-config", f"{before}-copies"):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    for bucket in (before, f"{before}-copies"):
        assert s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert {slug: small.stack(slug).plan() for slug in ("security", "logs")} == {"security": False, "logs": False}


def test_the_security_account_looks_at_the_key_and_touches_nothing(moved):
    small, _ = moved
    bucket = trail(small)["S3BucketName"]
    kms, s3 = session(small, "security").client("kms"), session(small, "security").client("s3")
    key = trail(small)["KmsKeyId"]
    for attempt in (
        lambda: s3.put_object(Bucket=bucket, Key="AWSLogs/forged", Body=b"{}"),
        lambda: s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": []}),
        lambda: s3.delete_bucket_policy(Bucket=bucket),
        lambda: kms.schedule_key_deletion(KeyId=key),
        lambda: kms.put_key_policy(KeyId=key, Policy="{}", PolicyName="default"),
        lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
    ):
        with pytest.raises(ClientError, match=r"AccessDenied|403"):
            attempt()


@pytest.mark.parametrize("suffix", ["-access", "-config"])
def test_what_arrives_in_a_bucket_that_cannot_be_locked_has_a_copy_that_is(moved, suffix):
    small, _ = moved
    s3, archive = session(small, "logs").client("s3"), trail(small)["S3BucketName"]
    key = f"AWSLogs/arrived{suffix}"
    s3.put_object(Bucket=f"{archive}{suffix}", Key=key, Body=b"{}")
    copy = s3.head_object(Bucket=f"{archive}-copies", Key=key)
    assert copy["ObjectLockMode"] == "GOVERNANCE"
    assert copy["ServerSideEncryption"] == ("aws:kms" if suffix == "-config" else "AES256")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(
            Bucket=f"{archive}-copies", Key=key, VersionId=copy["VersionId"], BypassGovernanceRetention=True
        )
