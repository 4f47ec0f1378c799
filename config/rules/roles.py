"""Names of roles that are taken: a role of such a name would be let through where those are that have it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from config.capabilities.roles import ROLES
from config.controls.deploying import deploying
from config.errors import Problem
from config.nodes import Configuration
from config.sources.files import Files

_OF_AWS: Final = (
    "AWSCloudFormationStackSetExecutionRole",
    "AWSControlTowerExecution",
    "AWSReservedSSO_*",
    "AWSServiceRoleFor*",
    "stacksets-exec-*",
)


def taken(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No role is called as those are by which accounts are deployed and entered."""
    ci = organization.ci
    of_accounts = (organization.execution_role.name, *((ci.account_plan_role,) if ci else ()))
    of_workloads = (f"{name}-*" for name in of_accounts)
    names = {
        **dict.fromkeys(_OF_AWS, "a role by which AWS comes into accounts is"),
        **dict.fromkeys(
            [*deploying(organization), *of_workloads], "a role by which accounts are deployed or entered is"
        ),
    }
    for slug, role in (ROLES.of(organization) or {}).items():
        for pattern, whose in sorted(names.items()):
            if fnmatchcase(role.name.casefold(), pattern.casefold()):
                arrived, expected = f"{role.name!r}, as {whose} called", "a name that no other role of an account has"
                path = (ROLES.key, slug, "name")
                yield files.organization.file.problem(path, arrived, expected, "Choose another name.")
                break
