"""The configuration of an organization that exists: right as it is written, and only added to afterwards."""

import json

import pytest
import yaml

import config
from config.controls import Chains
from config.loading.lock import read_lock, write_lock
from estate.adoption.lockouts import accept_lockouts
from estate.adoption.report import page
from estate.adoption.snapshot import read_snapshot
from estate.adoption.writing import WritingError, write_configuration
from estate.controls.explain import explain
from tests.estate.adoption.test_view import snapshot

pytestmark = pytest.mark.row("E4")
UNITS = [("ou-ab12-11111111", "Shop & Co", "r-ab12", {"Cost": "1"})]
ACCOUNTS = [("222222222222", "Prod", "ou-ab12-11111111", {}), ("333333333333", "Left in the root", "r-ab12", {})]
POLICIES = [("p-11111111", "Deny S3", ["ou-ab12-11111111", "333333333333"])]


def write(directory, found):
    return write_configuration(found, directory, name="Acme", slug="acme")


def texts(directory):
    return {path.relative_to(directory): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_what_is_written_is_a_configuration_without_errors(tmp_path):
    write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES))
    organization, problems = config.examine(tmp_path)
    assert [problem for problem in problems if problem.severity == "error"] == []
    unit = organization.units["shop-co"]
    assert (unit.id, unit.existing_id, unit.own_tags, unit.name) == (
        UNITS[0][0],
        UNITS[0][0],
        {"Cost": "1"},
        "Shop & Co",
    )
    assert organization.accounts["left-in-the-root"].unit is None
    policy = organization.policies["deny-s3"]
    assert json.loads(policy.text)["Statement"][0]["Resource"] == ["*"]  # word for word: not written as "*"
    assert read_lock(tmp_path).existing.policy_attachments == (
        "333333333333:p-11111111",
        "ou-ab12-11111111:p-11111111",
    )


def test_a_second_run_changes_nothing_and_a_later_one_only_adds(tmp_path):
    write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES))
    organization = tmp_path / "organization.yaml"
    organization.write_text("# ours\n" + organization.read_text().replace("  home:", "  # here we are\n  home:"))
    (tmp_path / "accounts/prod.yaml").rename(tmp_path / "accounts/live.yaml")  # before the first deploy, it may be
    before = texts(tmp_path)
    assert write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES)).added == []
    assert texts(tmp_path) == before

    units = [*UNITS, ("ou-ab12-22222222", "New", "ou-ab12-11111111", {})]
    accounts = [*ACCOUNTS, ("444444444444", "Live", "ou-ab12-22222222", {})]
    written = write(tmp_path, snapshot(units, accounts, POLICIES))
    assert written.added == ["organization.yaml: OU shop-co/new", "accounts/new-live.yaml"]
    after = texts(tmp_path)
    assert {path: after[path] for path in before if path.name != "organization.yaml"} == {
        path: text for path, text in before.items() if path.name != "organization.yaml"
    }
    lines = after[organization.relative_to(tmp_path)].splitlines()
    assert [line for line in before[organization.relative_to(tmp_path)].splitlines() if line not in lines] == []
    assert "# ours" in lines
    assert "  # here we are" in lines
    assert config.load(tmp_path).accounts["new-live"].unit.path == "shop-co/new"


FULL_ACCESS = ["111111111111", "222222222222", "333333333333", "ou-ab12-11111111", "r-ab12"]


@pytest.mark.row("E3")
@pytest.mark.parametrize("detached", [["ou-ab12-11111111"], ["r-ab12", "333333333333"], FULL_ACCESS, []])
def test_where_full_access_is_detached_is_read_and_the_proofs_know_it(tmp_path, detached):
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    # A list that allows all but one service, and is on every node where FullAWSAccess is not.
    listed = {**found.policies["p-11111111"], "Name": "List", "Targets": list(detached)}
    listed["Content"] = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": ["braket:*"], "Resource": ["*"]}]}'
    )
    found.policies["p-22222222"] = listed
    found.policies["p-FullAWSAccess"] = {
        **found.policies["p-11111111"],
        "Name": "FullAWSAccess",
        "AwsManaged": True,
        "Targets": [each for each in FULL_ACCESS if each not in detached],
    }
    write(tmp_path, found)
    organization, problems = config.examine(tmp_path)
    assert organization is not None, problems
    ids = {
        "root": "r-ab12",
        **{node.selector: node.id for node in (*organization.units.values(), *organization.accounts.values())},
    }
    assert {ids[node.selector] for node in organization.without_full_access} == set(detached)
    chains = Chains(organization)
    prod = explain(chains, organization.accounts["prod"], "braket:CreateJob")
    assert prod.allowed is not bool({"r-ab12", "ou-ab12-11111111", "222222222222"}.intersection(detached))
    assert write(tmp_path, found).added == []


def test_another_organization_is_refused(tmp_path):
    write(tmp_path, snapshot())
    other = snapshot()
    other.organization["Id"] = "o-ffffffffff"
    before = texts(tmp_path)
    with pytest.raises(WritingError, match="is of o-a1b2c3d4e5, and the one to take over is o-ffffffffff"):
        write(tmp_path, other)
    assert texts(tmp_path) == before


def test_what_control_tower_manages_is_known_and_not_touched(tmp_path):
    found = snapshot(UNITS, ACCOUNTS, [("p-11111111", "aws-guardrails-NllhqI", ["ou-ab12-11111111"])])
    write(tmp_path, found)
    organization = config.load(tmp_path)
    managed = {
        each.slug: each.managed_by
        for each in (*organization.units.values(), *organization.accounts.values(), *organization.policies.values())
    }
    assert managed == {
        "shop-co": "control-tower",
        "prod": "control-tower",
        "aws-guardrails-nllhq-i": "control-tower",
        "left-in-the-root": None,
        "management": None,
    }


def test_services_stay_trusted_until_somebody_takes_them_away_by_name(tmp_path):
    found = snapshot()
    found.service_access = ["sso.amazonaws.com"]
    write(tmp_path, found)
    path = tmp_path / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**data, "trusted_services": ["ram.amazonaws.com"]}))
    assert config.load(tmp_path).trusted_services == ("ram.amazonaws.com", "sso.amazonaws.com")
    path.write_text(
        yaml.safe_dump({**data, "trusted_services": ["ram.amazonaws.com"], "untrusted_services": ["sso.amazonaws.com"]})
    )
    assert config.load(tmp_path).trusted_services == ("ram.amazonaws.com",)


def test_a_thousand_accounts_are_written(tmp_path):
    units = [(f"ou-ab12-{number:08d}", f"Team {number}", "r-ab12", {}) for number in range(50)]
    accounts = [
        (f"{200000000000 + number}", f"Account {number}", units[number % 50][0], {"Team": str(number % 50)})
        for number in range(1000)
    ]
    write(tmp_path, snapshot(units, accounts))
    organization = config.load(tmp_path)
    assert len(organization.accounts) == 1001
    assert organization.accounts["account-7"].tags == {"Team": "7"}
    assert "tags" not in (tmp_path / "accounts/account-7.yaml").read_text()


def test_an_account_is_not_moved_between_the_ous_of_control_tower(tmp_path):
    units = [*UNITS, ("ou-ab12-22222222", "Other", "r-ab12", {})]
    write(tmp_path, snapshot(units, ACCOUNTS, [("p-11111111", "aws-guardrails-NllhqI", ["ou-ab12-11111111"])]))
    path = tmp_path / "accounts/prod.yaml"
    path.write_text(path.read_text().replace("ou: shop-co", "ou: other"))
    with pytest.raises(config.ConfigError, match="Move it with control-tower, then run `estate adopt` again"):
        config.load(tmp_path)


def test_lockouts_that_were_there_are_accepted_with_their_reason(tmp_path):
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.policies["p-11111111"]["Content"] = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["iam:*", "sts:*"], "Resource": "*"}]}
    )
    written = write(tmp_path, found)
    assert config.examine(tmp_path)[0] is None
    accept_lockouts(written)
    organization = config.load(tmp_path)
    accepted = {
        each.case: [account.slug for account in each.accounts]
        for each in organization.policies["deny-s3"].accepted_lockouts
    }
    assert accepted["deploy"] == ["left-in-the-root", "prod"]
    before = texts(tmp_path)
    accept_lockouts(write(tmp_path, found))
    assert texts(tmp_path) == before


def test_what_terraform_made_since_is_not_taken_for_something_new(tmp_path):
    write(tmp_path, snapshot(UNITS, ACCOUNTS, POLICIES))
    lock = read_lock(tmp_path)
    deployed = {"shop-co": UNITS[0][0]}, {"prod": "222222222222", "left-in-the-root": "333333333333"}
    update = {"organizational_units": deployed[0], "accounts": deployed[1], "policies": {"deny-s3": "p-11111111"}}
    write_lock(tmp_path, lock.model_copy(update={**update, "existing": None}))
    (tmp_path / "policies/ours.yaml").write_text(
        "type: service_control_policy\nname: Ours\nstatements: [{effect: Deny, actions: 's3:*'}]\n"
    )
    before = texts(tmp_path)
    policies = [*POLICIES, ("p-22222222", "Ours", ["r-ab12"])]
    found = snapshot(UNITS, ACCOUNTS, policies)
    assert write(tmp_path, found).added == []
    assert {path for path, text in texts(tmp_path).items() if before[path] != text} <= {
        (tmp_path / "organization.lock.yaml").relative_to(tmp_path)
    }
    assert read_lock(tmp_path).existing is None


def test_the_role_by_which_most_accounts_are_entered_stands_once_and_others_at_their_account(tmp_path):
    found = snapshot(UNITS, [*ACCOUNTS, ("444444444444", "Third", "r-ab12", {})], POLICIES)
    roles = {
        "222222222222": "AWSControlTowerExecution",
        "333333333333": "AWSControlTowerExecution",
        "444444444444": "Own",
    }
    found.inside = {"111111111111": {"Role": None, "Found": {}}} | {
        id_: {"Role": role, "Found": {}} for id_, role in roles.items()
    }
    write(tmp_path, found)
    organization = config.load(tmp_path)
    assert organization.break_glass_role == "AWSControlTowerExecution"
    assert {slug: account.entry_role for slug, account in organization.accounts.items() if account.id in roles} == {
        "prod": "AWSControlTowerExecution",
        "left-in-the-root": "AWSControlTowerExecution",
        "third": "Own",
    }


def test_what_was_kept_says_the_same_as_what_was_read(tmp_path):
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.inside = {
        "222222222222": {
            "Role": "Own",
            "Found": {
                "imports": {"global": {"aws_iam_role": {"a": "a", "b": "b"}, "aws_budgets_budget": {"c": "2:c"}}},
                "unread": {"x": "no"},
            },
        }
    }
    found.save(tmp_path / "kept.json")
    written = [
        write(tmp_path / name, each)
        for name, each in (("read", found), ("kept", read_snapshot(tmp_path / "kept.json")))
    ]
    assert page(written[0]) == page(written[1])
    assert "| prod | Own | budgets budget: 1, iam role: 2, x unknown (no) |" in page(written[0])
    assert texts(tmp_path / "read") == texts(tmp_path / "kept")
