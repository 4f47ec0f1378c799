"""Pipelines of large organizations within what the systems take, and pipelines of other systems."""

import json
import re
import subprocess
from dataclasses import replace

import jsonschema
import pytest
import yaml

from estate.pipeline import others
from estate.pipeline.github import review as github_review
from estate.pipeline.github import workflow as github
from estate.pipeline.gitlab import pipeline as gitlab
from estate.pipeline.gitlab.deploys import deploys as gitlab_deploys
from estate.pipeline.setting import NoPipelineError
from tests.estate.pipeline.conftest import CI
from tests.estate.pipeline.test_pipelines import SCHEMAS, valid

ACCOUNTS = 1000
KIB = 1024
# https://docs.github.com/en/actions/reference/limits
MATRIX, WORKFLOW = 256, 512 * KIB
# https://docs.gitlab.com/administration/instance_limits/: needs of a job, jobs of a pipeline (the smallest plan of
# gitlab.com), copies of a job, characters of a configuration.
NEEDS, JOBS, PARALLEL, CONFIGURATION = 50, 500, 200, KIB * KIB


@pytest.fixture(scope="module")
def large(setting):
    """The sample with 1,000 accounts: the setting alone, which is all that pipelines are written from."""
    more = [f"product-{number:04}" for number in range(ACCOUNTS - len(setting.stacks))]
    *first, last = setting.stages
    return replace(
        setting,
        stages=(*first, tuple(sorted([*last, *more]))),
        routes={**setting.routes, **dict.fromkeys(more, setting.routes["production"])},
        foundation={**setting.foundation, **dict.fromkeys(more, setting.foundation["network"])},
        purposes={**setting.purposes, **dict.fromkeys(more, "workload")},
        entries={**setting.entries, **dict.fromkeys(more, "OrganizationAccountAccessRole")},
    )


@pytest.mark.row("A3")
@pytest.mark.parametrize("write", [github.workflow, github_review.review])
def test_github_takes_the_workflow_of_a_large_organization(large, write):
    text = write(large)
    found = valid(text, "github-workflows")
    assert len(text.encode()) < WORKFLOW
    assert len(found["jobs"]) < MATRIX
    parts = large.plans(large.stacks, MATRIX)
    assert sum(map(len, parts.values())) == ACCOUNTS
    assert max(map(len, parts.values())) <= MATRIX
    assert set(parts) <= set(found["jobs"])
    deploys = large.deploys(large.stacks, MATRIX)
    assert sum(map(len, deploys.values())) == ACCOUNTS
    assert (
        sum(map(len, large.deploys([], MATRIX, large.foundation).values())) == ACCOUNTS - 1
    )  # not the management account's
    if write is github.workflow:
        assert set(deploys) <= set(found["jobs"])


@pytest.mark.row("A3")
def test_gitlab_takes_the_pipelines_of_a_large_organization(large):
    found = valid(gitlab.pipeline(large), "gitlab-ci")
    assert found["plan"]["parallel"] <= PARALLEL
    text = gitlab_deploys(large, large.stacks, large.stacks, parent="1234567890")
    child = valid(text, "gitlab-ci")
    jobs = {name: job for name, job in child.items() if isinstance(job, dict) and "script" in job}
    assert len(text) < CONFIGURATION
    assert len(jobs) + found["plan"]["parallel"] + 4 < JOBS
    persons = valid(gitlab_deploys(large, large.stacks, parent="1", foundation=large.stacks), "gitlab-ci")
    assert [name for name in persons if name.startswith("deploy ")] == []
    assert "estate deploy network" in str(persons["a person's 3_core"]["script"])
    assert max(len(job.get("needs", [])) for job in jobs.values()) <= NEEDS
    for kind in ("deploy ", "deploy the rest "):
        applied = [
            word
            for name, job in jobs.items()
            if name.startswith(kind) and ("rest" in name) is ("rest" in kind)
            for word in job["script"][-1].split()
            if word in large.routes
        ]
        assert sorted(applied) == sorted(large.stacks)


@pytest.fixture(scope="module")
def by_key(setting):
    user = {"name": "terraform-ci", "external_id": "by-key"}
    return replace(setting, ci=type(setting.ci).model_validate_json(json.dumps({**CI, "user": user})))


@pytest.mark.parametrize(("system", "schema"), [("azure", "azure-pipelines"), ("bitbucket", "bitbucket-pipelines")])
def test_other_systems_take_their_pipelines(by_key, system, schema):
    text = getattr(others, system)(by_key)
    found = json.loads((SCHEMAS / f"{schema}.json").read_text())
    jsonschema.validators.validator_for(found)(found).validate(yaml.safe_load(text))
    scripts = list(scripts_of(yaml.safe_load(text)))
    assert len(scripts) >= 8
    for script in scripts:
        checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert checked.returncode == 0, checked.stderr
    everything = "\n".join(scripts)
    assert everything.index("--read-only --keep") < everything.index("estate apply")
    assert '--head "$head"' in everything
    # Each tier by its own role, in its own environment, after those that it waits for.
    applying = [script for script in scripts if "estate apply" in script]
    tiers = [route.name for route, _ in by_key.turns]
    assert tiers == ["organization", "core", "trial", "workloads"]
    for (route, stacks), script in zip(by_key.turns, applying, strict=True):
        assert f"role_arn = {route.deploy_role}\nexternal_id = by-key" in script
        assert f" {' '.join(stacks)} --head" in script
    assert sorted(name for _, stacks in by_key.turns for name in stacks) == sorted(by_key.stacks)
    environments = [route.environment[0] for route, _ in by_key.turns]
    assert environments == re.findall(
        r"^ +(?:environment|deployment): (\w+)$", text.replace("deployment: apply\n", ""), re.MULTILINE
    )


def scripts_of(found):
    """Every script of a pipeline."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == "bash":
                yield value
            elif key == "script":
                yield from value
            else:
                yield from scripts_of(value)
    elif isinstance(found, list):
        for each in found:
            yield from scripts_of(each)


@pytest.mark.parametrize("write", [others.azure, others.bitbucket])
def test_other_systems_need_a_user(setting, write):
    with pytest.raises(NoPipelineError, match=r"no `ci\.user`"):
        write(setting)


def test_atlantis_has_a_project_for_each_stack_in_order(setting):
    projects = yaml.safe_load(others.atlantis(setting))["projects"]
    assert [project["name"] for project in projects] == list(setting.stacks)
    order = {project["name"]: project["execution_order_group"] for project in projects}
    assert order["management"] < order["terraform"] < order["security"] < order["network"] < order["production"]
    # Else a request could bring a workflow of its own.
    assert not any({"workflow", "apply_requirements"} & set(project) for project in projects)
