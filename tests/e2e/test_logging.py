"""The audit trail, its archive, and the alerts, looked at in the deployed organization."""

import contextlib
import json

import pytest
from botocore.exceptions import ClientError

from estate.pipeline.local import execution_session

pytestmark = pytest.mark.e2e


@pytest.fixture
def security(demo):
    account = demo.organization.accounts["security"]
    return demo.local.session(account.id)


@pytest.fixture
def bucket(demo):
    return f"example-log-archive-{demo.organization.accounts['security'].id}"


@pytest.fixture
def workload(demo):
    """A workload account, as Terraform works in it."""
    return execution_session(demo.local, demo.organization, "production")


@pytest.mark.row("C5", "D6")
def test_one_trail_over_all_accounts_and_regions(demo, security, bucket):
    cloudtrail = security.client("cloudtrail", region_name=demo.organization.home_region)
    (trail,) = [found for found in cloudtrail.describe_trails()["trailList"] if found["Name"] == "organization"]
    assert trail["IsOrganizationTrail"] is True
    assert trail["IsMultiRegionTrail"] is True
    assert trail["LogFileValidationEnabled"] is True
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["S3BucketName"] == bucket
    kms = security.client("kms", region_name=demo.organization.home_region)
    assert kms.describe_key(KeyId=trail["KmsKeyId"])["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    assert cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"] is True


@pytest.mark.row("C5")
def test_the_archive_is_closed_encrypted_and_locked(demo, security, bucket):
    s3 = security.client("s3", region_name=demo.organization.home_region)
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    kept = lock["Rule"]["DefaultRetention"]
    assert (kept["Mode"], kept["Days"]) == ("GOVERNANCE", 2557)
    for name in (bucket, f"{bucket}-config"):
        assert s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]["TargetBucket"] == f"{bucket}-access"


@pytest.mark.row("C5", "B6")
def test_no_workload_account_tampers_with_it(demo, workload, bucket):
    region = demo.organization.home_region
    security, management = (demo.organization.accounts[name].id for name in ("security", "management"))
    s3, cloudtrail = workload.client("s3", region_name=region), workload.client("cloudtrail", region_name=region)
    mine = f"AWSLogs/{demo.organization.lock.organization_id}/{security}/CloudTrail/forged.json.gz"
    for attempt in (
        lambda: s3.put_object(Bucket=bucket, Key=mine, Body=b"{}"),
        lambda: s3.delete_object(Bucket=bucket, Key=mine),
        lambda: s3.put_bucket_policy(Bucket=bucket, Policy="{}"),
        lambda: s3.delete_bucket_policy(Bucket=bucket),
        lambda: s3.delete_bucket(Bucket=bucket),
        lambda: s3.get_object(Bucket=bucket, Key=mine),
    ):
        with pytest.raises(ClientError, match=r"AccessDenied|403"):
            attempt()
    for owner in (management, security):
        for attempt in (cloudtrail.stop_logging, cloudtrail.delete_trail):
            with contextlib.suppress(ClientError):  # refused or without effect: what counts is that it still logs
                attempt(Name=f"arn:aws:cloudtrail:{region}:{owner}:trail/organization")
    trails = demo.local.session(security).client("cloudtrail", region_name=region)
    (trail,) = trails.describe_trails()["trailList"]
    assert trails.get_trail_status(Name=trail["TrailARN"])["IsLogging"] is True


@pytest.mark.row("B6")
def test_remarkable_activity_is_sent_to_the_security_account_and_mailed(demo, security):
    home = demo.organization.home_region
    patterns = {"break-glass-use", "execution-outside-ci", "root-use"}
    names = {f"activity-alerts-{pattern}" for pattern in patterns}
    owner = demo.organization.accounts["security"].id
    bus = f"arn:aws:events:{home}:{owner}:event-bus/activity-alerts"
    for account in demo.organization.accounts.values():
        for region in demo.organization.governed_regions:
            events = demo.local.session(account.id).client("events", region_name=region)
            rules = {rule["Name"] for rule in events.list_rules(NamePrefix="activity-alerts-")["Rules"]}
            assert rules == names, (account.slug, region)
            for name in names:
                assert [target["Arn"] for target in events.list_targets_by_rule(Rule=name)["Targets"]] == [bus]
    events = security.client("events", region_name=home)
    policy = json.loads(events.describe_event_bus(Name="activity-alerts")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Condition"]["StringEquals"] == {"aws:PrincipalOrgID": demo.organization.lock.organization_id}
    sns = security.client("sns", region_name=home)
    topic = f"arn:aws:sns:{home}:{owner}:activity-alerts"
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "security@example.com")
    for name in names:
        targets = events.list_targets_by_rule(Rule=name, EventBusName="activity-alerts")["Targets"]
        assert [target["Arn"] for target in targets] == [topic]
