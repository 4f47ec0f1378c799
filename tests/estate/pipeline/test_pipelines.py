"""The pipelines that are written."""

import configparser
import io
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from estate.pipeline import github, gitlab
from estate.pipeline.setting import NoPipelineError

SCHEMAS = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
SHA = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")


def valid(text, schema):
    document = yaml.load(text, yaml.BaseLoader)
    typed = {**yaml.safe_load(text)}
    typed.pop(True, None)
    if "on" in document:
        typed["on"] = document["on"]
    jsonschema.Draft7Validator(json.loads((SCHEMAS / f"{schema}.json").read_text())).validate(typed)
    return typed


def steps(workflow):
    return [(name, step) for name, job in workflow["jobs"].items() for step in job["steps"]]


@pytest.fixture(scope="module")
def workflow(setting):
    return valid(github.workflow(setting), "github-workflows")


@pytest.fixture(scope="module")
def pipeline(setting):
    return valid(gitlab.pipeline(setting), "gitlab-ci")


@pytest.fixture(scope="module")
def child(setting):
    return valid(gitlab.deploys(setting, ["network", "production", "staging", "terraform"]), "gitlab-ci")


class TestGithub:
    @pytest.mark.row("B7")
    def test_stages_follow_each_other(self, workflow, setting):
        deploys = [name for name in workflow["jobs"] if name.startswith("deploy_")]
        assert len(deploys) == len(setting.stages)
        for index, name in enumerate(deploys):
            assert workflow["jobs"][name]["needs"] == ["stacks", *deploys[:index]]

    @pytest.mark.row("B7", "C4")
    def test_deploys_need_the_environment_and_wait_for_each_other(self, workflow):
        for name, job in workflow["jobs"].items():
            if name.startswith("deploy_"):
                assert job["environment"] == "production"
                assert job["concurrency"] == {"group": "estate-${{ matrix.stack }}", "queue": "max"}
                assert "github.event_name == 'push'" in job["if"]
            else:
                assert "environment" not in job

    @pytest.mark.row("C4")
    def test_only_deploys_get_the_deploying_role(self, workflow, setting):
        for name, step in steps(workflow):
            role = step.get("env", {}).get("ROLE")
            if role:
                assert role == (setting.deploy_role if name.startswith("deploy_") else setting.plan_role)

    def test_jobs_have_the_permissions_that_they_need(self, workflow):
        assert workflow["permissions"] == {"contents": "read"}
        for name, job in workflow["jobs"].items():
            asks_aws = any("Sign in" in step.get("name", "") for step in job["steps"])
            assert (job["permissions"].get("id-token") == "write") is asks_aws, name
            assert job["permissions"]["contents"] == "read"
        assert workflow["jobs"]["report"]["permissions"]["pull-requests"] == "write"

    def test_actions_are_pinned_to_commits(self, workflow):
        used = [step["uses"] for _, step in steps(workflow) if "uses" in step]
        assert used
        assert all(SHA.fullmatch(action) for action in used)

    def test_their_versions_are_shown(self, setting):
        lines = [line for line in github.workflow(setting).splitlines() if "uses:" in line]
        assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)

    def test_what_others_write_never_becomes_a_script(self, workflow):
        """Titles and branch names are texts of strangers: expressions only in places that are no shell."""
        assert [step["run"] for _, step in steps(workflow) if "${{" in step.get("run", "")] == []

    @pytest.mark.row("B7")
    def test_the_impact_is_posted_with_the_plans(self, workflow):
        checkout, *_, comment = workflow["jobs"]["report"]["steps"]
        assert checkout["with"]["fetch-depth"] == 0
        assert comment["env"]["BASE"] == "${{ github.event.pull_request.base.sha }}"
        assert 'pipeline comment plans --base "$BASE"' in comment["run"]

    def test_large_organizations_get_several_matrices(self, setting_of):
        found = valid(github.workflow(setting_of(workloads=600)), "github-workflows")
        last = [name for name in found["jobs"] if name.startswith("deploy_4_")]
        assert len(last) == 3
        assert found["jobs"][last[0]]["needs"] == found["jobs"][last[2]]["needs"]
        assert set(found["jobs"]["stacks"]["outputs"]) >= {"plan_0", "plan_2", "deploy_4_2"}

    def test_it_is_not_written_without_a_repository(self, setting_of):
        with pytest.raises(NoPipelineError, match=r"no `ci\.github`"):
            github.workflow(setting_of(ci={"gitlab": {"project": "acme/zone"}}))


class TestGitlab:
    @pytest.mark.row("C4")
    def test_jobs_get_a_token_of_their_own(self, pipeline, child):
        assert pipeline["plan"]["id_tokens"] == {"AWS_ID_TOKEN": {"aud": "https://gitlab.com"}}
        assert child["deploy network"]["id_tokens"] == {"AWS_ID_TOKEN": {"aud": "https://gitlab.com"}}

    @pytest.mark.row("B7")
    def test_only_what_changed_is_deployed_in_order(self, child):
        stages = {name: job["stage"] for name, job in child.items() if name.startswith("deploy ")}
        assert stages == {
            "deploy terraform": "stage-1",
            "deploy network": "stage-3",
            "deploy production": "stage-4",
            "deploy staging": "stage-4",
        }
        assert child["stages"] == [f"stage-{number}" for number in range(5)]

    @pytest.mark.row("B7")
    def test_deploys_need_the_environment_and_wait_for_each_other(self, child):
        assert child["deploy network"]["environment"] == {"name": "production"}
        assert child["deploy network"]["resource_group"] == "estate-network"

    @pytest.mark.row("C4")
    def test_roles(self, pipeline, child, setting):
        assert pipeline["plan"]["variables"]["ROLE"] == setting.plan_role
        assert child["deploy network"]["variables"]["ROLE"] == setting.deploy_role
        assert child["deploy network"]["variables"]["AWS_PROFILE"] == "pipeline"

    def test_the_management_account_has_its_own_profile(self, setting):
        found = valid(gitlab.deploys(setting, ["management"]), "gitlab-ci")
        assert found["deploy management"]["variables"]["AWS_PROFILE"] == "management"

    def test_plans_are_shown_on_the_merge_request(self, pipeline):
        assert pipeline["plan"]["artifacts"]["reports"] == {"terraform": ["plans/*.json"]}
        assert "parallel" not in pipeline["plan"]

    @pytest.mark.row("B7")
    def test_the_impact_is_shown_beside_them(self, pipeline):
        job = pipeline["impact"]
        assert (job["stage"], job["variables"]) == ("plan", {"GIT_DEPTH": "0"})
        assert "id_tokens" not in job
        assert job["artifacts"]["expose_as"] == "Impact"
        assert 'pipeline impact "$CI_MERGE_REQUEST_DIFF_BASE_SHA"' in job["script"][1]

    def test_large_organizations_plan_in_parts(self, setting_of):
        assert valid(gitlab.pipeline(setting_of(workloads=100)), "gitlab-ci")["plan"]["parallel"] == 6

    def test_nothing_to_deploy_is_a_pipeline_too(self, setting):
        assert "nothing to deploy" in valid(gitlab.deploys(setting, []), "gitlab-ci")

    def test_it_is_not_written_without_a_project(self, setting_of):
        setting = setting_of(ci={"github": {"owner": "acme", "repository": "zone"}})
        for write in (gitlab.pipeline, lambda found: gitlab.deploys(found, [])):
            with pytest.raises(NoPipelineError, match=r"no `ci\.gitlab`"):
                write(setting)


class TestBoth:
    @pytest.mark.row("C4", "C14")
    @pytest.mark.parametrize("write", [github.workflow, gitlab.pipeline])
    def test_no_secret_is_in_it(self, setting, write):
        text = write(setting)
        assert not re.search(r"secrets\.|AWS_SECRET|AWS_ACCESS_KEY|AKIA|password", text, re.IGNORECASE)

    @pytest.mark.parametrize("write", [github.workflow, gitlab.pipeline])
    def test_the_same_organization_makes_the_same_pipeline(self, setting, setting_of, write):
        assert write(setting) == write(setting_of())

    @pytest.mark.parametrize("write", [github.workflow, gitlab.pipeline])
    def test_another_product_account_changes_nothing_but_the_ids(self, setting_of, setting, write):
        """Stacks are found when the pipeline runs: an account more is no change to it."""
        more = setting_of(workloads=3)
        same = write(more)
        for old, new in (("plan_role", "plan_role"), ("deploy_role", "deploy_role"), ("state_reader", "state_reader")):
            same = same.replace(getattr(more, old), getattr(setting, new))
        assert same == write(setting)

    def test_scripts_are_correct_bash(self, workflow, pipeline, child):
        scripts = [step["run"] for _, step in steps(workflow) if "run" in step]
        scripts += [text for job in (*pipeline.values(), *child.values()) if "script" in job for text in job["script"]]
        assert len(scripts) > 10
        for script in scripts:
            checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            assert checked.returncode == 0, checked.stderr

    @pytest.mark.parametrize("system", ["github", "gitlab"])
    def test_signing_in_writes_profiles_for_aws(self, workflow, pipeline, tmp_path, system):
        config = tmp_path / "aws-config"
        variables = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        if system == "github":
            (tmp_path / "curl").write_text('#!/bin/sh\necho \'{"value": "the.token"}\'\n')
            (tmp_path / "jq").write_text("#!/bin/sh\necho the.token\n")
            for program in ("curl", "jq"):
                (tmp_path / program).chmod(0o755)
            step = next(
                step for name, step in steps(workflow) if name == "plan_0" and step.get("name") == "Sign in to AWS"
            )
            script = step["run"]
            variables |= {
                **step["env"],
                "STACK": "management",
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_ENV": str(tmp_path / "env"),
                "GITHUB_RUN_ID": "12345678901",
                "GITHUB_RUN_ATTEMPT": "1",
                "GITHUB_SHA": "a" * 40,
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com?x",
            }
        else:
            script = pipeline["plan"]["script"][1]
            variables |= {
                **pipeline["variables"],
                **pipeline["plan"]["variables"],
                "CI_PROJECT_DIR": str(tmp_path),
                "AWS_CONFIG_FILE": str(config),
                "AWS_ID_TOKEN": "the.token",
                "CI_PIPELINE_ID": "987654321",
                "CI_COMMIT_SHA": "a" * 40,
            }
        subprocess.run(["bash", "-eu", "-c", script], env=variables, check=True)
        found = configparser.ConfigParser()
        found.read_file(io.StringIO(config.read_text()))
        assert found["profile pipeline"]["role_arn"] == variables["ROLE"]
        assert Path(found["profile pipeline"]["web_identity_token_file"]).read_text().strip() == "the.token"
        name = found["profile pipeline"]["role_session_name"]
        assert name.startswith(f"{system}-")
        assert "a" * 40 in name
        assert len(name) <= 64
        assert found["profile management"]["source_profile"] == "pipeline"
        assert found["profile management"]["external_id"] == "example-terraform"
        if system == "github":
            assert "AWS_PROFILE=management" in (tmp_path / "env").read_text()


class TestSetting:
    def test_the_ids_must_be_known(self, setting_of):
        with pytest.raises(NoPipelineError, match="estate lock"):
            setting_of(locked=False)

    def test_pipelines_must_be_configured(self, setting_of):
        with pytest.raises(NoPipelineError, match="no `ci`"):
            setting_of(ci=None)

    def test_parts(self, setting):
        found = setting.parts(["production", "network", "staging"], 2)
        assert found["deploy_3_0"] == ["network"]
        assert found["deploy_4_0"] == ["production", "staging"]
        assert found["deploy_0_0"] == []
        assert [name for key, part in found.items() if key.startswith("plan") for name in part] == [
            "network",
            "production",
            "staging",
        ]
