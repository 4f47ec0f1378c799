"""The pipeline of GitLab CI, and the pipeline below it that deploys.

Source: https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.github import WAIT
from estate.pipeline.setting import NoPipelineError

if TYPE_CHECKING:
    from collections.abc import Collection

    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting

PATH: Final = ".gitlab-ci.yml"
DEPLOYS: Final = "estate-deploys.yml"
"""The pipeline below: written in CI for the stacks that a merge changes."""
_ESTATE: Final = ".venv/bin/python -m estate"
_TERRAFORM_VERSION: Final = "1.11.4"
_STACKS_A_JOB: Final = 20
_MOST_JOBS: Final = 50

_COMMENT: Final = """\
Written by `estate pipeline gitlab` from config/; do not edit. Write it again when the organization changes.

A merge request plans the stacks that it changes and shows the plans, and who loses or gains which actions. What is
merged is deployed, in order, behind the environment's approval. A scheduled pipeline plans all stacks, to find what was
changed by hand (make a daily one under Build > Pipeline schedules). Nothing in here is a secret: jobs get a
token of their own from GitLab, and AWS gives them a role for it.

A new account's first deploy is a person's, since it makes the role that these jobs work through in the account. After the
organization's own deploy, with credentials of the management account:
`estate deploy ACCOUNT --role OrganizationAccountAccessRole`, then run the failed job again."""
_DEPLOYS_COMMENT: Final = "Written by `estate pipeline gitlab --deploys`, for one pipeline."

_INSTALL: Final = f"""
    apt-get update -qq && apt-get install -y -qq --no-install-recommends curl make nodejs npm unzip > /dev/null
    cd /tmp
    curl -fsSLO "https://releases.hashicorp.com/terraform/{_TERRAFORM_VERSION}/terraform_{_TERRAFORM_VERSION}_linux_amd64.zip"
    curl -fsSLO "https://releases.hashicorp.com/terraform/{_TERRAFORM_VERSION}/terraform_{_TERRAFORM_VERSION}_SHA256SUMS"
    sha256sum --check --ignore-missing "terraform_{_TERRAFORM_VERSION}_SHA256SUMS"
    unzip -q -o "terraform_{_TERRAFORM_VERSION}_linux_amd64.zip" terraform -d /usr/local/bin
    cd "$CI_PROJECT_DIR"
    make setup
"""
_SIGN_IN: Final = """
    mkdir -p "$CI_PROJECT_DIR/.estate"
    umask 077
    printf %s "$AWS_ID_TOKEN" > "$CI_PROJECT_DIR/.estate/aws-token"
    session="gitlab-$CI_PIPELINE_ID-$CI_COMMIT_SHA"
    cat > "$AWS_CONFIG_FILE" <<END
    [profile pipeline]
    role_arn = $ROLE
    web_identity_token_file = $CI_PROJECT_DIR/.estate/aws-token
    role_session_name = $session

    [profile management]
    source_profile = pipeline
    role_arn = $MANAGEMENT_ROLE
    role_session_name = $session
    END
    if [ -n "$EXTERNAL_ID" ]; then echo "external_id = $EXTERNAL_ID" >> "$AWS_CONFIG_FILE"; fi
"""


def pipeline(setting: Setting) -> str:
    """Write the pipeline.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    gitlab = _of(setting)
    main = f'$CI_COMMIT_BRANCH == "{gitlab.branch}"'
    document: dict[str, Any] = {
        "workflow": {
            "rules": [
                {"if": f'$CI_PIPELINE_SOURCE == "merge_request_event" && '
                       f'$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "{gitlab.branch}"'},
                {"if": f'$CI_PIPELINE_SOURCE == "schedule" && {main}'},
                {"if": f'$CI_PIPELINE_SOURCE == "push" && {main}'},
            ]
        },
        "stages": ["plan", "prepare", "deploy"],
        "variables": _variables(setting),
        "default": {"image": gitlab.image, "interruptible": False},
        "impact": _impact(),
        "plan": _plan(setting, gitlab),
        "prepare": {
            "stage": "prepare",
            "rules": [{"if": '$CI_PIPELINE_SOURCE == "push"'}],
            "variables": {"GIT_DEPTH": "0"},
            "script": [
                script(_INSTALL),
                f'{_ESTATE} pipeline gitlab --deploys --base "$CI_COMMIT_BEFORE_SHA" > {DEPLOYS}',
            ],
            "artifacts": {"paths": [DEPLOYS], "expire_in": "1 week"},
        },
        "deploy": {
            "stage": "deploy",
            "needs": ["prepare"],
            "rules": [{"if": '$CI_PIPELINE_SOURCE == "push"'}],
            "trigger": {"include": [{"artifact": DEPLOYS, "job": "prepare"}], "strategy": "depend"},
        },
    }  # fmt: skip
    return to_yaml(document, _COMMENT)


def deploys(setting: Setting, changed: Collection[str]) -> str:
    """Write the pipeline that deploys some stacks, each after those of earlier stages.

    Args:
        setting: The organization.
        changed: The stacks to deploy.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    gitlab = _of(setting)
    # GitLab's own stages: a job starts when all jobs of the stages before have succeeded.
    names = {
        f"stage-{index}": [name for name in stage if name in changed] for index, stage in enumerate(setting.stages)
    }
    jobs = {f"deploy {name}": _deploy(setting, gitlab, name, stage) for stage, found in names.items() for name in found}
    if not jobs:
        jobs["nothing to deploy"] = {"stage": "stage-0", "script": ["echo No stack changes."]}
    document = {
        "workflow": {"rules": [{"when": "always"}]},
        "stages": list(names),
        "variables": _variables(setting),
        "default": {"image": gitlab.image},
        **jobs,
    }
    return to_yaml(document, _DEPLOYS_COMMENT)


def _of(setting: Setting) -> Gitlab:
    if setting.ci.gitlab is None:
        raise NoPipelineError("organization.yaml has no `ci.gitlab`: say there which project it is.")
    return setting.ci.gitlab


def _variables(setting: Setting) -> dict[str, str]:
    return {
        "AWS_REGION": setting.region,
        "AWS_CONFIG_FILE": "$CI_PROJECT_DIR/.estate/aws-config",
        "MANAGEMENT_STACK": setting.management,
        "EXTERNAL_ID": setting.external_id or "",
        # What every call to AWS is recorded with, in CloudTrail.
        "TF_APPEND_USER_AGENT": "gitlab/$CI_PROJECT_PATH pipeline/$CI_PIPELINE_ID commit/$CI_COMMIT_SHA",
    }


def _token(gitlab: Gitlab) -> dict[str, Any]:
    return {"AWS_ID_TOKEN": {"aud": gitlab.audience or f"https://{gitlab.host}"}}


def _plan(setting: Setting, gitlab: Gitlab) -> dict[str, Any]:
    role = ""
    if setting.state_reader:
        value = f'role_arn=\\"{setting.state_reader}\\",tags={{TerraformStack=\\"$stack\\"}}'
        role = f"export TF_CLI_ARGS_init=\"'-backend-config=assume_role={{{value}}}'\""
    plan = f"""
        # A merge request shows what changes; a scheduled plan fails if anything does.
        if [ "$CI_PIPELINE_SOURCE" = schedule ]; then strict=--no-changes; else strict=; fi
        {_ESTATE} pipeline stacks --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" \\
          --slice "${{CI_NODE_INDEX:-1}}/$CI_NODE_TOTAL" > stacks.txt
        mkdir -p plans
        failed=0
        while read -r stack; do
          if [ "$stack" = "$MANAGEMENT_STACK" ]; then export AWS_PROFILE=management; else export AWS_PROFILE=pipeline; fi
          {role or ":"}
          {_ESTATE} plan "$stack" || {{ failed=1; continue; }}
          {_ESTATE} pipeline section "$stack" $strict --counts "plans/$stack.json" > "plans/$stack.md" || failed=1
          cat "plans/$stack.md"
        done < stacks.txt
        exit $failed
    """
    found = {
        "stage": "plan",
        "rules": [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}, {"if": '$CI_PIPELINE_SOURCE == "schedule"'}],
        "variables": {
            "GIT_DEPTH": "0",
            "ROLE": setting.plan_role,
            "MANAGEMENT_ROLE": setting.management_plan_role,
            "TF_VAR_deploy_role": setting.account_plan_role,
            "TF_CLI_ARGS_plan": "-lock=false",
        },
        "id_tokens": _token(gitlab),
        "script": [script(_INSTALL), script(_SIGN_IN), script(plan)],
        "artifacts": {
            "when": "always",
            "expose_as": "Plans",
            "paths": ["plans/"],
            "reports": {"terraform": ["plans/*.json"]},
            "expire_in": "1 week",
        },
    }
    jobs = min(_MOST_JOBS, math.ceil(len(setting.stacks) / _STACKS_A_JOB))
    return {**found, "parallel": jobs} if jobs > 1 else found


def _impact() -> dict[str, Any]:
    """What the change does, linked on the merge request: a job's own token must not write comments."""
    return {
        "stage": "plan",
        "rules": [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}],
        "variables": {"GIT_DEPTH": "0"},
        "script": [
            script(_INSTALL),
            f'{_ESTATE} pipeline impact "$CI_MERGE_REQUEST_DIFF_BASE_SHA" | tee impact.md',
        ],
        "artifacts": {"expose_as": "Impact", "paths": ["impact.md"], "expire_in": "1 week"},
    }


def _deploy(setting: Setting, gitlab: Gitlab, name: str, stage: str) -> dict[str, Any]:
    management = name == setting.management
    return {
        "stage": stage,
        "variables": {
            "ROLE": setting.deploy_role,
            "MANAGEMENT_ROLE": setting.management_deploy_role,
            "AWS_PROFILE": "management" if management else "pipeline",
            **WAIT,
        },
        "id_tokens": _token(gitlab),
        "environment": {"name": gitlab.environment},
        # One deploy of a stack at a time, the others wait in line.
        "resource_group": f"estate-{name}",
        "script": [script(_INSTALL), script(_SIGN_IN), f"{_ESTATE} deploy {name} --yes"],
    }
