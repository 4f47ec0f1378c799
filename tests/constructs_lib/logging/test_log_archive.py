import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.log_archive import LogArchiveConstruct
from constructs_lib.logging.secure_bucket import ObjectLock
from tests.template import synth

ARCHIVE = {
    "bucket_name": "acme-logs",
    "account_id": "222222222222",
    "organization_id": "o-a1b2c3d4e5",
    "management_account_id": "111111111111",
    "trail_name": "organization",
    "trail_region": "eu-central-1",
}
TRAIL = "arn:aws:cloudtrail:eu-central-1:111111111111:trail/organization"


def build(stack, **changes):
    return LogArchiveConstruct(stack, "archive", **{**ARCHIVE, **changes})


BUCKETS = ("AccessLogs", "Bucket", "Config")


def statements(template, bucket="Bucket"):
    policies = template.resources("aws_s3_bucket_policy")
    (policy,) = (json.loads(found["policy"]) for name, found in policies.items() if f"_{bucket}_" in name)
    return {found["Sid"]: found for found in policy["Statement"]}


@pytest.mark.row("C5", "D6")
def test_only_the_organizations_own_trail_may_write():
    found = statements(synth(build))
    assert found["TrailLooks"]["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert found["TrailWrites"]["Condition"]["StringEquals"] == {
        "aws:SourceArn": TRAIL,
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    assert found["TrailWrites"]["Resource"] == [
        "arn:aws:s3:::acme-logs/AWSLogs/111111111111/*",
        "arn:aws:s3:::acme-logs/AWSLogs/o-a1b2c3d4e5/*",
    ]


@pytest.mark.row("C5")
@pytest.mark.parametrize("bucket", ["Bucket", "Config"])
def test_every_grant_is_to_a_service_on_behalf_of_the_organization(bucket):
    found = {sid: each for sid, each in statements(synth(build), bucket).items() if each["Effect"] == "Allow"}
    found.pop("RecordersLook", None)
    allowed = list(found.values())
    assert allowed
    for found in allowed:
        assert set(found["Principal"]) == {"Service"}
        equals = found["Condition"]["StringEquals"]
        assert equals.get("aws:SourceArn") == TRAIL or equals.get("aws:SourceOrgID") == "o-a1b2c3d4e5"


@pytest.mark.row("C6")
def test_config_delivers_to_a_bucket_of_its_own_that_is_not_locked():
    template = synth(lambda stack: build(stack, object_lock=ObjectLock("GOVERNANCE", 2557)))
    (lock,) = template.resources("aws_s3_bucket_object_lock_configuration")
    assert lock.startswith("archive_Bucket_")
    written = {bucket: statements(template, bucket)["ServicesWrite"] for bucket in ("Bucket", "Config")}
    assert {bucket: found["Principal"]["Service"] for bucket, found in written.items()} == {
        "Bucket": "delivery.logs.amazonaws.com",
        "Config": "config.amazonaws.com",
    }
    assert written["Config"]["Resource"] == "arn:aws:s3:::acme-logs-config/AWSLogs/*/Config/*"


@pytest.mark.row("C5")
@pytest.mark.parametrize("bucket", BUCKETS)
def test_only_keepers_change_policies_and_settings(bucket):
    keeper = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
    found = statements(synth(lambda stack: build(stack, keeper_arns=[keeper])), bucket)["DenyAdministration"]
    assert found["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": keeper}}
    assert {"s3:DeleteBucketPolicy", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"} < set(found["Action"])
    assert "DenyAdministration" not in statements(synth(build), bucket)


@pytest.mark.row("C5")
@pytest.mark.parametrize("bucket", ["Bucket", "Config"])
def test_other_accounts_change_nothing_and_nobody_deletes(bucket):
    found = statements(synth(build), bucket)
    assert found["DenyChangesFromOtherAccounts"]["Condition"]["StringNotEquals"] == {
        "aws:PrincipalAccount": "222222222222"
    }
    assert found["DenyDeletion"]["Principal"] == "*"
    assert "Condition" not in found["DenyDeletion"]
    admin = "arn:aws:iam::222222222222:role/BreakGlass"
    found = statements(synth(lambda stack: build(stack, administrator_arns=[admin])), bucket)
    assert found["DenyDeletion"]["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": admin}}


def test_key_may_be_used_by_the_trail_and_services_only():
    policy = json.loads(synth(build).only("aws_kms_key")["policy"])
    found = {statement["Sid"]: statement for statement in policy["Statement"]}
    services = {"ConfigEncrypts", "DeliveryEncrypts"}
    assert set(found) == {"OwnAccountByItsIamPolicies", "TrailEncrypts", "TrailUsesBucketKey", *services}
    assert found["TrailEncrypts"]["Condition"]["StringEquals"] == {"aws:SourceArn": TRAIL}
    assert found["TrailEncrypts"]["Condition"]["StringLike"] == {
        "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111111111111:trail/*"
    }


def test_delivery_of_logs_uses_the_key_as_aws_lists_it_and_config_less():
    """AWS's page on logs sent to S3 lists five actions, its page on Config's key two."""
    keys = json.loads(synth(build).only("aws_kms_key")["policy"])["Statement"]
    found = {each["Sid"]: each for each in keys}
    delivery, config = found["DeliveryEncrypts"], found["ConfigEncrypts"]
    listed = {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"}
    assert set(delivery["Action"]) == listed
    assert set(config["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    for each in (delivery, config):
        assert each["Condition"] == {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}}


def test_recorders_of_the_organization_find_the_bucket_and_nothing_else():
    found = statements(synth(build), "Config")["RecordersLook"]
    assert (found["Action"], found["Resource"]) == ("s3:ListBucket", "arn:aws:s3:::acme-logs-config")
    role = "arn:aws:iam::*:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    assert found["Condition"] == {
        "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        "ArnLike": {"aws:PrincipalArn": role},
    }
    assert "RecordersLook" not in statements(synth(build), "Bucket")


def test_readers_may_read_and_decrypt():
    reader = "arn:aws:iam::444444444444:role/siem"
    template = synth(lambda stack: build(stack, reader_arns=[reader]))
    for bucket in ("Bucket", "Config"):
        assert statements(template, bucket)["ReadersRead"]["Principal"] == {"AWS": reader}
    key = json.loads(template.only("aws_kms_key")["policy"])["Statement"][-1]
    assert (key["Action"], key["Principal"]) == ("kms:Decrypt", {"AWS": reader})


@pytest.mark.row("C5")
def test_who_makes_the_trail_in_another_account_looks_at_the_key_and_no_more():
    template = synth(lambda stack: build(stack, trail_account_id="444444444444"))
    keys = json.loads(template.only("aws_kms_key")["policy"])["Statement"]
    buckets = template.resources("aws_s3_bucket_policy").values()
    named = [each for each in keys if "444444444444" in json.dumps(each)]
    assert [(each["Action"], each["Principal"]) for each in named] == [
        ("kms:DescribeKey", {"AWS": "arn:aws:iam::444444444444:root"})
    ]
    assert "444444444444" not in "".join(each["policy"] for each in buckets)


def test_access_logs_go_to_a_bucket_of_their_own():
    template = synth(build)
    names = {found["bucket"] for found in template.resources("aws_s3_bucket").values()}
    assert names == {"acme-logs", "acme-logs-access", "acme-logs-config"}
    prefixes = {found["target_prefix"] for found in template.resources("aws_s3_bucket_logging").values()}
    assert prefixes == {"acme-logs/", "acme-logs-config/"}
    arrive = statements(template, "AccessLogs")
    assert arrive["AccessLogsArrive"]["Condition"]["ArnLike"] == {
        "aws:SourceArn": ["arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs-config"]
    }
    assert arrive["DenyDeletion"]["Principal"] == "*"


def test_lock_and_partition_reach_the_bucket():
    template = synth(
        lambda stack: build(stack, object_lock=ObjectLock("GOVERNANCE", 30), partition="aws-us-gov", force_destroy=True)
    )
    assert template.only("aws_s3_bucket_object_lock_configuration")["rule"]["default_retention"]["days"] == 30
    assert "arn:aws:" not in json.dumps(template.json)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"account_id": "2222"}, "account_id is '2222'"),
        ({"management_account_id": "x"}, "management_account_id is 'x'"),
        ({"organization_id": "acme"}, "organization_id is 'acme'"),
        ({"trail_account_id": "44"}, "trail_account_id is '44'"),
        ({"retention_days": 100}, "archive_after_days is 90"),
    ],
)
def test_malformed_ids_and_times_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


@pytest.mark.row("C5")
def test_terraform_refuses_to_destroy_buckets_and_key_unless_told():
    def protections(template):
        kinds = ("aws_s3_bucket", "aws_kms_key")
        return [found.get("lifecycle") for kind in kinds for found in template.resources(kind).values()]

    assert protections(synth(build)) == [{"prevent_destroy": True}] * 4
    assert protections(synth(lambda stack: build(stack, force_destroy=True))) == [None] * 4


LOCK = ObjectLock("COMPLIANCE", 2557)


@pytest.mark.row("C5")
def test_copies_of_what_cannot_be_locked_are_locked_as_the_archive_is():
    keeper = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole"
    template = synth(lambda stack: build(stack, object_lock=LOCK, locked_copies=True, keeper_arns=[keeper]))
    locks = template.resources("aws_s3_bucket_object_lock_configuration")
    assert [found["rule"]["default_retention"] for found in locks.values()] == [
        {"mode": "COMPLIANCE", "days": 2557}
    ] * 2
    copies, archive = statements(template, "Copies"), statements(template)
    for sid in ("DenyAdministration", "DenyChangesFromOtherAccounts", "DenyDeletion", "DenyPlainHttp"):
        assert copies[sid] == json.loads(json.dumps(archive[sid]).replace("acme-logs", "acme-logs-copies"))
    assert not [found for found in copies.values() if found["Effect"] == "Allow"]
    bucket = next(found for name, found in template.resources("aws_s3_bucket").items() if "_Copies_" in name)
    assert (bucket["bucket"], bucket["lifecycle"]) == ("acme-logs-copies", {"prevent_destroy": True})
    # The log of a copied log would be copied, and logged again.
    assert len(template.resources("aws_s3_bucket_logging")) == 2


@pytest.mark.row("C5")
def test_all_that_arrives_is_copied_and_what_is_deleted_stays_in_the_copies():
    template = synth(lambda stack: build(stack, object_lock=LOCK, locked_copies=True))
    found = {
        name.split("_")[2]: each for name, each in template.resources("aws_s3_bucket_replication_configuration").items()
    }
    assert set(found) == {"AccessLogs", "Config"}
    for each in found.values():
        (rule,) = each["rule"]
        assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
        assert rule["delete_marker_replication"] == {"status": "Disabled"}
        # The lock stands before the first copy arrives.
        assert any("_Copies_Policy_" in address for address in each["depends_on"])
    assert "source_selection_criteria" not in found["AccessLogs"]["rule"][0]
    assert found["Config"]["rule"][0]["source_selection_criteria"] == {
        "sse_kms_encrypted_objects": {"status": "Enabled"}
    }


@pytest.mark.row("C5", "C12")
def test_whoever_copies_reads_two_buckets_writes_copies_and_deletes_nothing():
    template = synth(lambda stack: build(stack, object_lock=LOCK, locked_copies=True))
    trust = json.loads(template.only("aws_iam_role")["assume_role_policy"])["Statement"]
    assert trust == [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    allowed = json.loads(template.only("aws_iam_role_policy")["policy"])["Statement"]
    actions = {
        action
        for found in allowed
        for action in ([found["Action"]] if isinstance(found["Action"], str) else found["Action"])
    }
    assert actions == {
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:ReplicateObject",
        "s3:ReplicateTags",
    }
    assert "*" not in [found["Resource"] for found in allowed]
    assert all("Condition" in found for found in allowed if "kms" in str(found["Action"]))


def test_copies_without_a_lock_are_refused():
    with pytest.raises(InvalidValueError, match="locked_copies is True; expected `object_lock`"):
        synth(lambda stack: build(stack, locked_copies=True))
