"""The two levels of guardrails hold in the product's sample, and several guardrails in one policy are as good as several policies."""

import json
import shutil

import pytest
from typer.testing import CliRunner

import config
from config.controls import Chains
from estate.cli import app
from estate.controls.explain import explain
from estate.controls.levels import files
from estate.paths import CHECKOUT
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E3")
SAMPLE = CHECKOUT / "tests" / "sample"
TEAM_MAY_NOT = (
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:CreateSAMLProvider",
    "organizations:LeaveOrganization",
    "account:EnableRegion",
    "cloudtrail:StopLogging",
    "config:StopConfigurationRecorder",
    "guardduty:DeleteDetector",
    "securityhub:DisableSecurityHub",
    "access-analyzer:DeleteAnalyzer",
    "logs:DeleteLogGroup",
    "ec2:DisableEbsEncryptionByDefault",
    "s3:PutAccountPublicAccessBlock",
    "kms:ScheduleKeyDeletion",
    "backup:DeleteRecoveryPoint",
    "ec2:ModifyInstanceMetadataDefaults",
    "ec2:DisableSnapshotBlockPublicAccess",
)
STRICT_TOO = (
    "ec2:AttachInternetGateway",
    "ec2:CreateVpcPeeringConnection",
    "events:PutPermission",
    "redshift:AuthorizeDataShare",
    "account:PutContactInformation",
    "signin:CreateOAuth2Token",
    "sts:GetWebIdentityToken",
)


@pytest.fixture(params=["baseline", "strict"])
def level(request, tmp_path, monkeypatch):
    directory = tmp_path / "config"
    shutil.copytree(SAMPLE, directory)
    for path in (directory / "policies").glob("baseline-*.yaml"):
        path.unlink()
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    result = CliRunner().invoke(app, ["guardrails", request.param])
    assert result.exit_code == 0
    assert "written     policies/baseline-identities.yaml" in result.stdout
    return request.param, directory


def test_a_level_holds_keeps_the_quotas_and_locks_nobody_out(level):
    name, directory = level
    organization, problems = config.examine(directory)
    assert [str(problem) for problem in problems] == []
    chains = Chains(organization)
    production = organization.accounts["production"]

    def allowed(action, who="team", **more):
        return explain(chains, production, action, principal_name=who, **more).allowed

    denied = TEAM_MAY_NOT + (STRICT_TOO if name == "strict" else ())
    assert [action for action in denied if allowed(action)] == []
    role = f"arn:aws:iam::{chains.account_id(production)}:role/TerraformExecutionRole"
    assert not allowed("iam:DeleteRole", resource=role)
    assert not allowed("s3:GetObject", who="root")
    assert not allowed("s3:GetObject", who="arn:aws:iam::999988887777:role/x")
    assert allowed("ec2:DescribeInstances")
    assert allowed("s3:GetObject")
    for deployer in ("TerraformExecutionRole", "OrganizationAccountAccessRole"):
        assert allowed("config:PutConfigurationRecorder", who=deployer)
    assert allowed("ec2:AttachInternetGateway") is (name == "baseline")


def test_the_sample_is_the_baseline():
    written = {path.stem: path.read_text() for path in (SAMPLE / "policies").glob("baseline-*.yaml")}
    assert written == files("baseline", config.load(SAMPLE))


def test_names_that_an_organization_changed_are_told_until_they_are_protected(tmp_path, monkeypatch):
    directory = copy_sample(tmp_path / "config")
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    monkeypatch.setenv("COLUMNS", "400")
    assert CliRunner().invoke(app, ["check"]).stderr == ""
    organization = directory / "organization.yaml"
    text = organization.read_text().replace("slug: example ", "slug: ours ")
    organization.write_text(text.replace("bucket: example-terraform-state", "bucket: our-states"))
    told = CliRunner().invoke(app, ["check"])
    assert told.exit_code == 0
    assert "policies/baseline-protection.yaml:21  guardrails.protect-resources.resource_arns" in told.stderr
    assert (
        "names without arn:aws:s3:::our-states, arn:aws:s3:::our-states-access*, arn:aws:s3:::ours-log-archive-*"
        in told.stderr
    )
    policy = directory / "policies/baseline-protection.yaml"
    written = policy.read_text().replace("example-terraform-state", "our-states").replace("example-log-", "ours-log-")
    policy.write_text(written)
    assert CliRunner().invoke(app, ["check"]).stderr == ""
    policy.unlink()
    assert CliRunner().invoke(app, ["check"]).stderr == "", "who took the file away does without"


def test_files_that_are_there_are_left_alone(level):
    _, directory = level
    path = directory / "policies" / "baseline-data.yaml"
    path.write_text(path.read_text() + "# mine\n")
    again = CliRunner().invoke(app, ["guardrails", "baseline"])
    assert "left alone  policies/baseline-data.yaml" in again.stdout
    assert path.read_text().endswith("# mine\n")


@pytest.mark.parametrize(
    ("guardrails", "says"),
    [
        ({"deny-iam-user": None}, "guardrails.deny-iam-user: "),
        ({"require-imdsv2": {"max_hop": 1}}, "guardrails.require-imdsv2.max_hop: "),
        ({"deny-foreign-identities": None}, "type: "),
        ({}, "guardrails: "),
    ],
)
def test_a_mistake_in_one_of_several_is_said_where_it_is(level, guardrails, says):
    _, directory = level
    policy = {"type": "service_control_policy", "targets": ["ou:workloads"], "guardrails": guardrails}
    (directory / "policies" / "mine.yaml").write_text(json.dumps(policy))
    messages = [str(problem) for problem in config.examine(directory)[1]]
    assert any(says in message for message in messages), messages
