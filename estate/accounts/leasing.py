"""Sandboxes with an end date and a budget: where each stands today, and what comes next."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import boto3
from ruamel.yaml.comments import CommentedMap

from config.capabilities.cost import BUDGET
from config.model.account import Lease
from config.nodes import Account, Configuration
from estate.accounts.editing import Edit

WARNED: Final = dt.timedelta(days=14)
"""For so long before the end the lease is said to end."""
GRACE: Final = dt.timedelta(days=7)
"""For so long after the end the account is quarantined and nothing in it is lost."""
_MUCH: Final = 0.8


class Stage(StrEnum):
    """Where a lease stands."""

    FREE = "free"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"
    QUARANTINED = "quarantined"
    DUE = "due"


@dataclass(frozen=True)
class Standing:
    """One lease.

    Args:
        account: The account.
        lease: What its file says.
        stage: Where it stands.
        reason: Why, in words; empty if there is nothing to say.
        next: What comes next; empty if nothing.
    """

    account: Account
    lease: Lease
    stage: Stage
    reason: str = ""
    next: str = ""


def standing(organization: Configuration, slug: str, today: dt.date, spent: float | None = None) -> Standing:
    """Where a lease stands.

    Args:
        organization: The configuration.
        slug: The account.
        today: The day.
        spent: What was spent in the budget's period, in US dollars, if that is known.

    Example:
        >>> standing(organization, "sandbox", date(2027, 1, 2)).stage
        <Stage.RUNNING: 'running'>
    """
    account, lease = organization.accounts[slug], organization.leases[slug]
    if lease.until is None:
        return Standing(
            account, lease, Stage.FREE, "nobody has it", f"estate account lease {slug} --until DAY --email …"
        )
    if account.state is not None:
        return _out_of_use(account, lease, lease.until, today)
    budget = BUDGET.in_account(organization, account)
    used = spent / budget.limit if budget and spent is not None else 0
    money = f"{spent:.2f} of {budget.limit:g} US dollars are spent" if budget and spent is not None else ""
    if today > lease.until or used >= 1:
        reason = f"ended on {lease.until}" if today > lease.until else money
        return Standing(account, lease, Stage.ENDED, reason, "it is quarantined")
    if today > lease.until - WARNED or used >= _MUCH:
        reason = f"ends on {lease.until}" if today > lease.until - WARNED else money
        return Standing(account, lease, Stage.ENDING, reason, f"estate account lease {slug} --until DAY extends it")
    return Standing(account, lease, Stage.RUNNING, f"until {lease.until}")


def _out_of_use(account: Account, lease: Lease, until: dt.date, today: dt.date) -> Standing:
    slug = account.slug
    if today <= until:
        return Standing(account, lease, Stage.QUARANTINED, str(account.state), f"estate account restore {slug}")
    if today <= until + GRACE:
        reason = f"ended on {until}; nothing in it is lost until {until + GRACE}"
        again = f"estate account lease {slug} --until DAY, then estate account restore {slug}"
        return Standing(account, lease, Stage.QUARANTINED, reason, again)
    ends = "release" if lease.then == "pool" else "close"
    then = f"estate account clean {slug}, then estate account {ends} {slug}"
    return Standing(account, lease, Stage.DUE, f"ended on {until}", then)


def quarantined(found: Standing, today: dt.date) -> Edit:
    """How the file of an account changes whose lease has ended; one whose budget is spent ends today."""

    def change(file: CommentedMap) -> None:
        file["state"] = "quarantined"
        if found.lease.until is not None and today <= found.lease.until:
            file["lease"]["until"] = (today - dt.timedelta(days=1)).isoformat()

    return change


def leased(until: dt.date, emails: tuple[str, ...], then: str, limit: float | None) -> Edit:
    """How the file of an account changes that somebody gets, or keeps for longer."""

    def change(file: CommentedMap) -> None:
        lease = file.setdefault("lease", CommentedMap())
        lease.update(until=until.isoformat(), emails=list(emails), then=then)
        if limit is not None:
            budget = file.setdefault("settings", CommentedMap()).setdefault("budget", CommentedMap())
            budget.update(limit=int(limit) if limit == int(limit) else limit, emails=list(emails))

    return change


def released(file: CommentedMap) -> None:
    """Change the file of an account that goes back to the pool: nobody has it, nobody's budget is in it, and it is in use."""
    file["lease"] = CommentedMap(then="pool")
    file.pop("state", None)
    settings: Any = file.get("settings") or {}
    budget: Any = settings.get("budget") or {}
    for key in ("limit", "emails"):  # of whoever had it
        budget.pop(key, None)
    for holder, key, value in ((settings, "budget", budget), (file, "settings", settings)):
        if not value:
            holder.pop(key, None)


def spending(organization: Configuration, account: Account, session: Any = None) -> float | None:
    """What an account has spent in the period of its budget, in US dollars, as AWS reckons it a few times a day.

    Args:
        organization: The configuration.
        account: The account, deployed.
        session: Whoever asks; may assume the role that plans in the account, else the one that repairs it.

    Returns:
        None if it has no budget.
    """
    if BUDGET.in_account(organization, account) is None or account.id is None:
        return None
    ci = organization.ci
    role = ci.account_plan_role if ci else account.entry_role
    external: Any = (
        {"ExternalId": organization.execution_role.external_id}
        if ci and organization.execution_role.external_id
        else {}
    )
    given = (
        (session or boto3.Session())
        .client("sts", region_name=organization.home_region)
        .assume_role(
            RoleArn=f"arn:{organization.partition}:iam::{account.id}:role/{role}",
            RoleSessionName=f"estate-lease-{account.slug}"[:64],
            **external,
        )["Credentials"]
    )
    inside = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    budgets = inside.client("budgets", region_name=organization.home_region)
    found = budgets.describe_budget(AccountId=account.id, BudgetName=f"account-{account.slug}")["Budget"]
    amounts: Any = found.get("CalculatedSpend", {}).get("ActualSpend", {})
    return float(amounts.get("Amount", 0))
