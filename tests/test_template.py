"""The tests' own eyes: what they would overlook, they could not catch."""

import pytest
from cdktf import Annotations, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.provider import AwsProvider

from tests.template import Template, app, synth


def role(stack, id_="role", **arguments):
    return IamRole(stack, id_, **{"name": "r", "assume_role_policy": "{}", **arguments})


def test_only_wants_exactly_one():
    with pytest.raises(AssertionError, match="expected one aws_iam_role, found none"):
        synth(lambda _stack: None).only("aws_iam_role")
    with pytest.raises(AssertionError, match=r"found \['a', 'b'\]"):
        synth(lambda stack: (role(stack, "a"), role(stack, "b"))).only("aws_iam_role")


def test_validations_run():
    with pytest.raises(RuntimeError, match="Found resources without a matching provider"):
        synth(role, provider=False)


def test_an_error_annotation_fails():
    with pytest.raises(RuntimeError, match="not like this"):
        synth(lambda stack: Annotations.of(stack).add_error("not like this"))


def test_warnings_are_seen():
    assert synth(lambda stack: Annotations.of(stack).add_warning("mind the gap")).warnings == ("mind the gap",)


def test_an_expression_without_its_resource_fails():
    with pytest.raises(AssertionError, match="not there"):
        synth(lambda stack: TerraformOutput(stack, "out", value="${aws_iam_role.nobody.arn}"))


def test_references_between_stacks_are_wired():
    scope = app()
    first, second = TerraformStack(scope, "first"), TerraformStack(scope, "second")
    AwsProvider(first, "aws", region="eu-central-1")
    TerraformOutput(second, "arn", value=role(first).arn)
    assert "terraform_remote_state" in Template.of(second).outputs["arn"]
    assert list(Template.of(first).outputs) == ["cross-stack-output-aws_iam_rolerolearn"]


def test_no_path_of_this_machine_is_in_it():
    assert synth(role).json["terraform"]["backend"] == {"local": {"path": "terraform.test.tfstate"}}
