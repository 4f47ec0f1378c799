import json
import re
from dataclasses import replace

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.trail_queries import TrailQueriesConstruct
from constructs_lib.logging.trail_reader import TrailReaderConstruct
from constructs_lib.logging.trail_table import PARTITIONS, TrailTable
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from estate.rehearsal.sources import Wanted
from tests.template import synth

pytestmark = pytest.mark.row("C5", "E8")

ACCOUNT = "222222222222"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234"
TABLE = TrailTable(
    workgroup="trail-queries",
    database="trail",
    table="events",
    archive_bucket="acme-logs",
    results_bucket="acme-trail-queries",
    key_arn=KEY,
    account_id=ACCOUNT,
    organization_id="o-a1b2c3d4e5",
    region="eu-central-1",
)


@pytest.fixture(scope="module")
def template():
    return synth(
        lambda stack: TrailQueriesConstruct(
            stack, "queries", table=TABLE, regions=["us-east-1", "eu-central-1"], retention_days=400, scan_limit_gib=2
        )
    )


def test_whoever_queries_is_bound_by_the_workgroup(template):
    settings = template.only("aws_athena_workgroup")["configuration"]
    assert settings["enforce_workgroup_configuration"] is True
    assert settings["bytes_scanned_cutoff_per_query"] == 2 * 1024**3
    results = settings["result_configuration"]
    assert results["encryption_configuration"] == {"encryption_option": "SSE_KMS", "kms_key_arn": KEY}
    assert results["expected_bucket_owner"] == ACCOUNT
    assert re.fullmatch(r"s3://\$\{aws_s3_bucket_policy\.\w+\.bucket\}/results/", results["output_location"])


def test_results_are_closed_encrypted_and_gone_after_their_days(template):
    block = template.only("aws_s3_bucket_public_access_block")
    assert all(block[name] for name in ("block_public_acls", "block_public_policy", "restrict_public_buckets"))
    (rule,) = template.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"] == {"kms_master_key_id": KEY, "sse_algorithm": "aws:kms"}
    _, rule = template.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert (rule["filter"], rule["expiration"]) == ([{"prefix": "results/"}], [{"days": 7}])
    assert template.only("aws_s3_bucket")["force_destroy"] is True


@pytest.mark.parametrize(("day", "region"), [("2026/11/01", "eu-central-1"), ("2026/02/28", "us-east-1")])
def test_partitions_lie_where_cloudtrail_delivers(template, day, region):
    table = template.only("aws_glue_catalog_table")
    assert [key["name"] for key in table["partition_keys"]] == list(PARTITIONS) == ["account", "region", "timestamp"]
    said = table["parameters"]
    assert said["projection.region.values"] == "eu-central-1,us-east-1"
    assert said["projection.timestamp.range"] == "NOW-400DAYS,NOW"
    place = said["storage.location.template"].replace("$${", "${")
    for name, value in {"account": ACCOUNT, "region": region, "timestamp": day}.items():
        place = place.replace(f"${{{name}}}", value)
    assert place == f"s3://acme-logs/AWSLogs/o-a1b2c3d4e5/{ACCOUNT}/CloudTrail/{region}/{day}"
    # As `estate rehearse` knows the place of a day's files.
    first = day.replace("/", "-")
    assert Wanted(frozenset({ACCOUNT}), since=first).takes(f"{place}/x.json.gz")
    assert not Wanted(frozenset({ACCOUNT}), since="2026-12-01").takes(f"{place}/x.json.gz")


MAY = [
    ("athena:StartQueryExecution", "arn:aws:athena:eu-central-1:222222222222:workgroup/trail-queries"),
    ("athena:GetQueryExecution", "arn:aws:athena:eu-central-1:222222222222:workgroup/trail-queries"),
    ("athena:GetQueryResults", "arn:aws:athena:eu-central-1:222222222222:workgroup/trail-queries"),
    ("glue:GetTable", "arn:aws:glue:eu-central-1:222222222222:catalog"),
    ("glue:GetTable", "arn:aws:glue:eu-central-1:222222222222:database/trail"),
    ("glue:GetTable", "arn:aws:glue:eu-central-1:222222222222:table/trail/events"),
    ("s3:GetBucketLocation", "arn:aws:s3:::acme-trail-queries"),
    ("s3:GetObject", "arn:aws:s3:::acme-logs/AWSLogs/o-a1b2c3d4e5/111111111111/CloudTrail/x.json.gz"),
    ("s3:GetObject", "arn:aws:s3:::acme-trail-queries/results/1.csv"),
    ("s3:ListBucket", "arn:aws:s3:::acme-logs"),
    ("s3:PutObject", "arn:aws:s3:::acme-trail-queries/results/1.csv"),
    ("kms:Decrypt", KEY),
    ("kms:GenerateDataKey", KEY),
]
MAY_NOT = [
    ("athena:StartQueryExecution", "arn:aws:athena:eu-central-1:222222222222:workgroup/primary"),
    ("athena:UpdateWorkGroup", "arn:aws:athena:eu-central-1:222222222222:workgroup/trail-queries"),
    ("glue:GetTable", "arn:aws:glue:eu-central-1:222222222222:table/trail/others"),
    ("glue:UpdateTable", "arn:aws:glue:eu-central-1:222222222222:table/trail/events"),
    ("s3:GetObject", "arn:aws:s3:::acme-logs/AWSLogs/111111111111/vpcflowlogs/x.log.gz"),
    ("s3:GetObject", "arn:aws:s3:::acme-logs-config/AWSLogs/o-a1b2c3d4e5/x.json.gz"),
    ("s3:DeleteObject", "arn:aws:s3:::acme-trail-queries/results/1.csv"),
    ("s3:PutObject", "arn:aws:s3:::acme-logs/AWSLogs/o-a1b2c3d4e5/x.json.gz"),
    ("kms:ScheduleKeyDeletion", KEY),
]


@pytest.fixture(scope="module")
def reader():
    template = synth(lambda stack: TrailReaderConstruct(stack, "reader", name="TrailQueries", table=TABLE))
    return PolicyDocument.from_json(json.dumps(template.policy("aws_iam_policy", "policy")))


_BY_IAM = PolicyDocument.of(allow("kms:*", "*", principals={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))


def _allowed(document, action, resource, **keys):
    principal = Principal.of(f"arn:aws:iam::{ACCOUNT}:role/Reader")
    request = Request(principal, action, resource, ACCOUNT, "eu-central-1", keys)
    policies = Policies(
        identity=PolicySet((Policy("TrailQueries", document),)),
        resource=PolicySet((Policy("key", _BY_IAM),)) if action.startswith("kms:") else None,
    )
    return evaluate(request, policies).allowed


@pytest.mark.parametrize(
    ("action", "resource", "expected"), [*((*each, True) for each in MAY), *((*each, False) for each in MAY_NOT)]
)
def test_what_a_reader_may_do(reader, action, resource, expected):
    keys = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"} if action.startswith("kms:") else {}
    assert _allowed(reader, action, resource, **keys) is expected


def test_a_reader_uses_the_key_through_s3_alone(reader):
    assert not _allowed(reader, "kms:Decrypt", KEY)


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"database": "my-trail"}, "database"), ({"table": "Events"}, "table"), ({"workgroup": "a b"}, "workgroup")],
)
def test_names_that_athena_does_not_take_are_refused(changed, message):
    with pytest.raises(InvalidValueError, match=message):
        replace(TABLE, **changed)
