"""After synthesis, the lockout proof covers everything that the stacks hold."""

import json
import shutil
from pathlib import Path

import pytest

from config import load
from config.controls.needs import actions_of
from stacks.app import synthesize
from stacks.judging import around, judge, types_of
from stacks.lockout import lockouts, refuse
from stacks.output import read
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("A7", "B4")
CHECKOUT = Path(__file__).parents[2]
GUARD = """\
type: service_control_policy
targets: ["ou:workloads"]
statements:
  - {effect: Deny, actions: ["dynamodb:CreateTable", "sagemaker:*"]}
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    directory = tmp_path_factory.mktemp("organization")
    configuration = copy_sample(directory / "config")
    (configuration / "policies" / "guard.yaml").write_text(GUARD)
    organization = load(configuration)
    synthesize(organization, CHECKOUT / ".terraform.lock.hcl", ["production", "network"], directory / "out")
    return organization, directory / "out"


def refuse_lockouts(organization, out):
    refuse(
        lockouts(
            organization,
            types_of({name: judge(name, read(out, name), around(organization)) for name in ("production", "network")}),
        )
    )


def refusal(output, capsys, tmp_path, type_):
    organization, out = output
    copied = Path(shutil.copytree(out, tmp_path / "out"))
    path = copied / "stacks/production/cdk.tf.json"
    stack = json.loads(path.read_text())
    stack["resource"][type_] = {"one": {}}
    path.write_text(json.dumps(stack))
    with pytest.raises(SystemExit) as ended:
        refuse_lockouts(organization, copied)
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_a_guardrail_about_what_no_stack_holds_is_fine(output):
    refuse_lockouts(*output)


def test_a_resource_that_a_construct_of_ones_own_made_counts(output, capsys, tmp_path):
    assert (
        "policies/guard.yaml: a lockout: TerraformExecutionRole could not deploy the stack of production, since the policy "
        "'guard' on ou:workloads denies it dynamodb:CreateTable (needed for aws_dynamodb_table) in eu-central-1. "
        in refusal(output, capsys, tmp_path, "aws_dynamodb_table")
    )


def test_actions_of_types_that_are_not_listed_are_derived(output, capsys, tmp_path):
    assert actions_of(frozenset({"aws_sagemaker_domain"})) >= {
        f"sagemaker:{verb}Domain" for verb in ("Create", "Delete", "Describe", "Update")
    }
    assert "(needed for aws_sagemaker_domain)" in refusal(output, capsys, tmp_path, "aws_sagemaker_domain")
