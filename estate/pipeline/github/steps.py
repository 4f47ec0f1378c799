"""Steps of jobs in GitHub Actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.document import script, to_yaml
from estate.pipeline.steps import INSTALL, install_engine
from estate.terraform.engine import engine

if TYPE_CHECKING:
    from estate.pipeline.route import Route
    from estate.pipeline.setting import Setting

MATRIX: Final = 256
"""GitHub runs at most so many jobs from one matrix."""
RUNNER: Final = "ubuntu-24.04"

# Actions by commit, since a tag can be moved. As of November 2026; Renovate reads these lines.
_ACTIONS: Final = (
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
    "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
)
_CHECKOUT, _PYTHON, _NODE, _UPLOAD, _DOWNLOAD = (action.partition(" ")[0] for action in _ACTIONS)

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
"""


def write(document: dict[str, Any], comment: str) -> str:
    """A workflow as text, with the version of each action beside its commit."""
    text = to_yaml(document, comment)
    for action in _ACTIONS:
        text = text.replace(f"{action.partition(' ')[0]}\n", f"{action}\n")
    return text


def common(setting: Setting) -> dict[str, Any]:
    """What workflows share."""
    return {
        "permissions": {},
        "defaults": {"run": {"shell": "bash"}},
        "env": {
            "AWS_REGION": setting.region,
            "AWS_DEFAULT_REGION": setting.region,
            # What every call to AWS is recorded with, in CloudTrail.
            "TF_APPEND_USER_AGENT": "github/${{ github.repository }} run/${{ github.run_id }} commit/${{ github.sha }}",
        },
    }


def job(name: str, *, minutes: int, permissions: dict[str, str], **more: Any) -> dict[str, Any]:
    """A job; it gets no permissions but these."""
    return {
        "name": name,
        "runs-on": RUNNER,
        "timeout-minutes": minutes,
        "permissions": {"contents": "read", **permissions},
        **more,
    }


def setup(*, history: bool = False, terraform: bool = True, change: bool = False) -> list[dict[str, Any]]:
    """Steps before all others.

    Args:
        history: Whether the job looks into the repository's history.
        terraform: Whether it runs Terraform.
        change: Whether the configuration is the pull request's, as data.
    """
    depth = {"fetch-depth": 0} if history else {}
    found: list[dict[str, Any]] = [{"uses": _CHECKOUT, "with": {**depth, "persist-credentials": False}}]
    if change:
        found.append(
            {
                "name": "Get the change, as data",
                "uses": _CHECKOUT,
                "with": {
                    "ref": "refs/pull/${{ github.event.pull_request.number }}/merge",
                    "path": "change",
                    "persist-credentials": False,
                },
            }
        )
    found += [
        {"uses": _PYTHON, "with": {"python-version": "3.11"}},
        {"uses": _NODE, "with": {"node-version": "24"}},
    ]
    if terraform:
        found.append({"name": f"Install {engine().name}", "run": script(install_engine())})
    found.append({"name": "Install", "run": INSTALL})
    return found


def sign_in(setting: Setting, route: Route, *, plans: bool) -> dict[str, Any]:
    """The step that trades the job's token for AWS's role.

    Args:
        setting: The organization.
        route: The route of the job's stacks.
        plans: Whether the job plans; else it applies.
    """
    management = setting.routes[setting.management]
    following = management.next_plan_role if plans else route.next_deploy_role or management.next_deploy_role
    return {
        "name": "Sign in to AWS",
        "env": {
            "ROLE": route.plan_role if plans else route.deploy_role,
            "MANAGEMENT_ROLE": following or "",
            "EXTERNAL_ID": setting.external_id or "",
        },
        "run": script(_SIGN_IN),
    }


def signed_in(setting: Setting, route: Route | None = None) -> dict[str, str]:
    """What a step needs that goes to AWS as it was signed in: the configuration, and which profile of it."""
    return {
        "AWS_CONFIG_FILE": "${{ runner.temp }}/aws-config",
        "AWS_PROFILE": "management"
        if route and route.is_foundation
        else f"${{{{ matrix.stack == '{setting.management}' && 'management' || 'pipeline' }}}}",
    }


def upload(name: str, path: str) -> dict[str, Any]:
    """The step that keeps files for later jobs and for people."""
    return {
        "if": "${{ !cancelled() }}",
        "uses": _UPLOAD,
        "with": {"name": name, "path": path, "retention-days": 7, "overwrite": True},
    }


def download(**which: Any) -> dict[str, Any]:
    """The step that gets files of earlier jobs."""
    return {"uses": _DOWNLOAD, "with": which}


def matrix(job_of_outputs: str, name: str) -> dict[str, Any]:
    """A job for each stack of an output."""
    return {"fail-fast": False, "matrix": {"stack": f"${{{{ fromJSON(needs.{job_of_outputs}.outputs.{name}) }}}}"}}
