"""Where records come from: directory, bucket and Athena say the same, and read what matters alone."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import duckdb
import pytest
import sqlglot

from config import load
from config.controls import Chains
from constructs_lib.logging.trail_table import COLUMNS, PARTITIONS
from estate.local import running_local_aws
from estate.rehearsal.athena import Table, shapes, sql
from estate.rehearsal.bucket import Bucket, Keys
from estate.rehearsal.changed import unneeded
from estate.rehearsal.condense import condense
from estate.rehearsal.opening import condensed
from estate.rehearsal.sources import Directory, TrailError, Wanted
from tests.estate.rehearsal.records import DENY, OTHER, WORK, event, mixed, policy, write

pytestmark = pytest.mark.row("E8")
MANAGEMENT = "111111111111"
BOTH = frozenset({WORK, OTHER})
BESIDE = ("CloudTrail-Digest", "Config", "vpcflowlogs")


def _place(account, day, name="a"):
    return f"AWSLogs/o-1/{account}/CloudTrail/eu-central-1/{day.replace('-', '/')}/{name}.json.gz"


def _archive(path):
    """Two accounts, two days, and what else lies in an archive."""
    for account in sorted(BOTH):
        for day in ("2026-10-31", "2026-11-01"):
            record = event("RunInstances", account=account, eventTime=f"{day}T23:59:00Z", eventID=f"{account}-{day}")
            late = event("StopInstances", account=account, eventTime="2026-10-31T23:59:59Z", eventID=f"{account}-late")
            write(path, [record, late] if day == "2026-11-01" else [record], _place(account, day))
    for beside in BESIDE:
        write(path, None, f"AWSLogs/o-1/{WORK}/{beside}/eu-central-1/2026/11/01/x.json.gz")
    write(path, [event("TerminateInstances", eventTime="2026-11-02T00:00:00Z")], "exported/by-hand.json.gz")
    return path


WANTED = [
    # which accounts are left out, since when → files that are read, of the layout's; calls that count
    (frozenset(), "", 4, 7),
    (frozenset(), "2026-11-01", 2, 3),
    (frozenset({OTHER}), "", 2, 4),
    (frozenset({OTHER}), "2026-11-01", 1, 2),
]
BY_HAND = 1


@pytest.mark.parametrize(("without", "since", "files", "calls"), WANTED)
def test_a_directory_is_read_as_far_as_it_matters(tmp_path, without, since, files, calls):
    wanted = Wanted(BOTH, without, since)
    source = Directory(_archive(tmp_path))
    assert len(list(source.files(wanted))) == files + len(BESIDE) + BY_HAND
    assert sum(each.count for each in condense(source, wanted).values()) == calls


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The archive in a bucket of the local AWS."""
    path = _archive(tmp_path_factory.mktemp("archive"))
    with running_local_aws() as local:
        session = local.session()
        client = session.client("s3")
        client.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        for file in path.rglob("*.json.gz"):
            client.upload_file(str(file), "archive", f"logs/{file.relative_to(path).as_posix()}")
        yield path, local


@pytest.fixture
def bucket(stored, monkeypatch):
    local = stored[1]
    given = local.session().get_credentials().get_frozen_credentials()
    monkeypatch.setenv("AWS_ENDPOINT_URL", local.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", given.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", given.secret_key)
    return Bucket("archive", "logs/", Keys(given.access_key, given.secret_key, given.token, "eu-central-1"))


@pytest.mark.parametrize(("without", "since", "files", "calls"), WANTED)
def test_a_bucket_is_read_as_far_as_it_matters(bucket, without, since, files, calls):
    wanted = Wanted(BOTH, without, since)
    assert len(list(bucket.files(wanted))) == files + BY_HAND
    assert sum(each.count for each in condense(bucket, wanted).values()) == calls


@pytest.mark.parametrize(
    ("prefix", "files"),
    [
        (f"logs/AWSLogs/o-1/{WORK}/", 1),
        (f"logs/AWSLogs/o-1/{WORK}/CloudTrail/", 1),
        (f"logs/AWSLogs/o-1/{WORK}/CloudTrail/eu-central-1/", 1),
        (f"logs/AWSLogs/o-1/{WORK}/CloudTrail/eu-central-1/2026/", 1),
        (f"logs/AWSLogs/o-1/{WORK}/CloudTrail/eu-central-1/2026/10/", 0),
        ("logs/exported/", 1),
    ],
)
def test_a_prefix_at_any_depth(bucket, prefix, files):
    assert len(list(replace(bucket, prefix=prefix).files(Wanted(BOTH, since="2026-11-01")))) == files


def test_a_bucket_says_what_the_directory_says(stored, bucket, monkeypatch):
    monkeypatch.setattr("estate.rehearsal.condense._TASK_FILES", 1)
    for since in ("", "2026-11-01"):
        wanted = Wanted(BOTH, since=since)
        assert condense(bucket, wanted) == condense(Directory(stored[0]), wanted)


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there(directory):
    organization = load(directory)
    with pytest.raises(TrailError, match=r"s3://archives-no/logs/ cannot be listed: .*NoSuchBucket"):
        condensed("s3://archives-no/logs", Wanted(BOTH), organization, "")
    with pytest.raises(TrailError, match="expected a directory with CloudTrail's files, s3://"):
        condensed("s3:/archive", Wanted(BOTH), organization, "")


def test_the_command_reads_a_bucket(stored, directory, tmp_path):
    local = stored[1]
    base = tmp_path / "base"
    subprocess.run(["cp", "-r", str(directory), str(base)], check=True)
    policy(directory, DENY % ("ec2:RunInstances", "*"))
    keys = local.session().get_credentials().get_frozen_credentials()
    environment = {
        **os.environ, "ESTATE_CONFIG": str(directory), "AWS_ENDPOINT_URL": local.endpoint, "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key, "AWS_SESSION_TOKEN": keys.token or "",
    }  # fmt: skip
    asked = [sys.executable, "-m", "estate", "rehearse", str(base), "--trail", "s3://archive/logs", "--json"]
    finished = subprocess.run(
        [*asked, "--since", "2026-11-01"], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 3, finished.stderr
    assert [each["calls"] for each in json.loads(finished.stdout)["newly_denied"]] == [1, 1]
    finished = subprocess.run(
        [*asked, "--since", "November"], env=environment, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "--since is 'November'; expected a day, such as 2026-11-01." in " ".join(finished.stderr.split())


UNNEEDED = [
    # a new policy: its type, where it is attached → whose logs need not be read
    ("service_control_policy", "account:workload-0000", {OTHER, MANAGEMENT}),
    ("service_control_policy", "ou:workloads", {MANAGEMENT}),
    ("service_control_policy", "ou:security", {WORK, OTHER, MANAGEMENT}),
    ("resource_control_policy", "account:workload-0000", set()),
]


@pytest.mark.parametrize(("type_", "target", "expected"), UNNEEDED)
def test_whose_logs_need_not_be_read(directory, type_, target, expected):
    file = directory / "organization.yaml"
    file.write_text(f"{file.read_text()}policy_types: [service_control_policy, resource_control_policy]\n")
    before = load(directory)
    statement = "{effect: Deny, sid: No, actions: s3:PutObject, resources: '*'%s}" % (
        ", principals: '*'" if type_.startswith("resource") else ""
    )
    text = f'type: {type_}\ntargets: ["{target}"]\nstatements:\n  - {statement}\n'
    (directory / "policies" / "new.yaml").write_text(text)
    after = load(directory, prove_access=False)
    assert unneeded(Chains(before), Chains(after)) == expected
    assert unneeded(Chains(before), Chains(before)) == BOTH | {MANAGEMENT}


def _columns(value):
    """A record as CloudTrail's SerDe reads it: names in lower case, and no more than the columns."""
    if isinstance(value, dict):
        return {key.lower(): _columns(each) for key, each in value.items()}
    return [_columns(each) for each in value] if isinstance(value, list) else value


def _asked_of_duckdb(records, wanted, path):
    """What Athena's SQL gives, by another engine, in whose dialect sqlglot writes it."""
    columns = {name: sqlglot.exp.DataType.build(type_, dialect="hive").sql("duckdb") for name, type_ in COLUMNS.items()}
    parts = dict.fromkeys(PARTITIONS, "VARCHAR")
    rows = [
        _columns(record)
        | {"account": record["recipientAccountId"], "region": "eu-central-1"}
        | {"timestamp": record["eventTime"][:10].replace("-", "/")}
        for record in records
    ]
    file = path / "rows.json"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    engine = duckdb.connect(config={"autoinstall_known_extensions": False})
    engine.execute(
        "CREATE TABLE t AS SELECT * FROM read_json($1, columns = $2, format = 'newline_delimited')",
        [str(file), columns | parts],
    )
    (text,) = sqlglot.transpile(sql("t", wanted), read="athena", write="duckdb")

    def said(value):
        """As Athena's answers have it."""
        return str(value).lower() if isinstance(value, bool) else value and str(value)

    return shapes([said(value) for value in row] for row in engine.execute(text).fetchall())


def _odd_records():
    """What a reading could take in two ways: nothing there, nothing said, services, copies, several resources."""
    theirs = event("AssumeRole", "sts", sharedEventID="x", eventID="owner", recipientAccountId=OTHER)
    some = [
        event("AssumeRole", "sts", sharedEventID="x", eventID="caller"),
        theirs,
        theirs | {"userIdentity": {"type": "AWSAccount", "accountId": "999988887777"}, "eventID": "of-strangers"},
        theirs | {"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}, "eventID": "of-services"},
        theirs | {"sharedEventID": None, "eventID": "no-copy"},
        event("RunInstances", errorCode="", eventID="no-error"),
        event("RunInstances", errorCode="AccessDenied", errorMessage="no", eventID="error"),
        event("RunInstances", eventType="AwsServiceEvent", eventID="service"),
        event("RunInstances", eventCategory=None, eventID="no-category"),
        event("RunInstances", awsRegion=None, sourceIPAddress=None, eventID="nowhere"),
        event("GetObject", "s3", eventCategory="Data", resources=[{"ARN": "arn:aws:s3:::a b/c", "accountId": WORK}, {"type": "x"}]),
        event("GetObject", "s3", resources=[]),
        event("GetObject", "s3", resources=[{"accountId": OTHER}, {"ARN": "arn:aws:s3:::x", "accountId": ""}]),
        event("RunInstances", vpcEndpointId="vpce-1"),
    ]  # fmt: skip
    user = event("RunInstances", eventID="user")
    user["userIdentity"] = {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::{WORK}:user/ann",
        "accountId": WORK,
        "userName": "ann",
    }
    session = event("RunInstances", eventID="of-user")
    session["userIdentity"]["sessionContext"] = {"sessionIssuer": {}, "attributes": {"mfaAuthenticated": "true"}}
    times = [
        event("RunInstances", eventTime=f"2026-1{month}-01T00:00:00Z", eventID=f"e{month}{n}")
        for month in (0, 1)
        for n in range(4)
    ]
    return [*some, user, session, *times]


@pytest.mark.parametrize(
    "wanted",
    [Wanted(BOTH), Wanted(BOTH, address=True), Wanted(BOTH, frozenset({OTHER})), Wanted(BOTH, since="2026-11-01")],
    ids=["all", "addresses", "some accounts", "since"],
)
@pytest.mark.parametrize("records", [_odd_records(), mixed()], ids=["odd", "mixed"])
def test_the_sql_of_athena_says_what_the_plain_reading_says(tmp_path, records, wanted):
    plain = condense(Directory(write(tmp_path, records)), wanted)
    assert len(plain) > 10
    assert _asked_of_duckdb(records, wanted, tmp_path) == plain


def test_the_query_is_trinos():
    """Every function is one of Trino's: what sqlglot does not know it would hand on."""
    tree = sqlglot.parse_one(sql("d.t", Wanted(BOTH, address=True, since="2026-11-01")), read="athena")
    assert not list(tree.find_all(sqlglot.exp.Anonymous))
    # The table of `logging.queries` takes accounts from the query, which has to name them outright.
    (asked,) = [one for one in tree.find(sqlglot.exp.Where).this.flatten() if isinstance(one, sqlglot.exp.In)]
    assert (asked.this.sql(), {one.this for one in asked.expressions}) == ("account", BOTH)


class Athena:
    """The four calls, as boto3 makes and answers them."""

    def __init__(self, states, rows):
        self.states, self.rows, self.asked = states, rows, {}

    def client(self, _):
        return self

    def start_query_execution(self, **asked):
        self.asked = asked
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, **asked):
        assert asked == {"QueryExecutionId": "q-1"}
        return {"QueryExecution": {"Status": self.states.pop(0)}}

    def get_paginator(self, _):
        return self

    def paginate(self, **_):
        for row in self.rows:
            yield {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": v} if v is not None else {} for v in row]}]}}


ROW = (
    "ec2.amazonaws.com",
    "RunInstances",
    None,
    WORK,
    "Root",
    f"arn:aws:iam::{WORK}:root",
    WORK,
    None,
    None,
    None,
    None,
    f"arn:x y {OTHER}\n {WORK}",
    "Management",
    "false",
    "7",
    "a",
    "b",
    "1 2",
)


def test_athena_is_asked_and_its_answer_read(monkeypatch):
    monkeypatch.setattr("estate.rehearsal.athena._WAIT", 0)
    athena = Athena([{"State": "QUEUED"}, {"State": "SUCCEEDED"}], [("source", "name"), ROW])
    ((shape, calls),) = Table("queries", "trail", "events", athena).condensed(Wanted(BOTH)).items()
    assert athena.asked["WorkGroup"] == "queries"
    assert 'FROM "trail"."events"' in athena.asked["QueryString"]
    assert (shape.region, shape.failed, calls.count, calls.examples) == (None, False, 7, ("1", "2"))
    assert [tuple(each) for each in shape.touched] == [("arn:x y", OTHER), (None, WORK)]
    failed = Athena([{"State": "FAILED", "StateChangeReason": "Bytes scanned limit was exceeded"}], [])
    with pytest.raises(TrailError, match="query q-1 of workgroup queries failed: Bytes scanned limit was exceeded"):
        Table("queries", "trail", "events", failed).condensed(Wanted(BOTH))
