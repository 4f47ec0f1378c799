"""The example app: from the wheel in a clean environment, and deployed to the local AWS."""

import json
import os
import shutil
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import botocore.exceptions
import pytest

from estate.local import running_local_aws
from estate.paths import CHECKOUT
from tests.constructs_lib.lazy.app_run import Run
from tests.deployment import Deployment, run

EXAMPLE = CHECKOUT / "examples" / "standalone"
STACKS = ["management", "network", "production"]
MANAGEMENT = "111122223333"


def copied(example, tmp_path):
    """The example as its own checkout has it: nothing of ours beside it, and no Python path."""
    shutil.copytree(example, tmp_path, ignore=shutil.ignore_patterns("cdktf.out"), dirs_exist_ok=True)
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def synthesized(directory):
    return {
        stack: json.loads((directory / "cdktf.out" / "stacks" / stack / "cdk.tf.json").read_text()) for stack in STACKS
    }


@dataclass(frozen=True)
class Checkout:
    directory: Path
    python: Path
    variables: dict[str, str]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    directory = tmp_path_factory.mktemp("checkout") / "dist"
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory, cwd=CHECKOUT)
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_holds_the_library_with_its_types_and_data_and_nothing_else(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in held} == {
        "constructs_lib",
        f"{'-'.join(wheel.name.split('-')[:2])}.dist-info",
    }
    tracked = run("git", "ls-files", "constructs_lib", cwd=CHECKOUT).split()
    assert "constructs_lib/py.typed" in tracked
    assert held >= {name for name in tracked if (CHECKOUT / name).exists()}
    assert not [name for name in held if name.endswith(".pyc")]


@pytest.fixture(scope="module")
def checkout(wheel, tmp_path_factory):
    """The example beside the wheel, in a place whose path needs quoting, with an environment that holds nothing else."""
    directory = tmp_path_factory.mktemp("""a "team's" checkout""")
    clean = copied(EXAMPLE, directory / "examples" / "standalone")
    shutil.copytree(wheel.parent, directory / "dist")
    python = directory / "venv" / "bin" / "python"
    venv.create(directory / "venv", with_pip=True)
    install = ("-m", "pip", "install", "--quiet", "--requirement", "requirements.txt")
    run(python, *install, cwd=directory / "examples" / "standalone", env=clean)
    return Checkout(directory, python, clean)


@pytest.mark.e2e
def test_the_example_synthesizes_from_the_wheel_in_a_clean_environment(checkout):
    example = checkout.directory / "examples" / "standalone"
    run(checkout.python, "main.py", cwd=example, env=checkout.variables)
    stacks = synthesized(example)
    assert set(stacks["network"]["resource"]) >= {"aws_vpc", "aws_subnet", "aws_ram_resource_share"}
    assert set(stacks["management"]["resource"]) >= {"aws_organizations_account", "aws_organizations_policy"}
    (role,) = stacks["production"]["resource"]["aws_iam_role"].values()
    assert role["name"] == "TerraformExecutionRole"


@pytest.mark.e2e
def test_an_app_of_types_that_the_library_does_not_use_loads_these_only_and_synthesizes_the_same(checkout):
    lazy, usual = (
        Run(
            checkout.directory / name, library=None, python=checkout.python, environment={"CONSTRUCTS_LIB_LAZY": switch}
        )
        for name, switch in (("lazy", "1"), ("usual", "0"))
    )
    assert Path(lazy.report["library"]).is_relative_to(checkout.directory / "venv")
    assert lazy.is_lazy
    assert lazy.errors == ""  # the JavaScript half was found too, or the kernel's banner would be there
    assert not usual.is_lazy
    assert lazy.files == usual.files


@pytest.fixture(scope="module")
def local():
    with running_local_aws(management_account_id=MANAGEMENT) as running:
        yield running


@pytest.fixture(scope="module")
def deployed(local, tmp_path_factory):
    directory = tmp_path_factory.mktemp("standalone")
    copied(EXAMPLE, directory)
    run(sys.executable, "main.py", cwd=directory, env={**os.environ, "PYTHONPATH": str(CHECKOUT)})
    deployment = Deployment.of(directory / "cdktf.out", local)
    for stack in STACKS:
        deployment.deploy(stack)
    return deployment


@pytest.mark.e2e
@pytest.mark.parametrize("stack", STACKS)
def test_a_second_plan_is_empty(deployed, stack):
    assert deployed.plan_is_empty(stack)


@pytest.mark.e2e
@pytest.mark.row("A8")
def test_the_workloads_see_the_subnets_of_the_network_account(deployed, local):
    accounts = deployed.outputs("management")["account_ids"]
    shared = local.session(accounts["production"], region="eu-central-1").client("ec2").describe_subnets()["Subnets"]
    seen = {subnet["CidrBlock"] for subnet in shared if subnet["OwnerId"] == accounts["network"]}
    assert seen == {"10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"}


@pytest.mark.e2e
@pytest.mark.row("A2")
def test_the_role_opens_to_the_external_id_only(deployed, local):
    arn = deployed.outputs("production")["execution_role_arn"]
    sts = local.session().client("sts")
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=arn, RoleSessionName="test")
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="test", ExternalId="standalone-example")["Credentials"]
    assert keys["AccessKeyId"]


@pytest.mark.e2e
@pytest.mark.row("A7")
def test_the_policy_is_attached_to_the_workloads(deployed, local):
    unit = deployed.outputs("management")["unit_ids"]["workloads"]
    organizations = local.session().client("organizations")
    attached = organizations.list_policies_for_target(TargetId=unit, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert "stay" in {policy["Name"] for policy in attached}
