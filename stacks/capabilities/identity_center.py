"""People, and what they may do in which account: the part of it that an account makes."""

from collections.abc import Iterable
from hashlib import sha256

from cdktf import Fn, Token
from cdktf_cdktf_provider_aws.data_aws_identitystore_group import (
    DataAwsIdentitystoreGroup,
    DataAwsIdentitystoreGroupAlternateIdentifier,
    DataAwsIdentitystoreGroupAlternateIdentifierUniqueAttribute,
)
from cdktf_cdktf_provider_aws.data_aws_identitystore_user import (
    DataAwsIdentitystoreUser,
    DataAwsIdentitystoreUserAlternateIdentifier,
    DataAwsIdentitystoreUserAlternateIdentifierUniqueAttribute,
)
from cdktf_cdktf_provider_aws.data_aws_ssoadmin_instances import DataAwsSsoadminInstances
from constructs import Construct

from config.capabilities.identity_center.model import AdministratorsEntry, Group, PermissionSet, User
from config.capabilities.identity_center.people import Assignment, IdentityCenter
from config.model.types import as_slug, is_slug
from config.nodes import Account
from config.sources.documents import in_order
from constructs_lib.identity.account_assignments import AccountAssignmentsConstruct
from constructs_lib.identity.administrators import IdentityAdministratorsConstruct
from constructs_lib.identity.group import IdentityGroupConstruct
from constructs_lib.identity.permission_set import PermissionSetConstruct
from constructs_lib.identity.user import IdentityUserConstruct
from stacks.scope import AccountScope

_SHORT = 30


class _People(Construct):
    """An account's part of Identity Center. What another account makes of it is looked up by its name.

    Children: ``instance``, ``user-<slug>``, ``group-<slug>``, ``permission-set-<slug>``, ``assignment-<slug>`` and, in
    the management account, ``administrators``.
    """

    def __init__(self, stack: AccountScope, center: IdentityCenter) -> None:
        super().__init__(stack, "identity-center")
        self._stack, self._everybody = stack, center.people
        self._provider = stack.provider(center.region)
        instances = DataAwsSsoadminInstances(self, "instance", provider=self._provider)
        self._instance_arn = Token.as_string(Fn.element(Fn.tolist(instances.arns), 0))
        self._store_id = Token.as_string(Fn.element(Fn.tolist(instances.identity_store_ids), 0))
        own = center.made_by(stack.account)
        self._user_ids = {slug: self._make_user(slug, user) for slug, user in own.users.items()}
        self._group_ids: dict[str, str] = {}
        for slug, group in own.groups.items():
            self._group_ids[slug] = self._make_group(slug, group)
        sets = {slug: self._make_permission_set(slug, entry) for slug, entry in own.permission_sets.items()}
        for assignment in own.assignments.values():
            self._assign(assignment, sets[assignment.permission_set])
        if stack.account is center.management and center.administrators:
            self._make_administrators(center, center.administrators)

    def _make_user(self, slug: str, user: User) -> str:
        if user.external or not (user.given_name and user.family_name and user.email):
            return self._find_user(slug, user.user_name or slug)
        return IdentityUserConstruct(
            self,
            f"user-{slug}",
            identity_store_id=self._store_id,
            user_name=user.user_name or slug,
            given_name=user.given_name,
            family_name=user.family_name,
            email=user.email,
            provider=self._provider,
        ).user_id

    def _make_group(self, slug: str, group: Group) -> str:
        if group.external:
            return self._find_group(slug, group.name or slug)
        return IdentityGroupConstruct(
            self,
            f"group-{slug}",
            identity_store_id=self._store_id,
            name=group.name or slug,
            description=group.description or None,
            members={member: self._user_id(member) for member in group.members},
            provider=self._provider,
        ).group_id

    def _make_permission_set(self, slug: str, entry: PermissionSet) -> PermissionSetConstruct:
        return PermissionSetConstruct(
            self,
            f"permission-set-{slug}",
            instance_arn=self._instance_arn,
            name=entry.name or slug,
            description=entry.description or None,
            session_hours=entry.session_hours,
            relay_state=entry.relay_state,
            managed_policies=_by_slug(entry.managed_policies),
            customer_policies=_by_slug(entry.customer_policies),
            inline_policy=in_order(entry.statements) if entry.statements else None,
            boundary=entry.boundary,
            tags=entry.tags,
            provider=self._provider,
        )

    def _assign(self, assignment: Assignment, permission_set: PermissionSetConstruct) -> None:
        if assignment.accounts:
            AccountAssignmentsConstruct(
                self,
                f"assignment-{assignment.slug}",
                permission_set=permission_set,
                groups={slug: self._group_id(slug) for slug in assignment.groups},
                users={slug: self._user_id(slug) for slug in assignment.users},
                accounts=self._ids(assignment.accounts),
                provider=self._provider,
            )

    def _make_administrators(self, center: IdentityCenter, administrators: AdministratorsEntry) -> None:
        external = administrators.external_group
        IdentityAdministratorsConstruct(
            self,
            "administrators",
            instance_arn=self._instance_arn,
            identity_store_id=self._store_id,
            name=administrators.name,
            members={slug: self._user_id(slug) for slug in administrators.users},
            group_id=self._find_group("administrators", external) if external else None,
            accounts=self._ids(center.administered),
            session_hours=administrators.session_hours,
            partition=self._stack.organization.partition,
            provider=self._provider,
        )

    def _ids(self, accounts: tuple[Account, ...]) -> dict[str, str]:
        return {account.slug: self._stack.references.account_id(account) for account in accounts}

    def _user_id(self, slug: str) -> str:
        if slug not in self._user_ids:
            self._user_ids[slug] = self._find_user(slug, self._everybody.users[slug].user_name or slug)
        return self._user_ids[slug]

    def _group_id(self, slug: str) -> str:
        if slug not in self._group_ids:
            self._group_ids[slug] = self._find_group(slug, self._everybody.groups[slug].name or slug)
        return self._group_ids[slug]

    def _find_user(self, slug: str, name: str) -> str:
        return DataAwsIdentitystoreUser(
            self,
            f"user-{slug}",
            identity_store_id=self._store_id,
            alternate_identifier=DataAwsIdentitystoreUserAlternateIdentifier(
                unique_attribute=DataAwsIdentitystoreUserAlternateIdentifierUniqueAttribute(
                    attribute_path="UserName", attribute_value=name
                )
            ),
            provider=self._provider,
        ).user_id

    def _find_group(self, slug: str, name: str) -> str:
        return DataAwsIdentitystoreGroup(
            self,
            f"group-{slug}",
            identity_store_id=self._store_id,
            alternate_identifier=DataAwsIdentitystoreGroupAlternateIdentifier(
                unique_attribute=DataAwsIdentitystoreGroupAlternateIdentifierUniqueAttribute(
                    attribute_path="DisplayName", attribute_value=name
                )
            ),
            provider=self._provider,
        ).group_id


def _by_slug(policies: Iterable[str]) -> dict[str, str]:
    """Policies by a slug made of name and path: ``…:policy/job-function/Billing`` → ``job-function-billing``."""
    found: dict[str, str] = {}
    for policy in sorted(set(policies)):
        slug = as_slug(policy.rpartition(":policy/")[2])
        if not is_slug(slug) or slug in found:
            slug = f"{slug[:_SHORT]}-{sha256(policy.encode()).hexdigest()[:8]}".lstrip("-0123456789")
        found[slug] = policy
    return found


def add(stack: AccountScope, center: IdentityCenter) -> None:
    """Add what the account makes of it."""
    _People(stack, center)
