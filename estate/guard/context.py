"""What the guard knows beside a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from config.controls.kept import BOUNDARY, BOUNDARY_ADDRESS
from estate.guard.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.model.approvals import Protection
    from config.nodes import Organization

_ARN_ACCOUNT: Final = re.compile(r"arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):")


@dataclass(frozen=True)
class Known:
    """What the configuration says of the organization.

    Args:
        accounts: The ids of its accounts.
        ids: E-mail address, in lower case, to the id that the configuration or its lock gives.
        protect: What users marked as never to be destroyed.
        founding: Whether the organization is being made, so that what is only new is what was asked for.
        begun: Ids of what a killed run of the same stack had made: to change it is to go on.
    """

    accounts: frozenset[str] = frozenset()
    ids: Mapping[str, str] = field(default_factory=dict)
    protect: tuple[Protection, ...] = ()
    founding: bool = False
    begun: frozenset[str] = frozenset()

    @classmethod
    def of(cls, organization: Organization, *, founding: bool = False, begun: frozenset[str] = frozenset()) -> Known:
        """What a configuration says."""
        ids = {account.email.lower(): account.id for account in organization.accounts.values() if account.id}
        return cls(frozenset(ids.values()), ids, founding=founding, begun=begun)

    @classmethod
    def read(cls, directory: Path) -> Known:
        """What the configuration in a directory says; nothing if there is none, as beside plans of another tool.

        Raises:
            ConfigError: If it has mistakes.
        """
        from config import load  # noqa: PLC0415 - only where it is asked for

        if not (directory / "organization.yaml").is_file():
            return cls()
        return cls.of(load(directory, prove_access=False))


@dataclass(frozen=True)
class Context:
    """What rules look at.

    Args:
        plan: The plan.
        known: What the configuration says.
    """

    plan: Plan
    known: Known = field(default_factory=Known)

    def knows(self, account: str) -> bool:
        """Whether an account is the organization's: as the configuration says, or as the stack has it already."""
        return account in self.known.accounts or account in self.plan.accounts or account in self._seen

    @cached_property
    def _seen(self) -> frozenset[str]:
        """Accounts that the deployed resources of the stack belong to or name."""
        if self.known.accounts:
            return frozenset(self._own())
        return frozenset(
            found
            for change in self.plan.changes
            for text in _texts(change.before)
            for found in _ARN_ACCOUNT.findall(text)
        )

    def _own(self) -> Iterator[str]:
        for change in self.plan.changes:
            yield from _ARN_ACCOUNT.findall(str(change.before.get("arn") or ""))
            if change.type == "aws_organizations_account":  # made or taken over, and not in the lock yet
                yield str(change.before.get("id"))

    @cached_property
    def first(self) -> bool:
        """Whether nothing of the stack is deployed, or the organization is being made."""
        return self.known.founding or all(change.action in (Action.CREATE, Action.READ) for change in self.plan.changes)

    @cached_property
    def new_buckets(self) -> frozenset[str]:
        """The names of buckets that the plan makes."""
        return frozenset(
            str(change.after.get("bucket"))
            for change in self.plan.changes
            if change.type == "aws_s3_bucket" and change.action is Action.CREATE
        )

    @cached_property
    def created(self) -> frozenset[str]:
        """The addresses of what the plan makes."""
        return frozenset(change.address for change in self.plan.changes if change.action is Action.CREATE)

    def bounds(self, policy: Change) -> bool:
        """Whether a policy is the permissions boundary of something in the stack, or the one that an account has for that."""
        own = policy.address == f"{policy.type}.{BOUNDARY_ADDRESS}" and policy.after.get("name") == BOUNDARY
        return own or _names(policy, self._named["permissions_boundary"])

    def attached(self, policy: Change) -> bool:
        """Whether a policy is attached to something in the stack."""
        return _names(policy, self._named["policy_arn"])

    @cached_property
    def _named(self) -> Mapping[str, frozenset[str]]:
        """The ARNs, and the addresses, of policies that attributes name."""
        found: dict[str, set[str]] = {"permissions_boundary": set(), "policy_arn": set()}
        for change in self.plan.changes:
            for name, values in found.items():
                values.update(
                    each for each in (change.before.get(name), change.after.get(name)) if isinstance(each, str)
                )
                values.update(change.references.get(name, ()))
        return {name: frozenset(values) for name, values in found.items()}


def _names(policy: Change, named: frozenset[str]) -> bool:
    """Whether one of some ARNs and addresses is a policy's; one that is not made yet has no ARN, but a name."""
    name = policy.after.get("name") or policy.before.get("name")
    ends = f":policy{policy.after.get('path') or '/'}{name}"
    own = {policy.before.get("arn"), policy.address, f"{policy.address}.arn"}
    return bool(own & named) or (name is not None and any(each.endswith(ends) for each in named))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
