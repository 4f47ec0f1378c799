"""Budgets, anomalies, commitments, cost tags and business hours, looked at in the deployed organization."""

import json

import pytest

from tests.deployed import edit, planned_actions, resynthesize

pytestmark = pytest.mark.e2e


def budgets(demo, account):
    """An account's budgets, by name."""
    client = demo.local.session(account.id).client("budgets", region_name="us-east-1")
    return {one["BudgetName"]: one for one in client.describe_budgets(AccountId=account.id).get("Budgets", ())}


def alerts(demo, account, name):
    """Kind and threshold of a budget's alerts, and who gets them."""
    client = demo.local.session(account.id).client("budgets", region_name="us-east-1")
    of_budget = {"AccountId": account.id, "BudgetName": name}
    found = {}
    for alert in client.describe_notifications_for_budget(**of_budget)["Notifications"]:
        subscribers = client.describe_subscribers_for_notification(Notification=alert, **of_budget)["Subscribers"]
        found[alert["NotificationType"], alert["Threshold"]] = [
            (one["SubscriptionType"], one["Address"]) for one in subscribers
        ]
    return found


@pytest.mark.row("C8")
def test_every_account_has_a_budget_by_its_environment(demo):
    limits = {"production": "5000", "staging": "1000", "development": "500", None: "200"}
    for account in demo.organization.accounts.values():
        budget = budgets(demo, account)[f"account-{account.slug}"]
        environment = account.tags.get("environment")
        assert float(budget["BudgetLimit"]["Amount"]) == float(limits[environment]), account.slug
        assert (budget["BudgetLimit"]["Unit"], budget["TimeUnit"]) == ("USD", "MONTHLY")
        wanted = {("ACTUAL", 80.0), ("ACTUAL", 100.0)}
        wanted |= {("FORECASTED", 100.0)} if environment == "production" else set()
        found = alerts(demo, account, budget["BudgetName"])
        assert set(found) == wanted, account.slug
        assert all(who == [("EMAIL", "finance@example.com")] for who in found.values())


@pytest.mark.row("C8", "D6")
def test_the_management_account_pays_for_all_and_watches_all(demo):
    management = demo.organization.management
    organization = demo.local.session().client("organizations").describe_organization()["Organization"]
    assert organization["FeatureSet"] == "ALL"  # consolidated billing is part of it
    found = budgets(demo, management)
    assert float(found["organization"]["BudgetLimit"]["Amount"]) == 20000
    assert not found["organization"].get("CostFilters")
    assert found["account-management"]["CostFilters"] == {"LinkedAccount": [management.id]}


@pytest.mark.row("C10")
def test_commitments_are_watched(demo):
    management = demo.organization.management
    found = {
        name: (one["BudgetType"], list(alerts(demo, management, name)))
        for name, one in budgets(demo, management).items()
        if name.startswith("commitment-")
    }
    assert found == {
        "commitment-databases-reserved": ("RI_COVERAGE", [("ACTUAL", 60.0)]),
        "commitment-reservations-used": ("RI_UTILIZATION", [("ACTUAL", 90.0)]),
        "commitment-savings-plans-used": ("SAVINGS_PLANS_UTILIZATION", [("ACTUAL", 90.0)]),
        "commitment-work-covered": ("SAVINGS_PLANS_COVERAGE", [("ACTUAL", 60.0)]),
    }


@pytest.mark.row("C8")
def test_anomalies_are_reported(demo):
    client = demo.local.session().client("ce", region_name="us-east-1")
    (monitor,) = client.get_anomaly_monitors()["AnomalyMonitors"]
    assert (monitor["MonitorType"], monitor["MonitorDimension"]) == ("DIMENSIONAL", "SERVICE")
    (subscription,) = client.get_anomaly_subscriptions()["AnomalySubscriptions"]
    assert subscription["MonitorArnList"] == [monitor["MonitorArn"]]
    assert [one["Address"] for one in subscription["Subscribers"]] == ["finance@example.com"]
    assert subscription["ThresholdExpression"]["Dimensions"]["Values"] == ["100"]


@pytest.mark.row("C9")
def test_cost_tags_are_enforced(demo):
    client = demo.local.session().client("organizations")
    root = demo.organization.lock.root_id
    (policy,) = client.list_policies_for_target(TargetId=root, Filter="TAG_POLICY")["Policies"]
    content = json.loads(client.describe_policy(PolicyId=policy["Id"])["Policy"]["Content"])
    for key in ("environment", "owner"):
        assert "ec2:instance" in content["tags"][key]["enforced_for"]["@@assign"]


@pytest.mark.row("C9")
def test_cost_tags_are_activated_by_the_second_deploy(demo):
    """As the sample's comment says, since AWS refuses a tag that nothing has carried. It stays on for the tests to come."""
    keys = ["environment", "owner"]
    client = demo.local.session().client("ce", region_name="us-east-1")

    def status():
        found = client.list_cost_allocation_tags(TagKeys=keys)["CostAllocationTags"]
        return {one["TagKey"]: one["Status"] for one in found}

    assert status() == dict.fromkeys(keys, "Inactive")
    edit(demo.config / "organization.yaml", lambda data: data["cost"].update(allocation_tags=keys))
    resynthesize(demo)
    management = demo.stack("management")
    actions = planned_actions(management)
    # What the stack's roles may do follows its types, and in the management account a person applies that.
    tags = {address: taken for address, taken in actions.items() if not address.startswith("aws_iam_policy.")}
    assert list(tags.values()) == [["create"]] * 2
    assert all(address.startswith("aws_ce_cost_allocation_tag.cost-tags_") for address in tags)
    demo.estate("deploy", "management", "--yes")
    assert status() == dict.fromkeys(keys, "Active")
    assert planned_actions(management) == {}


@pytest.mark.row("C11")
def test_machines_stop_at_night_but_never_in_production(demo):
    for account in demo.organization.accounts.values():
        client = demo.local.session(account.id).client("scheduler", region_name=account.region)
        found = {
            one["Name"]: client.get_schedule(Name=one["Name"], GroupName=one["GroupName"])
            for one in client.list_schedules()["Schedules"]
        }
        if account.slug not in {"development", "staging"}:
            assert found == {}, account.slug
            continue
        stop = found["stop-machines"]
        assert (stop["ScheduleExpression"], stop["ScheduleExpressionTimezone"]) == (
            "cron(0 19 ? * MON,TUE,WED,THU,FRI *)",
            "Europe/Berlin",
        )
        assert stop["State"] == "ENABLED"
        assert json.loads(stop["Target"]["Input"])["Targets"] == [{"Key": "tag:schedule", "Values": ["office-hours"]}]
        # December 2026 is written out day by day, without Christmas Day.
        days = found["start-machines-2026-12"]["ScheduleExpression"].split()[2]
        assert days == "1-4,7-11,14-18,21-24,28-31"
        role = stop["Target"]["RoleArn"]
        assert role == f"arn:aws:iam::{account.id}:role/scheduled-scaling"
