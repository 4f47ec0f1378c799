"""Jobs of GitLab CI for accounts that are asked for, leases that end, and waves that follow.

The form is GitLab's own for a new pipeline, with variables that are described: whoever may run a pipeline of the protected branch
sees it. Their values reach the job as environment variables.

Source: https://docs.gitlab.com/ci/pipelines/#prefill-variables-in-manual-pipelines
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script
from estate.pipeline.gitlab.steps import DEPLOYED, SCHEDULE, install, sign_in, start, token
from estate.pipeline.requests import FIELDS
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting

WEB: Final = '$CI_PIPELINE_SOURCE == "web"'
_WARNED: Final = 3


def variables(setting: Setting) -> dict[str, Any]:
    """The form, if accounts are asked for by one."""
    if not setting.ci.account_requests:
        return {}
    found: dict[str, Any] = {}
    for field in FIELDS:
        found[field.variable] = {"description": f"{field.label}. {field.about}", "value": "", "expand": False}
        if field.key == "ou":
            found[field.variable] |= {"options": list(setting.units), "value": setting.units[0]}
    return {"variables": found}


def account_jobs(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    """The jobs that the organization has a use for."""
    found = {}
    if setting.ci.account_requests:
        found["request"] = _request(gitlab)
    if setting.leases:
        found["leases"] = _leases(setting, gitlab)
    if setting.rollouts:
        found["waves"] = _waves(gitlab)
    return found


def _opened(gitlab: Gitlab, branch: str, paths: str, title: str) -> str:
    """A script that opens a request with what was changed. Jobs may push if the project's job token permissions say so."""
    return f"""
        git add {paths}
        git -c user.name=pipeline -c user.email=pipeline@localhost commit --quiet --message {title}
        git push --force -o merge_request.create -o merge_request.target={gitlab.branch} -o merge_request.title={title} \\
          "https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git" "HEAD:refs/heads/{branch}" || {{
            echo "Allow pushes with the job token: Settings > CI/CD > Job token permissions. The change is among the artifacts."
            exit 1
          }}
    """


def _request(gitlab: Gitlab) -> dict[str, Any]:
    write_file = f"""
        slug=$({ESTATE} pipeline request)
        git switch --quiet --create "estate-account-$slug"
        {_opened(gitlab, "estate-account-$slug", '"config/accounts/$slug.yaml"', '"New account $slug"')}
    """
    return {
        "stage": "plan",
        "rules": [{"if": WEB}],
        "script": [script(start()), script(install(terraform=False)), script(write_file)],
        "artifacts": {"when": "always", "paths": ["config/accounts/", "why.txt"], "expire_in": "1 week"},
    }


def _leases(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    look = f"""
        AWS_PROFILE=pipeline {ESTATE} account leases --write --spending --warnings warnings.txt
        if [ -n "$(git status --porcelain -- config/accounts)" ]; then
          git switch --quiet --create estate-leases
        {_opened(gitlab, "estate-leases", "config/accounts", "'Quarantine what was lent and has ended'")}
        fi
        # What ends is shown as a warning of the pipeline.
        if [ -s warnings.txt ]; then cat warnings.txt; exit {_WARNED}; fi
    """
    return {
        "stage": "plan",
        "rules": [{"if": SCHEDULE}],
        "id_tokens": token(gitlab),
        "allow_failure": {"exit_codes": [_WARNED]},
        "script": [script(start()), script(install()), script(sign_in(setting, plans=True)), script(look)],
        "artifacts": {"when": "always", "paths": ["config/accounts/", "warnings.txt"], "expire_in": "1 week"},
    }


def _waves(gitlab: Gitlab) -> dict[str, Any]:
    look = f"""
        {ESTATE} rollout show
        deployed=$(curl --fail --silent --header "JOB-TOKEN: $CI_JOB_TOKEN" \\
          "$CI_API_V4_URL/projects/$CI_PROJECT_ID/jobs/artifacts/{gitlab.branch}/raw/{DEPLOYED}?job=deployed" || true)
        if [ "$deployed" != "$CI_COMMIT_SHA" ]; then echo "What is merged is not deployed yet: no wave follows."; exit 0; fi
        {ESTATE} rollout due --write
        if [ -z "$(git status --porcelain -- config)" ]; then exit 0; fi
        git switch --quiet --create estate-wave
        {_opened(gitlab, "estate-wave", "config", "'Let a wave follow'")}
    """
    return {
        "stage": "plan",
        "rules": [{"if": SCHEDULE}],
        "script": [script(start()), script(install(terraform=False)), script(look)],
        "artifacts": {"when": "always", "paths": ["config/"], "expire_in": "1 week"},
    }
