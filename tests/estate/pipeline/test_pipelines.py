"""The pipelines that are written."""

import configparser
import io
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from estate.pipeline.github import review as github_review
from estate.pipeline.github import workflow as github
from estate.pipeline.gitlab import pipeline as gitlab
from estate.pipeline.gitlab.deploys import deploys as gitlab_deploys
from estate.pipeline.setting import NoPipelineError
from tests.estate.pipeline.conftest import CI

SCHEMAS = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
EXCUSED = Path(__file__).parent / "zizmor.yml"
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
def review(setting):
    return valid(github_review.review(setting), "github-workflows")


@pytest.fixture(scope="module")
def pipeline(setting):
    return valid(gitlab.pipeline(setting), "gitlab-ci")


@pytest.fixture(scope="module")
def child(setting):
    kept = ["network", "production", "staging", "terraform", "management"]
    return valid(gitlab_deploys(setting, kept, ["security"], parent="77"), "gitlab-ci")


def test_gitlabs_pipeline_runs_for_requests_to_the_branch_for_its_schedules_and_for_merges(pipeline):
    main = '$CI_COMMIT_BRANCH == "main"'
    assert [rule["if"] for rule in pipeline["workflow"]["rules"]] == [
        '$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"',
        f'$CI_PIPELINE_SOURCE == "schedule" && {main}',
        f'$CI_PIPELINE_SOURCE == "push" && {main}',
    ]


def idents(directory, *options):
    """What zizmor finds."""
    command = [Path(sys.executable).parent / "zizmor", "--offline", "--format", "json", *options, directory]
    scanned = subprocess.run(command, capture_output=True, text=True, check=False)
    assert scanned.stdout, scanned.stderr
    return {found["ident"] for found in json.loads(scanned.stdout)}


def of_kind(workflow, kind):
    return {name: job for name, job in workflow["jobs"].items() if name.startswith(kind)}


ENVIRONMENTS = {
    "core": "core",
    "foundation": "foundation",
    "organization": "organization",
    "trial": "trial",
    "workloads": "production",
}
"""By what jobs are named after: the tier, or the foundation route."""


class TestGithub:
    @pytest.mark.row("B7")
    def test_stages_follow_each_other(self, workflow, setting):
        deploys = list(of_kind(workflow, "deploy_"))
        assert deploys == [
            "deploy_0_organization_0",
            *(f"deploy_{stage}_{route}_0" for stage in (1, 2, 3) for route in ("core", "foundation")),
            *(f"deploy_4_{route}_0" for route in ("trial", "workloads", "core", "foundation")),
        ]
        assert len(setting.stages) == 5
        for name in deploys:
            earlier = [one for one in deploys if int(one.split("_")[1]) < int(name.split("_")[1])]
            assert workflow["jobs"][name]["needs"] == ["plans", *earlier]

    @pytest.mark.row("B7", "C4")
    def test_deploys_need_the_environment_and_wait_for_each_other(self, workflow, review):
        for name, job in {**workflow["jobs"], **review["jobs"]}.items():
            if "deploy_" in name:
                assert job["environment"] == ENVIRONMENTS[name.split("_")[-2]]
                assert job["concurrency"] == {"group": "estate-${{ matrix.stack }}", "queue": "max"}
                assert "github.event_name == 'push'" in job["if"]
            else:
                assert "environment" not in job

    @pytest.mark.row("B7", "E2")
    def test_what_was_planned_is_what_is_applied(self, workflow):
        """A plan job keeps what it planned; a deploy job has the run's own record of it, and plans nothing."""
        plan = workflow["jobs"]["plan_0"]["steps"]
        assert '--keep --later "$LATER"' in plan[-2]["run"]
        assert plan[-1]["with"]["name"] == "plan-${{ matrix.stack }}"
        for name, job in workflow["jobs"].items():
            if "deploy_" in name:
                download, _, apply = job["steps"][-3:]
                assert download["with"]["name"] == f"{'rest' if 'rest' in name else 'plan'}-${{{{ matrix.stack }}}}"
                assert (
                    apply["run"]
                    .splitlines()[-1]
                    .endswith(
                        f'estate apply plans "$STACK" --head "$head" --route {"foundation" if "foundation" in name else "ordinary"}'
                    )
                )
                assert not any("estate plan" in step.get("run", "") for step in job["steps"])

    @pytest.mark.row("E2")
    def test_a_plan_that_failed_or_was_stopped_keeps_all_from_being_applied(self, workflow):
        assert workflow["jobs"]["plans"]["needs"] == ["stacks", "plan_0"]
        for name, job in workflow["jobs"].items():
            if "deploy_" in name:
                assert "!failure()" in job["if"]

    @pytest.mark.row("E2")
    def test_what_has_to_wait_is_planned_and_approved_again(self, workflow):
        deploys = [*of_kind(workflow, "deploy_")]
        assert workflow["jobs"]["rest_0"]["needs"] == ["plans", *deploys]
        assert workflow["jobs"]["rest_plans"]["needs"] == ["rest_0"]
        assert [f"rest_{name}" for name in deploys] == [*of_kind(workflow, "rest_deploy_")]

    def test_a_job_that_was_skipped_gives_no_lists(self, workflow):
        """Its outputs are empty texts, from which no matrix can be made: that would fail the run."""
        for name, job in workflow["jobs"].items():
            if "strategy" in job:
                lists = re.search(r"needs\.(\w+)\.outputs", job["strategy"]["matrix"]["stack"])[1]
                assert f"needs.{lists}.result == 'success'" in job["if"], name
                assert lists in job["needs"], name

    @pytest.mark.row("C4")
    def test_only_deploys_get_the_deploying_role(self, workflow, review, setting):
        route, foundation = setting.routes["network"], setting.foundation["network"]
        found = [*steps(workflow), *steps(review)]
        roles = {name: step["env"]["ROLE"] for name, step in found if "ROLE" in step.get("env", {})}
        assert len(roles) == 26
        for name, role in roles.items():
            if "deploy_" not in name:
                assert role == route.plan_role
            elif "foundation" in name:
                assert role == foundation.deploy_role
            else:
                tier = name.split("_")[-2]
                suffix = "" if tier == "workloads" else f"-{tier}"
                assert role.rpartition("/")[2] == f"TerraformCiDeployRole{suffix}"
        assert foundation.deploy_role.endswith(":role/TerraformCiFoundationRole")

    @pytest.mark.row("C4", "B7")
    @pytest.mark.parametrize(
        ("answer", "refused"), [("true", False), ("false", True), ("null", True), ("", True), ("{}; exit 1", True)]
    )
    def test_nothing_is_deployed_before_the_environments_are_limited(self, workflow, tmp_path, answer, refused):
        """A job that names an environment that is not there makes it, and anybody's branch may use it."""
        (step,) = (step for step in workflow["jobs"]["plans"]["steps"] if step.get("id") == "kept")
        check = step["run"].partition("mkdir -p plans")[0]
        (tmp_path / "gh").write_text(
            f'#!/bin/sh\ncase "$*" in *environments/core*) echo {answer} ;; *) echo true ;; esac\n'
        )
        (tmp_path / "gh").chmod(0o755)
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", check],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_REPOSITORY": "acme/zone"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) is refused
        assert ("Environment core: not there, or not limited to the branch" in done.stderr) is refused
        assert all(f" {name}" in check for name in ENVIRONMENTS.values())
        assert workflow["jobs"]["plans"]["permissions"]["actions"] == "read"
        assert all("plans" in job["needs"] for name, job in workflow["jobs"].items() if name.startswith("deploy_"))

    @pytest.mark.row("C4", "C12")
    def test_the_foundation_route_enters_by_managements_role(self, workflow, setting):
        for name, step in steps(workflow):
            if "deploy_" in name and step.get("name") == "Sign in to AWS":
                entered = "TerraformFoundationRole" if "foundation" in name else "TerraformExecutionRole"
                assert step["env"]["MANAGEMENT_ROLE"] == f"arn:aws:iam::111111111111:role/{entered}"
        assert "management" not in setting.foundation

    @pytest.mark.row("B7")
    def test_the_ids_of_new_accounts_come_back_as_a_request(self, workflow):
        lock = workflow["jobs"]["lock"]
        assert lock["needs"] == ["deploy_0_organization_0"]
        assert lock["permissions"] == {"contents": "write", "pull-requests": "write", "id-token": "write"}
        assert "environment" not in lock
        assert "estate lock --read-only" in lock["steps"][-1]["run"]
        assert not any("needs" in job and "lock" in job["needs"] for job in workflow["jobs"].values())

    def test_jobs_have_the_permissions_that_they_need(self, workflow, review):
        for found in (workflow, review):
            assert found["permissions"] == {}
            for name, job in found["jobs"].items():
                asks_aws = any("Sign in" in step.get("name", "") for step in job["steps"])
                assert (job["permissions"].get("id-token") == "write") is asks_aws, name
                assert job["permissions"]["contents"] == ("write" if name == "lock" else "read")
        assert review["jobs"]["report"]["permissions"]["pull-requests"] == "write"

    @pytest.mark.row("E2")
    def test_a_request_is_data(self, review):
        """The program that plans, judges and comments is the branch's; the request's is in a folder beside it."""
        assert list(review["on"]) == ["pull_request_target"]
        for job in review["jobs"].values():
            own, change = job["steps"][:2]
            assert set(own["with"]) <= {"persist-credentials", "fetch-depth"}
            assert change["with"]["path"] == "change"
            scripts = [step["run"] for step in job["steps"] if "run" in step]
            mentions = [line.strip() for text in scripts for line in text.splitlines() if "change" in line]
            assert mentions == [".venv/bin/python -m estate pipeline take change > touched.md"]
        assert review["jobs"]["stacks"]["if"] == (
            "${{ github.event.pull_request.head.repo.full_name == github.repository }}"
        )

    def test_the_management_account_has_its_own_profile(self, workflow, review):
        found = [step for _, step in (*steps(workflow), *steps(review)) if "AWS_PROFILE" in step.get("env", {})]
        assert len(found) == 27
        own = [step for step in found if step["env"]["AWS_PROFILE"] == "management"]
        assert len(own) == 10  # drift, lock, and the foundation route's
        for step in found:
            profile = step["env"]["AWS_PROFILE"]
            assert step in own or profile == "${{ matrix.stack == 'management' && 'management' || 'pipeline' }}"

    def test_a_scanner_of_workflows_finds_nothing_but_what_is_excused(self, setting, tmp_path):
        (tmp_path / ".github/workflows").mkdir(parents=True)
        for path, text in (
            (github.PATH, github.workflow(setting)),
            (github_review.PATH, github_review.review(setting)),
        ):
            (tmp_path / path).write_text(text)
        assert idents(tmp_path, "--config", EXCUSED) == set()
        assert idents(tmp_path, "--no-config") == set(yaml.safe_load(EXCUSED.read_text())["rules"])

    def test_actions_are_pinned_to_commits(self, workflow, review):
        used = [step["uses"] for _, step in (*steps(workflow), *steps(review)) if "uses" in step]
        assert used
        assert all(SHA.fullmatch(action) for action in used)

    def test_their_versions_are_shown(self, setting):
        lines = [line for line in github.workflow(setting).splitlines() if "uses:" in line]
        assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)

    def test_what_others_write_never_becomes_a_script(self, workflow, review):
        """Titles and branch names are texts of strangers: expressions only in places that are no shell."""
        found = [*steps(workflow), *steps(review)]
        assert [step["run"] for _, step in found if "${{" in step.get("run", "")] == []

    @pytest.mark.row("B7")
    def test_the_impact_is_posted_with_the_plans(self, review):
        *_, page, kept, comment = review["jobs"]["report"]["steps"]
        assert "pipeline comment plans --base HEAD --first touched.md" in comment["run"]
        assert "report HEAD --planned plans --output report.html" in page["run"]
        assert (kept["with"]["path"], kept["with"]["name"]) == ("report.html", "report")
        assert comment["env"]["REPORT"] == f"${{{{ steps.{kept['id']}.outputs.artifact-url }}}}"
        (plans,) = [
            step["with"]["path"] for step in review["jobs"]["plan_0"]["steps"] if "upload" in step.get("uses", "")
        ]
        assert plans.split() == ["plans/*.md", "plans/*.judged.json"]

    def test_large_organizations_get_several_matrices(self, setting_of):
        found = valid(github.workflow(setting_of(workloads=600)), "github-workflows")
        last = [name for name in found["jobs"] if name.startswith("deploy_4_workloads_")]
        assert len(last) == 3
        assert found["jobs"][last[0]]["needs"] == found["jobs"][last[2]]["needs"]
        assert set(found["jobs"]["stacks"]["outputs"]) >= {"plan_0", "plan_2"}
        assert set(found["jobs"]["plans"]["outputs"]) >= {"deploy_4_workloads_2", "rest_2"}

    def test_it_is_not_written_without_a_repository(self, setting_of):
        with pytest.raises(NoPipelineError, match=r"no `ci\.github`"):
            github.workflow(setting_of(ci={"gitlab": {"project": "acme/zone"}}))


class TestGitlab:
    @pytest.mark.row("C4")
    def test_only_jobs_that_ask_aws_get_a_token(self, pipeline, child):
        jobs = {name: job for name, job in {**pipeline, **child}.items() if isinstance(job, dict) and "script" in job}
        for name, job in jobs.items():
            asks_aws = any("role_arn" in text for text in job["script"])
            assert (job.get("id_tokens") == {"ESTATE_ID_TOKEN": {"aud": "https://gitlab.com"}}) is asks_aws, name

    @pytest.mark.row("C4", "E2")
    def test_what_decides_is_in_the_script(self, pipeline, child, setting):
        """Variables of a schedule, or of whoever starts a pipeline, go before those of a job."""
        for name, job in {**pipeline, **child}.items():
            if not isinstance(job, dict) or "script" not in job or name in ("deployed", "nothing to deploy"):
                continue
            assert set(job.get("variables", {})) <= {"GIT_DEPTH"}
            assert 'unset "${!TF_@}" "${!AWS_@}"' in job["script"][0]
        route = setting.routes["network"]
        assert f"role_arn = {route.deploy_role}\n" in child["deploy 3_core part 1"]["script"][2]
        assert f"role_arn = {route.plan_role}\n" in pipeline["plan"]["script"][2]
        assert "variables" not in pipeline
        assert "variables" not in child

    @pytest.mark.row("B7")
    def test_only_what_was_kept_is_deployed_in_order(self, child):
        deploys = {name: job for name, job in child.items() if name.startswith("deploy ")}
        stages = {name: job["stage"] for name, job in deploys.items()}
        assert stages == {
            "deploy 0_organization part 1": "stage-0",
            "deploy 1_core part 1": "stage-1",
            "deploy 3_core part 1": "stage-3",
            "deploy 4_workloads part 1": "stage-4",
            "deploy the rest 2_core part 1": "rest-deploy",
        }
        needs = {name: [need["job"] for need in job["needs"]] for name, job in deploys.items()}
        assert needs["deploy 0_organization part 1"] == ["prepare"]
        assert needs["deploy 4_workloads part 1"] == ["prepare", "deploy 3_core part 1"]
        assert needs["deploy the rest 2_core part 1"] == ["plan the rest"]
        assert "estate apply plans production staging --head" in deploys["deploy 4_workloads part 1"]["script"][3]

    @pytest.mark.row("B7", "E2")
    def test_the_records_are_those_of_the_pipeline_above(self, pipeline, child):
        assert child["deploy 3_core part 1"]["needs"][0] == {"pipeline": "77", "job": "prepare"}
        assert '--parent "$CI_PIPELINE_ID"' in pipeline["prepare"]["script"][2]
        assert "plans/" in pipeline["prepare"]["artifacts"]["paths"]

    @pytest.mark.row("B7")
    def test_deploys_need_the_environment_and_wait_for_each_other(self, child):
        for name, job in child.items():
            if name.startswith("deploy "):
                assert job["environment"] == {"name": ENVIRONMENTS[name.split()[-3].partition("_")[2]]}
        assert child["deploy 3_core part 1"]["resource_group"] == "estate-3_core-1"

    @pytest.mark.row("C4")
    def test_the_management_account_has_its_own_profile(self, child):
        assert "AWS_PROFILE=management " in child["deploy 0_organization part 1"]["script"][3]
        assert "AWS_PROFILE=pipeline " in child["deploy 3_core part 1"]["script"][3]

    @pytest.mark.row("E2")
    def test_a_request_is_data(self, pipeline):
        for name in ("impact", "review", "report"):
            script = "\n".join(pipeline[name]["script"])
            assert "worktree add --force --detach .estate/program FETCH_HEAD" in script
            assert script.index("cd .estate/program") < script.index("make packages")
            assert 'estate pipeline take "$here/.estate/change" > touched.md' in script

    @pytest.mark.row("E2")
    def test_what_a_failed_pipeline_left_is_planned_by_the_next(self, pipeline):
        assert "/raw/deployed.txt?job=deployed" in pipeline["plan"]["script"][3]
        assert pipeline["deployed"]["needs"] == ["deploy"]
        assert pipeline["deploy"]["trigger"]["strategy"] == "depend"

    def test_plans_are_shown_on_the_merge_request(self, pipeline):
        assert pipeline["review"]["artifacts"]["reports"] == {"terraform": ["plans/*.counts.json"]}
        assert pipeline["impact"]["artifacts"]["expose_as"] == "Impact"
        assert pipeline["report"]["artifacts"] == {
            "expose_as": "Report",
            "paths": ["report.html"],
            "expire_in": "1 week",
        }
        assert "parallel" not in pipeline["review"]

    def test_large_organizations_plan_in_parts(self, setting_of):
        found = valid(gitlab.pipeline(setting_of(workloads=100)), "gitlab-ci")
        assert (found["plan"]["parallel"], found["review"]["parallel"]) == (6, 6)

    def test_nothing_to_deploy_is_a_pipeline_too(self, setting):
        assert "nothing to deploy" in valid(gitlab_deploys(setting, [], parent="77"), "gitlab-ci")

    def test_it_is_not_written_without_a_project(self, setting_of):
        setting = setting_of(ci={"github": {"owner": "acme", "repository": "zone"}})
        for write in (gitlab.pipeline, lambda found: gitlab_deploys(found, [], parent="77")):
            with pytest.raises(NoPipelineError, match=r"no `ci\.gitlab`"):
                write(setting)

    @pytest.mark.row("C4", "C12")
    def test_without_the_environment_in_its_tokens_jobs_deploy_workloads_only(self, setting_of):
        """To AWS all jobs of the branch are one, whatever environment they name: they have the tier with the least."""
        setting = setting_of(ci={**CI, "gitlab": {"project": "acme/zone"}})
        kept, rest = ["network", "production", "development", "management"], ["security", "staging"]
        found = valid(gitlab_deploys(setting, kept, rest, parent="77"), "gitlab-ci")
        applying = [name for name, job in found.items() if "estate apply" in str(job)]
        assert applying == ["deploy 4_workloads part 1", "deploy the rest 4_workloads part 1"]
        said = {
            "a person's tier 0_organization": "estate deploy management",
            "a person's tier 3_core": "estate deploy network --role OrganizationAccountAccessRole",
            "a person's tier 4_trial": "estate deploy development --role OrganizationAccountAccessRole",
            "a person's rest of tier 2_core": "estate deploy security --role OrganizationAccountAccessRole",
        }
        assert {name for name in found if name.startswith("a person's")} == set(said)
        for name, command in said.items():
            script = "\n".join(found[name]["script"])
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
            assert done.returncode == 1
            assert "AWS gives no job of this project the role of another tier" in done.stdout
            assert done.stdout.endswith(f"{command}\n")
        assert found["deploy 4_workloads part 1"]["needs"][-1] == {"job": "a person's tier 3_core"}


class TestBoth:
    @pytest.mark.row("C4", "C14")
    @pytest.mark.parametrize("write", [github.workflow, github_review.review, gitlab.pipeline])
    def test_no_secret_is_in_it(self, setting, write):
        text = write(setting)
        assert not re.search(r"secrets\.|AWS_SECRET|AWS_ACCESS_KEY|AKIA|password", text, re.IGNORECASE)

    @pytest.mark.parametrize("write", [github.workflow, github_review.review, gitlab.pipeline])
    def test_the_same_organization_makes_the_same_pipeline(self, setting, setting_of, write):
        assert write(setting) == write(setting_of())

    @pytest.mark.parametrize("write", [github.workflow, github_review.review, gitlab.pipeline])
    def test_another_product_account_changes_nothing_but_the_ids(self, setting_of, setting, write):
        """Stacks are found when the pipeline runs: an account more is no change to it."""
        more = setting_of(workloads=3)
        same = write(more)
        for kind in ("routes", "foundation"):
            for stack, new in getattr(setting, kind).items():
                for name in ("plan_role", "deploy_role"):
                    same = same.replace(getattr(getattr(more, kind)[stack], name), getattr(new, name))
        assert same == write(setting)

    def test_scripts_are_correct_bash(self, workflow, review, pipeline, child):
        scripts = [step["run"] for _, step in (*steps(workflow), *steps(review)) if "run" in step]
        scripts += [text for job in (*pipeline.values(), *child.values()) if "script" in job for text in job["script"]]
        assert len(scripts) > 10
        for script in scripts:
            checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
            assert checked.returncode == 0, checked.stderr

    @pytest.mark.parametrize("system", ["github", "gitlab"])
    def test_signing_in_writes_profiles_for_aws(self, setting, workflow, pipeline, tmp_path, system):
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
                "RUNNER_TEMP": str(tmp_path),
                "GITHUB_RUN_ID": "12345678901",
                "GITHUB_RUN_ATTEMPT": "1",
                "GITHUB_SHA": "a" * 40,
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
                "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com?x",
            }
        else:
            script = "\n".join([pipeline["plan"]["script"][0], pipeline["plan"]["script"][2]])
            variables |= {
                "ESTATE_ID_TOKEN": "the.token",
                "TF_VAR_deploy_role": "OrganizationAccountAccessRole",
                "CI_PROJECT_PATH": "acme/zone",
                "CI_PIPELINE_ID": "987654321",
                "CI_COMMIT_SHA": "a" * 40,
            }
            config = tmp_path / ".estate/aws-config"
        subprocess.run(["bash", "-eu", "-c", script], env=variables, check=True, cwd=tmp_path)
        found = configparser.ConfigParser()
        found.read_file(io.StringIO(config.read_text()))
        assert found["profile pipeline"]["role_arn"] == setting.routes["network"].plan_role
        assert Path(found["profile pipeline"]["web_identity_token_file"]).read_text().strip() == "the.token"
        name = found["profile pipeline"]["role_session_name"]
        assert name.startswith(f"{system}-")
        assert "a" * 40 in name
        assert len(name) <= 64
        assert found["profile management"]["source_profile"] == "pipeline"
        assert found["profile management"]["external_id"] == "example-terraform"


class TestSetting:
    def test_the_ids_must_be_known(self, setting_of):
        with pytest.raises(NoPipelineError, match="estate lock"):
            setting_of(locked=False)

    def test_pipelines_must_be_configured(self, setting_of):
        with pytest.raises(NoPipelineError, match="no `ci`"):
            setting_of(ci=None)

    def test_parts(self, setting):
        found = setting.deploys(["production", "network", "staging"], 2)
        assert found["deploy_3_core_0"] == ["network"]
        assert found["deploy_4_workloads_0"] == ["production", "staging"]
        assert found["deploy_0_organization_0"] == []
        plans = setting.plans(["production", "network", "staging"], 2)
        assert [name for part in plans.values() for name in part] == ["network", "production", "staging"]
        assert list(setting.rest([], 2)) == ["rest_0", "rest_1", "rest_2", "rest_3"]

    def test_what_may_wait_depends_on_what_accounts_are_there_for(self, setting):
        assert setting.later(["network", "production", "staging"]) == ["network", "workload"]
