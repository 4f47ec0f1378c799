"""Synth fails on a policy that lets strangers in, whichever construct wrote it."""

import json

import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from constructs_lib.iam.policy_lint import lint_policies

ANYBODY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
ACCOUNT = ANYBODY.replace('"*"', '{"AWS":"444455556666"}')


@pytest.fixture
def app(tmp_path):
    return App(outdir=str(tmp_path))


def stack_with(scope, policy, name="production"):
    stack = TerraformStack(scope, name)
    AwsProvider(stack, "aws", region="eu-west-1", allowed_account_ids=["111122223333"])
    IamRole(stack, "role", assume_role_policy=policy)
    return stack


def annotations(app, tmp_path, name="production"):
    app.synth()
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    return [found["message"] for found in manifest["stacks"][name].get("annotations", [])]


def test_a_role_open_to_everybody_fails_synth(app):
    stack_with(app, ACCOUNT, "staging")
    stack_with(app, ANYBODY)
    lint_policies(app)
    with pytest.raises(
        RuntimeError, match=r"production:aws_iam_role\.role' statement 0: Principal '\*' without a condition"
    ):
        app.synth()


def test_stacks_within_constructs_are_checked(app):
    stack_with(Construct(app, "group"), ANYBODY)
    lint_policies(app)
    with pytest.raises(RuntimeError, match="every customer of AWS"):
        app.synth()


def test_what_is_doubtful_becomes_a_warning_of_the_stack(app, tmp_path):
    stack_with(app, ACCOUNT)
    lint_policies(app, accounts=["444455556666"])
    (message,) = annotations(app, tmp_path)
    assert "Every principal of 444455556666 (in the organization)" in message


def test_findings_can_be_accepted(app, tmp_path):
    stack_with(app, ACCOUNT)
    lint_policies(app, accepted=["whole-account@production:aws_iam_role.role"])
    assert annotations(app, tmp_path) == []
