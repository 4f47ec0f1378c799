"""Synthesis refuses ways to jewels that are not their rightful principals', and says them as sentences."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import examine, load
from stacks.app import synthesize
from stacks.output import read
from stacks.trespass import trespasses
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E7")
CHECKOUT = Path(__file__).parents[2]
STACKS = ("security", "production")
BOSS = """\
    boss:
      name: Boss
      managed_policies: [arn:aws:iam::aws:policy/AdministratorAccess]
  assignments:
    bosses:
      permission_set: boss
      groups: [developers]
      accounts: [account:security]
"""
ARCHIVE = "organization.yaml: a path to a jewel (log-archive): role:security/cleaner"


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    directory = tmp_path_factory.mktemp("organization")
    configuration = copy_sample(directory / "config")
    synthesize(load(configuration), CHECKOUT / ".terraform.lock.hcl", STACKS, directory / "out")
    return configuration, {name: read(directory / "out", name) for name in STACKS}


@pytest.fixture
def ask(output, tmp_path):
    """The refusals, with more written into organization.yaml and more resources in the security account."""
    directory = copy_sample(tmp_path / "config")

    def find(text="", resources=None, *, whole=False, stack="security"):
        file = directory / "organization.yaml"
        file.write_text((output[0] / "organization.yaml").read_text() + text)
        stacks = json.loads(json.dumps(output[1]))
        for type_, blocks in (resources or {}).items():
            stacks[stack]["resource"].setdefault(type_, {}).update(blocks)
        return trespasses(load(directory), stacks, whole=whole)

    return find


def role(name, actions, **more):
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    return {
        "aws_iam_role": {
            name: {
                "name": name,
                "assume_role_policy": json.dumps(trust),
                "inline_policy": [{"name": "own", "policy": json.dumps(document)}],
                **more,
            }
        }
    }


CLEANER = role("cleaner", ["s3:PutLifecycleConfiguration"])


def test_the_sample_has_none(ask):
    assert ask() == [[], []]


def test_a_role_that_reaches_the_archive_is_refused_with_the_path(ask):
    """The baseline keeps the archive from everybody but who deploys: the same role is fine where it stands."""
    assert ask("", CLEANER) == [[], []]
    (refused,), said = ask("", role("cleaner", ["sso:CreateAccountAssignment"]))
    assert said == []
    assert refused.startswith(
        "organization.yaml: a path to a jewel (people): role:security/cleaner (service:lambda.amazonaws.com can become it) → can call "
        "sso:CreateAccountAssignment in security"
    )
    assert "name 'role:security/cleaner' in `jewels.people.principals`" in refused


def test_an_escalation_is_a_path(ask):
    """Whoever passes a role with rights to a function reaches what the role reaches."""
    both = role("cleaner", ["sso:CreateAccountAssignment"])
    both["aws_iam_role"] |= role("starter", ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])[
        "aws_iam_role"
    ]
    accepted = "\njewels:\n  people:\n    principals: ['role:security/cleaner', 'service:lambda.amazonaws.com']\n"
    (refused,), _ = ask(accepted, both)
    assert (
        "role:security/starter → passes the role to a Lambda function and calls it role:security/cleaner → can call "
        "sso:CreateAccountAssignment"
    ) in refused
    harmless = role("cleaner", ["sso:CreateAccountAssignment"])
    harmless["aws_iam_role"] |= role("starter", ["iam:PassRole", "lambda:CreateFunction"])["aws_iam_role"]
    assert ask(accepted, harmless) == [[], []]


def test_an_identity_that_gives_itself_every_right_reaches_it(ask):
    refused, _ = ask("", role("climber", ["iam:PutRolePolicy"]))
    assert any(
        "→ writes a policy of its own role:security/climber (unlimited) → can call sso:CreateAccountAssignment" in each
        for each in refused
    )
    assert ask("", role("climber", ["iam:PutGroupPolicy"])) == [[], []]


ACCEPTED = """
jewels:
  people:
    accepted:
      - {principal: 'role:security/cleaner', until: %s, reason: Until the old keys are gone.}
      - {principal: 'service:lambda.amazonaws.com', until: 2999-01-01, reason: Runs it.}
"""


def test_an_accepted_path_is_fine_until_its_day(ask):
    resources = role("cleaner", ["sso:CreateAccountAssignment"])
    assert ask(ACCEPTED % "2999-01-01", resources) == [[], []]
    (refused,), _ = ask(ACCEPTED % "2020-01-01", resources)
    assert "role:security/cleaner" in refused


def test_whoever_stands_behind_an_accepted_one_is_not_accepted_with_it(ask):
    first = ACCEPTED.replace(
        "      - {principal: 'service:lambda.amazonaws.com', until: 2999-01-01, reason: Runs it.}\n", ""
    )
    (refused,), _ = ask(first % "2999-01-01", role("cleaner", ["sso:CreateAccountAssignment"]))
    assert "(people): service:lambda.amazonaws.com → assumes role:security/cleaner → can call" in refused


def test_an_accepted_path_that_there_is_not_is_said_where_all_stacks_are_known(ask):
    assert ask(ACCEPTED % "2999-01-01", whole=True)[1] == [
        "organization.yaml: `jewels.people.accepted` has 'role:security/cleaner', who does not reach it. Remove the entry.",
        "organization.yaml: `jewels.people.accepted` has 'service:lambda.amazonaws.com', who does not reach it. Remove the entry.",
    ]
    assert ask(ACCEPTED % "2999-01-01") == [[], []]


def test_a_jewel_of_ones_own(ask):
    own = (
        "\njewels:\n  payroll:\n    account: production\n    actions: [s3:GetObject]\n"
        "    resources: ['arn:aws:s3:::payroll/july']\n    principals: ['role:terraform/*']\n"
    )
    refused, _ = ask(own, role("clerk", ["s3:GetObject"]), stack="production")
    assert any("(payroll): role:production/clerk" in each for each in refused)
    rightful = own.replace(
        "['role:terraform/*']", "['role:*', 'service:*', 'permission-set:*/ReadOnly', 'group:Developers']"
    )
    assert ask(rightful, role("clerk", ["s3:GetObject"]), stack="production") == [[], []]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("keys: {actions: [kms:Decrypt]}", "expected 'keys' to have `principals` and `accepted` only"),
        ("payroll: {principals: [anybody]}", "expected `account` and `actions` of 'payroll', a jewel of your own"),
        ("guardrail: {principals: [anybody]}", "Did you mean 'guardrails'?"),
        ("payroll: {account: prodction, actions: [s3:GetObject]}", "Did you mean 'production'?"),
        ("payroll: {account: production, actions: [s3:GetObjekt]}", "expected one action such as 's3:GetObject'"),
        ("keys: {principals: [cleaner]}", "expected somebody as `estate access` names them"),
        ("keys: {accepted: [{principal: 'role:a/*', until: 2999-01-01, reason: x}]}", "no other wildcards"),
        ("keys: {accepted: [{principal: 'permission-set:*/A*', until: 2999-01-01, reason: x}]}", "no other wildcards"),
        ("keys: {accepted: [{principal: 'role:a/b', until: 2999-01-01}]}", "jewels.keys.accepted[0]"),
        ("keys: {accepted: [{principal: 'role:a/b', until: soon, reason: x}]}", "a day such as '2026-12-31'"),
        ("keys: {accepted: [{principal: 'role:a/b', until: 2020-01-01, reason: x}]}", "expected a day to come"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path, text, says):
    directory = copy_sample(tmp_path / "config")
    file = directory / "organization.yaml"
    file.write_text(f"{file.read_text()}\njewels:\n  {text}\n")
    problems = [str(each) for each in examine(directory, prove_access=False)[1]]
    assert any(says in each for each in problems), problems


def test_the_app_refuses_and_access_still_answers(tmp_path):
    """Synthesis ends with 1, says the path, and does so again from what it keeps; the question why is answered all the same."""
    directory = copy_sample(tmp_path / "config")
    file = directory / "organization.yaml"
    before, assignments, after = file.read_text().partition("  assignments:\n    developers-at-work:")
    assert assignments
    file.write_text(f"{before}{BOSS}    developers-at-work:{after}")
    environment = {
        **os.environ,
        "ESTATE_CONFIG": str(directory),
        "ESTATE_CACHE": str(tmp_path / "cache"),
        "CDKTF_OUTDIR": str(tmp_path / "out"),
        "ESTATE_STACKS": "",
    }
    for _ in range(2):
        app = subprocess.run(
            [sys.executable, "main.py"], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
        )
        assert app.returncode == 1
        assert "a path to a jewel (people): permission-set:security/Boss (group:Developers, person:alan" in app.stderr
    access = subprocess.run(
        [sys.executable, "-m", "estate", "access", "jewels"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert access.returncode == 1, access.stderr
    assert "not theirs  people: permission-set:security/Boss" in access.stdout


def test_a_permission_set_and_who_gets_it_are_accepted_in_every_account_at_once(tmp_path):
    directory = copy_sample(tmp_path / "config")
    file = directory / "organization.yaml"
    before, _assignments, after = file.read_text().partition("  assignments:\n    developers-at-work:")
    file.write_text(f"{before}{BOSS}    developers-at-work:{after}")
    synthesize(load(directory), CHECKOUT / ".terraform.lock.hcl", STACKS, tmp_path / "out")
    stacks = {name: read(tmp_path / "out", name) for name in STACKS}
    with_boss = file.read_text()

    def refused(*principals):
        found = "".join(
            f"      - {{principal: {each!r}, until: 2999-01-01, reason: Found so.}}\n" for each in principals
        )
        jewels = "".join(
            f"  {kind}:\n    accepted:\n{found}" for kind in ("people", "log-archive", "audit-trail", "keys")
        )
        file.write_text(f"{with_boss}\njewels:\n{jewels}")
        return [each for each in trespasses(load(directory), stacks, whole=True)[0] if "(people)" in each]

    assert all("permission-set:security/Boss" in each for each in refused("permission-set:*/Bos"))
    assert all("group:Developers" in each for each in refused("permission-set:*/Boss"))
    assert refused("permission-set:*/Boss", "group:Developers") == []
