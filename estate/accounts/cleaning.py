"""What cleans an account: the configuration of aws-nuke, which shows what it would delete before it does.

Source: https://aws-nuke.ekristen.dev/config/
"""

import io
from collections.abc import Iterable
from typing import Any, Final

from ruamel.yaml import YAML

from config.nodes import Account, Configuration

_HEAD: Final = """\
# Written by `estate account clean {slug}`. aws-nuke (3.x) deletes what is in {id}, but what is named below.
"""
_TAGS: Final = ("tag", "tag:role", "tag:igw", "tag:vpc", "key:tag", "zone:tag")
"""How aws-nuke calls tags: a resource's own, and those of what it is part of (inline policies, gateways, aliases, records)."""
_UNTAGGED: Final = (
    "ConfigServiceConfigRule",
    "ConfigServiceConfigurationRecorder",
    "ConfigServiceDeliveryChannel",
    "GuardDutyDetector",
    "IAMAccountSettingPasswordPolicy",
    "Inspector2",
    "Macie",
    "SecurityHub",
)
"""What accounts have one of, and the account's stack or the organization made: aws-nuke knows no tags of these."""
_OF_AWS: Final = "AWSReservedSSO_"
"""What roles begin with that Identity Center makes."""


class CleanError(RuntimeError):
    """The account cannot be cleaned; the message says why and what helps."""


def nuke(organization: Configuration, account: Account) -> str:
    """The text of aws-nuke's configuration for one account.

    All others are on its blocklist. What the account's stack made (by its tag `stack`) stays, with the roles by which the account is
    deployed and repaired: who gets the account next finds it as a new one.

    Args:
        organization: The configuration.
        account: The account: out of use, and a lease's.

    Raises:
        CleanError: It is in use, has no lease or no id, or nothing would tell what its stack made.
    """
    if account.slug not in organization.leases:
        raise CleanError(f"{account.slug} has no `lease`: only what was lent is cleaned.")
    if account.state is None:
        raise CleanError(f"{account.slug} is in use. Quarantine it first: estate account quarantine {account.slug}")
    if account.id is None:
        raise CleanError(
            f"{account.slug} has no id yet. Deploy {organization.management.slug}, then run `estate lock`."
        )
    if not organization.default_tags:
        raise CleanError(
            "`default_tags` is off, so nothing tells what the account's stack made: take that apart (`cdktf destroy "
            f"{account.slug}`) and clean the account by hand."
        )
    others = sorted(other.id for other in organization.accounts.values() if other.id and other is not account)
    roles = sorted(
        {account.entry_role, organization.break_glass_role, organization.execution_role.name, *_plan_role(organization)}
    )
    filters: dict[str, list[Any]] = {
        "__global__": [{"property": f"{tag}:stack", "value": account.slug} for tag in _TAGS],
        "IAMRole": [*_exact("Name", roles), {"property": "Name", "type": "glob", "value": f"{_OF_AWS}*"}],
        "IAMRolePolicy": [
            *_exact("role:RoleName", roles),
            {"property": "role:RoleName", "type": "glob", "value": f"{_OF_AWS}*"},
        ],
        "IAMRolePolicyAttachment": [
            *_exact("RoleName", roles),
            {"property": "RoleName", "type": "glob", "value": f"{_OF_AWS}*"},
        ],
        "IAMSAMLProvider": [{"type": "contains", "value": "AWSSSO_"}],
        "BudgetsBudget": _exact("Name", [f"account-{account.slug}"]),
    }
    content = {
        "regions": ["global", *organization.governed_regions],
        "blocklist": others,
        "resource-types": {"excludes": ["S3Object", *_UNTAGGED]},  # objects go with their bucket
        "bypass-alias-check-accounts": [account.id],
        "accounts": {account.id: {"filters": filters}},
    }
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(content, written)
    return _HEAD.format(slug=account.slug, id=account.id) + written.getvalue()


def command(organization: Configuration, account: Account, file: str) -> str:
    """How aws-nuke is called: it shows what it would delete; with ``--no-dry-run`` it does."""
    role = f"arn:{organization.partition}:iam::{account.id}:role/{account.entry_role}"
    return f"aws-nuke run --config {file} --assume-role-arn {role} --no-alias-check"


def _exact(key: str, values: Iterable[str]) -> list[Any]:
    return [{"property": key, "value": value} for value in values]


def _plan_role(organization: Configuration) -> tuple[str, ...]:
    return (organization.ci.account_plan_role,) if organization.ci else ()
