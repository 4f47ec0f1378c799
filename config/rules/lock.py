"""The lock file and the configuration."""

from collections.abc import Iterator, Mapping

from config.errors import Problem, nearest
from config.model.lock import Closed, Lock
from config.nodes import Configuration
from config.rules.unique import unit_keys
from config.sources.files import Files


def unknown_organization(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Until there is a lock, nobody knows whether an organization's id in a policy is this one's."""
    if organization.lock is not None:
        return
    for policy in organization.policies.values():
        for found in sorted(policy.named_organizations):
            file = files.policies[policy.slug].file
            arrived = f"{found}, taken for the id of this organization"
            expected = "its real id, which is known once `estate lock` has written it down"
            yield file.warning((), arrived, expected, "Check that it is the one, or leave a guardrail's parameter out.")


def closed(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No account gets the slug or the address of one that was closed, unless it is that one, reopened."""
    lock = organization.lock
    for slug, account in sorted(lock.closed.items() if lock else ()):
        if slug in organization.accounts and organization.accounts[slug].id != account.id:
            arrived = f"a file for {slug!r}, which was account {account.id} until that was closed"
            expected = "a slug that no account had: states and Terraform addresses are named by it"
            cure = f"Choose another slug. If AWS Support has reopened the account: estate account restore {slug}"
            yield files.accounts[slug].file.problem((), arrived, expected, cure)
    yield from _their_addresses(organization, files, lock.closed if lock else {})


def _their_addresses(organization: Configuration, files: Files, closed: Mapping[str, Closed]) -> Iterator[Problem]:
    of = {account.email.casefold(): slug for slug, account in closed.items()}
    for account in organization.accounts.values() if of else ():
        slug = of.get(account.email.casefold())
        if slug and closed[slug].id != account.id:
            arrived = f"the address {account.email!r} of the closed account {slug!r} ({closed[slug].id})"
            expected = "an address that no AWS account had: AWS keeps those of closed accounts for them"
            yield files.accounts[account.slug].file.problem(("email",), arrived, expected, "Give it another `email`.")


def contradictions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Ids in the configuration are those of the deployed organization, and no slug has silently changed."""
    lock, file = organization.lock, files.lock.file if files.lock else None
    if lock is None or file is None:
        return
    for account in organization.accounts.values():
        locked = lock.management_account_id if account.purpose == "management" else lock.accounts.get(account.slug)
        if account.id_source == "config" and locked is not None and account.id != locked:
            arrived = f"{account.id!r}, but {file.name} has {locked!r}"
            cure = "Correct the `id`, or remove it: the lock has what is deployed."
            yield files.accounts[account.slug].file.problem(("id",), arrived, "the account's id", cure)
    yield from _other_ids(organization, files, lock, file.name)
    yield from _moved(organization, files, lock)
    for slug, account_id in sorted(lock.accounts.items()):
        if slug not in files.accounts:
            arrived = f"the account {slug!r} ({account_id}) without accounts/{slug}.yaml"
            new = [each for each in files.accounts if each not in lock.accounts and not _has_id(files, each)]
            if renamed := nearest(slug, new):
                cure = (
                    f"A slug never changes, since Terraform would destroy what has it: rename it back to {slug}.yaml."
                )
                cure += " To change the name that AWS shows, change `name`."
                yield files.accounts[renamed].file.problem((), f"a file for {arrived}", f"accounts/{slug}.yaml", cure)
                continue
            cure = "A slug never changes: if the file was renamed, rename it back. If the account is closed, run `estate lock`."
            yield file.warning(("accounts", slug), arrived, "a file for each deployed account", cure)
    for slug, unit_id in sorted(lock.organizational_units.items()):
        if all(unit.slug != slug for unit in organization.units.values()) and files.organization.clean:
            arrived = f"the OU {slug!r} ({unit_id}), which organization.yaml lacks"
            cure = "A slug never changes: if it was renamed, rename it back. If the OU is gone, run `estate lock`."
            yield file.warning(("organizational_units", slug), arrived, "every deployed OU in organization.yaml", cure)


def _other_ids(organization: Configuration, files: Files, lock: Lock, name: str) -> Iterator[Problem]:
    """Ids of the organization, of OUs and of policies that the configuration says, and the lock says otherwise."""
    model, file = files.organization.model, files.organization.file
    cure = "Correct the `id`, or remove it: the lock has what is deployed."
    if model and model.id and model.id != lock.organization_id:
        yield file.problem(("id",), f"{model.id!r}, but {name} has {lock.organization_id!r}", "its id", cure)
    for unit in organization.units.values():
        locked = lock.organizational_units.get(unit.slug)
        if locked is not None and unit.id != locked:
            arrived = f"{unit.id!r}, but {name} has {locked!r}"
            yield file.problem((*unit_keys(unit.path), "id"), arrived, "the OU's id", cure)
    for policy in organization.policies.values():
        locked = lock.policies.get(policy.slug)
        if locked is not None and policy.id is not None and policy.id != locked:
            arrived = f"{policy.id!r}, but {name} has {locked!r}"
            yield files.policies[policy.slug].file.problem(("id",), arrived, "the policy's id", cure)


def _moved(organization: Configuration, files: Files, lock: Lock) -> Iterator[Problem]:
    """Accounts that something else manages, in another OU than it has them in: a deploy would not move them."""
    names = {unit.id: unit.path for unit in organization.units.values()}
    for account in organization.accounts.values():
        there = lock.parents.get(str(account.id))
        here = account.unit.id if account.unit else lock.root_id
        if account.managed_by and there and here != there:
            arrived = f"an account that {account.managed_by} manages, in another OU than there"
            where = names.get(there) or ("the root" if there == lock.root_id else there)
            cure = f"Move it with {account.managed_by}, then run `estate adopt` again. Terraform does not move it."
            yield files.accounts[account.slug].file.problem(("ou",), arrived, where, cure)


def _has_id(files: Files, slug: str) -> bool:
    """Whether an account's file says which account it is: then it is no other's file renamed; management's says it too."""
    model = files.accounts[slug].model
    return model is None or model.id is not None
