"""`estate pipeline check`: the settings that a pipeline relies on, asked of a server that answers as the CI system does."""

import http.server
import json
import threading
from copy import deepcopy

import pytest
from typer.testing import CliRunner

from config import load
from estate.cli import app
from estate.pipeline.github.settings import ruleset
from estate.pipeline.owners import codeowners
from estate.pipeline.setting import NoPipelineError, Setting
from tests.estate.pipeline.conftest import CI

ENVIRONMENT = "repos/acme/zone/environments/production"
GITHUB = {
    "repos/acme/zone": {"id": 2, "owner": {"id": 1}, "default_branch": "main"},
    "repos/acme/zone/rules/branches/main": [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": 1,
                "dismiss_stale_reviews_on_push": True,
                "require_last_push_approval": True,
                "require_code_owner_review": True,
            },
        },
    ],
    "repos/acme/zone/actions/permissions/workflow": {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    },
    ENVIRONMENT: {
        "can_admins_bypass": False,
        "protection_rules": [
            {"type": "required_reviewers", "prevent_self_review": True, "reviewers": [{"type": "Team"}]},
            {"type": "branch_policy"},
        ],
        "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
    },
    f"{ENVIRONMENT}/deployment-branch-policies": {"branch_policies": [{"name": "main"}]},
}
GITHUB |= {
    path.replace("production", other): deepcopy(GITHUB[path])
    for path in list(GITHUB)
    if "production" in path
    for other in ("core", "foundation", "organization", "trial")
}
GITLAB = {
    "projects/acme%2Fzone": {
        "default_branch": "main",
        "ci_config_path": ".gitlab-ci.yml@acme/zone:main",
        "ci_pipeline_variables_minimum_override_role": "no_one_allowed",
        "only_allow_merge_if_pipeline_succeeds": True,
        "ci_push_repository_for_job_token_allowed": False,
        "ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref", "environment"],
    },
    "projects/acme%2Fzone/protected_branches/main": {
        "push_access_levels": [{"access_level": 0}],
        "allow_force_push": False,
        "code_owner_approval_required": True,
    },
    "projects/acme%2Fzone/protected_environments/production": {
        "required_approval_count": 0,
        "approval_rules": [{"required_approvals": 1}],
    },
}
GITLAB |= {
    f"projects/acme%2Fzone/protected_environments/{other}": {"approval_rules": [{"required_approvals": 1}]}
    for other in ("core", "organization", "trial")
}
OWNERS = {
    "platform": ["@acme/platform"],
    "security": ["@acme/security"],
    "teams": [{"accounts": ["ou:workloads"], "owners": ["@acme/shop"]}],
}


@pytest.fixture
def server():
    """A server; its answers can be changed. A number is the status of an error."""
    answers = deepcopy({**GITHUB, **GITLAB})

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = answers.get(self.path.removeprefix("/"), 404)
            self.send_response(found if isinstance(found, int) else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        answers["url"] = f"http://127.0.0.1:{httpd.server_port}"
        yield answers
        httpd.shutdown()


@pytest.fixture(scope="module")
def config(write_organization, tmp_path_factory):
    return write_organization(tmp_path_factory.mktemp("check") / "config", ci={**CI, "owners": OWNERS})


@pytest.fixture(scope="module")
def owned(config):
    return Setting.of(load(config))


@pytest.fixture
def check(server, owned, monkeypatch):
    monkeypatch.setattr("estate.commands.pipeline._made", lambda make: make(owned))
    monkeypatch.setenv("GITHUB_API_URL", server["url"])
    monkeypatch.setenv("CI_API_V4_URL", server["url"])
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def run():
        done = CliRunner().invoke(app, ["pipeline", "check"])
        return done.exit_code, [line for line in done.output.splitlines() if not line.startswith("ok ")]

    return run


@pytest.mark.row("B7", "E2")
def test_a_repository_as_it_should_be(check):
    assert check() == (0, [])


RULE = "repos/acme/zone/rules/branches/main"
PROJECT = "projects/acme%2Fzone"
WRONG = {
    "no review": (RULE, lambda found: found.pop(2), "changes come by pull request"),
    "nobody has to approve": (
        RULE,
        lambda found: found[2]["parameters"].update(required_approving_review_count=0),
        "somebody else approves: 0 approvals",
    ),
    "owners need not approve": (
        RULE,
        lambda found: found[2]["parameters"].update(require_code_owner_review=False),
        "code owners approve",
    ),
    "the branch can be rewritten": (RULE, lambda found: found.pop(1), "nobody rewrites the branch"),
    "no reviewers": (ENVIRONMENT, lambda found: found["protection_rules"].pop(0), "somebody approves: no required"),
    "one approves oneself": (
        ENVIRONMENT,
        lambda found: found["protection_rules"][0].update(prevent_self_review=False),
        "nobody approves themselves",
    ),
    "administrators pass": (
        ENVIRONMENT,
        lambda found: found.update(can_admins_bypass=True),
        "administrators wait, too",
    ),
    "any branch deploys": (
        ENVIRONMENT,
        lambda found: found.update(deployment_branch_policy=None),
        "environment production: only main: other branches",
    ),
    "another branch deploys": (
        f"{ENVIRONMENT}/deployment-branch-policies",
        lambda found: found["branch_policies"].append({"name": "feature/*"}),
        "only main: main, feature/*",
    ),
    "workflows may write": (
        "repos/acme/zone/actions/permissions/workflow",
        lambda found: found.update(default_workflow_permissions="write"),
        "permissions of workflows: write, expected read",
    ),
    "another repository": (
        "repos/acme/zone",
        lambda found: found.update(id=3),
        "ci.github.repository_id: 2, expected 3",
    ),
    "a request brings its pipeline": (
        PROJECT,
        lambda found: found.update(ci_config_path=""),
        "ci_config_path: , expected",
    ),
    "variables of anybody": (
        PROJECT,
        lambda found: found.update(ci_pipeline_variables_minimum_override_role="developer"),
        "ci_pipeline_variables_minimum_override_role: developer",
    ),
    "tokens that do not name the environment": (
        PROJECT,
        lambda found: found.update(ci_id_token_sub_claim_components=["project_path", "ref_type", "ref"]),
        "ci_id_token_sub_claim_components: ['project_path', 'ref_type', 'ref'], expected",
    ),
    "any branch deploys the core": (
        f"{ENVIRONMENT.replace('production', 'core')}",
        lambda found: found.update(deployment_branch_policy=None),
        "environment core: only main: other branches",
    ),
    "nobody approves the organization in GitLab": (
        f"{PROJECT}/protected_environments/organization",
        lambda found: found.update(approval_rules=[]),
        "environment organization: somebody approves: 0 approvals",
    ),
    "maintainers push": (
        f"{PROJECT}/protected_branches/main",
        lambda found: found["push_access_levels"].append({"access_level": 40}),
        "nobody pushes to the branch",
    ),
    "no approval in GitLab": (
        f"{PROJECT}/protected_environments/production",
        lambda found: found.update(approval_rules=[]),
        "environment production: somebody approves: 0 approvals",
    ),
}


@pytest.mark.row("B7", "E2")
@pytest.mark.parametrize("case", WRONG)
def test_each_setting_is_compared(check, server, case):
    path, change, said = WRONG[case]
    change(server[path])
    code, lines = check()
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("wrong ")
    assert said in lines[0]


def test_what_is_not_there_is_wrong(check, server):
    del server[ENVIRONMENT], server[f"{PROJECT}/protected_environments/production"]
    code, lines = check()
    assert code == 1
    assert [line.partition(":")[0] for line in lines] == [
        "wrong environment production",
        "wrong environment production is protected",
    ]


def test_what_the_token_may_not_see_is_said(check, server):
    server["repos/acme/zone/actions/permissions/workflow"] = 403
    code, lines = check()
    assert code == 0
    assert lines == ["?     permissions of workflows: this token may not see it. Look at Settings > Actions > General."]


def test_how_tokens_are_made_is_shown_to_maintainers_only(check, server):
    del server[PROJECT]["ci_id_token_sub_claim_components"]
    assert check() == (
        0,
        ["?     ci_id_token_sub_claim_components: this token may not see it. It is set by the projects API."],
    )


@pytest.mark.row("B7", "E2")
def test_the_rules_that_are_written_are_those_that_are_compared(check, server, owned):
    server["repos/acme/zone/rules/branches/main"] = json.loads(ruleset(owned.ci.github, owners=True))["rules"]
    assert check() == (0, [])


@pytest.mark.row("E2")
def test_code_owners(config, write_organization, tmp_path):
    text = codeowners(load(config))
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    assert lines[0] == ["*", "@acme/platform"]
    assert ["/config/accounts/production.yaml", "@acme/shop"] in lines
    assert lines[-3:] == [
        ["/config/policies/", "@acme/security"],
        ["/config/approvals.yaml", "@acme/security"],
        ["/estate/guard/", "@acme/security"],
    ]
    with pytest.raises(NoPipelineError, match=r"no `ci\.owners`"):
        codeowners(load(write_organization(tmp_path / "config")))


def test_code_owners_are_written_with_the_pipeline(config, tmp_path, monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(config))
    monkeypatch.setattr("estate.paths.CHECKOUT", tmp_path)
    for system in ("github", "gitlab"):
        assert CliRunner().invoke(app, ["pipeline", system]).exit_code == 0
        assert (tmp_path / f".{system}/CODEOWNERS").is_file()
