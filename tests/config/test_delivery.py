"""Pipelines and managed states in the configuration."""

import pytest
import yaml

from config import ConfigError, examine, load
from config.capabilities.tiers import tier_of
from tests.organizations import SAMPLE, copy_sample

GITHUB = {"owner": "acme", "repository": "landing-zone"}
STATE = {"backend": "s3", "bucket": "acme-terraform-state", "region": "eu-central-1"}


@pytest.fixture
def organization(tmp_path):
    file = copy_sample(tmp_path) / "organization.yaml"

    def changed(*, without_terraform=False, **keys):
        file.write_text(yaml.safe_dump({**yaml.safe_load((SAMPLE / "organization.yaml").read_text()), **keys}))
        if without_terraform:
            (tmp_path / "accounts/terraform.yaml").unlink()
        return load(tmp_path)

    return changed


@pytest.mark.row("C4", "B2")
def test_a_repository_trusted_by_its_name_alone_is_warned_of(organization):
    (warning,) = organization(ci={"github": GITHUB}).warnings
    assert "ci.github: found acme/landing-zone, trusted by its name alone; expected `owner_id`" in str(warning)
    assert organization(ci={"github": {**GITHUB, "owner_id": "1", "repository_id": "2"}}).warnings == ()


@pytest.mark.row("C4", "B2")
def test_a_pipeline_has_roles(organization):
    ci = organization(ci={"github": {**GITHUB, "owner_id": "1", "repository_id": "2"}}).ci
    assert (ci.deploy_role, ci.plan_role) == ("TerraformCiDeployRole", "TerraformCiPlanRole")
    assert (ci.github.branch, ci.github.environment) == ("main", "production")


def test_a_state_is_managed_unless_told_otherwise(organization):
    assert organization(state=STATE).state.managed


def refused(organization, keys):
    with pytest.raises(ConfigError) as error:
        organization(**keys)
    return str(error.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"ci": {}}, "`github`, `gitlab` or `user`: who deploys"),
        ({"ci": {"github": {**GITHUB, "owner_id": "1"}}}, "both `owner_id` and `repository_id`"),
        ({"ci": {"github": {**GITHUB, "owner_id": 1}}}, "Put it in quotes"),
        ({"ci": {"github": {**GITHUB, "owner": "acme/x"}}}, "a GitHub organization or user"),
        ({"ci": {"github": {**GITHUB, "branch": "*"}}}, "without wildcards"),
        ({"ci": {"gitlab": {"project": "zone"}}}, "a project's path with its groups"),
        ({"ci": {"gitlab": {"project": "a/b", "host": "https://x.com"}}}, "a host name"),
        ({"ci": {"user": {"source_ranges": ["192.0.2.1/24"]}}}, "an address range"),
        ({"ci": {"github": GITHUB, "plan_role": "TerraformCiDeployRole"}}, "different names"),
        ({"ci": {"github": GITHUB, "plan_role": "TerraformCiDeployRole-core"}}, "different names"),
        ({"ci": {"github": GITHUB, "deploy_role": "R" * 52}}, "so that " + "R" * 52 + "-organization has at most 64"),
        ({"ci": {"user": {"name": "u" * 52}}}, "a shorter `user.name`"),
        ({"ci": {"github": GITHUB}, "without_terraform": True}, "`ci` without an account for it"),
        ({"state": STATE, "without_terraform": True}, "say `managed: false`"),
        (
            {"state": {**STATE, "access_role": "arn:aws:iam::222222222222:role/state"}},
            "neither `kms_key` nor `access_role` with a managed state",
        ),
    ],
)
def test_refusals(organization, keys, said):
    assert said in refused(organization, keys)


def tiers(**tiers):
    return {"ci": {"github": {**GITHUB, "owner_id": "1", "repository_id": "2"}, "tiers": tiers}}


LIVE, TRIAL = {"accounts": ["ou:workloads/production"]}, {"accounts": ["ou:workloads/development"]}


@pytest.mark.row("C4", "C12")
def test_each_account_has_one_tier(organization):
    found = organization(**tiers(trial=TRIAL, core={"environment": "platform"}))
    by = {slug: tier_of(found, account) for slug, account in found.accounts.items()}
    assert {slug: tier.name for slug, tier in by.items()} == {
        "development": "trial",
        "management": "organization",
        **dict.fromkeys(("network", "security", "shared-services", "terraform"), "core"),
        **dict.fromkeys(("production", "staging"), "workloads"),
    }
    assert (by["network"].github, by["development"].github, by["staging"].github) == ("platform", "trial", "production")
    assert by["staging"].role == "TerraformCiDeployRole"
    assert by["network"].role == "TerraformCiDeployRole-core"


@pytest.mark.row("C4", "C12", "A5")
@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"workloads": TRIAL}, "another name than `tiers.workloads`, which is taken"),
        ({"foundation": TRIAL}, "another name than `tiers.foundation`"),
        ({"core": TRIAL}, "no `accounts` in `tiers.core`"),
        ({"trial": {}}, "`accounts` in `tiers.trial`"),
        ({"trial": {**TRIAL, "environment": "production"}}, "'production' is that of several"),
        ({"trial": {**TRIAL, "environment": "core"}}, "'core' is that of several"),
        ({"core": {"environment": "foundation"}}, "'foundation' is that of several"),
        ({"trial": {"accounts": ["ou:nowhere"]}}, "ci.tiers.trial.accounts[0]: found 'ou:nowhere'"),
        ({"trial": {"accounts": ["ou:infrastructure"]}}, "network is there for something else, and belongs to 'core'"),
        (
            {"trial": {"accounts": ["account:management"]}},
            "management is there for something else, and belongs to 'org",
        ),
        ({"trial": TRIAL, "all": {"accounts": ["ou:workloads"]}}, "found development in 'trial' and in 'all'"),
    ],
)
def test_tiers_that_are_refused(organization, named, said):
    assert said in refused(organization, tiers(**named))


@pytest.mark.row("C4", "C12")
def test_gitlab_alone_is_warned_that_jobs_deploy_workloads_only(organization):
    """AWS sees the subject of its tokens, and by default that does not name the environment."""
    project = {"project": "acme/zone"}
    (warning,) = organization(ci={"gitlab": project}).warnings
    assert "GitLab's jobs deploy workloads only, and a person what is in organization, core" in str(warning)
    assert organization(ci={"gitlab": {**project, "environment_in_subject": True}}).warnings == ()


def test_a_state_that_is_not_managed_needs_no_account(organization):
    foreign = {**STATE, "managed": False, "access_role": "arn:aws:iam::222222222222:role/state"}
    assert not organization(state=foreign, ci=None, without_terraform=True).state.managed


@pytest.mark.row("C4", "C12")
@pytest.mark.parametrize(
    ("number", "units", "expected"),
    [
        (900, ["production"], []),
        (1000, ["production", "staging"], []),  # two tiers of the sample
        (1000, ["production"], ["1,001 stacks in the tier 'workloads'"]),
        (1200, ["production", "staging"], ["'TerraformPlanRole'"]),
    ],
)
def test_so_many_accounts_that_a_role_of_pipelines_has_no_room_are_refused(tmp_path, number, units, expected):
    directory = copy_sample(tmp_path / "config")
    for index in range(number):
        text = f"name: Workload {index:04}\nou: workloads/{units[index % len(units)]}\n"
        (directory / "accounts" / f"workload-{index:04}.yaml").write_text(text)
    _, problems = examine(directory, prove_access=False)
    assert [problem.arrived for problem in problems if problem.severity == "error"] == expected
