"""The pipeline of GitLab CI that applies kept plans: written by the pipeline above it, for what is to be deployed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.gitlab.steps import (
    MOST_JOBS,
    STACKS_A_JOB,
    artifacts,
    gitlab_of,
    install,
    plan_stacks,
    sign_in,
    start,
    token,
)
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from config.model.ci import Gitlab
    from estate.pipeline.setting import Group, Setting

PATH: Final = "estate-deploys.yml"
_COMMENT: Final = "Written by `estate pipeline gitlab --deploys`, for one pipeline."


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
    return to_yaml(document, _COMMENT)


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
    size = max(STACKS_A_JOB, math.ceil(len(stacks) / MOST_JOBS))
    return [stacks[start : start + size] for start in range(0, len(stacks), size)]


def _earlier(jobs: dict[str, Any], stage: int) -> list[dict[str, str]]:
    """The last earlier stage that has jobs: GitLab starts a job with `needs` when those are done, whatever its stage is.

    At most 50 jobs may be needed (`ci_needs_size_limit`), so a stage has at most so many.
    """
    before = [found["stage"] for found in jobs.values() if found["stage"] != f"stage-{stage}"]
    return [{"job": name} for name, found in jobs.items() if before and found["stage"] == before[-1]]


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
                f"{lines}\n{script(plan_stacks(setting, '--read-only --keep'))}",
            ],
            "artifacts": artifacts(),
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
