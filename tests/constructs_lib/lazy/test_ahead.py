"""Requests that are sent ahead make the same app, and whatever is not as foreseen is noticed."""

import contextlib
import json

import jsii
import pytest
from cdktf import App, DataTerraformRemoteStateLocal, Fn, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleFilter,
)
from constructs import Construct

from constructs_lib.lazy.ahead import UnforeseenError, ahead


class Team(Construct):
    """What apps do with constructs: nested ones, structs, references, overrides, tokens in texts, lists and functions."""

    def __init__(self, scope, id_, provider, several):
        super().__init__(scope, id_)
        role = IamRole(self, "role", name=f"{id_}-ü-😀", assume_role_policy="{}", tags={"a": "b"}, provider=provider)
        policy = IamPolicy(self, "policy", policy=Fn.jsonencode({"of": role.arn}), depends_on=[role])
        for number in range(several):
            IamRolePolicyAttachment(self, f"attachment-{number}", role=role.name, policy_arn=policy.arn)
        role.add_override("lifecycle.prevent_destroy", True)
        bucket = S3Bucket(self, "bucket", bucket_prefix=f"{role.unique_id}-")
        rule = S3BucketLifecycleConfigurationRule(
            id="all", status="Enabled", filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")]
        )
        S3BucketLifecycleConfiguration(self, "rules", bucket=bucket.bucket, rule=[rule])
        self.output = TerraformOutput(self, "arns", value=[role.arn, f"{bucket.arn}/*", bucket.tags_all])
        self.path = bucket.node.path


class Own(TerraformStack):
    """A stack with a method that JavaScript calls."""

    def to_terraform(self):
        return {**super().to_terraform(), "locals": {"own": [1.5, [], {}]}}


def build(out, several=300):
    app = App(outdir=str(out))
    stacks = [Own(app, "first"), TerraformStack(app, "second")]
    for stack in stacks:
        provider = AwsProvider(stack, "aws", region="eu-central-1", default_tags=[{"tags": {"stack": "x"}}])
        teams = [Team(stack, name, provider, several) for name in ("blue", "green")]
        assert teams[1].path == f"{stack.node.id}/green/bucket"
    app.synth()
    return {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_the_output_is_the_same_to_the_byte(tmp_path):
    plain = build(tmp_path / "plain")
    with ahead() as sent:
        assert sent
        assert build(tmp_path / "ahead") == plain
    assert len(plain) == 3


def test_apps_do_not_mix(tmp_path):
    def make(name):
        with ahead():
            app = App(outdir=str(tmp_path / name))
            stack = TerraformStack(app, "stack")
            AwsProvider(stack, "aws", region="eu-central-1")
            roles = [IamRole(stack, f"{name}-{number}", assume_role_policy="{}") for number in range(3)]
            TerraformOutput(stack, "arns", value=[role.arn for role in roles])
        return app

    for name, app in [(name, make(name)) for name in ("one", "other")]:
        app.synth()
        found = json.loads((tmp_path / name / "stacks" / "stack" / "cdk.tf.json").read_text())
        assert found["output"]["arns"]["value"] == [f"${{aws_iam_role.{name}-{number}.arn}}" for number in range(3)]


def test_attributes_are_known_before_the_kernel_answers(tmp_path, monkeypatch):
    with ahead():
        stack = TerraformStack(App(outdir=str(tmp_path)), "stack")
        role = IamRole(stack, "role", assume_role_policy="{}")
        assert role.arn != role.name  # the first one is asked for, to see whether tokens can be named
        process = jsii.kernel.provider._process
        monkeypatch.setattr(process, "send", lambda *_: pytest.fail("waited"))
        other = IamRole(stack, "other", assume_role_policy="{}", name=role.name)
        assert other.arn.startswith("${TfToken[")
        other.add_override("name", other.arn)
        monkeypatch.undo()


def refused(out, then):
    """Make something that JavaScript refuses, and do something else."""
    with ahead():
        stack = TerraformStack(App(outdir=str(out)), "stack")
        for _ in range(2):
            IamRole(stack, "role", assume_role_policy="{}")
        then(stack)


def many_more(stack):
    """So many that answers which nobody reads would fill the pipe."""
    for number in range(2000):
        IamRole(stack, f"role-{number}", assume_role_policy="{}", name="x" * 1000)


def swallow(stack):
    with contextlib.suppress(UnforeseenError):
        assert stack.node.path


@pytest.mark.parametrize("then", [lambda _: None, many_more, swallow], ids=["at the end", "in between", "swallowed"])
def test_what_javascript_refuses_is_noticed(tmp_path, then):
    with pytest.raises(UnforeseenError, match="already a Construct with name 'role'"):
        refused(tmp_path, then)
    assert build(tmp_path / "again", several=1)


def test_errors_of_python_are_to_be_had_again_the_plain_way():
    with pytest.raises(UnforeseenError) as caught, ahead():
        raise ValueError("wrong")
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_token_of_another_name_is_noticed(tmp_path, monkeypatch):
    def read_another():
        with ahead():
            role = IamRole(TerraformStack(App(outdir=str(tmp_path)), "stack"), "role", assume_role_policy="{}")
            assert role.arn
            monkeypatch.setattr("constructs_lib.lazy.ahead._attribute", lambda *_: True)
            assert role.assume_role_policy_input

    with pytest.raises(UnforeseenError):
        read_another()


def test_afterwards_everything_is_as_before():
    before = jsii.create, jsii.get, jsii.invoke
    with ahead():
        assert (jsii.create, jsii.get, jsii.invoke) != before
        with pytest.raises(RuntimeError, match="already"), ahead():
            pass
    assert (jsii.create, jsii.get, jsii.invoke) == before
    assert not {"send", "_next_message"} & vars(jsii.kernel.provider._process).keys()


def test_stack_traces_that_are_asked_for_are_sent(monkeypatch):
    monkeypatch.setenv("JSII_HOST_STACK_TRACES", "1")
    with ahead() as sent:
        assert not sent


def test_one_app_is_synthesized_while_the_next_is_built(tmp_path):
    with ahead() as requests:
        waits = []
        for name in ("one", "other"):
            app = App(outdir=str(tmp_path / name))
            stack = TerraformStack(app, name)
            AwsProvider(stack, "aws", region="eu-central-1")
            TerraformOutput(stack, "arn", value=IamRole(stack, "role", assume_role_policy="{}").arn)
            waits.append(requests.synthesize(app))
        waits[0]()
        assert (tmp_path / "one" / "stacks" / "one" / "cdk.tf.json").is_file()
        waits[1]()
        found = json.loads((tmp_path / "other" / "stacks" / "other" / "cdk.tf.json").read_text())
        assert found["output"]["arn"]["value"] == "${aws_iam_role.role.arn}"


def test_what_javascript_calls_in_python_is_called(tmp_path):
    with ahead() as requests:
        app = App(outdir=str(tmp_path))
        AwsProvider(Own(app, "own"), "aws", region="eu-central-1")
        requests.synthesize(app)()
    found = json.loads((tmp_path / "stacks" / "own" / "cdk.tf.json").read_text())
    assert found["locals"] == {"own": [1.5, [], {}]}


def test_an_app_that_is_not_as_it_must_be_is_noticed_by_whoever_waits(tmp_path):
    def wait():
        with ahead() as requests:
            app = App(outdir=str(tmp_path))
            IamRole(TerraformStack(app, "stack"), "role", assume_role_policy="{}")  # and no provider
            requests.synthesize(app)()

    with pytest.raises(UnforeseenError, match="provider"):
        wait()


def test_lists_and_outputs_of_other_stacks_are_known_before_the_kernel_answers(tmp_path, monkeypatch):
    with ahead():
        app = App(outdir=str(tmp_path))
        stack = TerraformStack(app, "stack")
        AwsProvider(stack, "aws", region="eu-central-1")
        state = DataTerraformRemoteStateLocal(stack, "state", path="state")
        zone = Route53Zone(stack, "zone", name=state.get_string("domain"))
        process = jsii.kernel.provider._process
        monkeypatch.setattr(process, "send", lambda *_: pytest.fail("waited"))
        TerraformOutput(stack, "servers", value=zone.name_servers)
        TerraformOutput(stack, "one", value=state.get_string("others.one"))
        monkeypatch.undo()
        app.synth()
    found = json.loads((tmp_path / "stacks" / "stack" / "cdk.tf.json").read_text())
    read = "data.terraform_remote_state.state.outputs"
    assert found["resource"]["aws_route53_zone"]["zone"]["name"] == f"${{{read}.domain}}"
    assert found["output"]["servers"]["value"] == "${aws_route53_zone.zone.name_servers}"
    assert found["output"]["one"]["value"] == f"${{{read}.others.one}}"
