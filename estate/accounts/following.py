"""What follows from an edit: who may do what, which stacks are deployed, in which order, and by whom."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from config.capabilities.workloads import held, stacks_of
from config.loading.order import stages
from config.model.account import Lease
from config.nodes import Account, Configuration
from estate.accounts import TRUSTED
from estate.controls import impact_report
from estate.controls.impact import Impact, impact

QUOTA: Final = 10
"""So many accounts an organization may have that has not asked for more.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""


def following(before: Configuration, after: Configuration) -> str:
    """What an edit does, for a terminal.

    Args:
        before: The configuration as it is.
        after: As it is with the edit.
    """
    found = impact(before, after)
    lines = [*_names(before, after), ""]
    if found:
        lines += [impact_report.as_text(found, "now"), ""]
    lines += ["What to do", *(f"  {number}. {step}" for number, step in enumerate(_steps(before, after, found), 1))]
    return "\n".join(lines).strip()


def _names(before: Configuration, after: Configuration) -> Iterator[str]:
    for slug, account in after.accounts.items():
        old = before.accounts.get(slug)
        if old is None:
            yield f"{slug}: new, {account.name!r}, {account.email}, in {_place(account)}"
            continue
        for what, was, will in (("name", old.name, account.name), ("address", old.email, account.email)):
            if was != will:
                how = ", by AWS's account API; nothing is replaced" if old.id else ""
                yield f"{slug}: {what} {was!r} → {will!r}{how}"
        if before.leases.get(slug) != (lease := after.leases.get(slug)):
            yield f"{slug}: {_lent(lease)}"
        if old.held != account.held:
            yield f"{slug}: {old.held or 'in use'} → {account.held or 'in use'}{_held(after, slug)}"
        for key in sorted({*old.tags, *account.tags}):
            if old.tags.get(key) != account.tags.get(key):
                yield f"{slug}: tag {key}: {old.tags.get(key, '(none)')} → {account.tags.get(key, '(none)')}"


def _lent(lease: Lease | None) -> str:
    if lease is None or lease.until is None:
        return "nobody has it"
    then = "then it goes back to the pool" if lease.then == "pool" else "then it is closed"
    return f"lent to {', '.join(lease.emails)} until {lease.until}; {then}"


def _held(after: Configuration, slug: str) -> str:
    """Which stacks of an account are not deployed."""
    names = [name for name, (account, _) in stacks_of(after).items() if account.slug == slug and account.held]
    return f"; not deployed from now on: {', '.join(names)}" if names else ""


def _closed(before: Configuration, after: Configuration) -> list[str]:
    """The accounts that are closed with this edit."""
    return [slug for slug in before.accounts if slug not in after.accounts and after.lock and slug in after.lock.closed]


def _place(account: Account) -> str:
    return account.unit.path if account.unit else "the root"


def _steps(before: Configuration, after: Configuration, found: Impact) -> Iterator[str]:
    merged = " Merged, the pipeline does what follows, and says what it leaves to you." if after.ci else ""
    yield f"Commit this and have it reviewed; `estate impact` shows reviewers the same.{merged}"
    yield from _approvals(before, after)
    new = [slug for slug in after.accounts if slug not in before.accounts]
    if _had(before) <= QUOTA < _had(after):
        yield (
            f"That makes {_had(after)} accounts, and AWS lets an organization have {QUOTA} or fewer until it is asked for more: in "
            "Service Quotas, us-east-1, as the management account"
        )
    out_of_use = held(after)
    order = [name for stage in stages(after) for name in stage if name not in out_of_use]
    first = [name for name in order if name in found.stacks and name not in new]
    if _closed(before, after) and after.management.slug not in first:
        first.insert(0, after.management.slug)
    if first:
        role = "" if before.lock else " (an organization that is not deployed yet begins with `estate bootstrap`)"
        yield f"estate deploy {' '.join(first)}{role}"
    for slug in _changed(before, after, lambda account: account.closing):
        if after.accounts[slug].closing:
            yield f"estate account close {slug} again, as the management account: it says what is left, or closes it"
    if new:
        yield from _arrivals(before, after, new)
    changed = _changed(before, after, lambda account: account.email)
    if changed and TRUSTED not in after.trusted_services:
        yield f"Add {TRUSTED} to `trusted_services` and deploy: AWS changes no address without"
    for slug in changed:
        yield f"estate account email {slug} --code CODE, with the code that AWS then sends to {after.accounts[slug].email}"


def _had(organization: Configuration) -> int:
    """How many accounts AWS counts: those that are closed, too, for as long as they could be reopened."""
    return len(organization.accounts) + len(organization.lock.closed if organization.lock else ())


def _approvals(before: Configuration, after: Configuration) -> Iterator[str]:
    for slug in _closed(before, after):
        yield (
            f"Approve that Terraform forgets aws_organizations_account.account-{slug}, in config/approvals.yaml (rule account-gone): "
            "it is closed, not destroyed"
        )
    for slug in (*_closed(before, after), *_changed(before, after, lambda account: account.state)):
        if state := before.accounts[slug].state:
            yield (
                f"Approve that the policies of state:{state} hold for {slug} no more, in config/approvals.yaml (rule "
                "guardrail-weaker): the next deploy prints the entries"
            )


def _arrivals(before: Configuration, after: Configuration, new: Sequence[str]) -> Iterator[str]:
    yield "estate lock, and commit the new id"
    back = [slug for slug in new if before.lock and slug in before.lock.closed]
    for slug in new:
        if after.accounts[slug].id_source == "config" and slug not in back:
            yield (
                f"In {after.accounts[slug].id}, make the role {after.break_glass_role}, which the management account may assume, "
                "unless there is one (docs/accounts.md)"
            )
    if first := [slug for slug in new if slug not in back]:
        yield f"estate deploy {' '.join(first)} --role {after.break_glass_role}, since the account has no execution role yet"
    if back:
        yield f"estate deploy {' '.join(back)}"


def _changed(before: Configuration, after: Configuration, what: Callable[[Account], object]) -> list[str]:
    """The accounts, there before and after, of which something is another."""
    return [
        slug
        for slug, account in after.accounts.items()
        if (old := before.accounts.get(slug)) and what(old) != what(account)
    ]
