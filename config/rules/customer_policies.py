"""Policies of the accounts: those that permission sets name, and names that are taken.

AWS refuses an assignment of a permission set to an account that lacks one of them, and looks only when it is assigned.
"""

import re
from collections.abc import Iterator

from config.capabilities.customer_policies import CUSTOMER_POLICIES, policies_in
from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.identity_center.people import PATH, IdentityCenter, People, with_path
from config.controls.kept import BOUNDARY
from config.errors import KeyPath, Problem, nearest
from config.nodes import Account, Configuration
from config.registry import inputs_of, parts
from config.sources.files import Files


def missing(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A warning for each policy that is not known to be in the accounts to which a permission set is assigned."""
    center, file = IDENTITY_CENTER.of(organization), files.organization.file
    if center is None or not files.organization.clean:
        return
    existing: dict[str, set[str]] = {}
    for policy, having in center.existing_policies.items():
        existing.setdefault(with_path(policy), set()).update(account.slug for account in having)
    for path, policy, accounts in _named(center):
        full = with_path(policy)
        unsaid = [account for account in accounts if account.slug not in existing.get(full, ())]
        made = {account.slug: made_in(account, organization) for account in unsaid}
        lacking = [account for account in unsaid if full not in made[account.slug]]
        if not lacking:
            continue
        slugs = ", ".join(account.slug for account in lacking)
        meant = nearest(full, {other for account in lacking for other in made[account.slug]})
        cure = (
            f"Did you mean {meant!r}? "
            if meant
            else f"Write it in `customer_policies`, or make it in an extension whose part says `policies=({full!r},)`. "
        )
        selectors = ", ".join(account.selector for account in lacking)
        yield file.warning(
            path,
            f"the policy {full!r}, which no stack says to make in {slugs}",
            "a policy of this name and path in each account to which the permission set is assigned: AWS refuses the assignment "
            "without it",
            f"{cure}If the accounts have it from elsewhere, say so: `existing_policies: {{{full}: [{selectors}]}}` in "
            "`identity_center`.",
        )


def unused(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A warning for each policy that accounts are said to have and that no permission set names."""
    center = IDENTITY_CENTER.of(organization)
    if center is None or not files.organization.clean:
        return
    named = {with_path(policy) for _, policy, _ in _named(center)}
    for policy in center.existing_policies:
        if with_path(policy) not in named:
            place: KeyPath = (*PATH, "existing_policies", policy)
            expected = "a policy that a permission set names in `customer_policies` or `boundary`"
            yield files.organization.file.warning(place, f"the policy {with_path(policy)!r}", expected, "Remove it.")


def taken(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No policy is called as those are that each account's stack has anyway."""
    for slug, policy in (CUSTOMER_POLICIES.of(organization) or {}).items():
        if whose := _taken(organization, policy.name):
            arrived, expected = f"{policy.name!r}, as {whose} called", "a name that no other policy of an account has"
            path = (CUSTOMER_POLICIES.key, slug, "name")
            yield files.organization.file.problem(path, arrived, expected, "Choose another name.")


def _taken(organization: Configuration, name: str) -> str:
    """Whose names a name is among; empty if it is free."""
    if re.fullmatch(rf"{BOUNDARY}(?:-.*)?", name, re.IGNORECASE):
        return "boundaries of stacks' roles are"
    ci = organization.ci
    for role in (organization.execution_role.name, *((ci.account_plan_role,) if ci else ())):
        if re.fullmatch(rf"{re.escape(role)}-\d+", name, re.IGNORECASE):
            return f"the policies of {role} are"
    return ""


def made_in(account: Account, organization: Configuration) -> frozenset[str]:
    """The policies, by path and name, that the stack of an account says to make."""
    inputs = inputs_of(organization, account)
    of_parts = {
        with_path(policy)
        for part in parts()
        if part.policies and part.of(inputs) is not None
        for policy in part.policies
    }
    own = () if inputs.is_management else policies_in(inputs)
    return frozenset(of_parts | {policy.full_name for policy in own})


def _named(center: IdentityCenter) -> Iterator[tuple[KeyPath, str, list[Account]]]:
    """Where a policy is named, as what, and the accounts that must have it."""
    places: tuple[tuple[KeyPath, People], ...] = (((*PATH, "management"), center.managed), (PATH, center.delegated))
    for path, people in places:
        for slug, entry in people.permission_sets.items():
            assigned = {
                account.slug: account
                for assignment in center.people.assignments.values()
                if assignment.permission_set == slug
                for account in assignment.accounts
            }
            accounts = [account for _, account in sorted(assigned.items())]
            place = (*path, "permission_sets", slug)
            for index, policy in enumerate(entry.customer_policies):
                yield (*place, "customer_policies", index), policy, accounts
            if entry.boundary is not None and not entry.boundary.startswith("arn:"):
                yield (*place, "boundary"), entry.boundary, accounts
