"""Recorded calls, decided under two versions of the guardrails."""

import json
import os
import subprocess
import sys
from collections import Counter

import botocore.session
import pytest

from config import load
from estate.rehearsal.condense import Touched, condense
from estate.rehearsal.events import actions, caller, needs_no_permission
from estate.rehearsal.rehearse import _Version, rehearse
from estate.rehearsal.sources import Directory, TrailError, Wanted
from tests.estate.rehearsal.records import DENY, OTHER, WORK, event, mixed, policy, write

pytestmark = pytest.mark.row("E8")


def _rehearse(directory, tmp_path, records, text):
    before = load(directory)
    policy(directory, text)
    after = load(directory)
    trail = write(tmp_path / "trail", records)
    return rehearse(before, after, condense(Directory(trail), Wanted(frozenset({WORK, OTHER}))))


ACTIONS = [  # forty services as CloudTrail records them, and what IAM decides
    ("ec2", "RunInstances", ["ec2:RunInstances"]),
    ("s3", "ListObjects", ["s3:ListBucket"]),
    ("s3", "HeadObject", ["s3:GetObject"]),
    ("s3", "CopyObject", ["s3:GetObject", "s3:PutObject"]),
    ("s3", "UploadPart", ["s3:PutObject"]),
    ("s3", "DeleteObjects", ["s3:DeleteObject"]),
    ("s3", "GetBucketEncryption", ["s3:GetEncryptionConfiguration"]),
    ("s3", "DeleteBucketEncryption", ["s3:PutEncryptionConfiguration"]),
    ("s3", "PutBucketPolicy", ["s3:PutBucketPolicy"]),
    ("s3", "ListBuckets", ["s3:ListAllMyBuckets"]),
    ("lambda", "ListFunctions20150331", ["lambda:ListFunctions"]),
    ("lambda", "UpdateFunctionCode20150331v2", ["lambda:UpdateFunctionCode"]),
    ("lambda", "Invoke", ["lambda:InvokeFunction"]),
    ("cloudfront", "CreateDistribution2020_05_31", ["cloudfront:CreateDistribution"]),
    ("monitoring", "PutMetricData", ["cloudwatch:PutMetricData"]),
    ("email", "SendEmail", ["ses:SendEmail"]),
    ("tagging", "GetResources", ["tag:GetResources"]),
    ("apigateway", "CreateRestApi", ["apigateway:POST"]),
    ("apigateway", "GetRestApis", ["apigateway:GET"]),
    ("apigateway", "UpdateStage", ["apigateway:PATCH"]),
    ("sts", "AssumeRole", ["sts:AssumeRole"]),
    ("iam", "CreateAccessKey", ["iam:CreateAccessKey"]),
    ("kms", "Decrypt", ["kms:Decrypt"]),
    ("dynamodb", "CreateTable", ["dynamodb:CreateTable"]),
    ("rds", "DeleteDBInstance", ["rds:DeleteDBInstance"]),
    ("logs", "CreateLogStream", ["logs:CreateLogStream"]),
    ("events", "PutRule", ["events:PutRule"]),
    ("states", "StartExecution", ["states:StartExecution"]),
    ("sns", "Publish", ["sns:Publish"]),
    ("sqs", "CreateQueue", ["sqs:CreateQueue"]),
    ("ecs", "RunTask", ["ecs:RunTask"]),
    ("eks", "CreateCluster", ["eks:CreateCluster"]),
    ("ecr", "PutImage", ["ecr:PutImage"]),
    ("secretsmanager", "GetSecretValue", ["secretsmanager:GetSecretValue"]),
    ("ssm", "SendCommand", ["ssm:SendCommand"]),
    ("cloudformation", "CreateStack", ["cloudformation:CreateStack"]),
    ("cloudtrail", "StopLogging", ["cloudtrail:StopLogging"]),
    ("config", "PutConfigRule", ["config:PutConfigRule"]),
    ("guardduty", "DeleteDetector", ["guardduty:DeleteDetector"]),
    ("securityhub", "DisableSecurityHub", ["securityhub:DisableSecurityHub"]),
    ("organizations", "MoveAccount", ["organizations:MoveAccount"]),
    ("route53", "ChangeResourceRecordSets", ["route53:ChangeResourceRecordSets"]),
    ("elasticloadbalancing", "CreateLoadBalancer", ["elasticloadbalancing:CreateLoadBalancer"]),
    ("autoscaling", "CreateAutoScalingGroup", ["autoscaling:CreateAutoScalingGroup"]),
    ("athena", "StartQueryExecution", ["athena:StartQueryExecution"]),
    ("glue", "StartJobRun", ["glue:StartJobRun"]),
    ("kinesis", "CreateStream", ["kinesis:CreateStream"]),
    ("acm", "RequestCertificate", ["acm:RequestCertificate"]),
    ("backup", "DeleteBackupVault", ["backup:DeleteBackupVault"]),
    ("ram", "CreateResourceShare", ["ram:CreateResourceShare"]),
    ("sagemaker", "CreateNotebookInstance", ["sagemaker:CreateNotebookInstance"]),
    ("bedrock", "InvokeModel", ["bedrock:InvokeModel"]),
    ("elasticfilesystem", "CreateFileSystem", ["elasticfilesystem:CreateFileSystem"]),
    ("es", "CreateDomain", ["es:CreateDomain"]),
    ("redshift", "CreateCluster", ["redshift:CreateCluster"]),
    ("wafv2", "CreateWebACL", ["wafv2:CreateWebACL"]),
    ("codebuild", "StartBuild", ["codebuild:StartBuild"]),
    ("budgets", "CreateBudget", ["budgets:ModifyBudget"]),
    ("bedrock", "Converse", ["bedrock:InvokeModel"]),
    ("cloudcontrolapi", "CreateResource", ["cloudformation:CreateResource"]),
    ("kms", "ReEncrypt", ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
    ("sqs", "SendMessageBatch", ["sqs:SendMessage"]),
    ("dynamodb", "TransactWriteItems", []),  # it depends on what is in it, which is not recorded: it counts as unknown
]


@pytest.mark.parametrize(("source", "name", "expected"), ACTIONS)
def test_actions(source, name, expected):
    assert list(actions(f"{source}.amazonaws.com", name)) == expected


def test_the_share_of_operations_that_map():
    """Of all in botocore's models, with the name that requests are signed for as the source: docs/rehearsal.md states it."""
    loader = botocore.session.get_session().get_component("data_loader")
    known = total = 0
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        about = model["metadata"]
        source = f"{about.get('signingName', about['endpointPrefix'])}.amazonaws.com"
        total += len(model["operations"])
        known += sum(bool(actions(source, name)) or needs_no_permission(source, name) for name in model["operations"])
    assert total > 10_000
    assert known / total > 0.95


def test_exactly_the_calls_that_a_guardrail_denies(directory, tmp_path):
    """Three of ten thousand."""
    harmless = [event("DescribeInstances", eventID=f"d-{number}") for number in range(9_997)]
    harmful = [
        event("RunInstances", eventID=f"r-{number}", eventTime=f"2026-11-0{number + 1}T00:00:00Z")
        for number in range(3)
    ]
    found = _rehearse(directory, tmp_path, [*harmless, *harmful], DENY % ("ec2:RunInstances", "*"))
    (change,) = found.denied
    assert (change.account, change.action, change.policy, change.statement) == (
        "workload-0000",
        "ec2:RunInstances",
        "new",
        "No",
    )
    assert (change.calls.count, change.calls.first[:10], change.calls.last[:10]) == (3, "2026-11-01", "2026-11-03")
    assert change.calls.examples == ("r-0", "r-1", "r-2")
    assert change.exemption == f"arn:aws:iam::{WORK}:role/app"
    assert found.undecided == {}
    assert found.counts == {"recorded": 10_000, "decided": 10_000}


def test_an_exemption_by_the_principal_that_is_shown_lets_the_calls_through(directory, tmp_path):
    deny = (
        "statements:\n  - effect: Deny\n    actions: ec2:RunInstances\n    resources: '*'\n"
        f"    conditions: {{ArnNotLike: {{aws:PrincipalArn: 'arn:aws:iam::{WORK}:role/app'}}}}\n"
    )
    records = [event("RunInstances"), event("RunInstances", role="other")]
    found = _rehearse(directory, tmp_path, records, deny)
    assert [each.principal for each in found.denied] == [f"arn:aws:iam::{WORK}:role/other"]


def test_what_was_refused_then_and_would_not_be_now(directory, tmp_path):
    policy(directory, DENY % ("ec2:RunInstances", "*"))
    before = load(directory)
    policy(directory, DENY % ("ec2:RunScheduledInstances", "*"))
    trail = write(tmp_path / "trail", [event("RunInstances", errorCode="Client.UnauthorizedOperation")])
    found = rehearse(before, load(directory), condense(Directory(trail), Wanted(frozenset({WORK}))))
    assert [each.action for each in found.allowed] == ["ec2:RunInstances"]
    assert found.denied == ()


def test_a_key_that_is_not_recorded_is_counted_apart(directory, tmp_path):
    deny = (
        "statements:\n  - effect: Deny\n    actions: ec2:RunInstances\n    resources: '*'\n"
        "    conditions: {StringNotEquals: {ec2:InstanceType: t3.micro}}\n"
    )
    found = _rehearse(directory, tmp_path, [event("RunInstances")], deny)
    assert found.denied == ()
    assert found.undecided == {"not ec2:InstanceType StringNotEquals t3.micro": 1}


def test_a_resource_that_is_not_recorded_is_counted_apart(directory, tmp_path):
    deny = DENY % ("s3:DeleteBucket", "arn:aws:s3:::archive")
    known = event(
        "DeleteBucket", "s3", resources=[{"ARN": "arn:aws:s3:::archive", "accountId": WORK, "type": "AWS::S3::Bucket"}]
    )
    other = event(
        "DeleteBucket", "s3", resources=[{"ARN": "arn:aws:s3:::other", "accountId": WORK, "type": "AWS::S3::Bucket"}]
    )
    silent = event("DeleteBucket", "s3")
    found = _rehearse(directory, tmp_path, [known, other, silent], deny)
    assert [each.calls.count for each in found.denied] == [1]
    assert found.undecided == {"the resource, which the record does not name": 1}


@pytest.mark.parametrize(
    ("record", "counted"),
    [
        (event("ConsoleLogin", "signin"), {"recorded": 1, "that no policy decides": 1}),
        (event("RunInstances", eventType="AwsServiceEvent"), {"recorded": 1, "that no policy decides": 1}),
        (
            event("RunInstances", account="444444444444"),
            {"recorded": 1, "of accounts that are not in the organization": 1},
        ),
        (event("NoSuchThing"), {"recorded": 1}),
    ],
)
def test_what_is_not_decided_is_counted(directory, tmp_path, record, counted):
    found = _rehearse(directory, tmp_path, [record], DENY % ("ec2:RunInstances", "*"))
    assert found.denied == ()
    assert found.counts == counted
    assert found.unmapped == ({"ec2.amazonaws.com NoSuchThing": 1} if "NoSuchThing" in record["eventName"] else {})


def test_service_linked_roles_are_bound_by_no_guardrail(directory, tmp_path):
    issuer = f"arn:aws:iam::{WORK}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    record = event("RunInstances")
    record["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] = issuer
    assert _rehearse(directory, tmp_path, [record], DENY % ("ec2:RunInstances", "*")).denied == ()


def test_root_is_bound(directory, tmp_path):
    record = event("RunInstances")
    record["userIdentity"] = {"type": "Root", "arn": f"arn:aws:iam::{WORK}:root", "accountId": WORK}
    (change,) = _rehearse(directory, tmp_path, [record], DENY % ("ec2:RunInstances", "*")).denied
    assert change.principal == f"arn:aws:iam::{WORK}:root"


def test_a_call_across_accounts_counts_once(tmp_path):
    own = event("AssumeRole", "sts", sharedEventID="x", eventID="caller")
    theirs = event("AssumeRole", "sts", sharedEventID="x", eventID="owner", recipientAccountId=OTHER)
    shapes = condense(Directory(write(tmp_path, [own, theirs])), Wanted(frozenset({WORK, OTHER})))
    assert [each.examples for each in shapes.values()] == [("caller",)]
    foreign = write(tmp_path / "foreign", [theirs])
    assert sum(each.count for each in condense(Directory(foreign), Wanted(frozenset({OTHER}))).values()) == 1


def test_many_files_say_the_same_as_one(tmp_path, monkeypatch):
    records = [event(name, role=role) for name in ("RunInstances", "StopInstances") for role in ("a", "b", "c")] * 50
    one = condense(Directory(write(tmp_path / "one", records)), Wanted(frozenset()))
    for number in range(0, len(records), 5):
        write(tmp_path / "many", records[number : number + 5], f"AWSLogs/{number}.json.gz")
    monkeypatch.setattr("estate.rehearsal.condense._TASK_FILES", 4)  # so that there are more tasks than processes
    assert condense(Directory(tmp_path / "many"), Wanted(frozenset())) == one


def test_files_that_are_none(tmp_path):
    with pytest.raises(
        TrailError, match="has no CloudTrail file of the time and the accounts that matter; expected AWSLogs"
    ):
        condense(Directory(tmp_path), Wanted(frozenset()))
    (tmp_path / "a.json.gz").write_bytes(b"no gzip")
    with pytest.raises(TrailError, match=r"a\.json\.gz is no CloudTrail file"):
        condense(Directory(tmp_path), Wanted(frozenset()))


def test_the_command(directory, tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    subprocess.run(["cp", "-r", f"{directory}/.", str(base)], check=True)
    policy(directory, DENY % ("ec2:RunInstances", "*"))
    trail = write(tmp_path / "trail", [event("RunInstances")])
    asked = [sys.executable, "-m", "estate", "rehearse", str(base), "--trail", str(trail)]
    environment = {**os.environ, "ESTATE_CONFIG": str(directory), "COLUMNS": "120"}
    finished = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 3, finished.stderr
    assert "1 of 1 recorded calls would be newly denied" in finished.stdout
    machine = subprocess.run([*asked, "--json"], env=environment, capture_output=True, text=True, check=False)
    assert json.loads(machine.stdout)["newly_denied"][0]["events"] == ["ec2-RunInstances"]


@pytest.mark.parametrize(("locked", "code", "said"), [("base", 0, "base has"), ("head", 3, "The working copy has")])
def test_a_lockout_is_said_and_rehearsed(directory, tmp_path, locked, code, said):
    """What is in force may be what is to be mended."""
    base = tmp_path / "base"
    subprocess.run(["cp", "-r", str(directory), str(base)], check=True)
    policy(base if locked == "base" else directory, DENY % ("'*'", "*"))
    refused = {"errorCode": "AccessDenied"} if locked == "base" else {}
    trail = write(tmp_path / "trail", [event("RunInstances", **refused)])
    asked = [sys.executable, "-m", "estate", "rehearse", str(base), "--trail", str(trail), "--json"]
    environment = {**os.environ, "ESTATE_CONFIG": str(directory)}
    finished = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == code, finished.stderr
    assert f"{said} a lockout: TerraformExecutionRole could not deploy" in finished.stderr
    found = json.loads(finished.stdout)
    changed = "newly_allowed" if locked == "base" else "newly_denied"
    assert [each["policy"] for each in found[changed]] == ["new"]


def test_a_base_with_errors_is_refused_with_what_to_do(directory, tmp_path):
    base = tmp_path / "base"
    subprocess.run(["cp", "-r", str(directory), str(base)], check=True)
    policy(base, "guardrail: deny-root-usr\n")
    asked = [sys.executable, "-m", "estate", "rehearse", str(base), "--trail", str(tmp_path)]
    environment = {**os.environ, "ESTATE_CONFIG": str(directory)}
    finished = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert (finished.returncode, finished.stdout) == (1, "")
    said = " ".join(finished.stderr.split())
    assert "base has errors, so what its guardrails are is not known" in said
    assert "deny-root-usr" in said
    assert "Compare with a revision that was deployed." in said


STATEMENTS = [
    DENY % ("ec2:RunInstances", "*"),
    DENY % ("'*'", "arn:aws:s3:::archive"),
    "guardrail: deny-unapproved-regions\nparameters: {allowed_regions: [eu-central-1], exempted_principal_arns: [app]}\n",
    "guardrail: deny-root-user\n",
    "guardrail: protect-cloudtrail\nparameters: {exempted_principal_arns: ['ap*']}\n",
    (
        "statements:\n  - effect: Deny\n    actions: ['s3:*', 'ec2:*']\n    resources: '*'\n    conditions:"
        " {Bool: {aws:MultiFactorAuthPresent: 'false'}, StringNotEquals: {aws:SourceVpce: vpce-1}}\n"
    ),
    "statements:\n  - effect: Deny\n    actions: 's3:*'\n    not_resources: 'arn:aws:s3:::${aws:PrincipalAccount}-*'\n",
    (
        "statements:\n  - effect: Deny\n    actions: 'ec2:*'\n    resources: '*'\n    conditions:"
        " {StringNotEquals: {aws:ResourceAccount: '222222222222'}, ArnNotLike: {aws:PrincipalArn: '*/other'}}\n"
    ),
    "statements:\n  - effect: Deny\n    actions: 'kms:*'\n    resources: 'arn:aws:kms:us-east-1:*:*'\n",
]


def _decided_one_by_one(before, after, shapes):
    old, new = _Version(before), _Version(after)
    denied = allowed = 0
    undecided = Counter()
    asked = [
        (shape, calls, (caller(shape), action, shape, touched))
        for shape, calls in shapes.items()
        for action in actions(shape.source, shape.name)
        for touched in shape.touched or (Touched(None, None),)
    ]
    for shape, calls, call in asked:
        was, now = old.decide(*call), new.decide(*call)
        if shape.failed:
            allowed += calls.count * (was.verdict == "no" and now.verdict == "yes")
        elif was.verdict != "no":
            denied += calls.count * (now.verdict == "no")
            undecided.update({need: calls.count for need in set(now.needs) - set(was.needs) if now.verdict != "no"})
    return denied, allowed, undecided


@pytest.mark.parametrize("text", STATEMENTS)
def test_calls_that_statements_cannot_tell_apart_are_decided_as_each_would_be(directory, tmp_path, text):
    """What is kept or left out of deciding makes no difference: each call is decided here by itself, too."""
    before = load(directory)
    policy(directory, text)
    after = load(directory, prove_access=False)
    shapes = condense(Directory(write(tmp_path / "trail", mixed())), Wanted(frozenset()))
    found = rehearse(before, after, shapes)
    denied, allowed, undecided = _decided_one_by_one(before, after, shapes)
    assert denied + sum(undecided.values()) > 0
    assert sum(each.calls.count for each in found.denied) == denied
    assert sum(each.calls.count for each in found.allowed) == allowed
    assert found.undecided == undecided
