"""What an organization's tests can promise of its identities: who reaches whom, and that nobody else does something."""

from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path

from estate.access.opening import questions
from estate.paths import config_directory
from stacks.reach.questions import Questions
from stacks.reach.steps import Way


def assert_reachable(source: str, target: str, *, config: Path | None = None) -> None:
    """Fail unless somebody can become somebody, or any identity of an account.

    Args:
        source: As `estate access` names it: ``group:Developers``, ``pipeline:SUBJECT``, ``role:ACCOUNT/NAME``, an ARN.
        target: The same, or the slug of an account.
        config: The configuration's directory; that of the commands unless told otherwise.

    Raises:
        AssertionError: If there is no way.
        ValueError: If nobody is called so.

    Example:
        >>> assert_reachable("person:ada", "management")  # doctest: +SKIP
    """
    if not _ways(source, target, config):
        raise AssertionError(f"There is no way from {source} to {target}.")


def assert_unreachable(source: str, target: str, *, config: Path | None = None) -> None:
    """Fail if somebody can become somebody, escalations included, whatever conditions the way has.

    Args and ValueError are those of `assert_reachable`.

    Raises:
        AssertionError: If there is a way; the message has it.
    """
    ways = _ways(source, target, config)
    if ways:
        steps = " → ".join(f"{step.how} {step.target.name}" for step in ways[0])
        raise AssertionError(f"{source} reaches {target}: {steps}.")


def assert_only(
    allowed: Collection[str],
    action: str,
    resource: str | None = None,
    *,
    account: str | None = None,
    config: Path | None = None,
) -> None:
    """Fail if anybody else can do something, for certain or under a condition.

    Args:
        allowed: Patterns of names that may: ``role:production/Terraform*``, ``root:*``.
        action: ``service:Action``.
        resource: An ARN; something of the kind in each account unless told otherwise.
        account: The slug of the account whose resource it is; that of the ARN, else every account, unless told otherwise.
        config: The configuration's directory; that of the commands unless told otherwise.

    Raises:
        AssertionError: If somebody else can; the message names them.
        LookupError: If there is no such account.
    """
    asked = _questions(config)
    if account is not None and account not in asked.organization.accounts:
        raise LookupError(f"There is no account {account!r}.")
    can, _ = asked.who(action, resource, asked.organization.accounts[account] if account else None)
    others = [each for each in can if not any(fnmatchcase(each.who.name, pattern) for pattern in allowed)]
    if others:
        names = ", ".join(dict.fromkeys(each.who.name for each in others))
        raise AssertionError(f"{action} can be done by {names}, too.")


def _ways(source: str, target: str, config: Path | None) -> list[Way]:
    asked = _questions(config)
    return asked.paths(asked.named(source), asked.organization.accounts.get(target) or asked.named(target))


def _questions(config: Path | None) -> Questions:
    return questions((config or config_directory()).resolve())
