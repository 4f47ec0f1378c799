"""The pipeline of GitLab CI, and the pipeline below it that deploys.

Source: https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.drift import TITLE
from estate.pipeline.gitlab_accounts import WEB, account_jobs, variables
from estate.pipeline.gitlab_steps import DEPLOYED, PROGRAM, SCHEDULE, install, of_change, sign_in, start, take, token
from estate.pipeline.setting import NoPipelineError
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from config.model.ci import Gitlab
    from estate.pipeline.setting import Group, Setting

PATH: Final = ".gitlab-ci.yml"
DEPLOYS: Final = "estate-deploys.yml"
"""The pipeline below: written in CI for the plans that were kept."""
STACKS_A_JOB: Final = 20
_MOST_JOBS: Final = 40

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
_DEPLOYS_COMMENT: Final = "Written by `estate pipeline gitlab --deploys`, for one pipeline."

_REQUEST: Final = '$CI_PIPELINE_SOURCE == "merge_request_event"'
_PUSH: Final = '$CI_PIPELINE_SOURCE == "push"'


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
                {"if": f'{_REQUEST} && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{gitlab.branch}"'},
                {"if": f"{SCHEDULE} && {main}"},
                {"if": f"{_PUSH} && {main}"},
                *([{"if": f"{WEB} && {main}"}] if setting.ci.account_requests else []),
            ]
        },
        **variables(setting),
        "stages": ["plan", "prepare", "deploy", "done"],
        "default": {"image": gitlab.image, "interruptible": False},
        "impact": _impact(gitlab),
        "review": _review(setting, gitlab),
        "report": _report(gitlab),
        "drift": _drift(setting, gitlab),
        "tell drift": _tell_drift(setting, gitlab),
        **account_jobs(setting, gitlab),
        "plan": _plan(setting, gitlab),
        "prepare": _prepare(),
        "deploy": {
            "stage": "deploy",
            "needs": ["prepare"],
            "rules": [{"if": _PUSH}],
            "trigger": {"include": [{"artifact": DEPLOYS, "job": "prepare"}], "strategy": "depend"},
        },
        "deployed": {
            "stage": "done",
            "needs": ["deploy"],
            "rules": [{"if": _PUSH}],
            "variables": {"GIT_STRATEGY": "none"},
            # What the next pipeline compares with: what one that failed, or was never approved, left undone is done then.
            "script": [f'echo "$CI_COMMIT_SHA" > {DEPLOYED}'],
            "artifacts": {"paths": [DEPLOYED], "expire_in": "never"},
        },
    }
    return to_yaml(document, _COMMENT)


def deploys(
    setting: Setting,
    kept: Collection[str],
    rest: Collection[str] = (),
    *,
    parent: str,
    foundation: Collection[str] = (),
) -> str:
    """Write the pipeline that applies kept plans, each after those of earlier stages.

    Args:
        setting: The organization.
        kept: The stacks that have a kept plan.
        rest: The stacks that have to be planned again after the others.
        parent: The id of the pipeline whose job `prepare` has the records.
        foundation: Those of the kept ones whose plan takes the foundation route.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    gitlab = gitlab_of(setting)
    jobs: dict[str, Any] = {}
    # GitLab's own stages: a job starts when all jobs of the stages before have succeeded.
    names = [f"stage-{number}" for number in range(len(setting.stages))]
    needs = [{"pipeline": parent, "job": "prepare"}]
    for group in _ordinary(setting):
        found = [name for name in group.stacks if name in kept and name not in foundation]
        if persons := [name for name in group.stacks if name in kept and name in foundation]:
            say = _persons("take the foundation route", persons, {})
            jobs[f"a person's {group.name}"] = _failing(group, say, [*needs, *_earlier(jobs, group.stage)])
        if found and not group.route.by_gitlab:
            say = _of_tier(setting, group, found)
            jobs[f"a person's tier {group.name}"] = _failing(group, say, [*needs, *_earlier(jobs, group.stage)])
            continue
        for number, part in enumerate(_parts(found), start=1):
            jobs[f"deploy {group.name} part {number}"] = {
                "stage": f"stage-{group.stage}",
                "needs": [*needs, *_earlier(jobs, group.stage)],
                **_apply(setting, gitlab, part, "plans"),
                "resource_group": f"estate-{group.name}-{number}",
            }
    if rest:
        jobs |= _rest(setting, gitlab, rest)
    if not jobs:
        jobs["nothing to deploy"] = {"stage": "stage-0", "script": ["echo No stack changes."]}
    document = {
        "workflow": {"rules": [{"when": "always"}]},
        "stages": [*names, "rest-plan", "rest-deploy"],
        "default": {"image": gitlab.image, "interruptible": False},
        **jobs,
    }
    return to_yaml(document, _DEPLOYS_COMMENT)


def gitlab_of(setting: Setting) -> Gitlab:
    """The project.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    if setting.ci.gitlab is None:
        raise NoPipelineError("organization.yaml has no `ci.gitlab`: say there which project it is.")
    return setting.ci.gitlab


def _failing(group: Group, say: str, needs: list[dict[str, str]]) -> dict[str, Any]:
    """A job that says what no job does here, and fails, so that the next pipeline looks at it again."""
    return {"stage": f"stage-{group.stage}", "needs": needs, "script": [say]}


def _persons(why: str, stacks: Sequence[str], entries: Mapping[str, str]) -> str:
    """What a person is told who has to deploy stacks: each through the role that enters its account, if one is named."""
    lines = [f'echo "These plans {why}, which no job of GitLab has: {" ".join(stacks)}."']
    for role in dict.fromkeys(entries.get(name, "") for name in stacks):
        own = " ".join(name for name in stacks if entries.get(name, "") == role)
        option = f" --role {role}" if role else ""
        lines.append(f'echo "With credentials of the management account: estate deploy {own}{option}"')
    return "\n".join([*lines, "exit 1"])


def _of_tier(setting: Setting, group: Group, stacks: Sequence[str]) -> str:
    """What a person is told who deploys a tier."""
    why = "GitLab's tokens do not name the environment, so AWS gives no job of this project the role of another tier."
    return f'echo "{why}"\n' + _persons(f"are of the tier {group.route.name}", stacks, setting.entries)


def _ordinary(setting: Setting) -> list[Group]:
    """The groups of ordinary routes: a person takes the foundation route."""
    return [group for group in setting.groups if not group.route.is_foundation]


def _parts(stacks: Sequence[str]) -> list[Sequence[str]]:
    size = max(STACKS_A_JOB, math.ceil(len(stacks) / _MOST_JOBS))
    return [stacks[start : start + size] for start in range(0, len(stacks), size)]


def _earlier(jobs: dict[str, Any], stage: int) -> list[dict[str, str]]:
    """The last earlier stage that has jobs: GitLab starts a job with `needs` when those are done, whatever its stage is.

    At most 50 jobs may be needed (`ci_needs_size_limit`), so a stage has at most so many.
    """
    before = [found["stage"] for found in jobs.values() if found["stage"] != f"stage-{stage}"]
    return [{"job": name} for name, found in jobs.items() if before and found["stage"] == before[-1]]


def _parallel(setting: Setting, found: dict[str, Any]) -> dict[str, Any]:
    jobs = min(_MOST_JOBS, math.ceil(len(setting.stacks) / STACKS_A_JOB))
    return {**found, "parallel": jobs} if jobs > 1 else found


def _artifacts(**more: Any) -> dict[str, Any]:
    return {"when": "always", "paths": ["plans/"], "expire_in": "1 week", **more}


def _of_slice(base: str) -> str:
    return f"""
        {ESTATE} pipeline stacks --base "{base}" --slice "${{CI_NODE_INDEX:-1}}/${{CI_NODE_TOTAL:-1}}" > stacks.txt
        mkdir -p plans
    """


def _plans(setting: Setting, options: str) -> str:
    """Plan the stacks that are listed in stacks.txt; the management account's through its own role."""
    return f"""
        failed=0
        grep -vxF {setting.management} stacks.txt > members.txt || true
        if [ -s members.txt ]; then AWS_PROFILE=pipeline {ESTATE} plan $(cat members.txt) --to plans {options} || failed=1; fi
        if grep -qxF {setting.management} stacks.txt; then
          AWS_PROFILE=management {ESTATE} plan {setting.management} --to plans {options} || failed=1
        fi
        cat plans/*.md || echo No stack changes.
        exit $failed
    """


def _impact(gitlab: Gitlab) -> dict[str, Any]:
    """What the change does, linked on the merge request: a job's own token must not write comments."""
    show = f"""
        {take()}
        {{ cat touched.md; {ESTATE} pipeline impact HEAD; }} | tee "$here/impact.md"
    """
    return {
        "stage": "plan",
        "rules": [{"if": _REQUEST}],
        "variables": {"GIT_DEPTH": "0"},
        "script": [script(start()), script(of_change(gitlab)), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Impact", "paths": ["impact.md"], "expire_in": "1 week"},
    }


def _review(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    found = {
        "stage": "plan",
        "rules": [{"if": _REQUEST}],
        "variables": {"GIT_DEPTH": "0"},
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(of_change(gitlab)),
            script(install()),
            take(),
            script(sign_in(setting, plans=True)),
            script(_of_slice("HEAD") + _plans(setting, "--read-only")),
        ],
        "after_script": [f"cp -r {PROGRAM}/plans plans || true"],
        "artifacts": _artifacts(expose_as="Plans", reports={"terraform": ["plans/*.counts.json"]}),
    }
    return _parallel(setting, found)


def _report(gitlab: Gitlab) -> dict[str, Any]:
    """The organization with the change on one page, linked on the merge request; also if the guard stops a plan."""
    show = f"""
        {take()}
        mkdir -p "$here/plans"
        {ESTATE} report HEAD --planned "$here/plans" --output "$here/report.html"
    """
    return {
        "stage": "plan",
        "rules": [{"if": _REQUEST, "when": "always"}],
        "needs": [{"job": "review", "artifacts": True}],
        "variables": {"GIT_DEPTH": "0"},
        "script": [script(start()), script(of_change(gitlab)), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Report", "paths": ["report.html"], "expire_in": "1 week"},
    }


def _drift(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    found = {
        "stage": "plan",
        "rules": [{"if": SCHEDULE}],
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(install()),
            script(sign_in(setting, plans=True)),
            script(_of_slice("") + _plans(setting, "--read-only")),
        ],
        "artifacts": _artifacts(),
    }
    return _parallel(setting, found)


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
        "rules": [{"if": _PUSH}],
        "variables": {"GIT_DEPTH": "0"},
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(install()),
            script(sign_in(setting, plans=True)),
            script(base) + script(_of_slice("$base") + _plans(setting, '--read-only --keep --later "$later"')),
        ],
        "artifacts": _artifacts(),
    }
    return _parallel(setting, found)


def _prepare() -> dict[str, Any]:
    """Show what is to be approved, and write the pipeline that applies it."""
    show = f"""
        mkdir -p plans
        {ESTATE} pipeline comment plans | tee approve.md
        {ESTATE} pipeline gitlab --deploys --kept plans --parent "$CI_PIPELINE_ID" > {DEPLOYS}
    """
    return {
        "stage": "prepare",
        "needs": [{"job": "plan", "artifacts": True}],
        "rules": [{"if": _PUSH}],
        "script": [script(start()), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Approve", "paths": ["approve.md", "plans/", DEPLOYS], "expire_in": "1 week"},
    }


def _apply(setting: Setting, gitlab: Gitlab, stacks: Sequence[str], directory: str) -> dict[str, Any]:
    route = setting.routes[stacks[0]]
    profile = "management" if route.next_deploy_role else "pipeline"
    apply = f"""
        git fetch --quiet origin {gitlab.branch}
        AWS_PROFILE={profile} {ESTATE} apply {directory} {" ".join(stacks)} --head "$(git rev-parse FETCH_HEAD)" \\
          --route ordinary
    """
    return {
        "id_tokens": token(gitlab),
        "environment": {"name": route.environment[1]},
        "script": [
            script(start()),
            script(install()),
            script(sign_in(setting, plans=False, stack=stacks[0])),
            script(apply),
        ],
    }


def _rest(setting: Setting, gitlab: Gitlab, rest: Collection[str]) -> dict[str, Any]:
    """What had to wait: planned and approved as the first step was."""
    ordered = [name for name in setting.stacks if name in rest]
    lines = "\n".join(["cat > stacks.txt <<END", *ordered, "END", "mkdir -p plans"])
    found: dict[str, Any] = {
        "plan the rest": {
            "stage": "rest-plan",
            "id_tokens": token(gitlab),
            "script": [
                script(start()),
                script(install()),
                script(sign_in(setting, plans=True)),
                f"{lines}\n{script(_plans(setting, '--read-only --keep'))}",
            ],
            "artifacts": _artifacts(),
        }
    }
    for group in _ordinary(setting):
        waiting = [name for name in group.stacks if name in rest]
        if waiting and not group.route.by_gitlab:
            found[f"a person's rest of tier {group.name}"] = {
                "stage": "rest-deploy",
                "needs": [{"job": "plan the rest", "artifacts": True}],
                "script": [_of_tier(setting, group, waiting)],
            }
            continue
        for number, part in enumerate(_parts(waiting), start=1):
            found[f"deploy the rest {group.name} part {number}"] = {
                "stage": "rest-deploy",
                "needs": [{"job": "plan the rest", "artifacts": True}],
                **_apply(setting, gitlab, part, "plans"),
            }
    return found
