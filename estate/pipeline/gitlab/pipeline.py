"""The pipeline of GitLab CI: what a merge request and a merge run, and what a schedule does.

Source: https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.drift import TITLE
from estate.pipeline.gitlab import deploys
from estate.pipeline.gitlab.accounts import WEB, account_jobs, variables
from estate.pipeline.gitlab.review import review_jobs
from estate.pipeline.gitlab.steps import (
    DEPLOYED,
    PUSH,
    REQUEST,
    SCHEDULE,
    artifacts,
    gitlab_of,
    install,
    of_slice,
    parallel,
    plan_stacks,
    sign_in,
    start,
    token,
)
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting

PATH: Final = ".gitlab-ci.yml"

_COMMENT: Final = """\
Written by `estate pipeline gitlab` from config/; do not edit. Write it again when the organization changes.

A merge request plans the stacks that it changes and shows the plans, and who loses or gains which actions: the program is
the target branch's, and of the request only the configuration is read, as data. What is merged is planned once, through
roles that only read. The plans are kept beside the states, the job `prepare` shows them; whoever approves the environment
approves those plans, and those are applied, in order. What has to wait for other accounts is planned and approved again at
the end. A scheduled pipeline plans all stacks and compares the organization, to find what was changed by hand (make a daily one
under Build > Pipeline schedules): one issue says what it is, as long as there is something. A job's own token may not write
issues: make a project access token with the role Reporter and the scope `api`, and keep it as the masked and protected variable
`DRIFT_TOKEN`; without it, the job ends with a warning. Nothing else in here is a secret: jobs get a token of their own from GitLab, and AWS gives them a role for it.

Set Settings > CI/CD > General pipelines > CI/CD configuration file to this file on the default branch, so that no request
brings a pipeline of its own; `estate pipeline check` compares that, and the other settings that this relies on.

Each tier of accounts is deployed by a role of its own, behind an environment of its own, if the subject of the project's
tokens names the environment (`ci.gitlab.environment_in_subject`). If not, jobs deploy workloads, and a person the others.

A new account's first deploy, and a plan that changes deployment rights or what is protected, is no job's here: what these jobs
work through cannot do that. With credentials of the management account, `estate deploy ACCOUNT` takes the foundation route
by itself; then run the failed job again."""


def pipeline(setting: Setting) -> str:
    """Write the pipeline.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    gitlab = gitlab_of(setting)
    main = f'$CI_COMMIT_BRANCH == "{gitlab.branch}"'
    document: dict[str, Any] = {
        "workflow": {
            "rules": [
                {"if": f'{REQUEST} && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{gitlab.branch}"'},
                {"if": f"{SCHEDULE} && {main}"},
                {"if": f"{PUSH} && {main}"},
                *([{"if": f"{WEB} && {main}"}] if setting.ci.account_requests else []),
            ]
        },
        **variables(setting),
        "stages": ["plan", "prepare", "deploy", "done"],
        "default": {"image": gitlab.image, "interruptible": False},
        **review_jobs(setting, gitlab),
        "drift": _drift(setting, gitlab),
        "tell drift": _tell_drift(setting, gitlab),
        **account_jobs(setting, gitlab),
        "plan": _plan(setting, gitlab),
        "prepare": _prepare(),
        "deploy": {
            "stage": "deploy",
            "needs": ["prepare"],
            "rules": [{"if": PUSH}],
            "trigger": {"include": [{"artifact": deploys.PATH, "job": "prepare"}], "strategy": "depend"},
        },
        "deployed": {
            "stage": "done",
            "needs": ["deploy"],
            "rules": [{"if": PUSH}],
            "variables": {"GIT_STRATEGY": "none"},
            # What the next pipeline compares with: what one that failed, or was never approved, left undone is done then.
            "script": [f'echo "$CI_COMMIT_SHA" > {DEPLOYED}'],
            "artifacts": {"paths": [DEPLOYED], "expire_in": "never"},
        },
    }
    return to_yaml(document, _COMMENT)


def _drift(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    found = {
        "stage": "plan",
        "rules": [{"if": SCHEDULE}],
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(install()),
            script(sign_in(setting, plans=True)),
            script(of_slice("") + plan_stacks(setting, "--read-only")),
        ],
        "artifacts": artifacts(),
    }
    return parallel(setting, found)


def _tell_drift(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    """Keep one issue about what differs in AWS: a pipeline that is red every day is looked at by nobody."""
    tell = f"""
        mkdir -p plans
        AWS_PROFILE=management {ESTATE} drift --json > drift.json && status=0 || status=$?
        if [ $status != 0 ] && [ $status != 2 ]; then cat drift.json; exit $status; fi
        {ESTATE} pipeline drift plans drift.json | tee issue.md
        if [ -z "${{DRIFT_TOKEN:-}}" ]; then
          if [ -s issue.md ]; then echo "Without DRIFT_TOKEN, no issue is written."; exit 2; fi
          exit 0
        fi
        printf 'header = "PRIVATE-TOKEN: %s"\\n' "$DRIFT_TOKEN" > .estate/curl
        issues="$CI_API_V4_URL/projects/$CI_PROJECT_ID/issues"
        call() {{ curl --fail --silent --show-error --config .estate/curl "$@"; }}
        number=$(call --get --data state=opened --data in=title --data-urlencode "search={TITLE}" "$issues" |
          .venv/bin/python -c 'import json, sys
        found = [each["iid"] for each in json.load(sys.stdin) if each["title"] == "{TITLE}"]
        print(*found[:1])')
        if [ ! -s issue.md ]; then
          if [ -n "$number" ]; then call --request PUT --data state_event=close --output /dev/null "$issues/$number"; fi
        elif [ -n "$number" ]; then
          call --request PUT --data-urlencode description@issue.md --output /dev/null "$issues/$number"
        else
          call --data-urlencode "title={TITLE}" --data-urlencode description@issue.md --output /dev/null "$issues"
        fi
    """
    return {
        "stage": "prepare",
        "needs": [{"job": "drift", "artifacts": True}],
        "rules": [{"if": SCHEDULE}],
        "resource_group": "estate-drift",
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(install(terraform=False)),
            script(sign_in(setting, plans=True)),
            script(tell),
        ],
        "allow_failure": {"exit_codes": [2]},
        "artifacts": {"when": "always", "paths": ["issue.md"], "expire_in": "1 week"},
    }


def _plan(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    base = f"""
        # Since the last pipeline that went through; all stacks if there is none.
        base=$(curl --fail --silent --header "JOB-TOKEN: $CI_JOB_TOKEN" \\
          "$CI_API_V4_URL/projects/$CI_PROJECT_ID/jobs/artifacts/{gitlab.branch}/raw/{DEPLOYED}?job=deployed" || true)
        later=$({ESTATE} pipeline stacks --base "$base" | sed -n 's/^later=//p')
    """
    found = {
        "stage": "plan",
        "rules": [{"if": PUSH}],
        "variables": {"GIT_DEPTH": "0"},
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(install()),
            script(sign_in(setting, plans=True)),
            script(base) + script(of_slice("$base") + plan_stacks(setting, '--read-only --keep --later "$later"')),
        ],
        "artifacts": artifacts(),
    }
    return parallel(setting, found)


def _prepare() -> dict[str, Any]:
    """Show what is to be approved, and write the pipeline that applies it."""
    show = f"""
        mkdir -p plans
        {ESTATE} pipeline comment plans | tee approve.md
        {ESTATE} pipeline gitlab --deploys --kept plans --parent "$CI_PIPELINE_ID" > {deploys.PATH}
    """
    return {
        "stage": "prepare",
        "needs": [{"job": "plan", "artifacts": True}],
        "rules": [{"if": PUSH}],
        "script": [script(start()), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Approve", "paths": ["approve.md", "plans/", deploys.PATH], "expire_in": "1 week"},
    }
