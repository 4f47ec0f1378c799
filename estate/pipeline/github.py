"""The workflow of GitHub Actions.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.setting import NoPipelineError, chunks

if TYPE_CHECKING:
    from config.model.ci import Github
    from estate.pipeline.setting import Setting

PATH: Final = ".github/workflows/estate.yml"
MATRIX: Final = 256
"""GitHub runs at most so many jobs from one matrix."""
_RUNNER: Final = "ubuntu-24.04"
_ESTATE: Final = ".venv/bin/python -m estate"

# Actions by commit, since a tag can be moved. As of November 2026.
_CHECKOUT: Final = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"
_PYTHON: Final = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97"
_NODE: Final = "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020"
_TERRAFORM: Final = "hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e"
_UPLOAD: Final = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"
_DOWNLOAD: Final = "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"
_VERSIONS: Final = {
    _CHECKOUT: "v7.0.1",
    _PYTHON: "v7.0.0",
    _NODE: "v7.0.0",
    _TERRAFORM: "v4.0.1",
    _UPLOAD: "v7.0.0",
    _DOWNLOAD: "v8.0.1",
}

_COMMENT: Final = """\
Written by `estate pipeline github` from config/; do not edit. Write it again when the organization changes.

A pull request plans the stacks that it changes and shows the plans, and who loses or gains which actions. What is
merged is deployed, in order, behind the environment's approval. Every day all stacks are planned, to find what was
changed by hand. Nothing in here is a secret: jobs get a token of their own from
GitHub, and AWS gives them a role for it.

A new account's first deploy is a person's, since it makes the role that these jobs work through in the account. After the
organization's own deploy, with credentials of the management account:
`estate deploy ACCOUNT --role OrganizationAccountAccessRole`, then run the failed job again."""

_SIGN_IN: Final = """
    token="$RUNNER_TEMP/aws-token"
    curl --fail --silent --show-error --header "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
      "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq --raw-output .value > "$token"
    session="github-$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT-$GITHUB_SHA"
    cat > "$RUNNER_TEMP/aws-config" <<END
    [profile pipeline]
    role_arn = $ROLE
    web_identity_token_file = $token
    role_session_name = ${session:0:64}

    [profile management]
    source_profile = pipeline
    role_arn = $MANAGEMENT_ROLE
    role_session_name = ${session:0:64}
    END
    if [ -n "$EXTERNAL_ID" ]; then echo "external_id = $EXTERNAL_ID" >> "$RUNNER_TEMP/aws-config"; fi
    profile=pipeline
    if [ "$STACK" = "$MANAGEMENT_STACK" ]; then profile=management; fi
    echo "AWS_CONFIG_FILE=$RUNNER_TEMP/aws-config" >> "$GITHUB_ENV"
    echo "AWS_PROFILE=$profile" >> "$GITHUB_ENV"
"""


def workflow(setting: Setting) -> str:
    """Write the workflow.

    Raises:
        NoPipelineError: If the configuration has no `ci.github`.
    """
    github = setting.ci.github
    if github is None:
        raise NoPipelineError("organization.yaml has no `ci.github`: say there which repository it is.")
    jobs: dict[str, Any] = {"stacks": _find_stacks(setting)}
    plans = [f"plan_{number}" for number in range(chunks(len(setting.stacks), MATRIX))]
    for job in plans:
        jobs[job] = _plan(setting, job)
    jobs["report"] = _report(plans)
    before: list[str] = []
    for index, stage in enumerate(setting.stages):
        names = [f"deploy_{index}_{number}" for number in range(chunks(len(stage), MATRIX))]
        jobs |= {name: _deploy(setting, github, name, before) for name in names}
        before += names
    document = {
        "name": "estate",
        "on": {
            "pull_request": {"branches": [github.branch]},
            "push": {"branches": [github.branch]},
            "schedule": [{"cron": "23 4 * * *"}],
            "workflow_dispatch": {},
        },
        "permissions": {"contents": "read"},
        "defaults": {"run": {"shell": "bash"}},
        "env": {
            "AWS_REGION": setting.region,
            # What every call to AWS is recorded with, in CloudTrail.
            "TF_APPEND_USER_AGENT": (
                "github/${{ github.repository }} run/${{ github.run_id }} commit/${{ github.sha }}"
            ),
        },
        "jobs": jobs,
    }
    text = to_yaml(document, _COMMENT)
    for action, version in _VERSIONS.items():
        text = text.replace(f"{action}\n", f"{action} # {version}\n")
    return text


def _setup(*, history: bool = False) -> list[dict[str, Any]]:
    depth = {"fetch-depth": 0} if history else {}
    return [
        {"uses": _CHECKOUT, "with": {**depth, "persist-credentials": False}},
        {"uses": _PYTHON, "with": {"python-version": "3.11"}},
        {"uses": _NODE, "with": {"node-version": "24"}},
        {"uses": _TERRAFORM, "with": {"terraform_version": "~> 1.11", "terraform_wrapper": False}},
        {"name": "Install", "run": "make setup"},
    ]


def _find_stacks(setting: Setting) -> dict[str, Any]:
    outputs = [f"plan_{number}" for number in range(chunks(len(setting.stacks), MATRIX))]
    for index, stage in enumerate(setting.stages):
        outputs += [f"deploy_{index}_{number}" for number in range(chunks(len(stage), MATRIX))]
    find = f"""
        base="$BASE"
        if [ "$EVENT" = push ]; then
          # Since the last deploy that went through: what one that failed left undone is done now.
          base=$(gh run list --workflow "$GITHUB_WORKFLOW" --branch "$GITHUB_REF_NAME" --event push --status success \\
            --limit 1 --json headSha --jq '.[].headSha')
        fi
        {_ESTATE} pipeline stacks --base "$base" >> "$GITHUB_OUTPUT"
    """
    return {
        "name": "Find changed stacks",
        "runs-on": _RUNNER,
        "timeout-minutes": 20,
        "permissions": {"contents": "read", "actions": "read"},
        "outputs": {name: f"${{{{ steps.find.outputs.{name} }}}}" for name in outputs},
        "steps": [
            *_setup(history=True),
            {
                "id": "find",
                "name": "Compare with the base",
                "env": {
                    "GH_TOKEN": "${{ github.token }}",
                    "EVENT": "${{ github.event_name }}",
                    "BASE": "${{ github.event.pull_request.base.sha }}",
                },
                "run": script(find),
            },
        ],
    }


def _sign_in(setting: Setting, *, plans: bool) -> dict[str, Any]:
    return {
        "name": "Sign in to AWS",
        "env": {
            "ROLE": setting.plan_role if plans else setting.deploy_role,
            "MANAGEMENT_ROLE": setting.management_plan_role if plans else setting.management_deploy_role,
            "MANAGEMENT_STACK": setting.management,
            "EXTERNAL_ID": setting.external_id or "",
        },
        "run": script(_SIGN_IN),
    }


WAIT: Final = {"TF_CLI_ARGS_plan": "-lock-timeout=10m", "TF_CLI_ARGS_apply": "-lock-timeout=10m"}
"""What makes Terraform wait for people who deploy the same stack."""


def plan_environment(setting: Setting, stack: str) -> dict[str, str]:
    """What makes Terraform plan through roles that can only read.

    Args:
        setting: The organization.
        stack: The stack's name, or how the CI system writes it.
    """
    found = {"TF_VAR_deploy_role": setting.account_plan_role, "TF_CLI_ARGS_plan": "-lock=false"}
    if setting.state_reader:
        role = f'role_arn="{setting.state_reader}",tags={{TerraformStack="{stack}"}}'
        found["TF_CLI_ARGS_init"] = f"'-backend-config=assume_role={{{role}}}'"
    return found


def _matrix(name: str) -> dict[str, Any]:
    return {"fail-fast": False, "matrix": {"stack": f"${{{{ fromJSON(needs.stacks.outputs.{name}) }}}}"}}


def _plan(setting: Setting, name: str) -> dict[str, Any]:
    plan = f"""
        {_ESTATE} plan "$STACK"
        mkdir -p plans
        # A pull request shows what changes; the daily plan fails if anything does.
        if [ "$EVENT" = pull_request ]; then strict=; else strict=--no-changes; fi
        {_ESTATE} pipeline section "$STACK" $strict > "plans/$STACK.md" && status=0 || status=$?
        cat "plans/$STACK.md" >> "$GITHUB_STEP_SUMMARY"
        exit $status
    """
    return {
        "name": "Plan ${{ matrix.stack }}",
        "needs": ["stacks"],
        "if": f"${{{{ github.event_name != 'push' && needs.stacks.outputs.{name} != '[]' }}}}",
        "runs-on": _RUNNER,
        "timeout-minutes": 60,
        "permissions": {"contents": "read", "id-token": "write"},
        "strategy": _matrix(name),
        "env": {"STACK": "${{ matrix.stack }}", **plan_environment(setting, "${{ matrix.stack }}")},
        "steps": [
            *_setup(),
            _sign_in(setting, plans=True),
            {"name": "Plan", "env": {"EVENT": "${{ github.event_name }}"}, "run": script(plan)},
            {
                "if": "${{ !cancelled() }}",
                "uses": _UPLOAD,
                "with": {"name": "plan-${{ matrix.stack }}", "path": "plans/*.md", "retention-days": 7},
            },
        ],
    }


def _report(plans: list[str]) -> dict[str, Any]:
    post = f"""
        mkdir -p plans
        {_ESTATE} pipeline comment plans --base "$BASE" > comment.md
        cat comment.md >> "$GITHUB_STEP_SUMMARY"
        gh pr comment "$PULL_REQUEST" --edit-last --create-if-none --body-file comment.md
    """
    return {
        "name": "Show plans and impact",
        "needs": ["stacks", *plans],
        "if": "${{ !cancelled() && github.event_name == 'pull_request' && needs.stacks.result == 'success' }}",
        "runs-on": _RUNNER,
        "timeout-minutes": 20,
        "permissions": {"contents": "read", "pull-requests": "write"},
        "steps": [
            *_setup(history=True),
            {"uses": _DOWNLOAD, "with": {"pattern": "plan-*", "path": "plans", "merge-multiple": True}},
            {
                "name": "Comment",
                "env": {
                    "GH_TOKEN": "${{ github.token }}",
                    "PULL_REQUEST": "${{ github.event.pull_request.number }}",
                    "BASE": "${{ github.event.pull_request.base.sha }}",
                },
                "run": script(post),
            },
        ],
    }


def _deploy(setting: Setting, github: Github, name: str, before: list[str]) -> dict[str, Any]:
    return {
        "name": "Deploy ${{ matrix.stack }}",
        "needs": ["stacks", *before],
        "if": (
            "${{ !cancelled() && !failure() && github.event_name == 'push' && "
            f"needs.stacks.outputs.{name} != '[]' }}}}"
        ),
        "runs-on": _RUNNER,
        "timeout-minutes": 60,
        "permissions": {"contents": "read", "id-token": "write"},
        "environment": github.environment,
        # One deploy of a stack at a time, the others wait in line.
        "concurrency": {"group": "estate-${{ matrix.stack }}", "queue": "max"},
        "strategy": _matrix(name),
        "env": {"STACK": "${{ matrix.stack }}", **WAIT},
        "steps": [
            *_setup(),
            _sign_in(setting, plans=False),
            {"name": "Deploy", "run": f'{_ESTATE} deploy "$STACK" --yes'},
        ],
    }
