"""Stacks of a team's own beside an account's, deployed with real Terraform: built in Python, and from a directory of HCL."""

import json

import pytest

pytestmark = pytest.mark.e2e

OWN = """
from config.capabilities.workload import WorkloadStack

WEB = WorkloadStack(key="web", on=["account:shop"], build="extensions.web.stack:add", types={"aws_sqs_queue"})
OLD = WorkloadStack(
    key="old", on=["account:shop"], module="MODULE", variables={"name": "old"}, types={"aws_sqs_queue"}
)
"""
BUILD = """
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


def add(stack, account):
    SqsQueue(stack, "jobs", name=f"{account.slug}-jobs", sqs_managed_sse_enabled=True)
"""
MODULE = """
variable "name" { type = string }
resource "aws_sqs_queue" "this" {
  name                    = var.name
  sqs_managed_sse_enabled = true
}
"""


@pytest.fixture
def extensions(tmp_path):
    found = tmp_path / "extensions"
    (found / "web/terraform").mkdir(parents=True)
    (found / "web/terraform/main.tf").write_text(MODULE)
    (found / "web/stack.py").write_text(BUILD)
    (found / "web/__init__.py").write_text(OWN.replace("MODULE", str(found / "web/terraform")))
    return found


@pytest.mark.row("E6", "A11", "C12")
def test_workloads_have_stacks_roles_and_states_of_their_own(small, extensions):
    stacks = ["shop-web", "shop-old"]
    own = {"ESTATE_EXTENSIONS": str(extensions)}
    role = "OrganizationAccountAccessRole"
    printed = small.estate("deploy", "terraform", "shop", *stacks, "--yes", "--role", role, **own)
    for name in stacks:
        assert name in printed
        stack = small.stack(name, **own)
        assert not stack.plan(), "a second plan is empty"
        states = small.local.session(small.organization.accounts["terraform"].id).client("s3")
        assert states.head_object(Bucket="acme-terraform-state", Key=f"stacks/{name}.tfstate")
    shop = small.local.session(small.organization.accounts["shop"].id)
    queues = shop.client("sqs", region_name="eu-central-1").list_queues()["QueueUrls"]
    assert sorted(url.rpartition("/")[2] for url in queues) == ["old", "shop-jobs"]

    iam = shop.client("iam")
    attached = iam.list_attached_role_policies(RoleName="TerraformExecutionRole-web")["AttachedPolicies"]
    documents = [
        iam.get_policy_version(
            PolicyArn=policy["PolicyArn"],
            VersionId=iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"],
        )["PolicyVersion"]["Document"]
        for policy in attached
    ]
    assert "sqs:CreateQueue" in json.dumps(documents)
    allowed = {
        action
        for document in documents
        for statement in document["Statement"]
        if statement["Effect"] == "Allow"
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert {action.partition(":")[0] for action in allowed} == {"sqs"}, "what is in the stack, and nothing else"

    for name in stacks:
        small.stack(name, **own).destroy()
    small.estate("deploy", "terraform", "shop", "--yes", "--role", role)
