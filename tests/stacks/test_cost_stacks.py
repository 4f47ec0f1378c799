"""Costs where the sample does not go: topics, periods, other targets, production that asks for it."""

import pytest

from config import ConfigError


def of_type(stack, kind):
    return stack["resource"].get(kind, {})


@pytest.mark.row("C8")
def test_a_budget_comes_from_the_nearest_level(synthesize_changed):
    def change(data):
        data["organizational_units"]["workloads"]["defaults"]["budget"] = {"period": "QUARTERLY"}

    def with_topic(data):
        topic = "arn:aws:sns:us-east-1:222222222222:money"
        data.setdefault("settings", {}).setdefault("budget", {})["topic_arn"] = topic

    found = synthesize_changed(change, ["production", "security"], also={"accounts/production.yaml": with_topic})
    (production,) = of_type(found["production"], "aws_budgets_budget").values()
    (security,) = of_type(found["security"], "aws_budgets_budget").values()
    assert (production["limit_amount"], production["time_unit"]) == ("5000.00", "QUARTERLY")
    alerts = production["notification"]
    assert {tuple(one["subscriber_sns_topic_arns"]) for one in alerts} == {
        ("arn:aws:sns:us-east-1:222222222222:money",)
    }
    assert {tuple(one["subscriber_email_addresses"]) for one in alerts} == {("finance@example.com",)}
    assert security["time_unit"] == "MONTHLY"
    assert "subscriber_sns_topic_arns" not in security["notification"][0]


@pytest.mark.row("C8", "C10")
@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        ("budget", {"organization-budget"}),
        ("anomalies", {"anomalies"}),
        ("commitments", {"commitment-databases-reserved", "commitment-reservations-used"}),
    ],
)
def test_each_part_of_the_organizations_costs_is_there_only_if_asked_for(synthesized, synthesize_changed, part, kinds):
    def children(stack):
        return {name.partition("_")[0] for found in stack["resource"].values() for name in found}

    found = synthesize_changed(lambda data: data["cost"].pop(part), ["management"])
    assert kinds <= children(synthesized["management"])
    assert not kinds & children(found["management"])


@pytest.mark.row("C9")
def test_cost_tags_are_activated_once_they_are_asked_for(synthesized, synthesize_changed):
    def change(data):
        data["cost"]["allocation_tags"] = ["environment", "owner"]

    stack = synthesize_changed(change, ["management"])["management"]
    assert not of_type(synthesized["management"], "aws_ce_cost_allocation_tag")
    tags = of_type(stack, "aws_ce_cost_allocation_tag").values()
    assert {(one["tag_key"], one["status"]) for one in tags} == {("environment", "Active"), ("owner", "Active")}


@pytest.mark.row("C11")
def test_all_kinds_of_machines_stop_in_every_region_asked_for(synthesize_changed):
    def change(data):
        data["organizational_units"]["workloads"]["defaults"]["scheduled_scaling"] |= {
            "regions": ["eu-central-1", "us-east-1"],
            "keys": {"us-east-1": "arn:aws:kms:us-east-1:222222222222:key/a"},
            "holidays": [],
            "targets": {
                "a": {"kind": "auto-scaling-group", "name": "web", "desired": 2, "minimum": 1},
                "b": {"kind": "ecs-service", "cluster": "c", "service": "s", "desired": 3},
                "c": {"kind": "rds-instance", "identifier": "orders"},
                "d": {"kind": "rds-cluster", "identifier": "stock"},
            },
        }

    stack = synthesize_changed(change, ["development"])["development"]
    schedules = of_type(stack, "aws_scheduler_schedule").values()
    assert len(schedules) == 2 * 2 * 4
    calls = {one["target"]["arn"].rpartition(":aws-sdk:")[2] for one in schedules}
    assert calls == {
        "autoscaling:updateAutoScalingGroup",
        "ecs:updateService",
        "rds:startDBCluster",
        "rds:startDBInstance",
        "rds:stopDBCluster",
        "rds:stopDBInstance",
    }
    elsewhere = [one for one in schedules if one["provider"] == "aws.us-east-1"]
    assert len(elsewhere) == 8
    assert {one["kms_key_arn"] for one in elsewhere} == {"arn:aws:kms:us-east-1:222222222222:key/a"}
    roles = {one["name"] for one in of_type(stack, "aws_iam_role").values()}
    assert {"scheduled-scaling", "scheduled-scaling-us-east-1"} < roles


@pytest.mark.row("C11")
def test_production_stops_only_if_that_is_said(synthesize_changed):
    def production(data):
        workloads = data["organizational_units"]["workloads"]["organizational_units"]
        return workloads["production"]["defaults"]["scheduled_scaling"]

    with pytest.raises(ConfigError, match="which is production, and whose machines would stop at night"):
        synthesize_changed(lambda data: production(data).update(enabled=True), ["production"])


@pytest.mark.row("C11")
def test_production_may_stop_if_that_is_said(synthesize_changed):
    def change(data):
        workloads = data["organizational_units"]["workloads"]["organizational_units"]
        workloads["production"]["defaults"]["scheduled_scaling"] = {"even_in_production": True}

    stack = synthesize_changed(change, ["production"])["production"]
    assert "stop-machines" in {one["name"] for one in of_type(stack, "aws_scheduler_schedule").values()}
