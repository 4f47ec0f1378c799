"""Parts of the scripts of jobs in GitLab CI.

What a script relies on is written into it: whoever may start a pipeline with variables of their own changes nothing by them.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.setting import NoPipelineError
from estate.pipeline.steps import ESTATE, INSTALL, install_engine

if TYPE_CHECKING:
    from config.model.ci import Gitlab
    from estate.pipeline.setting import Setting

REQUEST: Final = '$CI_PIPELINE_SOURCE == "merge_request_event"'
PUSH: Final = '$CI_PIPELINE_SOURCE == "push"'
SCHEDULE: Final = '$CI_PIPELINE_SOURCE == "schedule"'
DEPLOYED: Final = "deployed.txt"
"""What a pipeline that went through leaves: its commit."""
PROGRAM: Final = ".estate/program"
"""Where the review of a request has the program that runs."""
STACKS_A_JOB: Final = 20
MOST_JOBS: Final = 40
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


def gitlab_of(setting: Setting) -> Gitlab:
    """The project.

    Raises:
        NoPipelineError: If the configuration has no `ci.gitlab`.
    """
    if setting.ci.gitlab is None:
        raise NoPipelineError("organization.yaml has no `ci.gitlab`: say there which project it is.")
    return setting.ci.gitlab


def parallel(setting: Setting, found: dict[str, Any]) -> dict[str, Any]:
    """The job as often as the number of stacks asks for: each runs a slice of them."""
    jobs = min(MOST_JOBS, math.ceil(len(setting.stacks) / STACKS_A_JOB))
    return {**found, "parallel": jobs} if jobs > 1 else found


def artifacts(**more: Any) -> dict[str, Any]:
    """Keep the plans, also those of a job that failed."""
    return {"when": "always", "paths": ["plans/"], "expire_in": "1 week", **more}


def of_slice(base: str) -> str:
    """List in stacks.txt the stacks that differ from `base`, as far as they are this job's."""
    return f"""
        {ESTATE} pipeline stacks --base "{base}" --slice "${{CI_NODE_INDEX:-1}}/${{CI_NODE_TOTAL:-1}}" > stacks.txt
        mkdir -p plans
    """


def plan_stacks(setting: Setting, options: str) -> str:
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
