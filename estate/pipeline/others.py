"""Pipelines of Azure DevOps and Bitbucket, and projects for Atlantis: the same commands as on GitHub and GitLab.

These systems have no identity of their own in the configuration: jobs sign in as users of `ci.user`, one that plans and one
for each tier, whose access keys the system keeps as secrets. They plan, keep, show and apply by the commands of docs/ci.md.

Source: https://learn.microsoft.com/azure/devops/pipelines/yaml-schema
        https://support.atlassian.com/bitbucket-cloud/docs/bitbucket-pipelines-configuration-reference/
        https://www.runatlantis.io/docs/repo-level-atlantis-yaml
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.setting import NoPipelineError
from estate.pipeline.steps import ESTATE, INSTALL, install_engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from estate.pipeline.route import Route
    from estate.pipeline.setting import Setting

AZURE: Final = "azure-pipelines.yml"
BITBUCKET: Final = "bitbucket-pipelines.yml"
ATLANTIS: Final = "atlantis.yaml"
_DEPLOYED: Final = "estate-deployed"
_COMMENT: Final = """\
Written by `estate pipeline {system}` from config/; do not edit. Write it again when the organization changes.

What is merged is planned once, through roles that only read; the plans are kept beside the states. Whoever approves applies
those plans and no others. docs/ci.md says what each command does, and what to set in {name}."""
_SECRETS: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_EXPORT: Final = 'export PATH="$HOME/.local/bin:$PATH"\n'


def azure(setting: Setting, branch: str = "main") -> str:
    """Write the pipeline of Azure DevOps.

    Args:
        setting: The organization.
        branch: What is merged into it is deployed.

    Raises:
        NoPipelineError: If the configuration has no `ci.user`.
    """
    base = """
        # Since the last run that went through; all stacks if there is none.
        base=$(curl --fail --silent --header "Authorization: Bearer $SYSTEM_ACCESSTOKEN" \\
          "$BUILDS/_apis/build/builds?definitions=$DEFINITION&resultFilter=succeeded&statusFilter=completed&\\$top=1&api-version=7.1" \\
          | jq --raw-output '.value[0].sourceVersion // empty')
    """
    secrets = {name: f"$({name})" for name in _SECRETS}
    about = {
        "SYSTEM_ACCESSTOKEN": "$(System.AccessToken)",
        "BUILDS": "$(System.CollectionUri)$(System.TeamProject)",
        "DEFINITION": "$(System.DefinitionId)",
    }
    install = {"bash": _EXPORT + script(install_engine()) + INSTALL, "displayName": "Install"}
    python = {"task": "UsePythonVersion@0", "inputs": {"versionSpec": "3.11"}}
    plan = {
        "bash": script(base) + _sign_in(setting, plans=True) + _plan(setting),
        "displayName": "Plan",
        "env": {**secrets, **about},
    }
    directory = '"$(Pipeline.Workspace)/plans"'
    document = {
        "trigger": {"batch": "true", "branches": {"include": [branch]}},
        "pr": "none",
        "pool": {"vmImage": "ubuntu-24.04"},
        "stages": [
            {
                "stage": "plan",
                "jobs": [
                    {
                        "job": "plan",
                        "timeoutInMinutes": "360",
                        "steps": [
                            {"checkout": "self", "fetchDepth": "0"},
                            python,
                            install,
                            plan,
                            {"publish": "plans", "artifact": "plans", "condition": "succeededOrFailed()"},
                        ],
                    }
                ],
            },
            *(
                {
                    "stage": f"deploy_{number}",
                    "displayName": f"Deploy {route.name}",
                    "dependsOn": f"deploy_{number - 1}" if number > 1 else "plan",
                    "lockBehavior": "sequential",
                    # The key of the tier's own user, in a variable group that only this stage's environment opens.
                    "variables": [{"group": f"estate-{route.name}"}],
                    "jobs": [_azure_job(setting, route, stacks, [python, install], secrets, branch, directory)],
                }
                for number, (route, stacks) in enumerate(setting.turns, start=1)
            ),
        ],
    }
    return to_yaml(document, _COMMENT.format(system="azure", name="Azure DevOps"))


def _azure_job(
    setting: Setting,
    route: Route,
    stacks: Sequence[str],
    prepare: Sequence[Any],
    secrets: Mapping[str, str],
    branch: str,
    directory: str,
) -> dict[str, Any]:
    """The job that applies what was approved of one tier."""
    apply = {
        "bash": _sign_in(setting, plans=False, route=route) + _apply(setting, branch, directory, stacks),
        "displayName": "Apply what was approved",
        "env": secrets,
    }
    steps = [
        {"checkout": "self", "persistCredentials": "true"},
        {"download": "current", "artifact": "plans"},
        *prepare,
        apply,
    ]
    return {
        "deployment": "apply",
        "timeoutInMinutes": "360",
        "environment": route.environment[0],
        "strategy": {"runOnce": {"deploy": {"steps": steps}}},
    }


def bitbucket(setting: Setting, branch: str = "main") -> str:
    """Write the pipeline of Bitbucket.

    Args:
        setting: The organization.
        branch: What is merged into it is deployed.

    Raises:
        NoPipelineError: If the configuration has no `ci.user`.
    """
    packages = "ca-certificates curl git make nodejs unzip"
    install = [
        f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {packages} > /dev/null",
        _EXPORT + script(install_engine()) + INSTALL,
    ]
    base = f"""
        # The branch that the last pipeline that went through left; all stacks if there is none.
        git fetch --quiet origin {_DEPLOYED} && base=$(git rev-parse FETCH_HEAD) || base=
    """
    plan = script(base) + _sign_in(setting, plans=True) + _plan(setting)
    mark = f"git push --quiet --force origin HEAD:refs/heads/{_DEPLOYED}\n"
    turns = setting.turns
    applying = [
        {
            "step": {
                "name": f"Apply what was approved of {route.name}",
                "deployment": environment,
                "trigger": "manual",
                "script": [
                    *install,
                    _sign_in(setting, plans=False, route=route)
                    + _apply(setting, branch, "plans", stacks)
                    + (mark if number == len(turns) else ""),
                ],
            }
        }
        for number, (route, stacks, environment) in enumerate(_deployments(turns), start=1)
    ]
    document = {
        "image": "python:3.11-trixie",
        "clone": {"depth": "full"},
        "options": {"max-time": 120},
        "pipelines": {
            "branches": {
                branch: [
                    {"step": {"name": "Plan", "script": [*install, plan], "artifacts": ["plans/**"]}},
                    *applying,
                ]
            }
        },
    }
    return to_yaml(document, _COMMENT.format(system="bitbucket", name="Bitbucket"))


def atlantis(setting: Setting, branch: str = "main") -> str:
    """Write Atlantis' projects, one for each stack. Workflow and requirements are the server's (docs/ci.md).

    Args:
        setting: The organization.
        branch: What requests go to.
    """
    groups = {name: number for number, stage in enumerate(setting.stages) for name in stage}
    document: dict[str, Any] = {
        "version": 3,
        "automerge": False,
        "parallel_plan": True,
        "parallel_apply": False,
        "projects": [
            {
                "name": name,
                "branch": f"/^{branch}$/",
                "dir": ".",
                "workspace": name,
                "execution_order_group": groups[name],
                "autoplan": {"enabled": True, "when_modified": ["config/**/*.yaml", "**/*.py", "Pipfile.lock"]},
            }
            for name in setting.stacks
        ],
    }
    return to_yaml(document, _COMMENT.format(system="atlantis", name="Atlantis"))


def _deployments(
    turns: Sequence[tuple[Route, tuple[str, ...]]],
) -> Iterator[tuple[Route, tuple[str, ...], str]]:
    """Each turn with a deployment environment: Bitbucket lets a pipeline name one only once."""
    seen: dict[str, int] = {}
    for route, stacks in turns:
        name = route.environment[0]
        seen[name] = seen.get(name, 0) + 1
        yield route, stacks, name if seen[name] == 1 else f"{name}-{seen[name]}"


def _sign_in(setting: Setting, *, plans: bool, route: Route | None = None) -> str:
    """Profiles that start from a user's key.

    Args:
        setting: The organization.
        plans: Whether the job plans; else it applies.
        route: The route of what it applies.
    """
    if setting.ci.user is None:
        raise NoPipelineError("organization.yaml has no `ci.user`: jobs of this system sign in as it.")
    route, management = route or setting.routes[setting.stacks[-1]], setting.routes[setting.management]
    role = route.plan_role if plans else route.deploy_role
    following = management.next_plan_role if plans else management.next_deploy_role
    user = f"\n        external_id = {setting.ci.user.external_id}" if setting.ci.user.external_id else ""
    external = f"\n        external_id = {setting.external_id}" if setting.external_id else ""
    return script(f"""
        set -euo pipefail
        export PATH="$HOME/.local/bin:$PATH" AWS_REGION={setting.region} AWS_DEFAULT_REGION={setting.region}
        export AWS_CONFIG_FILE="$PWD/.estate/aws-config"
        umask 077
        mkdir -p .estate plans
        cat > "$AWS_CONFIG_FILE" <<END
        [profile user]
        aws_access_key_id = $AWS_ACCESS_KEY_ID
        aws_secret_access_key = $AWS_SECRET_ACCESS_KEY

        [profile pipeline]
        source_profile = user
        role_arn = {role}{user}

        [profile management]
        source_profile = pipeline
        role_arn = {following}{external}
        END
        unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    """)


def _plan(setting: Setting) -> str:
    options = '--read-only --keep --later "$later" --to plans'
    return script(f"""
        later=$({ESTATE} pipeline stacks --base "$base" | sed -n 's/^later=//p')
        {ESTATE} pipeline stacks --base "$base" --slice 1/1 > stacks.txt
        members=$(grep -vxF {setting.management} stacks.txt || true)
        if [ -n "$members" ]; then AWS_PROFILE=pipeline {ESTATE} plan $members {options}; fi
        if grep -qxF {setting.management} stacks.txt; then
          AWS_PROFILE=management {ESTATE} plan {setting.management} {options}
        fi
        {ESTATE} pipeline comment plans
    """)


def _apply(setting: Setting, branch: str, directory: str, stacks: Sequence[str]) -> str:
    own = setting.management in stacks
    return script(f"""
        git fetch --quiet origin {branch}
        head=$(git rev-parse FETCH_HEAD)
        AWS_PROFILE={"management" if own else "pipeline"} {ESTATE} apply {directory} {" ".join(stacks)} --head "$head" --route ordinary
    """)
