"""States and pipelines need an account to be in, and pipelines to be told from strangers'."""

from collections.abc import Iterator

from config.errors import Problem
from config.files import Files
from config.model.state import S3State
from config.nodes import Organization


def terraform_account(organization: Organization, files: Files) -> Iterator[Problem]:
    """A managed state and the identities of pipelines are in the account with the purpose terraform."""
    if organization.with_purpose("terraform") or not all(entry.clean for entry in files.accounts.values()):
        return
    state = organization.state
    for key, needed in (
        ("state", isinstance(state, S3State) and state.managed),
        ("ci", organization.ci is not None),
    ):
        if needed:
            cure = "Add an account with `purpose: terraform`."
            if key == "state":
                cure += " For a bucket that exists already, say `managed: false`."
            yield files.organization.file.problem(
                (key,), f"`{key}` without an account for it", "a terraform account", cure
            )


def repository(organization: Organization, files: Files) -> Iterator[Problem]:
    """Pipelines of GitHub are trusted by ids, which nobody can take over, as well as by name."""
    github = organization.ci.github if organization.ci else None
    if github and github.owner_id is None:
        arrived = f"{github.owner}/{github.repository}, trusted by its name alone"
        expected = (
            "`owner_id` and `repository_id`: without them, a repository created, renamed or transferred since 2026-07-15 "
            "is refused, and whoever takes over the name is let in"
        )
        cure = f"`gh api /repos/{github.owner}/{github.repository} --jq .owner.id,.id` prints them."
        yield files.organization.file.warning(("ci", "github"), arrived, expected, cure)
