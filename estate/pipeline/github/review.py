"""The workflow of GitHub Actions that shows what a pull request does.

It runs on `pull_request_target`: the workflow and the program are those of the branch that the request goes to, and the
request itself is data to them. So a request cannot render its own review, and no code of it runs where AWS's roles are.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request_target
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script
from estate.pipeline.github.steps import MATRIX, common, download, job, matrix, setup, sign_in, signed_in, upload, write
from estate.pipeline.github.workflow import github_of
from estate.pipeline.steps import ESTATE, REHEARSAL, rehearse

if TYPE_CHECKING:
    from estate.pipeline.setting import Setting

PATH: Final = ".github/workflows/estate-review.yml"

_COMMENT: Final = """\
Written by `estate pipeline github` from config/; do not edit. Write it again when the organization changes.

A pull request plans the stacks that it changes and shows the plans, and who loses or gains which actions. This workflow and
the program are those of the branch that the request goes to; of the request, only the configuration is read, as data. What
else it changes (the program, the pipeline, the guard) is named first, and shows in the plans after the merge.
Requests from forks are shown nothing."""

_TAKE: Final = f"{ESTATE} pipeline take change > touched.md"


def review(setting: Setting) -> str:
    """Write the workflow.

    Raises:
        NoPipelineError: If the configuration has no `ci.github`.
    """
    github = github_of(setting)
    plans = list(setting.plans([], MATRIX))
    jobs: dict[str, Any] = {"stacks": _find_stacks(setting)}
    for name in plans:
        jobs[name] = _plan(setting, name)
    if setting.rehearsal_days:
        jobs["rehearse"] = _rehearse(setting, setting.rehearsal_days)
    jobs["report"] = _report(plans, rehearsed=bool(setting.rehearsal_days))
    document = {
        "name": "estate review",
        "on": {"pull_request_target": {"branches": [github.branch]}},
        **common(setting),
        # A new push makes what is shown of the one before worthless.
        "concurrency": {"group": "estate-review-${{ github.event.pull_request.number }}", "cancel-in-progress": True},
        "jobs": jobs,
    }
    return write(document, _COMMENT)


def _find_stacks(setting: Setting) -> dict[str, Any]:
    find = f"""
        {_TAKE}
        {ESTATE} pipeline stacks --base HEAD >> "$GITHUB_OUTPUT"
    """
    outputs = {name: f"${{{{ steps.find.outputs.{name} }}}}" for name in setting.plans([], MATRIX)}
    return job(
        "Find changed stacks",
        minutes=20,
        permissions={},
        **{"if": "${{ github.event.pull_request.head.repo.full_name == github.repository }}"},
        outputs=outputs,
        steps=[
            *setup(terraform=False, change=True),
            {"id": "find", "name": "Compare with the branch", "run": script(find)},
        ],
    )


def _plan(setting: Setting, name: str) -> dict[str, Any]:
    plan = f"""
        {_TAKE}
        {ESTATE} plan "$STACK" --read-only --to plans && status=0 || status=$?
        cat "plans/$STACK.md" >> "$GITHUB_STEP_SUMMARY" || true
        exit $status
    """
    return job(
        "Plan ${{ matrix.stack }}",
        minutes=60,
        permissions={"id-token": "write"},
        needs=["stacks"],
        **{"if": f"${{{{ needs.stacks.outputs.{name} != '[]' }}}}"},
        strategy=matrix("stacks", name),
        env={"STACK": "${{ matrix.stack }}"},
        steps=[
            *setup(change=True),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {"name": "Plan", "env": signed_in(setting), "run": script(plan)},
            upload("plan-${{ matrix.stack }}", "plans/*.md\nplans/*.judged.json\n"),
        ],
    )


def _rehearse(setting: Setting, days: int) -> dict[str, Any]:
    """Decide recorded calls: a job of its own, since the one that comments gets no role of AWS's."""
    return job(
        "Rehearse on recorded calls",
        minutes=30,
        permissions={"id-token": "write"},
        needs=["stacks"],
        steps=[
            *setup(terraform=False, change=True),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {
                "name": "Rehearse",
                "env": {"AWS_CONFIG_FILE": "${{ runner.temp }}/aws-config"},
                "run": script(f"        {_TAKE}{rehearse(days, REHEARSAL)}"),
            },
            upload("rehearsal", REHEARSAL),
        ],
    )


def _report(plans: list[str], *, rehearsed: bool) -> dict[str, Any]:
    given = f" --rehearsal {REHEARSAL}" if rehearsed else ""
    # The page is written without what a trail that could not be read has not said.
    page = f" $(if [ -f {REHEARSAL} ]; then echo{given}; fi)" if rehearsed else ""
    write_page = f"""
        mkdir -p plans
        {_TAKE}
        {ESTATE} report HEAD --planned plans{page} --output report.html
    """
    post = f"""
        {ESTATE} pipeline comment plans --base HEAD --first touched.md --report "$REPORT"{given} > comment.md
        cat comment.md >> "$GITHUB_STEP_SUMMARY"
        gh pr comment "$PULL_REQUEST" --edit-last --create-if-none --body-file comment.md
    """
    return job(
        "Show plans and impact",
        minutes=20,
        permissions={"pull-requests": "write"},
        needs=["stacks", *plans, *(["rehearse"] if rehearsed else [])],
        **{"if": "${{ !cancelled() && needs.stacks.result == 'success' }}"},
        steps=[
            *setup(terraform=False, change=True),
            download(pattern="plan-*", path="plans", **{"merge-multiple": True}),
            *([download(pattern="rehearsal", **{"merge-multiple": True})] if rehearsed else []),
            # A configuration with errors has no page, and its plans and what is wrong are shown all the same.
            {
                "id": "page",
                "name": "Write the organization as a page",
                "continue-on-error": True,
                "run": script(write_page),
            },
            {"id": "report", **upload("report", "report.html"), "if": "${{ steps.page.outcome == 'success' }}"},
            {
                "name": "Comment",
                "env": {
                    "GH_TOKEN": "${{ github.token }}",
                    "GH_REPO": "${{ github.repository }}",
                    "REPORT": "${{ steps.report.outputs.artifact-url }}",
                    "PULL_REQUEST": "${{ github.event.pull_request.number }}",
                },
                "run": script(post),
            },
        ],
    )
