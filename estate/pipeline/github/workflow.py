"""The workflow of GitHub Actions that deploys what is merged.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script
from estate.pipeline.drift import TITLE
from estate.pipeline.github.steps import MATRIX, common, download, job, matrix, setup, sign_in, signed_in, upload, write
from estate.pipeline.setting import NoPipelineError, chunks
from estate.pipeline.settings import quoted
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from config.model.ci import Github
    from estate.pipeline.setting import Group, Setting

PATH: Final = ".github/workflows/estate.yml"

_COMMENT: Final = """\
Written by `estate pipeline github` from config/; do not edit. Write it again when the organization changes.

What is merged is planned once, through roles that only read. The plans are kept beside the states; their summaries, the
guard's verdict and what they were made of are shown in this run and on the pull request. Whoever approves the environment
approves those plans, and those are applied, in order: each tier of accounts has an environment and a role of its own, and
its role gets into its own accounts only. What has to wait for other accounts is planned and approved again at
the end. Every day all stacks are planned and the organization is compared, to find what was changed by hand: one issue says what
it is, as long as there is something. Nothing in here is a secret: jobs get a token of their own from GitHub, and AWS gives
them a role for it.

A new account's first plan, and each that changes deployment rights or what is protected, takes the foundation route: jobs of
their own, with an environment and a role of their own. The management account's are a person's: no pipeline changes those."""

_PUSH: Final = "github.event_name == 'push'"
_GOOD: Final = "!cancelled() && !failure()"


def workflow(setting: Setting) -> str:
    """Write the workflow.

    Raises:
        NoPipelineError: If the configuration has no `ci.github`.
    """
    github = github_of(setting)
    jobs: dict[str, Any] = {"stacks": _find_stacks(setting)}
    count = chunks(len(setting.stacks), MATRIX)
    plans = [f"plan_{number}" for number in range(count)]
    for name in plans:
        jobs[name] = _plan(setting, "stacks", name, first=True)
    jobs["drift"] = _drift(setting, plans)
    jobs["plans"] = _plans(setting, plans)
    before, stage = ["plans"], {0: ["plans"]}
    for group in setting.groups:
        # A stage waits for those before it; its tiers, each with approvers of its own, not for each other.
        earlier = stage.setdefault(group.stage, list(before))
        names = [f"deploy_{group.name}_{number}" for number in range(chunks(len(group.stacks), MATRIX))]
        jobs |= {name: _deploy(setting, github, group, name, "plans", earlier) for name in names}
        before = [*before, *names]
    first = setting.groups[0]
    jobs["lock"] = _lock(
        setting, github, [f"deploy_{first.name}_{number}" for number in range(chunks(len(first.stacks), MATRIX))]
    )
    rests = [f"rest_{number}" for number in range(count)]
    for name in rests:
        jobs[name] = _plan(setting, "plans", name, first=False, before=before)
    jobs["rest_plans"] = _rest_plans(setting, rests)
    for group in setting.groups:
        for number in range(chunks(len(group.stacks), MATRIX)):
            name = f"deploy_{group.name}_{number}"
            jobs[f"rest_{name}"] = _deploy(setting, github, group, name, "rest_plans", ["rest_plans"])
    document = {
        "name": "estate",
        "on": {
            "push": {"branches": [github.branch]},
            "schedule": [{"cron": "23 4 * * *"}],
            "workflow_dispatch": {},
        },
        **common(setting),
        "jobs": jobs,
    }
    return write(document, _COMMENT)


def github_of(setting: Setting) -> Github:
    """The repository.

    Raises:
        NoPipelineError: If the configuration has no `ci.github`.
    """
    if setting.ci.github is None:
        raise NoPipelineError("organization.yaml has no `ci.github`: say there which repository it is.")
    return setting.ci.github


def environments(setting: Setting) -> list[str]:
    """The environments that guard deploys."""
    routes = (*setting.routes.values(), *setting.foundation.values())
    return sorted({route.environment[0] for route in routes})


def _outputs(step: str, names: list[str]) -> dict[str, str]:
    return {name: f"${{{{ steps.{step}.outputs.{name} }}}}" for name in names}


def _listed(job_of_outputs: str, output: str) -> str:
    """Whether a list has stacks. A job that was skipped has no lists, which is not the same as empty ones."""
    return f"needs.{job_of_outputs}.result == 'success' && needs.{job_of_outputs}.outputs.{output} != '[]'"


def _find_stacks(setting: Setting) -> dict[str, Any]:
    find = f"""
        base=
        if [ "$EVENT" = push ]; then
          # Since the last run that went through: what one that failed, or was never approved, left undone is done now.
          base=$(gh run list --workflow "$GITHUB_WORKFLOW" --branch "$GITHUB_REF_NAME" --event push --status success \\
            --limit 1 --json headSha --jq '.[].headSha')
        fi
        {ESTATE} pipeline stacks --base "$base" >> "$GITHUB_OUTPUT"
    """
    step = {
        "id": "find",
        "name": "Compare with what is deployed",
        "env": {"GH_TOKEN": "${{ github.token }}", "EVENT": "${{ github.event_name }}"},
        "run": script(find),
    }
    return job(
        "Find changed stacks",
        minutes=20,
        permissions={"actions": "read"},
        outputs=_outputs("find", [*setting.plans([], MATRIX), "later"]),
        steps=[*setup(history=True, terraform=False), step],
    )


def _plan(setting: Setting, lists: str, output: str, *, first: bool, before: list[str] | None = None) -> dict[str, Any]:
    options = '--keep --later "$LATER"' if first else "--keep"
    plan = f"""
        # What is merged is planned to be applied; of what the daily plan finds, the job `drift` tells.
        if [ "$EVENT" = push ]; then options=({options}); else options=(--no-changes); fi
        {ESTATE} plan "$STACK" --read-only --to plans "${{options[@]}}" && status=0 || status=$?
        cat "plans/$STACK.md" >> "$GITHUB_STEP_SUMMARY" || true
        if [ "$EVENT" != push ] && [ $status = 2 ]; then status=0; fi
        exit $status
    """
    condition = f"{_GOOD} && {_listed(lists, output)}"
    return job(
        f"{'Plan' if first else 'Plan the rest of'} ${{{{ matrix.stack }}}}",
        minutes=60,
        permissions={"id-token": "write"},
        needs=[lists, *(found for found in before or [] if found != lists)],
        **{"if": f"${{{{ {condition} }}}}" if first else f"${{{{ {_PUSH} && {condition} }}}}"},
        strategy=matrix(lists, output),
        env={"STACK": "${{ matrix.stack }}"},
        steps=[
            *setup(),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {
                "name": "Plan",
                "env": {
                    **signed_in(setting),
                    "EVENT": "${{ github.event_name }}",
                    **({"LATER": "${{ needs.stacks.outputs.later }}"} if first else {}),
                },
                "run": script(plan),
            },
            upload(f"{'plan' if first else 'rest'}-${{{{ matrix.stack }}}}", "plans/*"),
        ],
    )


def _drift(setting: Setting, plans: list[str]) -> dict[str, Any]:
    """Keep one issue about what differs in AWS: a run that is red every day is looked at by nobody."""
    tell = f"""
        mkdir -p plans
        {ESTATE} drift --json > drift.json && status=0 || status=$?
        if [ $status != 0 ] && [ $status != 2 ]; then cat drift.json; exit $status; fi
        {ESTATE} pipeline drift plans drift.json > issue.md
        cat issue.md >> "$GITHUB_STEP_SUMMARY"
        open=$(gh issue list --state open --limit 1000 --json number,title \\
          --jq "map(select(.title == \\"$TITLE\\")) | .[0].number // empty")
        if [ ! -s issue.md ]; then
          if [ -n "$open" ]; then gh issue close "$open" --comment "Nothing differs any more: run $GITHUB_RUN_ID."; fi
        elif [ -n "$open" ]; then gh issue edit "$open" --body-file issue.md
        else gh issue create --title "$TITLE" --body-file issue.md
        fi
    """
    return job(
        "Tell what differs in AWS",
        minutes=30,
        permissions={"id-token": "write", "issues": "write"},
        needs=["stacks", *plans],
        **{"if": f"${{{{ {_GOOD} && !({_PUSH}) }}}}"},
        concurrency={"group": "estate-drift"},
        steps=[
            *setup(terraform=False),
            download(pattern="plan-*", path="plans", **{"merge-multiple": True}),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {
                "name": "Open, update or close the issue",
                "env": {
                    "AWS_CONFIG_FILE": "${{ runner.temp }}/aws-config",
                    "AWS_PROFILE": "management",
                    "GH_TOKEN": "${{ github.token }}",
                    "GH_REPO": "${{ github.repository }}",
                    "TITLE": TITLE,
                },
                "run": script(tell),
            },
        ],
    )


def _plans(setting: Setting, plans: list[str]) -> dict[str, Any]:
    """Show what is to be approved, and say which stacks have something to apply."""
    show = f"""
        # An environment that is not there would be made by the first job that names it, open to every branch.
        for environment in {" ".join(map(quoted, environments(setting)))}; do
          limited=$(gh api "repos/$GITHUB_REPOSITORY/environments/$environment" \
            --jq .deployment_branch_policy.custom_branch_policies) || limited=
          if [ "$limited" != true ]; then
            echo "Environment $environment: not there, or not limited to the branch. See: estate pipeline check" >&2
            exit 1
          fi
        done
        mkdir -p plans
        {ESTATE} pipeline kept plans >> "$GITHUB_OUTPUT"
        {ESTATE} pipeline comment plans > comment.md
        cat comment.md >> "$GITHUB_STEP_SUMMARY"
        request=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '.[0].number // empty')
        if [ -n "$request" ]; then gh pr comment "$request" --body-file comment.md; fi
    """
    return job(
        "Show what is to be approved",
        minutes=20,
        permissions={"actions": "read", "pull-requests": "write"},
        needs=["stacks", *plans],
        **{"if": f"${{{{ !cancelled() && {_PUSH} && needs.stacks.result == 'success' }}}}"},
        outputs=_outputs("kept", [*setting.deploys([], MATRIX), *setting.rest([], MATRIX)]),
        steps=[
            *setup(terraform=False),
            download(pattern="plan-*", path="plans", **{"merge-multiple": True}),
            {
                "id": "kept",
                "name": "Show plans",
                "env": {"GH_TOKEN": "${{ github.token }}", "GH_REPO": "${{ github.repository }}"},
                "run": script(show),
            },
        ],
    )


def _rest_plans(setting: Setting, rests: list[str]) -> dict[str, Any]:
    show = f"""
        mkdir -p plans
        {ESTATE} pipeline kept plans >> "$GITHUB_OUTPUT"
        {ESTATE} pipeline comment plans >> "$GITHUB_STEP_SUMMARY"
    """
    any_rest = " || ".join(f"needs.{name}.result == 'success'" for name in rests)
    return job(
        "Show the rest that is to be approved",
        minutes=20,
        permissions={},
        needs=rests,
        **{"if": f"${{{{ {_GOOD} && ({any_rest}) }}}}"},
        outputs=_outputs("kept", list(setting.deploys([], MATRIX))),
        steps=[
            *setup(terraform=False),
            download(pattern="rest-*", path="plans", **{"merge-multiple": True}),
            {"id": "kept", "name": "Show plans", "run": script(show)},
        ],
    )


def _deploy(
    setting: Setting, github: Github, group: Group, output: str, lists: str, before: list[str]
) -> dict[str, Any]:
    route = "foundation" if group.route.is_foundation else "ordinary"
    apply = f"""
        head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$BRANCH" --jq .sha)
        {ESTATE} apply plans "$STACK" --head "$head" --route {route}
    """
    kind = "plan" if lists == "plans" else "rest"
    return job(
        f"{'Deploy' if kind == 'plan' else 'Deploy the rest of'} ${{{{ matrix.stack }}}}",
        minutes=60,
        permissions={"id-token": "write"},
        needs=before,
        **{"if": f"${{{{ {_GOOD} && {_PUSH} && {_listed(lists, output)} }}}}"},
        environment=group.route.environment[0],
        # One deploy of a stack at a time, the others wait in line.
        concurrency={"group": "estate-${{ matrix.stack }}", "queue": "max"},
        strategy=matrix(lists, output),
        env={"STACK": "${{ matrix.stack }}"},
        steps=[
            *setup(),
            download(name=f"{kind}-${{{{ matrix.stack }}}}", path="plans"),
            sign_in(setting, group.route, plans=False),
            {
                "name": "Apply what was approved",
                "env": {**signed_in(setting, group.route), "GH_TOKEN": "${{ github.token }}", "BRANCH": github.branch},
                "run": script(apply),
            },
        ],
    )


def _lock(setting: Setting, github: Github, before: list[str]) -> dict[str, Any]:
    """Bring the ids of new accounts back, as a request: what is merged later then knows them without asking."""
    lock = f"""
        {ESTATE} lock --read-only
        if [ -z "$(git status --porcelain -- config/organization.lock.yaml)" ]; then exit 0; fi
        git switch --quiet --create estate-lock
        git add config/organization.lock.yaml
        git -c user.name=pipeline -c user.email=pipeline@localhost commit --quiet --message "Lock the ids of new accounts"
        gh auth setup-git
        git push --quiet --force origin estate-lock
        if [ "$(gh pr list --head estate-lock --state open --json number --jq length)" != 0 ]; then exit 0; fi
        gh pr create --base "$BRANCH" --head estate-lock --title "Lock the ids of new accounts" --body "Run $GITHUB_RUN_ID." ||
          echo "Lock the ids of new accounts: [open the request]($REPOSITORY/compare/$BRANCH...estate-lock?expand=1)" \\
            >> "$GITHUB_STEP_SUMMARY"
    """
    any_deployed = " || ".join(f"needs.{name}.result == 'success'" for name in before)
    return job(
        "Lock the ids of new accounts",
        minutes=20,
        permissions={"contents": "write", "pull-requests": "write", "id-token": "write"},
        needs=before,
        **{"if": f"${{{{ !cancelled() && {_PUSH} && ({any_deployed}) }}}}"},
        steps=[
            *setup(),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {
                "name": "Lock",
                "env": {
                    "AWS_CONFIG_FILE": "${{ runner.temp }}/aws-config",
                    "AWS_PROFILE": "management",
                    "GH_TOKEN": "${{ github.token }}",
                    "BRANCH": github.branch,
                    "REPOSITORY": "${{ github.server_url }}/${{ github.repository }}",
                },
                "run": script(lock),
            },
        ],
    )
