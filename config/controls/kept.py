"""What an account keeps from its own pipeline: deployment rights, and what it protects for the whole organization.

A resource is kept by the construct that makes it, so by the first part of its Terraform address. The execution role's
policies, the boundary of stacks' roles, and the route that a plan takes all go by this one place.
"""

import re
from enum import StrEnum
from typing import Final


class Kept(StrEnum):
    """Why a resource is kept; the value is the word for it."""

    RIGHT = "deployment right"
    JEWEL = "protected resource"


_OF: Final = {
    "boundary": Kept.RIGHT,
    "ci-deploy": Kept.RIGHT,
    "ci-foundation": Kept.RIGHT,
    "ci-plan": Kept.RIGHT,
    "ci-user": Kept.RIGHT,
    "execution-role": Kept.RIGHT,
    "foundation-role": Kept.RIGHT,
    "plan-role": Kept.RIGHT,
    "state-read-role": Kept.RIGHT,
    "state-role": Kept.RIGHT,
    "log-archive": Kept.JEWEL,
    "state": Kept.JEWEL,
    "state-access": Kept.JEWEL,
    "trail": Kept.JEWEL,
    "trail-reader": Kept.JEWEL,
    "trail-reader-role": Kept.JEWEL,
}
# Of tiers, of all providers of identities of pipelines, of the roles of workloads beside the account's, and narrower boundaries.
_RIGHTS_BEGIN: Final = ("boundary-", "ci-deploy-", "ci-user-", "execution-role-", "oidc-", "plan-role-")
_ADDRESS: Final = re.compile(r"(?:aws_\w+\.)?(?P<construct>[\w-]+?)(?:_[\w-]*)?(?:\[[^]]*\])?")

BOUNDARY: Final = "TerraformBoundary"
"""The policy that bounds the roles and users that stacks make, in every account."""
BOUNDARY_ADDRESS: Final = "boundary_45A5A84B"
"""Its Terraform address, without the type."""


def narrower(slug: str) -> str:
    """The name of the policy that bounds roles by a policy of `customer_policies`, too."""
    return f"{BOUNDARY}-{slug}"


ENTRY: Final = ("AWSControlTowerExecution", "aws-reserved/*", "stacksets-exec-*")
"""Roles by which AWS's own services and people come into an account, with path and wildcards."""


def kept(address: str) -> Kept | None:
    """Why the resource at an address is kept from its account's own pipeline; None if it is not.

    Args:
        address: A Terraform address, with or without the type (``aws_iam_role.execution-role_Role_F7BDE5EE``).

    Example:
        >>> kept("aws_cloudtrail.trail_671F64C4")
        <Kept.JEWEL: 'protected resource'>
        >>> kept("aws_sns_topic.alerts_Topic_91F4801D") is None
        True
    """
    found = _ADDRESS.fullmatch(address)
    construct = found["construct"] if found else ""
    return Kept.RIGHT if construct.startswith(_RIGHTS_BEGIN) else _OF.get(construct)
