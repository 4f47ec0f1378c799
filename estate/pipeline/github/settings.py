"""The settings of a GitHub repository that its pipeline relies on.

Source: https://docs.github.com/en/rest/repos/rules
        https://docs.github.com/en/rest/deployments/environments
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from estate.pipeline.settings import Api, Finding, look, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.model.ci import Github

RULESET: Final = ".github/estate-ruleset.json"
_RULES: Final = f"Settings > Rules > Rulesets: a ruleset for the branch (import {RULESET})"


def ruleset(github: Github, *, owners: bool) -> str:
    """The rules of the branch as GitHub imports them (Settings > Rules > Rulesets > New > Import a ruleset).

    Args:
        github: The repository.
        owners: Whether a CODEOWNERS file says who reviews.

    Source: https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
    """
    asked = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_last_push_approval": True,
        "require_code_owner_review": owners,
        "required_review_thread_resolution": False,
    }
    found = {
        "name": "estate",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": [f"refs/heads/{github.branch}"], "exclude": []}},
        "rules": [{"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "pull_request", "parameters": asked}],
        "bypass_actors": [],
    }
    return json.dumps(found, indent=2) + "\n"


def github_findings(api: Api, github: Github, environments: set[str], *, owners: bool) -> Iterator[Finding]:
    """Compare a repository's settings.

    Args:
        api: GitHub's.
        github: The repository.
        environments: The environments that guard deploys.
        owners: Whether a CODEOWNERS file says who reviews.
    """
    place = f"repos/{github.owner}/{github.repository}"

    def repository(found: Any) -> Iterator[Finding]:
        yield _is("default branch", (found or {}).get("default_branch"), github.branch, "The workflows of it are run.")
        for key, wanted, actual in (
            ("owner_id", github.owner_id, (found or {}).get("owner", {}).get("id")),
            ("repository_id", github.repository_id, (found or {}).get("id")),
        ):
            yield _is(
                f"ci.github.{key}", wanted, str(actual), "Give the id in organization.yaml: a name can be taken over."
            )

    def rules(found: Any) -> Iterator[Finding]:
        yield from _of_branch(found or [], owners=owners)

    def workflow(found: Any) -> Iterator[Finding]:
        cure = "Settings > Actions > General > Workflow permissions."
        yield _is("permissions of workflows", found["default_workflow_permissions"], "read", cure)
        yield _is("Actions may approve pull requests", found["can_approve_pull_request_reviews"], False, cure)

    yield from look(api, "repository", place, repository, "Use a token that may read the repository.")
    path = f"{place}/rules/branches/{quoted(github.branch)}"
    yield from look(api, "rules of the branch", path, rules, f"Look at {_RULES}.")
    cure = "Look at Settings > Actions > General."
    yield from look(api, "permissions of workflows", f"{place}/actions/permissions/workflow", workflow, cure)
    for name in sorted(environments):
        yield from _environment(api, place, name, github.branch)


def _of_branch(rules: list[dict[str, Any]], *, owners: bool) -> Iterator[Finding]:
    kinds = {rule["type"]: rule.get("parameters", {}) for rule in rules}
    for kind, what in (("deletion", "nobody deletes the branch"), ("non_fast_forward", "nobody rewrites the branch")):
        yield Finding(what, kind in kinds, "no rule", f"{_RULES}, with {kind}.")
    asked = kinds.get("pull_request")
    yield Finding("changes come by pull request", asked is not None, "no rule", f"{_RULES}, with pull_request.")
    if asked is None:
        return
    count = asked.get("required_approving_review_count", 0)
    yield Finding("somebody else approves", count >= 1, f"{count} approvals", f"{_RULES}: at least 1 approval.")
    wanted = {
        "dismiss_stale_reviews_on_push": "an approval is for what was seen",
        "require_last_push_approval": "nobody approves their own last push",
    } | ({"require_code_owner_review": "code owners approve"} if owners else {})
    for key, what in wanted.items():
        yield Finding(what, bool(asked.get(key)), "off", f"{_RULES}: {key}.")


def _environment(api: Api, place: str, name: str, branch: str) -> Iterator[Finding]:
    settings = f"Settings > Environments > {name}"

    def judge(found: Any) -> Iterator[Finding]:
        if found is None:
            yield Finding(f"environment {name}", good=False, found="there is none", cure=f"Make it: {settings}.")
            return
        rules = {rule["type"]: rule for rule in found.get("protection_rules", [])}
        reviewers = rules.get("required_reviewers", {})
        yield Finding(
            f"environment {name}: somebody approves",
            bool(reviewers.get("reviewers")),
            "no required reviewers",
            f"{settings}: required reviewers. Private repositories need a plan of GitHub that has them.",
        )
        if reviewers.get("reviewers"):
            alone = not reviewers.get("prevent_self_review")
            cure = f"{settings}: prevent self-review."
            yield Finding(f"environment {name}: nobody approves themselves", not alone, "off", cure)
        bypass = found.get("can_admins_bypass", True)
        yield Finding(f"environment {name}: administrators wait, too", not bypass, "they may bypass", f"{settings}.")
        policy = found.get("deployment_branch_policy") or {}
        if not policy.get("custom_branch_policies"):
            yield Finding(
                f"environment {name}: only {branch}", False, "other branches, too", f"{settings}: selected branches."
            )

    def branches(found: Any) -> Iterator[Finding]:
        names = [policy["name"] for policy in (found or {}).get("branch_policies", [])]
        good = names == [branch]
        yield Finding(
            f"environment {name}: only {branch}", good, ", ".join(names) or "none", f"{settings}: {branch} alone."
        )

    path = f"{place}/environments/{quoted(name)}"
    found = list(look(api, f"environment {name}", path, judge, f"Look at {settings}."))
    yield from found
    if all("only " not in one.setting for one in found) and all(one.found != "there is none" for one in found):
        yield from look(
            api,
            f"environment {name}: only {branch}",
            f"{path}/deployment-branch-policies",
            branches,
            f"Look at {settings}.",
        )


def _is(setting: str, found: object, wanted: object, cure: str) -> Finding:
    return Finding(setting, found == wanted, f"{found}, expected {wanted}", cure)
