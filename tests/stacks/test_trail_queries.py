"""Queries of the trail: off in the sample; on, they add what is theirs, and nothing of it is left when they are off again."""

import json

import pytest

from config import ConfigError, load
from config.capabilities.logging import TRAIL_QUERIES
from config.rules.customer_policies import made_in
from constructs_lib.logging.trail_table import COLUMNS, PARTITIONS
from tests.organizations import SAMPLE, copy_sample
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C5", "E8")

ON = "logging:\n  queries: {}\n"
CHILDREN = ("trail-queries_", "trail-reader_")


def _switched(data, **queries):
    data["logging"]["queries"] = queries


@pytest.fixture
def on(synthesize_changed):
    return synthesize_changed(_switched, ["security"])["security"]


def test_on_they_add_what_is_theirs_alone(synthesized, on):
    before, after = resources(synthesized["security"]), resources(on)
    added = {address for address in after if address.partition(".")[2].startswith(CHILDREN)}
    assert {address.partition(".")[0] for address in added} >= {
        "aws_athena_workgroup",
        "aws_glue_catalog_database",
        "aws_glue_catalog_table",
        "aws_iam_policy",
        "aws_s3_bucket",
    }
    assert {address: body for address, body in after.items() if address not in added} == before


def test_off_again_nothing_is_left(synthesized, synthesize_changed):
    off = synthesize_changed(lambda data: _switched(data, enabled=False), ["security"])
    assert off["security"]["resource"] == synthesized["security"]["resource"]


def test_the_table_has_the_columns_and_partitions_that_rehearsals_ask(on):
    (table,) = on["resource"]["aws_glue_catalog_table"].values()
    (database,) = on["resource"]["aws_glue_catalog_database"].values()
    (workgroup,) = on["resource"]["aws_athena_workgroup"].values()
    assert {one["name"]: one["type"] for one in table["storage_descriptor"]["columns"]} == COLUMNS
    assert [one["name"] for one in table["partition_keys"]] == list(PARTITIONS)
    assert (workgroup["name"], database["name"], table["name"]) == ("trail-queries", "trail", "events")


def _rights(stack, role):
    """What a role of the stack is permitted: action to resources."""
    found = {}
    for name, policy in stack["resource"]["aws_iam_policy"].items():
        if name.startswith(f"{role}_"):
            for one in json.loads(policy["policy"])["Statement"]:
                if one["Effect"] == "Allow":
                    actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
                    given = one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
                    for action in actions:
                        found.setdefault(action, set()).update(given)
    return found


def _tails(arns):
    return {arn.rpartition(":")[2] for arn in arns}


def test_the_route_that_deploys_them_names_them_and_the_one_that_plans_reads(on):
    deploys, plans = _rights(on, "execution-role"), _rights(on, "plan-role")
    assert _tails(deploys["athena:UpdateWorkGroup"]) == {"workgroup/trail-queries"}
    assert _tails(deploys["athena:TagResource"]) == {"workgroup/trail-queries"}
    assert _tails(deploys["glue:UpdateTable"]) == {"catalog", "database/trail", "table/trail/events"}
    assert _tails(plans["glue:GetTable"]) == {"catalog", "database/trail", "table/trail/events"}
    written = {action for action in plans if action.startswith(("athena:", "glue:"))}
    assert written == {
        "athena:GetWorkGroup",
        "athena:ListTagsForResource",
        "glue:GetDatabase",
        "glue:GetPartitionIndexes",
        "glue:GetTable",
        "glue:GetTags",
    }


@pytest.mark.parametrize("policy", ["execution-role_", "boundary_"])
def test_who_may_read_the_trail_is_not_for_the_ordinary_route_to_say(on, policy):
    denied = [
        one["Action"]
        for name, found in on["resource"]["aws_iam_policy"].items()
        if name.startswith(policy)
        for one in json.loads(found["policy"])["Statement"]
        if one["Effect"] == "Deny" and f":policy/{TRAIL_QUERIES}" in json.dumps(one.get("Resource"))
    ]
    assert any("iam:Create*" in actions for actions in denied)


def test_permission_sets_may_name_the_readers_policy(tmp_path):
    config = copy_sample(tmp_path)
    file = config / "organization.yaml"
    text = file.read_text(encoding="utf-8")
    assert "\nlogging:\n" in text
    file.write_text(text.replace("\nlogging:\n", f"\n{ON}", 1), encoding="utf-8")
    for directory, expected in ((config, True), (SAMPLE, False)):
        organization = load(directory)
        made = made_in(organization.accounts["security"], organization)
        assert (f"/{TRAIL_QUERIES}" in made) is expected


CI = {"github": {"owner": "acme", "repository": "zone", "owner_id": "1", "repository_id": "2"}}


def _reviewed(data):
    _switched(data, rehearsal_days=30)
    data["ci"] = CI


def test_reviews_query_by_a_role_of_their_own(synthesize_changed):
    found = synthesize_changed(_reviewed, ["security", "terraform"])
    roles = found["security"]["resource"]["aws_iam_role"]
    (role,) = (one for name, one in roles.items() if name.startswith("trail-reader-role_"))
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert role["name"] == "TrailReader"
    assert statement["Condition"]["ArnEquals"]["aws:PrincipalArn"].endswith(":role/TerraformCiPlanRole")
    attached = [
        one["policy_arn"]
        for name, one in found["security"]["resource"]["aws_iam_role_policy_attachment"].items()
        if name.startswith("trail-reader-role_")
    ]
    assert [arn.startswith("${aws_iam_policy.trail-reader_") for arn in attached] == [True]
    may = {
        name.partition("_")[0]
        for name, one in found["terraform"]["resource"]["aws_iam_policy"].items()
        if ":role/TrailReader" in one["policy"]
    }
    assert may == {"ci-plan"}


def test_without_pipelines_there_are_no_reviews_to_show_it_in(synthesize_changed):
    def change(data):
        _switched(data, rehearsal_days=30)
        data["ci"] = None

    with pytest.raises(ConfigError, match=r"logging\.queries\.rehearsal_days"):
        synthesize_changed(change, ["security"])
