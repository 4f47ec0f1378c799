"""Whose resource a question is about, and what that means for foreign callers and services."""

import json

import pytest
from typer.testing import CliRunner

from config.controls import Chains
from config.loading.loader import load
from estate.cli import app
from estate.controls.explain import explain
from estate.testing import assert_allowed, assert_denied
from tests.organizations import write_organization

pytestmark = pytest.mark.row("A7", "C7")
STRANGER = "arn:aws:iam::999988887777:role/x"
GUARD = """\
type: {type}
guardrail: {guardrail}
targets: ["ou:workloads"]
"""
SHOP, SITE = "workload-0000", "workload-0001"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = write_organization(tmp_path_factory.mktemp("whose") / "config", 7)
    text = (path / "organization.yaml").read_text()
    (path / "organization.yaml").write_text(text + "policy_types: [service_control_policy, resource_control_policy]\n")
    for type_, guardrail in (
        ("resource_control_policy", "deny-foreign-identities"),
        ("resource_control_policy", "deny-confused-deputies"),
        ("service_control_policy", "deny-foreign-resources"),
    ):
        (path / "policies" / f"{guardrail}.yaml").write_text(GUARD.format(type=type_, guardrail=guardrail))
    return path


@pytest.fixture
def ask(directory):
    chains = Chains(load(directory, prove_access=False))

    def asked(account, action, principal=None, **more):
        who = {"principal_name": principal} if principal else {}
        return explain(chains, chains.organization.accounts[account], action, **who, **more)

    return asked


def by(answer):
    return None if answer.allowed else answer.deciding[1].reason.policy


def test_a_stranger_is_kept_from_the_account_s_resources(ask, directory):
    assert by(ask(SHOP, "s3:GetObject", STRANGER)) == "deny-foreign-identities"
    assert ask("network", "s3:GetObject", STRANGER).allowed  # not under the guardrail
    assert_denied(
        account=SHOP, action="s3:GetObject", principal=STRANGER, by="deny-foreign-identities", config=directory
    )


def test_a_service_is_judged_by_whom_it_comes_for(ask, directory):
    service = "cloudtrail.amazonaws.com"
    foreign = {"aws:SourceAccount": "999988887777"}
    assert by(ask(SHOP, "s3:PutObject", service, context=foreign)) == "deny-confused-deputies"
    assert by(
        ask(
            SHOP,
            "s3:PutObject",
            service,
            context={"aws:SourceArn": "arn:aws:cloudtrail:eu-west-1:999988887777:trail/x"},
        )
    )
    assert ask(SHOP, "s3:PutObject", service).allowed
    own = {"aws:SourceAccount": Chains(load(directory)).account_id(Chains(load(directory)).organization.accounts[SITE])}
    assert ask(SHOP, "s3:PutObject", service, context=own).allowed


def test_a_resource_belongs_to_whom_the_question_says(ask, directory):
    bucket = {"resource": "arn:aws:s3:::theirs/k"}
    assert ask(SHOP, "s3:PutObject", **bucket).allowed  # the account named first owns it
    assert by(ask(SHOP, "s3:PutObject", **bucket, resource_account="999988887777")) == "deny-foreign-resources"
    assert (
        by(ask(SHOP, "s3:PutObject", **bucket, context={"aws:ResourceAccount": "999988887777"}))
        == "deny-foreign-resources"
    )
    assert ask(SHOP, "s3:PutObject", **bucket, resource_account=SITE).allowed
    in_arn = "arn:aws:sqs:eu-central-1:999988887777:orders"
    assert by(ask(SHOP, "sqs:SendMessage", resource=in_arn)) == "deny-foreign-resources"
    assert_denied(account=SHOP, action="s3:PutObject", **bucket, resource_account="999988887777", config=directory)
    assert_allowed(account=SHOP, action="s3:PutObject", **bucket, resource_account=SITE, config=directory)


def test_callers_of_the_organization_are_bound_by_their_own_account_s_policies(ask):
    caller = "arn:aws:iam::111111111111:role/x"  # management
    assert ask(SHOP, "s3:GetObject", caller).allowed


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"region": "eu-centrl-1"}, "Did you mean 'eu-central-1'?"),
        ({"region": "us-gov-west-1"}, "the partition aws-us-gov"),
        ({"resource_account": "workload-000"}, "Did you mean 'workload-000"),
        ({"resource_account": "12345"}, "12 digits"),
    ],
)
def test_regions_and_accounts_that_there_are_not_are_said(ask, more, says):
    with pytest.raises(ValueError, match="expected") as caught:
        ask(SHOP, "ec2:RunInstances", **more)
    assert says in str(caught.value)


def test_the_command_shows_whose_it_is(directory, monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    monkeypatch.setenv("COLUMNS", "200")
    run = CliRunner().invoke
    denied = run(app, ["explain", SHOP, "s3:GetObject", "--principal", STRANGER])
    assert (denied.exit_code, "RCP 'deny-foreign-identities'" in denied.stdout) == (0, True)
    found = json.loads(
        run(app, ["explain", SHOP, "s3:PutObject", "--resource-account", "999988887777", "--json"]).stdout
    )
    assert {each["request"]["resource_account"] for each in found["decisions"]} == {"999988887777"}
    wrong = run(app, ["explain", SHOP, "s3:GetObject", "--region", "eu-centrl-1"])
    assert (wrong.exit_code, "eu-central-1" in wrong.output) == (1, True)
    free = run(app, ["explain", SHOP, "sts:GetCallerIdentity"])
    assert "the call needs no permission" in free.stdout
