"""The jobs of GitLab CI that show what a merge request does.

The program is the target branch's; of the request, only the configuration is read, as data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from estate.pipeline.document import script
from estate.pipeline.gitlab.steps import (
    PROGRAM,
    REQUEST,
    artifacts,
    install,
    of_change,
    of_slice,
    parallel,
    plan_stacks,
    sign_in,
    start,
    take,
    token,
)
from estate.pipeline.steps import ESTATE, REHEARSAL, rehearse

if TYPE_CHECKING:
    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting


def review_jobs(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    """What the pipeline of a merge request runs."""
    days = setting.rehearsal_days
    return {
        **({"rehearse": _rehearse(setting, gitlab, days)} if days else {}),
        "impact": _impact(gitlab, rehearsed=bool(days)),
        "review": _plans(setting, gitlab),
        "report": _report(gitlab),
    }


def _rehearse(setting: Setting, gitlab: Gitlab, days: int) -> dict[str, Any]:
    """Decide recorded calls: a job of its own, since the one that shows what the change does gets no role of AWS's."""
    return {
        "stage": "plan",
        "rules": [{"if": REQUEST}],
        "variables": {"GIT_DEPTH": "0"},
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(of_change(gitlab)),
            script(install(terraform=False)),
            take(),
            script(sign_in(setting, plans=True)),
            script(rehearse(days, f'"$here/{REHEARSAL}"')),
        ],
        "artifacts": {"paths": [REHEARSAL], "expire_in": "1 week"},
    }


def _impact(gitlab: Gitlab, *, rehearsed: bool) -> dict[str, Any]:
    """What the change does, linked on the merge request: a job's own token must not write comments."""
    given = f' --rehearsal "$here/{REHEARSAL}"' if rehearsed else ""
    show = f"""
        {take()}
        {{ cat touched.md; {ESTATE} pipeline impact HEAD{given}; }} | tee "$here/impact.md"
    """
    return {
        "stage": "plan",
        "rules": [{"if": REQUEST, **({"when": "always"} if rehearsed else {})}],
        **({"needs": [{"job": "rehearse", "artifacts": True}]} if rehearsed else {}),
        "variables": {"GIT_DEPTH": "0"},
        "script": [script(start()), script(of_change(gitlab)), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Impact", "paths": ["impact.md"], "expire_in": "1 week"},
    }


def _plans(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    found = {
        "stage": "plan",
        "rules": [{"if": REQUEST}],
        "variables": {"GIT_DEPTH": "0"},
        "id_tokens": token(gitlab),
        "script": [
            script(start()),
            script(of_change(gitlab)),
            script(install()),
            take(),
            script(sign_in(setting, plans=True)),
            script(of_slice("HEAD") + plan_stacks(setting, "--read-only")),
        ],
        "after_script": [f"cp -r {PROGRAM}/plans plans || true"],
        "artifacts": artifacts(expose_as="Plans", reports={"terraform": ["plans/*.counts.json"]}),
    }
    return parallel(setting, found)


def _report(gitlab: Gitlab) -> dict[str, Any]:
    """The organization with the change on one page, linked on the merge request; also if the guard stops a plan."""
    show = f"""
        {take()}
        mkdir -p "$here/plans"
        {ESTATE} report HEAD --planned "$here/plans" --output "$here/report.html"
    """
    return {
        "stage": "plan",
        "rules": [{"if": REQUEST, "when": "always"}],
        "needs": [{"job": "review", "artifacts": True}],
        "variables": {"GIT_DEPTH": "0"},
        "script": [script(start()), script(of_change(gitlab)), script(install(terraform=False)), script(show)],
        "artifacts": {"expose_as": "Report", "paths": ["report.html"], "expire_in": "1 week"},
    }
