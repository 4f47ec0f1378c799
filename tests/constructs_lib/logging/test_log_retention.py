"""Log groups without a retention get one. The script runs against moto here, and in Systems Manager's Python there."""

import json
import time

import boto3
import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider
from moto import mock_aws

from constructs_lib import InvalidValueError, LogRetentionConstruct
from constructs_lib.logging import log_retention_script
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("B6")

ACCOUNT = "444444444444"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/log-retention"


def made(**changes):
    def build(stack):
        providers = {
            region: AwsProvider(stack, region, alias=region, region=region) for region in ("eu-west-1", "us-east-1")
        }
        LogRetentionConstruct(stack, "logs", **{"account_id": ACCOUNT, "providers": providers, **changes})

    return synth(build)


@pytest.fixture
def logs(monkeypatch):
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(key, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield boto3.client("logs")


def retentions(logs):
    return {each["logGroupName"]: each.get("retentionInDays") for each in logs.describe_log_groups()["logGroups"]}


def run(monkeypatch, *, seconds_later=2 * log_retention_script.YOUNG_SECONDS):
    """Run the script as the runbook hands it its input."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + seconds_later)
    content = json.loads(
        next(iter(made(days=180, excluded_prefixes=["/kept/"]).resources("aws_ssm_document").values()))["content"]
    )
    inputs = content["mainSteps"][0]["inputs"]
    scope = {}
    exec(inputs["Script"], scope)  # what is deployed, not what is imported
    return scope[inputs["Handler"]](inputs["InputPayload"], None)


def test_a_log_group_without_a_retention_gets_one_and_a_shorter_or_longer_one_stays(logs, monkeypatch):
    for name in ("none", "shorter", "longer", "/kept/for-ever"):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName="shorter", retentionInDays=1)
    logs.put_retention_policy(logGroupName="longer", retentionInDays=3653)
    assert run(monkeypatch) == {"Given": ["none"]}
    assert retentions(logs) == {"none": 180, "shorter": 1, "longer": 3653, "/kept/for-ever": None}


def test_what_is_as_good_as_new_is_left_to_whoever_makes_it(logs, monkeypatch):
    logs.create_log_group(logGroupName="new")
    assert run(monkeypatch, seconds_later=60) == {"Given": []}
    assert retentions(logs) == {"new": None}


def test_one_that_fails_is_told_and_keeps_no_other_from_it(logs, monkeypatch):
    for name in ("a", "b"):
        logs.create_log_group(logGroupName=name)
    make = boto3.client

    def client(*arguments, **named):
        found = make(*arguments, **named)
        put = found.put_retention_policy

        def refuse(**given):
            if given["logGroupName"] == "a":
                raise found.exceptions.OperationAbortedException({"Error": {"Code": "Busy"}}, "PutRetentionPolicy")
            return put(**given)

        found.put_retention_policy = refuse
        return found

    monkeypatch.setattr(boto3, "client", client)
    with pytest.raises(RuntimeError, match=r"a: .*Busy"):
        run(monkeypatch)
    assert retentions(logs) == {"a": None, "b": 180}


def test_every_region_runs_it_daily_by_one_role():
    template = made()
    rules = template.resources("aws_cloudwatch_event_rule").values()
    assert [rule["schedule_expression"] for rule in rules] == ["rate(1 day)"] * 2
    targets = template.resources("aws_cloudwatch_event_target")
    ends = {
        target["arn"].partition(f":{ACCOUNT}:automation-definition/${{aws_ssm_document.")[2]
        for target in targets.values()
    }
    assert all(end.endswith(".name}:$DEFAULT") for end in ends)
    role = template.only("aws_iam_role")
    assert role["name"] == "log-retention"
    assert all("aws_iam_role" in json.loads(target["input"])["AutomationAssumeRole"][0] for target in targets.values())


@pytest.mark.parametrize(
    ("action", "resource", "context", "allowed"),
    [
        ("logs:PutRetentionPolicy", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:any", {}, True),
        ("logs:DescribeLogGroups", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*", {}, True),
        ("logs:DeleteRetentionPolicy", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:any", {}, False),
        ("logs:DeleteLogGroup", f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:any", {}, False),
        # Systems Manager asks about both of these.
        ("ssm:StartAutomationExecution", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/log-retention", {}, True),
        ("ssm:StartAutomationExecution", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-execution/*", {}, True),
        ("ssm:StartAutomationExecution", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/other", {}, False),
        (
            "ssm:StartAutomationExecution",
            f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-definition/log-retention:$DEFAULT",
            {},
            True,
        ),
        (
            "ssm:StartAutomationExecution",
            f"arn:aws:ssm:eu-west-1:{ACCOUNT}:automation-definition/other:$DEFAULT",
            {},
            False,
        ),
        ("iam:PassRole", ROLE, {"iam:PassedToService": "ssm.amazonaws.com"}, True),
        ("iam:PassRole", ROLE, {"iam:PassedToService": "ec2.amazonaws.com"}, False),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/other", {"iam:PassedToService": "ssm.amazonaws.com"}, False),
    ],
)
def test_the_role_can_do_that_and_nothing_else(action, resource, context, allowed):
    document = PolicyDocument.from_json(made().only("aws_iam_role_policy")["policy"])
    request = Request(Principal.of(ROLE), action, resource, context=context)
    assert evaluate(request, Policies(identity=PolicySet.of(document))).allowed is allowed


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"days": 100}, "days"),
        ({"excluded_prefixes": ["/aws/*"]}, "excluded_prefixes"),
        ({"account_id": "1"}, "account_id"),
    ],
)
def test_what_cloudwatch_does_not_take_is_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
