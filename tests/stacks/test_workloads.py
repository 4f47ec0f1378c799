"""Stacks of a team's own: their names, providers, states and roles; and what is refused."""

import json
import re
import shutil

import pytest

from constructs_lib.policies.document import PolicyDocument
from tests.config.test_extensions import Repository

OWN = """
from config.capabilities.workload import WorkloadStack

WEB = WorkloadStack(key="web", on=["ou:SOME"], build="extensions.jobs.stack:add_web", types={"aws_iam_role", "aws_sqs_queue"})
"""
BUILD = """
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)


def add_web(stack, account):
    SqsQueue(stack, "jobs", name="jobs")
    IamRole(stack, "worker", name="worker", assume_role_policy=TRUST)
"""


@pytest.fixture
def repository(tmp_path):
    found = Repository(tmp_path)
    found.module.write_text(OWN.replace("SOME", "workloads"))
    (found.extensions / "jobs/stack.py").write_text(BUILD)
    return found


def synthesized(repository, **variables):
    done = repository.run("main.py", **variables)
    assert done.returncode == 0, done.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in repository.out.glob("stacks/*/cdk.tf.json")}


@pytest.mark.row("E6", "A11", "C12")
def test_a_workload_is_a_stack_beside_each_account_that_it_is_on(repository):
    stacks = synthesized(repository)
    beside = sorted(name for name in stacks if name.endswith("-web"))
    accounts = [name.removesuffix("-web") for name in beside]
    assert accounts
    assert not {"management", "security", "network"} & set(accounts)
    for account in accounts:
        base, own = stacks[account], stacks[f"{account}-web"]
        assert own["resource"].keys() == {"aws_iam_role", "aws_sqs_queue"}
        for provider in own["provider"]["aws"]:
            assert provider["allowed_account_ids"] == base["provider"]["aws"][0]["allowed_account_ids"]
            assert provider["default_tags"][0]["tags"]["stack"] == f"{account}-web"
        assert own["variable"]["deploy_role"]["default"] == "TerraformExecutionRole-web"
        assert own["terraform"]["backend"] != base["terraform"]["backend"]
        roles = {role["name"] for role in base["resource"]["aws_iam_role"].values()}
        assert {"TerraformExecutionRole", "TerraformExecutionRole-web"} <= roles


def permitted(stack, construct):
    policies = stack["resource"]["aws_iam_policy"].items()
    # Without a lock, an id is an expression with quotes.
    texts = [re.sub(r'\["([\w-]+)"\]', r"[\1]", each["policy"]) for name, each in policies if construct + "_" in name]
    found = [PolicyDocument.from_terraform(text) for text in texts]
    return [statement for document in found for statement in document.statements if statement.effect == "Allow"]


@pytest.mark.row("C12", "E1")
def test_what_a_workloads_role_may_do_on_everything_is_listed(repository):
    repository.module.write_text(OWN.replace("SOME", "workloads").replace("aws_sqs_queue", "aws_security_group"))
    module = repository.extensions / "jobs/stack.py"
    module.write_text(
        BUILD.replace("sqs_queue import SqsQueue", "security_group import SecurityGroup").replace(
            "SqsQueue(", "SecurityGroup("
        )
    )
    done = repository.run("-m", "estate", "rights")
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if "`ec2:CreateSecurityGroup`" in line]
    assert "-web" in row


@pytest.mark.row("C12", "E1")
def test_a_workloads_role_is_permitted_what_its_own_stack_has_by_name(repository):
    stacks = synthesized(repository)
    name = next(name for name in stacks if name.endswith("-web"))
    base = stacks[name.removesuffix("-web")]
    allowed = permitted(base, "execution-role-web")
    for statement in allowed:
        for resource in statement.resources:
            assert resource.endswith((":jobs", ":role/worker", ":role/aws-service-role/*")), statement
    assert {"sqs:CreateQueue", "sqs:GetQueueAttributes"} <= {action for one in allowed for action in one.actions}
    created = next(one for one in allowed if "iam:CreateRole" in one.actions)
    (bound,) = created.conditions["StringEquals"]["iam:PermissionsBoundary"]
    assert bound.endswith(":policy/TerraformBoundary")
    (worker,) = stacks[name]["resource"]["aws_iam_role"].values()
    assert worker["permissions_boundary"].replace('"', "") == bound
    (boundary,) = (one for one in base["resource"]["aws_iam_policy"].values() if one["name"] == "TerraformBoundary")
    assert ":role/worker" in boundary["policy"]


@pytest.mark.row("E6")
def test_a_directory_of_hcl_is_a_stack_too_and_kept(repository, tmp_path):
    kept = {"ESTATE_CACHE": str(tmp_path / "cache")}
    module = repository.extensions / "jobs/terraform"
    module.mkdir()
    (module / "main.tf").write_text('variable "name" { type = string }\n')
    text = OWN.replace("SOME", "workloads").replace(
        'build="extensions.jobs.stack:add_web"', f'module={str(module)!r}, variables={{"name": "x"}}'
    )
    repository.module.write_text(text)
    stacks = synthesized(repository, **kept)
    name = next(name for name in stacks if name.endswith("-web"))
    (found,) = stacks[name]["module"].values()
    assert found["name"] == "x"
    copied = repository.out / "stacks" / name / found["source"] / "main.tf"
    assert copied.read_text().startswith('variable "name"')

    shutil.rmtree(repository.out)
    assert synthesized(repository, JSII_NODE="none", **kept) == stacks
    assert copied.read_text().startswith('variable "name"')

    (module / "main.tf").write_text("# another one\n")
    assert repository.run("main.py", JSII_NODE="none", **kept).returncode
    assert synthesized(repository, **kept) == stacks
    assert copied.read_text() == "# another one\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key="web"', 'key="Web"', "a slug of at most 20 characters"),
        ('build="extensions.jobs.stack:add_web", ', "", "both or neither of `build` and `module`"),
        ('build="extensions.jobs.stack:add_web"', 'module="nowhere"', "a directory with *.tf files"),
        ("aws_sqs_queue", "aws_api_gateway_rest_api", "Write them in `actions`"),
        ("ou:SOME", "ou:elsewhere", "'ou:elsewhere'"),
    ],
)
def test_a_workload_that_cannot_be_is_one_error(repository, old, new, said):
    repository.module.write_text(OWN.replace(old, new).replace("SOME", "workloads"))
    code, printed = repository.check()
    assert code == 1
    assert said in " ".join(printed.split())
