"""Ways to jewels that a change opens and closes."""

import json
import shutil
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from config import load
from estate.cli import app
from estate.controls.impact import impact
from estate.controls.impact_report import as_json, as_markdown
from estate.controls.ways import ways_between
from tests.estate.access.worlds import WORK, allow, ids_of, questions_of, role, root, small, trust
from tests.organizations import write_organization

pytestmark = [pytest.mark.row("E7"), pytest.mark.row("A7")]
STOP = "cloudtrail:StopLogging"
TABLES = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
ACCOUNT_ADMIN = f"role:{WORK}/OrganizationAccountAccessRole"
"""Administers the caller's account, and so can let itself into the caller."""


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    return small(tmp_path_factory.mktemp("organization"))


@pytest.fixture(scope="module")
def ids(organization):
    return ids_of(organization)


@pytest.fixture(scope="module")
def ask(organization, ids):
    """A trail in the security account, roles beside it, and a role in a workload account."""

    def build(*statements, trusted=None, condition=None, more=None):
        trusting = trust(AWS=trusted or f"arn:aws:iam::{ids[WORK]}:role/caller", conditions=condition or {})
        return questions_of(
            organization,
            security={
                "aws_cloudtrail": {"trail": {"name": "organization"}},
                "aws_iam_role": {"helper": role("helper", trusting, *statements), **(more or {})},
            },
            workload_0000={
                "aws_iam_role": {
                    "caller": role("caller", trust(Service="lambda.amazonaws.com"), allow("sts:AssumeRole"))
                }
            },
        )

    return build


def rows(found):
    return [(each.jewel, each.accounts, each.who, each.rightful) for each in found]


def test_a_right_that_is_given_opens_ways_and_one_that_is_taken_closes_them(ask):
    without, given = ask(allow("s3:GetObject")), ask(allow(STOP))
    found = ways_between(without, given)
    assert rows(found.gained) == [("audit-trail", ("security",), "role:security/helper", False)]
    assert found.lost == ()
    trail = "arn:aws:cloudtrail:eu-central-1:%s:trail/organization"
    (gained,) = found.gained
    assert gained.sentence == (
        f"role:security/helper ({ACCOUNT_ADMIN}, role:{WORK}/caller, service:lambda.amazonaws.com can become it) → can call {STOP} on "
        f"{trail % ids_of(given.organization)['security']} in security"
    )
    back = ways_between(given, without)
    assert (back.gained, rows(back.lost)) == ((), rows(found.gained))
    assert not ways_between(given, given)


def test_only_the_calls_that_are_new_are_told(ask):
    found = ways_between(ask(allow(STOP)), ask(allow([STOP, "cloudtrail:DeleteTrail"])))
    (gained,) = found.gained
    assert "can call cloudtrail:DeleteTrail on" in gained.sentence
    assert STOP not in gained.sentence


def test_who_comes_to_be_trusted_is_told_with_the_steps(ask, ids):
    """The helper could do it before: what is new is the caller, and who becomes the caller."""
    found = ways_between(ask(allow(STOP), trusted=f"arn:aws:iam::{ids[WORK]}:role/nobody"), ask(allow(STOP)))
    assert rows(found.gained) == [("audit-trail", ("security",), f"role:{WORK}/caller", False)]
    assert (
        f"role:{WORK}/caller ({ACCOUNT_ADMIN}, service:lambda.amazonaws.com can become it) → assumes role:security/helper → can"
        in (found.gained[0].sentence)
    )


def test_a_condition_that_comes_to_be_wanted_is_lost_and_gained(ask):
    wanted = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    found = ways_between(ask(allow(STOP)), ask(allow(STOP, Condition=wanted)))
    assert "aws:MultiFactorAuthPresent" not in found.lost[0].sentence
    assert found.gained[0].sentence.endswith(", if aws:MultiFactorAuthPresent Bool true")


def test_what_is_theirs_is_told_apart(ask):
    """An execution role that comes to be is its account's; whoever it trusts besides is not."""
    administrator = role("TerraformExecutionRole", trust(AWS="arn:aws:iam::999988887777:root"), allow("*"))
    found = ways_between(ask(allow("s3:GetObject")), ask(allow("s3:GetObject"), more={"again": administrator}))
    rightful = {(each.jewel, each.who): each.rightful for each in found.gained}
    assert rightful["audit-trail", "role:security/TerraformExecutionRole"] is True
    assert rightful["audit-trail", "outside:999988887777"] is False


def test_a_role_that_every_account_has_is_one_line(organization, ids):
    def build(*statements):
        helper = role("helper", trust(Service="lambda.amazonaws.com"), *statements)
        execution = role("TerraformExecutionRole", trust(AWS=root(ids["terraform"])))
        stack = {"aws_iam_role": {"helper": helper, "execution": execution}}
        return questions_of(organization, workload_0000=stack, workload_0001=stack)

    found = ways_between(build(allow("s3:GetObject")), build(allow("iam:DeleteRole")))
    assert {(each.jewel, each.accounts, each.who) for each in found.gained} == {
        ("deployment-rights", (WORK, "workload-0001"), f"role:{WORK}/helper"),
        ("break-glass", (WORK, "workload-0001"), f"role:{WORK}/helper"),
    }


def test_an_id_that_comes_to_be_known_changes_nothing(tmp_path):
    """Before the lock has an account's id, digits stand for it, in resources and conditions as well."""

    def build(organization):
        own = ids_of(organization)["security"]
        source = {"StringEquals": {"aws:SourceAccount": own, "aws:SourceVpc": "vpc-1"}}
        helper = role("helper", trust(Service="lambda.amazonaws.com"), allow(STOP, Condition=source))
        return questions_of(
            organization,
            security={"aws_cloudtrail": {"trail": {"name": "organization"}}, "aws_iam_role": {"helper": helper}},
        )

    directory = write_organization(tmp_path / "organization", 6)
    before = build(load(directory))
    file = directory / "accounts/security.yaml"
    file.write_text(file.read_text() + 'id: "222222222222"\n')
    after = build(load(directory))
    assert ids_of(before.organization)["security"] != ids_of(after.organization)["security"]
    assert not ways_between(before, after)


def test_the_report_says_first_what_is_refused(ask, organization):
    administrator = role("TerraformExecutionRole", trust(AWS="arn:aws:iam::999988887777:root"), allow("*"))
    found = ways_between(ask(allow("s3:GetObject")), ask(allow(STOP), more={"again": administrator}))
    change = replace(impact(organization, organization), ways=found)
    entries = as_markdown(change, "main").splitlines()
    assert entries[:3] == ["### Ways to what is worth protecting", "", "- Gained"]
    refused = [": not theirs, synthesis refuses it: " in entry for entry in entries[3:]]
    assert refused == sorted(refused, reverse=True)
    assert set(refused) == {True, False}
    data = json.loads(as_json(change, "main"))["ways"]
    assert {each["rightful"] for each in data["gained"]} == {True, False}
    assert data["lost"] == []


def test_the_command_on_two_configurations(tmp_path, monkeypatch):
    """The whole way: two configurations, their stacks, what becomes of the ways."""
    before = write_organization(tmp_path / "before", 6)
    file = before / "organization.yaml"
    file.write_text(
        f"{file.read_text()}jewels:\n  orders: {{account: {WORK}, actions: [dynamodb:DeleteTable], principals: [{ACCOUNT_ADMIN}]}}\n"
    )
    after = shutil.copytree(before, tmp_path / "after")
    boss = f"  boss: {{name: Boss, accounts: [account:{WORK}], trusted_by: [{{account: workload-0001}}], managed_policies: [{TABLES}]}}"
    (after / "organization.yaml").write_text(file.read_text().replace("roles:\n", f"roles:\n{boss}\n"))
    monkeypatch.setenv("ESTATE_CONFIG", str(after))

    def run(*arguments):
        finished = CliRunner().invoke(app, ["impact", str(before), *arguments])
        assert finished.exit_code == 0, finished.output
        return finished.output

    assert json.loads(run("--format", "json", "--no-ways"))["ways"] is None
    assert run().partition("Stacks that may")[0].splitlines()[-2] == (
        f"      orders: not theirs, synthesis refuses it: role:{WORK}/Boss (role:{WORK}/TerraformExecutionRole, "
        f"role:workload-0001/OrganizationAccountAccessRole can become it) → can call dynamodb:DeleteTable in {WORK}"
    )
