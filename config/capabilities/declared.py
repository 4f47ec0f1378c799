"""What EC2 declarative policies set in an account: nobody in it can set these otherwise, and its stack leaves them alone."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from config.nodes import Account, Node, Organization
from constructs_lib.policies.effective import effective
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy

_TYPE: Final = str(PolicyKind.DECLARATIVE_EC2.terraform_type).lower()
_TOP: Final = "ec2_attributes"


def declared(organization: Organization, account: Account) -> Mapping[str, Any]:
    """The attributes that are set in an account, with their values, such as ``{"serial_console_access.status": "disabled"}``.

    Unlike guardrails, these policies reach the management account, too.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_ec2.html
    """
    if _TYPE not in organization.policy_types:
        return {}
    levels = tuple(
        tuple(policy.source for policy in organization.policies_on(node) if isinstance(policy.source, ManagementPolicy))
        for node in _chain(organization, account)
    )
    return _attributes(levels)


@lru_cache(maxsize=256)
def _attributes(levels: tuple[tuple[ManagementPolicy, ...], ...]) -> Mapping[str, Any]:
    """As `declared`; most accounts are under the same policies."""
    return {".".join(path[1:]): value for path, value in effective(levels).items() if path[0] == _TOP}


def declaring(organization: Organization, account: Account) -> tuple[str, ...]:
    """The slugs of the policies that set something in an account."""
    return tuple(
        policy.slug
        for node in _chain(organization, account)
        for policy in organization.policies_on(node)
        if policy.kind is PolicyKind.DECLARATIVE_EC2
    )


def _chain(organization: Organization, account: Account) -> tuple[Node, ...]:
    return (organization.root, *account.chain, account)
