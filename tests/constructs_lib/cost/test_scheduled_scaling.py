import json

import pytest

from constructs_lib.cost.business_hours import BusinessHours
from constructs_lib.cost.scaling_targets import (
    AutoScalingGroup,
    EcsService,
    RdsCluster,
    RdsInstance,
    TaggedInstances,
)
from constructs_lib.cost.scheduled_scaling import ScheduledScalingConstruct
from constructs_lib.errors import InvalidValueError
from tests.template import synth

TARGETS = {
    "workers": AutoScalingGroup("workers", desired=4, minimum=2),
    "api": EcsService("main", "api", desired=3),
    "database": RdsInstance("orders"),
    "warehouse": RdsCluster("warehouse"),
    "machines": TaggedInstances("schedule", "office-hours"),
}


def build(stack, **changes):
    arguments = {
        "name": "office-hours",
        "account_id": "555555555555",
        "region": "eu-central-1",
        "environment": "development",
        "hours": BusinessHours("Europe/Berlin"),
        "targets": TARGETS,
    }
    return ScheduledScalingConstruct(stack, "scaling", **{**arguments, **changes})


def calls(template, verb):
    found = template.resources("aws_scheduler_schedule").values()
    return {
        schedule["name"]: (schedule["target"]["arn"].rpartition("aws-sdk:")[2], json.loads(schedule["target"]["input"]))
        for schedule in found
        if schedule["name"].startswith(verb)
    }


@pytest.mark.row("C11")
def test_each_target_stops_in_the_evening_and_starts_in_the_morning_by_its_own_call():
    template = synth(build)
    assert calls(template, "stop") == {
        "stop-workers": (
            "autoscaling:updateAutoScalingGroup",
            {"AutoScalingGroupName": "workers", "MinSize": 0, "DesiredCapacity": 0},
        ),
        "stop-api": ("ecs:updateService", {"Cluster": "main", "Service": "api", "DesiredCount": 0}),
        "stop-database": ("rds:stopDBInstance", {"DbInstanceIdentifier": "orders"}),
        "stop-warehouse": ("rds:stopDBCluster", {"DbClusterIdentifier": "warehouse"}),
        "stop-machines": (
            "ssm:startAutomationExecution",
            {
                "DocumentName": "AWS-StopEC2Instance",
                "TargetParameterName": "InstanceId",
                "Targets": [{"Key": "tag:schedule", "Values": ["office-hours"]}],
                "Parameters": {"AutomationAssumeRole": ["arn:aws:iam::555555555555:role/office-hours"]},
                "MaxConcurrency": "50",
                "MaxErrors": "100%",
            },
        ),
    }
    started = calls(template, "start")
    assert started["start-workers-weekly"][1] == {"AutoScalingGroupName": "workers", "MinSize": 2, "DesiredCapacity": 4}
    assert started["start-api-weekly"][1]["DesiredCount"] == 3
    assert started["start-machines-weekly"][1]["DocumentName"] == "AWS-StartEC2Instance"
    for schedule in template.resources("aws_scheduler_schedule").values():
        assert schedule["schedule_expression_timezone"] == "Europe/Berlin"
        assert schedule["flexible_time_window"] == {"mode": "OFF"}


@pytest.mark.row("C11")
def test_the_role_reaches_the_targets_and_nothing_else():
    template = synth(build)
    allowed = template.policy("aws_iam_role_policy", "policy")["Statement"]
    by_action = {
        action: found
        for found in allowed
        for action in ([found["Action"]] if isinstance(found["Action"], str) else found["Action"])
    }
    assert by_action["ecs:UpdateService"]["Resource"] == "arn:aws:ecs:eu-central-1:555555555555:service/main/api"
    assert by_action["rds:StopDBInstance"]["Resource"] == "arn:aws:rds:eu-central-1:555555555555:db:orders"
    assert by_action["rds:StopDBCluster"]["Resource"] == "arn:aws:rds:eu-central-1:555555555555:cluster:warehouse"
    assert by_action["autoscaling:UpdateAutoScalingGroup"]["Resource"].endswith("autoScalingGroupName/workers")
    assert by_action["ec2:StopInstances"]["Condition"] == {"StringEquals": {"aws:ResourceTag/schedule": "office-hours"}}
    # Systems Manager asks about the document, which AWS owns, and about the execution.
    assert set(by_action["ssm:StartAutomationExecution"]["Resource"]) >= {
        "arn:aws:ssm:eu-central-1::document/AWS-StartEC2Instance",
        "arn:aws:ssm:eu-central-1::document/AWS-StopEC2Instance",
        "arn:aws:ssm:eu-central-1:555555555555:automation-execution/*",
    }
    everywhere = {action for action, found in by_action.items() if found["Resource"] == "*"}
    assert everywhere == {"ec2:DescribeInstanceStatus", "ec2:DescribeInstances", "tag:GetResources"}
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": ["scheduler.amazonaws.com", "ssm.amazonaws.com"]}


def test_systems_manager_is_trusted_only_where_it_works():
    template = synth(lambda stack: build(stack, targets={"api": TARGETS["api"]}, partition="aws-us-gov"))
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert "arn:aws:" not in json.dumps(template.json)


@pytest.mark.row("C11")
def test_holidays_give_further_start_schedules_and_no_other_stop():
    hours = BusinessHours("Europe/Berlin", holidays=("2026-12-25",))
    template = synth(lambda stack: build(stack, hours=hours, targets={"api": TARGETS["api"]}))
    assert set(calls(template, "st")) == {
        "stop-api",
        "start-api-weekly",
        "start-api-other-years-2026",
        "start-api-2026-12",
    }


def test_schedules_are_encrypted_with_a_key_if_there_is_one():
    key = "arn:aws:kms:eu-central-1:555555555555:key/k"
    template = synth(lambda stack: build(stack, key_arn=key))
    assert {found["kms_key_arn"] for found in template.resources("aws_scheduler_schedule").values()} == {key}
    assert template.policy("aws_iam_role_policy", "policy")["Statement"][-1]["Resource"] == key


@pytest.mark.row("C11")
def test_production_never_goes_down_by_accident():
    with pytest.raises(InvalidValueError, match="say even_in_production=True"):
        synth(lambda stack: build(stack, environment="production"))
    template = synth(lambda stack: build(stack, environment="production", even_in_production=True))
    assert calls(template, "stop")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"targets": {}}, "at least one target"),
        ({"targets": {"API": TARGETS["api"]}}, "targets is 'API'"),
        ({"name": "Office Hours"}, "name is 'Office Hours'"),
        ({"account_id": "5"}, "account_id is '5'"),
    ],
)
def test_bad_names_and_ids_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))


@pytest.mark.parametrize("minimum", [-1, 5])
def test_a_minimum_beyond_the_desired_number_is_refused(minimum):
    with pytest.raises(InvalidValueError, match="0 to 4"):
        AutoScalingGroup("workers", desired=4, minimum=minimum)
