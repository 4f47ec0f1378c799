"""The workflow of GitHub Actions for accounts that are asked for, leases that end, and waves that follow.

Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.github.steps import common, job, setup, sign_in, write
from estate.pipeline.github.workflow import github_of
from estate.pipeline.requests import FIELDS
from estate.pipeline.steps import ESTATE

if TYPE_CHECKING:
    from config.model.ci import Github
    from estate.pipeline.setting import Setting

PATH: Final = ".github/workflows/estate-upkeep.yml"
FORM: Final = ".github/ISSUE_TEMPLATE/new-account.yml"
LABEL: Final = "new-account"

_COMMENT: Final = """\
Written by `estate pipeline github` from config/; do not edit. Write it again when the organization changes.

An issue of the form becomes a request with the account's file, if its author may write to this repository. Every day the
leases are looked at: what ends is told by an issue, what has ended is quarantined by a request. When what is merged is deployed and a
wave's pause is over, a request lets the next follow. Requests are reviewed and deployed
as all others. GitHub starts no workflow for a request that a job opens: close and open it, and its review runs."""
_REQUEST: Final = "github.event_name == 'issues'"


def account_files(setting: Setting) -> dict[str, str]:
    """The workflow and the form, as far as the organization has a use for them.

    Raises:
        NoPipelineError: If the configuration has no `ci.github`.
    """
    github = github_of(setting)
    jobs: dict[str, Any] = {}
    on: dict[str, Any] = {}
    if setting.ci.account_requests:
        on["issues"] = {"types": ["opened", "edited"]}
        jobs["request"] = _request(github)
    if setting.leases or setting.rollouts:
        on["schedule"] = [{"cron": "53 5 * * *"}]
    if setting.leases:
        jobs["leases"] = _leases(setting, github)
    if setting.rollouts:
        jobs["waves"] = _waves(github)
    if not jobs:
        return {}
    document = {"name": "estate upkeep", "on": on, **common(setting), "jobs": jobs}
    return {PATH: write(document, _COMMENT), **({FORM: form(setting)} if setting.ci.account_requests else {})}


def form(setting: Setting) -> str:
    """The form of an issue."""
    body = []
    for field in FIELDS:
        attributes: dict[str, Any] = {"label": field.label, "description": field.about}
        kind = {"ou": "dropdown", "reason": "textarea"}.get(field.key, "input")
        if kind == "dropdown":
            attributes["options"] = list(setting.units)
        body.append(
            {"type": kind, "id": field.key, "attributes": attributes, "validations": {"required": field.required}}
        )
    document = {
        "name": "New account",
        "description": "Ask for an AWS account. Whoever may write to this repository gets a request for review.",
        "title": "New account",
        "labels": [LABEL],
        "body": body,
    }
    return to_yaml(document, "Written by `estate pipeline github` from config/; do not edit.")


def _opened(branch: str, paths: str, title: str, body: str) -> str:
    """A script that opens a request with what was changed, or pushes to the one that is open."""
    return f"""
        git switch --quiet --create {branch}
        git add {paths}
        git -c user.name=pipeline -c user.email=pipeline@localhost commit --quiet --message {title}
        gh auth setup-git
        git push --quiet --force origin {branch}
        if [ "$(gh pr list --head {branch} --state open --json number --jq length)" != 0 ]; then exit 0; fi
        gh pr create --base "$BRANCH" --head {branch} --title {title} --body {body}
    """


def _request(github: Github) -> dict[str, Any]:
    write_file = f"""
        permission=$(gh api "repos/$GITHUB_REPOSITORY/collaborators/$AUTHOR/permission" --jq .permission)
        if [ "$permission" != admin ] && [ "$permission" != write ]; then
          gh issue comment "$NUMBER" --body "Accounts are asked for by those who may write to this repository."
          exit 0
        fi
        if ! slug=$({ESTATE} pipeline request --why why.txt); then
          gh issue comment "$NUMBER" --body-file why.txt
          exit 0
        fi
        {_opened('"estate-account-$NUMBER"', '"config/accounts/$slug.yaml"', '"New account $slug"', '"Closes #$NUMBER."')}
    """
    return job(
        "Make a request of the answers",
        minutes=20,
        permissions={"contents": "write", "issues": "write", "pull-requests": "write"},
        **{"if": f"${{{{ {_REQUEST} && contains(github.event.issue.labels.*.name, '{LABEL}') }}}}"},
        concurrency={"group": "estate-account-${{ github.event.issue.number }}", "cancel-in-progress": False},
        steps=[
            *setup(terraform=False),
            {
                "name": "Write the account's file",
                "env": {
                    "REQUEST": "${{ github.event.issue.body }}",
                    "AUTHOR": "${{ github.event.sender.login }}",
                    "NUMBER": "${{ github.event.issue.number }}",
                    "GH_TOKEN": "${{ github.token }}",
                    "BRANCH": github.branch,
                },
                "run": script(write_file),
            },
        ],
    )


def _leases(setting: Setting, github: Github) -> dict[str, Any]:
    title = "'Quarantine what was lent and has ended'"
    look = f"""
        {ESTATE} account leases --write --spending --warnings warnings.txt | tee -a "$GITHUB_STEP_SUMMARY"
        titles=$(gh issue list --state all --limit 1000 --json title --jq '.[].title')
        while IFS=$'\\t' read -r title next; do
          grep -qxF -- "$title" <<< "$titles" || gh issue create --title "$title" --body "$next"
        done < warnings.txt
        if [ -z "$(git status --porcelain -- config/accounts)" ]; then exit 0; fi
        {_opened("estate-leases", "config/accounts", title, '"Run $GITHUB_RUN_ID."')}
    """
    return job(
        "Look after leases",
        minutes=20,
        permissions={"contents": "write", "issues": "write", "pull-requests": "write", "id-token": "write"},
        **{"if": "${{ github.event_name == 'schedule' }}"},
        steps=[
            *setup(terraform=False),
            sign_in(setting, setting.routes[setting.management], plans=True),
            {
                "name": "Look after leases",
                "env": {
                    "AWS_CONFIG_FILE": "${{ runner.temp }}/aws-config",
                    "AWS_PROFILE": "pipeline",
                    "GH_TOKEN": "${{ github.token }}",
                    "BRANCH": github.branch,
                },
                "run": script(look),
            },
        ],
    )


def _waves(github: Github) -> dict[str, Any]:
    title = "'Let a wave follow'"
    look = f"""
        {ESTATE} rollout show | tee -a "$GITHUB_STEP_SUMMARY"
        deployed=$(gh run list --workflow estate.yml --branch "$BRANCH" --event push --status success --limit 1 \\
          --json headSha --jq '.[].headSha')
        if [ "$deployed" != "$(git rev-parse HEAD)" ]; then echo "What is merged is not deployed yet: no wave follows."; exit 0; fi
        {ESTATE} rollout due --write | tee -a "$GITHUB_STEP_SUMMARY"
        if [ -z "$(git status --porcelain -- config)" ]; then exit 0; fi
        {_opened("estate-wave", "config", title, '"Run $GITHUB_RUN_ID."')}
    """
    return job(
        "Let a wave follow",
        minutes=20,
        permissions={"actions": "read", "contents": "write", "pull-requests": "write"},
        **{"if": "${{ github.event_name == 'schedule' }}"},
        steps=[
            *setup(terraform=False),
            {
                "name": "Let a wave follow",
                "env": {"GH_TOKEN": "${{ github.token }}", "BRANCH": github.branch},
                "run": script(look),
            },
        ],
    )
