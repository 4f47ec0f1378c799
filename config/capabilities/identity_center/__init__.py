"""People, and what they may do in which account (IAM Identity Center)."""

from collections.abc import Callable, Iterator
from typing import Final

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part, Rule
from config.capabilities.identity_center import rules
from config.capabilities.identity_center.model import IdentityCenterEntry
from config.capabilities.identity_center.people import IdentityCenter, resolve
from config.errors import Problem
from config.nodes import Organization
from config.sources.files import Files


def _rule(check: Callable[[Organization, IdentityCenter | None, Files], Iterator[Problem]]) -> Rule:
    return lambda configuration, files: check(configuration, IDENTITY_CENTER.of(configuration), files)


_TYPES: Final = frozenset(
    {
        "aws_identitystore_group",
        "aws_identitystore_group_membership",
        "aws_identitystore_user",
        "aws_ssoadmin_account_assignment",
        "aws_ssoadmin_customer_managed_policy_attachment",
        "aws_ssoadmin_managed_policy_attachment",
        "aws_ssoadmin_permission_set",
        "aws_ssoadmin_permission_set_inline_policy",
        "aws_ssoadmin_permissions_boundary_attachment",
        "data.aws_identitystore_group",
        "data.aws_identitystore_user",
        "data.aws_ssoadmin_instances",
    }
)
_ALWAYS: Final = frozenset({"data.aws_ssoadmin_instances"})


def _part_of(inputs: AccountInput) -> IdentityCenter | None:
    center = IDENTITY_CENTER.of(inputs.organization)
    return center if center and inputs.account in (center.management, center.delegate) else None


IDENTITY_CENTER: Final[OrganizationCapability[IdentityCenter]] = OrganizationCapability(
    key="identity_center",
    annotation=IdentityCenterEntry | None,
    description="People, and what they may do in which account.",
    resolve=resolve,
    rules=tuple(map(_rule, (rules.references, rules.once, rules.service, rules.always_in, rules.documents))),
    parts=(
        Part(
            name="identity_center",
            build="stacks.capabilities.identity_center:add",
            value=_part_of,
            types=_TYPES,
            cost=FREE,
            whose="all",
            sometimes=_TYPES - _ALWAYS,  # as people and permission sets are written
        ),
    ),
)
