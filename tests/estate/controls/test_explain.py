"""What becomes of requests in the sample organization, and how it is told."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from config.controls import Chains
from config.loading.loader import load
from estate.cli import app
from estate.controls.explain import explain
from estate.opening import meant
from estate.testing import assert_allowed, assert_denied
from tests.organizations import SAMPLE, copy_sample, write_organization

pytestmark = pytest.mark.row("A7", "C7")


@pytest.fixture(autouse=True)
def _sample(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def chains():
    return Chains(load(SAMPLE))


def run(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_a_call_to_another_region_is_denied_and_the_policy_named(chains):
    answer = explain(chains, chains.organization.accounts["production"], "ec2:RunInstances", region="us-west-2")
    request, decision = answer.deciding
    assert (answer.allowed, request.region) == (False, "us-west-2")
    reason = decision.reason
    assert (reason.policy, reason.node, reason.sid) == ("allowed-regions", "ou:workloads", "DenyUnapprovedRegions")


def test_a_global_service_answers_from_its_own_region(chains):
    answer = explain(chains, chains.organization.accounts["production"], "iam:CreateRole", region="ap-south-1")
    assert (answer.allowed, answer.deciding[0].region) == (True, "us-east-1")


def test_every_resource_that_a_call_must_touch_is_asked_about(chains):
    answer = explain(chains, chains.organization.accounts["production"], "ec2:RunInstances")
    kinds = {request.resource.split(":")[5].split("/")[0] for request, _ in answer.decisions}
    assert kinds == {"image", "instance", "network-interface", "security-group", "subnet"}


def test_the_management_account_is_exempt(chains):
    answer = explain(chains, chains.organization.management, "ec2:RunInstances", region="us-west-2")
    assert answer.allowed
    assert "SCP" in answer.deciding[1].exempt


def test_root_users_of_members_are_not(chains):
    account = chains.organization.accounts["production"]
    assert not explain(chains, account, "ec2:RunInstances", region="us-west-2", principal_name="root").allowed


def test_accounts_without_an_id_have_one_of_their_own(chains):
    ids = [chains.account_id(account) for account in chains.organization.accounts.values()]
    assert len(set(ids)) == len(ids)
    assert all(len(account_id) == 12 and account_id.isdigit() for account_id in ids)


def test_the_command_names_policy_node_and_cures():
    result = run("explain", "production", "ec2:RunInstances", "--region", "us-west-2")
    assert result.exit_code == 0
    for words in (
        "denied  ec2:RunInstances in us-west-2, account:production",
        "SCP 'allowed-regions' at ou:workloads, statement 'DenyUnapprovedRegions'",
        "aws:RequestedRegion would have to be eu-central-1 or us-east-1 (it is us-west-2)",
        "aws:PrincipalArn would have to be like arn:aws:iam::*:role/OrganizationAccountAccessRole",
        "policies/allowed-regions.yaml, or where it is attached (ou:workloads)",
    ):
        assert words in result.stdout


def test_the_command_tells_what_decides_if_nothing_denies():
    assert "IAM policies in the account decide" in run("explain", "production", "iam:CreateRole").stdout
    assert "the management account is exempt" in run("explain", "management", "s3:CreateBucket").stdout


def test_json():
    result = run("explain", "production", "ec2:RunInstances", "--region", "us-west-2", "--json")
    found = json.loads(result.stdout)
    assert (found["account"], found["allowed"]) == ("production", False)
    first = found["decisions"][0]
    assert first["request"]["context"]["aws:requestedregion"] == "us-west-2"
    assert first["denied_by"][0]["policy"] == "allowed-regions"
    assert len(first["denied_by"][0]["would_have_to_differ"]) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("prodution", "s3:GetObject"), "Did you mean 'production'?"),
        (("production", "ec2:RunInstance"), "Did you mean 'ec2:RunInstances'?"),
        (("production", "s3:Get*"), "'s3:Get*' is not one action"),
        (("production", "s3:GetObject", "--principal", "a b"), "'a b' is no principal"),
        (("production", "s3:GetObject", "--context", "team"), "expected KEY=VALUE"),
    ],
)
def test_mistakes_end_with_a_cure(arguments, words):
    result = run("explain", *arguments)
    assert result.exit_code == 1
    assert words in result.output


def test_condition_keys_can_be_given_with_one_value_or_several():
    result = run("explain", "production", "s3:GetObject", *("--context", "aws:TagKeys=a") * 1, "--context", "aws:TagKeys=b",
                 "--context", "aws:SourceIp=192.0.2.1", "--json")  # fmt: skip
    context = json.loads(result.stdout)["decisions"][0]["request"]["context"]
    assert (context["aws:tagkeys"], context["aws:sourceip"]) == (["a", "b"], "192.0.2.1")


def test_controls_lists_what_is_in_force_from_the_root_down():
    found = json.loads(run("controls", "production", "--json").stdout)
    assert [(each["policy"], each["from"]) for each in found] == [
        ("ai-opt-out", "root"),
        ("baseline-data", "root"),
        ("baseline-identities", "root"),
        ("baseline-machines", "root"),
        ("baseline-protection", "root"),
        ("baseline-resources", "root"),
        ("cost-tags", "root"),
        ("allowed-regions", "ou:workloads"),
        ("no-long-lived-keys", "account:production"),
    ]
    text = run("controls", "production").stdout
    assert "Work happens in the governed regions only." in text
    assert text.index("from root") < text.index("from ou:workloads") < text.index("from account:production")


def test_controls_says_that_the_management_account_is_exempt():
    result = run("controls", "management")
    assert "No service or resource control policy restricts the management account." in result.stdout
    assert "baseline-identities" not in result.stdout


@pytest.fixture
def locked_out(tmp_path, monkeypatch):
    """The sample with a guardrail that keeps everybody from making roles in production, deployments included."""
    copy_sample(tmp_path / "config")
    (tmp_path / "config" / "policies" / "no-roles.yaml").write_text(
        "type: service_control_policy\ntargets: ['account:production']\n"
        "statements: [{effect: Deny, actions: 'iam:CreateRole'}]\n"
    )
    monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


def test_a_configuration_that_locks_somebody_out_is_explained_all_the_same(locked_out):
    refused = run("check")
    assert refused.exit_code == 1
    assert "a lockout" in refused.output
    answered = run("explain", "production", "iam:CreateRole", "--principal", "TerraformExecutionRole")
    assert answered.exit_code == 0
    assert "SCP 'no-roles' at account:production" in answered.stdout
    assert "no-roles" in [each["policy"] for each in json.loads(run("controls", "production", "--json").stdout)]
    assert_denied(account="production", action="iam:CreateRole", by="no-roles", config=locked_out)


class TestAssertions:
    def test_denied(self):
        assert_denied(account="production", action="ec2:CreateVpc", region="us-west-2", by="allowed-regions")
        with pytest.raises(AssertionError, match="is allowed: no guardrail denies it"):
            assert_denied(account="production", action="ec2:CreateVpc")

    def test_denied_by_another_policy(self):
        with pytest.raises(AssertionError, match="denied by 'allowed-regions', not by 'cost-tags'"):
            assert_denied(account="production", action="ec2:CreateVpc", region="us-west-2", by="cost-tags")

    def test_allowed(self):
        assert_allowed(account="production", action="iam:CreateRole")
        with pytest.raises(AssertionError, match=r"aws:RequestedRegion would have to be eu-central-1 or us-east-1"):
            assert_allowed(account="production", action="ec2:CreateVpc", region="us-west-2")

    def test_what_there_is_not(self):
        for arguments in (
            {"account": "prodution", "action": "s3:GetObject"},
            {"account": "production", "action": "s3:GetObjekt"},
        ):
            with pytest.raises(LookupError, match="Did you mean"):
                assert_allowed(**arguments)
        with pytest.raises(LookupError, match="Did you mean 'baseline-data'"):
            assert_denied(account="production", action="organizations:LeaveOrganization", by="baseline-date")


def test_no_cdktf():
    code = "import sys, estate.testing, estate.commands.explain; print('cdktf' in sys.modules, 'jsii' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False False\n"
    )


def test_a_thousand_accounts_are_explained_with_one_set_of_chains(tmp_path):
    organization = load(write_organization(tmp_path, accounts=1000))
    chains = Chains(organization)
    denied = [
        not explain(chains, account, "organizations:LeaveOrganization").allowed
        for account in organization.accounts.values()
    ]
    assert sum(denied) == sum(
        account.tags.get("environment") == "production"
        or "infrastructure" in str(account.unit.path if account.unit else "")
        for account in organization.accounts.values()
    )


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("prod", "Did you mean 'production'?"),
        ("prodution", "Did you mean 'production'?"),
        (
            "xyz",
            "Name one of development, management, network, production, security, shared-services, staging, terraform.",
        ),
    ],
)
def test_an_unknown_account_is_guessed_or_all_are_named(name, cure):
    assert meant(name, sorted(load(SAMPLE).accounts)) == cure
