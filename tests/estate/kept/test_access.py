"""Through which roles pipelines plan and deploy a stack."""

import pytest

from config import load
from config.capabilities.workload import WorkloadStack
from estate.kept import access
from estate.kept.access import NoAccessError, reading, writing


@pytest.fixture(scope="module")
def organization(write_organization, tmp_path_factory):
    return load(write_organization(tmp_path_factory.mktemp("access") / "config"))


@pytest.mark.row("E2", "B4")
def test_who_plans_reads_and_who_deploys_writes(organization):
    plan, deploy = reading(organization, "network"), writing(organization, "network")
    assert (plan.role, plan.lock) == ("TerraformPlanRole", False)
    assert (deploy.role, deploy.lock) == ("TerraformExecutionRole", True)
    assert plan.state_role.endswith(":role/TerraformStateReadRole")
    assert deploy.state_role.endswith(":role/TerraformStateRole")
    assert writing(organization, "network", "OrganizationAccountAccessRole").variables == {
        "TF_VAR_deploy_role": "OrganizationAccountAccessRole"
    }


@pytest.mark.row("E6")
def test_a_workload_has_roles_of_its_own(organization, monkeypatch):
    web = WorkloadStack(key="web", on=["account:production"], build="m:f", types={"aws_sqs_queue"})
    known = {"production-web": (organization.accounts["production"], web)}
    monkeypatch.setattr(access, "stacks_of", lambda _: known)
    assert reading(organization, "production-web").role == "TerraformPlanRole-web"
    assert writing(organization, "production-web").role == "TerraformExecutionRole-web"


def test_without_pipelines_nobody_only_reads(write_organization, tmp_path):
    without = load(write_organization(tmp_path / "config", ci=None))
    with pytest.raises(NoAccessError, match="has no `ci`"):
        reading(without, "network")
