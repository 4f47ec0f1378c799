"""The state's bucket, key, locks and roles, made and used by real Terraform against the local AWS."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole

from constructs_lib import (
    CiRoleConstruct,
    OidcProviderConstruct,
    StateAccessRoleConstruct,
    StateBackendConstruct,
    github_subject,
)
from constructs_lib.ci.oidc_subject import GITHUB
from constructs_lib.ci.permissions import Permissions
from estate.local import LocalAws, running_local_aws
from estate.terraform.providers import environment

pytestmark = pytest.mark.e2e

BUCKET, TABLE, REGION = "acme-terraform-state", "terraform-locks", "eu-central-1"
LOCKS = {
    "s3": {"use_lockfile": True},
    "dynamodb": {"dynamodb_table": TABLE},
    "both": {"use_lockfile": True, "dynamodb_table": TABLE},
}


@dataclass
class House:
    """An organization with a terraform account, and Terraform that works in it with no more than it needs."""

    aws: LocalAws
    directory: Path
    organization_id: str
    account_id: str

    def terraform(self, name, *arguments, good=(0,), **variables):
        """Run Terraform in a stack's directory."""
        found = subprocess.run(
            ["terraform", *arguments],
            cwd=self.directory / "stacks" / name,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.returncode in good, found.stdout + found.stderr
        return found

    def environment(self, **variables):
        return {**environment(self.aws.environment(region=REGION)), "TF_CLI_ARGS": "-no-color", **variables}

    def stack(self, name, lock, *, key=None, role="TerraformStateRole"):
        """A stack without a provider; its backend as the app writes it."""
        backend = {
            "bucket": BUCKET,
            "key": key or f"stacks/{name}.tfstate",
            "region": REGION,
            "assume_role": {
                "role_arn": f"arn:aws:iam::{self.account_id}:role/{role}",
                "tags": {"TerraformStack": name},
            },
            **LOCKS[lock],
        }
        directory = self.directory / "stacks" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        document = {
            "terraform": {"backend": {"s3": backend}},
            "resource": {"terraform_data": {"work": {"input": "1"}}},
            "output": {"value": {"value": "${terraform_data.work.output}"}},
        }
        (directory / "cdk.tf.json").write_text(json.dumps(document))
        return name

    def s3(self):
        return self.aws.session(self.account_id, region=REGION).client("s3")


def terraform_account(house):
    """The stack of the terraform account, deployed by a role with the permissions that its types need."""
    app = App(outdir=str(house.directory))
    stack = TerraformStack(app, "terraform")
    role = AwsProviderAssumeRole(role_arn=f"arn:aws:iam::{house.account_id}:role/Exact")
    AwsProvider(stack, "aws", region=REGION, allowed_account_ids=[house.account_id], assume_role=[role])
    ids = {"organization_id": house.organization_id, "account_id": house.account_id}
    state = StateBackendConstruct(
        stack, "state", bucket_name=BUCKET, region=REGION, lock="both", lock_table_name=TABLE, **ids
    )
    provider = OidcProviderConstruct(stack, "github", issuer=GITHUB, audiences=["sts.amazonaws.com"])
    subject = github_subject("acme", "zone", environment="production", owner_id="1", repository_id="2")
    ci = CiRoleConstruct(stack, "ci", name="ci", subjects=[subject], oidc_providers=[provider], **ids)
    for id_, name, read_only in (("writer", "TerraformStateRole", False), ("reader", "TerraformStateReadRole", True)):
        StateAccessRoleConstruct(
            stack,
            id_,
            name=name,
            location=state.location,
            trusted_arns=[ci.role_arn, f"arn:aws:iam::{house.aws.management_account_id}:root"],
            organization_id=house.organization_id,
            read_only=read_only,
        )
    app.synth()
    return json.loads((house.directory / "stacks/terraform/cdk.tf.json").read_text())


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with running_local_aws() as aws:
        organizations = aws.session().client("organizations")
        organization_id = organizations.create_organization()["Organization"]["Id"]
        status = organizations.create_account(Email="terraform@example.com", AccountName="terraform")
        account_id = status["CreateAccountStatus"]["AccountId"]
        yield House(aws, tmp_path_factory.mktemp("states"), organization_id, account_id)


@pytest.fixture(scope="module")
def deployed(house):
    """The terraform account's stack, deployed."""
    synthesized = terraform_account(house)
    iam = house.aws.session(house.account_id).client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": house.aws.management_account_id},
        },
    }
    iam.create_role(RoleName="Exact", AssumeRolePolicyDocument=json.dumps(trust))
    for number, document in enumerate(Permissions.of(synthesized["resource"]).documents()):
        iam.put_role_policy(RoleName="Exact", PolicyName=f"p{number}", PolicyDocument=document.to_json())
    house.terraform("terraform", "init")
    house.terraform("terraform", "apply", "-auto-approve")
    return house


@pytest.mark.row("B4", "C12", "A10", "B1")
def test_the_permissions_that_are_made_from_types_suffice(deployed):
    """Every call is decided by policies: making, reading, and an empty second plan."""
    assert deployed.terraform("terraform", "plan", "-detailed-exitcode").returncode == 0


@pytest.mark.row("A10")
def test_what_is_deployed_is_protected(deployed):
    before = deployed.terraform("terraform", "state", "list").stdout
    refused = deployed.terraform("terraform", "destroy", "-auto-approve", good=(1,))
    assert "Instance cannot be destroyed" in refused.stderr
    assert deployed.terraform("terraform", "state", "list").stdout == before
    table = deployed.aws.session(deployed.account_id, region=REGION).client("dynamodb").describe_table(TableName=TABLE)
    assert table["Table"]["DeletionProtectionEnabled"] is True


@pytest.mark.row("B3", "A11")
@pytest.mark.parametrize("lock", LOCKS)
def test_a_stack_keeps_its_state_through_the_role(deployed, lock):
    name = deployed.stack(f"keeps-{lock}", lock)
    deployed.terraform(name, "init")
    deployed.terraform(name, "apply", "-auto-approve")
    body = deployed.s3().get_object(Bucket=BUCKET, Key=f"stacks/{name}.tfstate")["Body"].read()
    assert json.loads(body)["outputs"]["value"]["value"] == "1"
    assert deployed.terraform(name, "plan", "-detailed-exitcode").returncode == 0


@pytest.mark.row("A11", "B5")
def test_another_stacks_state_is_closed(deployed):
    deployed.terraform(deployed.stack("mine", "s3"), "init")
    deployed.terraform("mine", "apply", "-auto-approve")
    deployed.stack("thief", "s3", key="stacks/mine.tfstate")
    refused = deployed.terraform("thief", "init", good=(1,))
    assert "StatusCode: 403" in refused.stderr


@pytest.mark.row("C4")
def test_plans_read_through_the_other_role(deployed):
    name = deployed.stack("planned", "s3")
    deployed.terraform(name, "init")
    deployed.terraform(name, "apply", "-auto-approve")
    deployed.stack(name, "s3", role="TerraformStateReadRole")
    deployed.terraform(name, "init")
    assert deployed.terraform(name, "plan", "-detailed-exitcode", "-lock=false").returncode == 0
    refused = deployed.terraform(name, "apply", "-auto-approve", good=(1,))
    assert "AccessDenied" in refused.stderr
