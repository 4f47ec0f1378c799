"""What is in an account is read from AWS so that the account's stack takes it over instead of making a second one."""

from types import SimpleNamespace

import pytest

from config.model.found import Found
from estate.adoption.clients import Clients
from estate.adoption.inside import read_inside
from estate.local import running_local_aws
from stacks.taking_over import take_over

pytestmark = pytest.mark.row("E4")
REGION, ACCOUNT = "eu-central-1", "111111111111"
PATTERN = '{"source": ["aws.health"]}'


@pytest.fixture(scope="module")
def session():
    with running_local_aws() as local:
        yield local.session()


def test_what_has_a_name_once_is_imported_under_it(session):
    logs, events, kms = (session.client(name, region_name=REGION) for name in ("logs", "events", "kms"))
    for name in ("/ours/flows", "/aws/lambda/theirs", "/aws/codebuild/theirs"):
        logs.create_log_group(logGroupName=name)
    events.create_event_bus(Name="central")
    events.put_rule(Name="alert", EventBusName="central", EventPattern=PATTERN)
    events.put_rule(Name="alert", EventPattern=PATTERN)
    kms.create_alias(AliasName="alias/states", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    topic = session.client("sns", region_name=REGION).create_topic(Name="alerts")["TopicArn"]
    session.client("ecr", region_name=REGION).create_repository(repositoryName="shop/web")
    session.client("scheduler", region_name=REGION).create_schedule_group(Name="hours")
    monitor = session.client("ce", region_name="us-east-1").create_anomaly_monitor(
        AnomalyMonitor={
            "MonitorName": "Default-Services-Monitor",
            "MonitorType": "DIMENSIONAL",
            "MonitorDimension": "SERVICE",
        }
    )["MonitorArn"]

    read = read_inside(Clients(session, REGION), ACCOUNT, [REGION])

    assert "unread" not in read
    one = {
        "aws_ce_anomaly_monitor": {"name": "costs", "monitor_type": "DIMENSIONAL", "monitor_dimension": "SERVICE"},
        "aws_cloudwatch_event_bus": {"name": "central"},
        "aws_cloudwatch_log_group": {"name": "/ours/flows"},
        "aws_ecr_repository": {"name": "shop/web"},
        "aws_kms_alias": {"name": "alias/states", "target_key_id": "${aws_kms_key.this.id}"},
        "aws_scheduler_schedule_group": {"name": "hours"},
        "aws_sns_topic": {"name": "alerts"},
    }
    rules = {
        "here": {"name": "alert", "event_pattern": PATTERN},
        "there": {"name": "alert", "event_bus_name": "${aws_cloudwatch_event_bus.one.name}"},
        "new": {"name": "other"},
    }
    stack = {
        "provider": {"aws": [{"region": REGION}]},
        "resource": {**{type_: {"one": body} for type_, body in one.items()}, "aws_cloudwatch_event_rule": rules},
    }
    organization = SimpleNamespace(found={ACCOUNT: Found(imports=read["imports"])}, accounts={})
    imports = take_over(stack, organization, ACCOUNT)["import"]
    assert {each["to"]: each["id"] for each in imports} == {
        "aws_ce_anomaly_monitor.one": monitor,
        "aws_cloudwatch_event_bus.one": "central",
        "aws_cloudwatch_event_rule.here": "alert",
        "aws_cloudwatch_event_rule.there": "central/alert",
        "aws_cloudwatch_log_group.one": "/ours/flows",
        "aws_ecr_repository.one": "shop/web",
        "aws_kms_alias.one": "alias/states",
        "aws_scheduler_schedule_group.one": "hours",
        "aws_sns_topic.one": topic,
    }
    assert not any("/aws/" in name for name in read["imports"][REGION]["aws_cloudwatch_log_group"])
