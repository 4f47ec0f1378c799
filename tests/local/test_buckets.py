"""Which bucket a killed bootstrap can have left, and which is somebody else's; what replication copies."""

import json

import pytest
from botocore.exceptions import ClientError

from estate.bootstrap.finders import FINDERS, Known, Place

pytestmark = pytest.mark.row("E4")


@pytest.fixture
def place(local):
    return Place(local.session(), local.management_account_id, "aws")


def found(place, bucket):
    (candidate,) = FINDERS["aws_s3_bucket"](place, Known({"bucket": bucket}))
    return candidate.tags


def test_a_bucket_that_is_in_use_is_nobodys_leftover_though_it_has_no_tags(place):
    s3 = place.client("s3")
    for bucket in ("cut-off", "states-of-others", "tagged"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="states-of-others", Key="a.tfstate", Body=b"{}")
    s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": [{"Key": "stack", "Value": "terraform"}]})
    assert found(place, "cut-off") is None
    assert found(place, "states-of-others") == {}
    assert found(place, "tagged") == {"stack": "terraform"}


_TRUST = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture
def replicated(local):
    """A bucket that is replicated into a locked one, and the role that replicates, which may do nothing yet."""
    session = local.session()
    s3, iam = session.client("s3"), session.client("iam")
    for bucket in ("source", "copies"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 10}}}
    s3.put_object_lock_configuration(Bucket="copies", ObjectLockConfiguration=lock)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [_TRUST]})
    role = iam.create_role(RoleName="copies", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": "logs/"},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"Bucket": "arn:aws:s3:::copies", "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:x"}},
    }
    configuration = {"Role": role, "Rules": [rule]}
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=configuration)
    assert s3.get_bucket_replication(Bucket="source")["ReplicationConfiguration"] == configuration
    return s3, iam


def _permit(iam, **changes):
    statements = {
        "LooksAtSources": {
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": "arn:aws:s3:::source",
        },
        "ReadsSources": {"Action": "s3:GetObjectVersion*", "Resource": "arn:aws:s3:::source/*"},
        "WritesCopies": {"Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::copies/*"},
    } | changes
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements.values()]}
    iam.put_role_policy(RoleName="copies", PolicyName="copies", PolicyDocument=json.dumps(policy))


def test_a_copy_is_locked_by_the_default_of_where_it_arrives_and_outlives_the_original(replicated):
    s3, iam = replicated
    _permit(iam)
    for key in ("logs/a", "other/b"):
        s3.put_object(Bucket="source", Key=key, Body=b"1")
    s3.delete_object(Bucket="source", Key="logs/a")
    assert [found["Key"] for found in s3.list_objects_v2(Bucket="copies")["Contents"]] == ["logs/a"]
    copy = s3.head_object(Bucket="copies", Key="logs/a")
    assert copy["ObjectLockMode"] == "COMPLIANCE"
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="copies", Key="logs/a", VersionId=copy["VersionId"])


@pytest.mark.parametrize("missing", ["LooksAtSources", "ReadsSources", "WritesCopies"])
def test_nothing_is_copied_that_the_role_may_not(replicated, missing):
    s3, iam = replicated
    _permit(iam, **{missing: {"Action": "s3:GetBucketTagging", "Resource": "*"}})
    s3.put_object(Bucket="source", Key="logs/a", Body=b"1")
    assert "Contents" not in s3.list_objects_v2(Bucket="copies")
