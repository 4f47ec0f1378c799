"""Parts of the scripts of jobs in GitLab CI.

What a script relies on is written into it: whoever may start a pipeline with variables of their own changes nothing by them.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.steps import ESTATE, INSTALL, install_engine

if TYPE_CHECKING:
    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting

SCHEDULE: Final = '$CI_PIPELINE_SOURCE == "schedule"'
DEPLOYED: Final = "deployed.txt"
"""What a pipeline that went through leaves: its commit."""
PROGRAM: Final = ".estate/program"
"""Where the review of a request has the program that runs."""
_CHANGE: Final = ".estate/change"
_TOKEN: Final = "ESTATE_ID_TOKEN"  # noqa: S105 - a variable's name


def token(gitlab: Gitlab) -> dict[str, Any]:
    """The token that a job asks GitLab for."""
    return {_TOKEN: {"aud": gitlab.audience or f"https://{gitlab.host}"}}


def start() -> str:
    """Forget what variables could have brought in."""
    return f"""
        set -euo pipefail
        id_token="${{{_TOKEN}:-}}"
        unset "${{!TF_@}}" "${{!AWS_@}}" "${{!ESTATE_@}}" "${{!PYTHON@}}" "${{!PIP_@}}" "${{!GIT_CONFIG@}}"
        export TF_APPEND_USER_AGENT="gitlab/$CI_PROJECT_PATH pipeline/$CI_PIPELINE_ID commit/$CI_COMMIT_SHA"
    """


def of_change(gitlab: Gitlab) -> str:
    """Get the program of the branch that a merge request goes to, and what the request makes of the branch, as data.

    Both are below the job's own directory, since runners can share `/tmp`.
    """
    return f"""
        here=$PWD
        git fetch --quiet origin {gitlab.branch}
        git worktree add --force --detach {PROGRAM} FETCH_HEAD
        git worktree add --force --detach {_CHANGE} FETCH_HEAD
        git -C {_CHANGE} -c user.name=pipeline -c user.email=pipeline@localhost merge --quiet --no-edit "$CI_COMMIT_SHA"
        cd {PROGRAM}
    """


def take() -> str:
    """Take the request's configuration, as data; what else it changes is in `touched.md`."""
    return f'{ESTATE} pipeline take "$here/{_CHANGE}" > touched.md'


def install(*, terraform: bool = True) -> str:
    """Install what jobs need, and nothing else."""
    packages = "ca-certificates curl git make nodejs" + (" unzip" if terraform else "")
    text = f"""
        apt-get update -qq && apt-get install -y -qq --no-install-recommends {packages} > /dev/null
        {INSTALL}
    """
    more = 'export PATH="$HOME/.local/bin:$PATH"\n' + textwrap.dedent(install_engine()).strip()
    return text + (textwrap.indent(more, " " * 8) + "\n" if terraform else "")


def sign_in(setting: Setting, *, plans: bool, stack: str | None = None) -> str:
    """Trade the job's token for AWS's role.

    Args:
        setting: The organization.
        plans: Whether the job plans; else it applies.
        stack: A stack of the job's, for the route.
    """
    route, management = setting.routes[stack or setting.stacks[0]], setting.routes[setting.management]
    role = route.plan_role if plans else route.deploy_role
    following = management.next_plan_role if plans else management.next_deploy_role
    external = f"\n        external_id = {setting.external_id}" if setting.external_id else ""
    return f"""
        umask 077
        mkdir -p .estate
        printf %s "$id_token" > .estate/aws-token
        session="gitlab-$CI_PIPELINE_ID-$CI_COMMIT_SHA"
        export AWS_REGION={setting.region} AWS_DEFAULT_REGION={setting.region} AWS_CONFIG_FILE="$PWD/.estate/aws-config"
        cat > "$AWS_CONFIG_FILE" <<END
        [profile pipeline]
        role_arn = {role}
        web_identity_token_file = $PWD/.estate/aws-token
        role_session_name = ${{session:0:64}}

        [profile management]
        source_profile = pipeline
        role_arn = {following}
        role_session_name = ${{session:0:64}}{external}
        END
    """
