"""CODEOWNERS: who reviews which files of the repository.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
        https://docs.gitlab.com/user/project/codeowners/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.pipeline.setting import NoPipelineError

if TYPE_CHECKING:
    from config.nodes import Organization

PATHS: Final = {"github": ".github/CODEOWNERS", "gitlab": ".gitlab/CODEOWNERS"}
_COMMENT: Final = """\
# Written by `estate pipeline` from `ci.owners` in config/organization.yaml; do not edit.
# The last line that fits a file decides.
"""
_GUARDED: Final = ("/config/policies/", "/config/approvals.yaml", "/estate/guard/")


def codeowners(organization: Organization) -> str:
    """Write the file.

    Raises:
        NoPipelineError: If the configuration says nothing of owners.
    """
    owners = organization.ci.owners if organization.ci else None
    if owners is None:
        raise NoPipelineError("organization.yaml has no `ci.owners`: say there who reviews which files.")
    platform = " ".join(owners.platform)
    security = " ".join(owners.security or owners.platform)
    lines = [("*", platform)]
    teams = {
        account.slug: team.owners for team in owners.teams for account in organization.select_accounts(team.accounts)
    }
    lines += [(f"/config/accounts/{slug}.yaml", " ".join(found)) for slug, found in sorted(teams.items())]
    lines += [(path, security) for path in _GUARDED]
    width = max(len(path) for path, _ in lines)
    return _COMMENT + "".join(f"{path:{width}} {found}\n" for path, found in lines)
