"""The shape of an organization: which unit hangs where, and whether that is possible at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.quotas import quota
from constructs_lib.tokens import unresolved
from constructs_lib.validation import require_unique

if TYPE_CHECKING:
    from constructs_lib.organization.values import Account, OrganizationalUnit


@dataclass(frozen=True)
class OrganizationTree:
    """Units and accounts that fit together.

    Args:
        units: All units, in any order.
        accounts: All member accounts, in any order.
        management: The slug that stands for the management account, which is no member.

    Raises:
        InvalidValueError: If a slug or an e-mail address is there twice, a unit is unknown, hangs below itself or deeper
            than five levels.
    """

    units: tuple[OrganizationalUnit, ...]
    accounts: tuple[Account, ...]
    management: str

    def __post_init__(self) -> None:
        """Refuse what does not fit."""
        require_unique("units", (unit.slug for unit in self.units))
        require_unique("accounts", [self.management, *(account.slug for account in self.accounts)])
        require_unique(
            "accounts' email", (account.email.lower() for account in self.accounts if not unresolved(account.email))
        )
        for unit in self.units:
            self.path(unit.slug)
        for account in self.accounts:
            if account.unit is not None:
                self._known(account.unit, f"Account({account.slug!r}).unit")

    def path(self, slug: str) -> str:
        """A unit's path: the slugs from the root down to it, joined by ``/``."""
        found = [slug]
        while (parent := self._units[found[0]].parent) is not None:
            self._known(parent, f"OrganizationalUnit({found[0]!r}).parent")
            if parent in found:
                raise InvalidValueError(
                    f"OrganizationalUnit({found[0]!r}).parent", parent, expected="a unit that is not below this one"
                )
            found.insert(0, parent)
        deepest = quota("ou.depth").limit
        if len(found) > deepest:
            raise InvalidValueError(
                f"OrganizationalUnit({slug!r}).parent",
                "/".join(found),
                expected=f"at most {deepest} units from the root down, not {len(found)}",
            )
        return "/".join(found)

    def unit_at(self, path: str, where: str) -> str:
        """The slug of the unit that a slug or a path leads to."""
        slug = path.rpartition("/")[2]
        self._known(slug, where)
        if "/" in path and path != self.path(slug):
            raise InvalidValueError(where, path, expected=f"the unit's path {self.path(slug)!r} or its slug {slug!r}")
        return slug

    def require_account(self, slug: str, where: str) -> str:
        """The slug, if it is one of a member account."""
        if slug not in self._accounts:
            raise InvalidValueError(where, slug, expected=f"one of the accounts {', '.join(sorted(self._accounts))}")
        return slug

    def node(self, target: str, where: str) -> str:
        """What a target means, in its shortest form: ``root``, ``ou:production``, ``account:billing``."""
        kind, _, name = target.partition(":")
        if kind == "ou":
            return f"ou:{self.unit_at(name, where)}"
        if kind == "account" and name != self.management:
            self.require_account(name, where)
        return target

    def above(self, node: str) -> list[str]:
        """The nodes that a node inherits from, the root first."""
        kind, _, slug = node.partition(":")
        if kind == "root":
            return []
        if kind == "ou":
            units = self.path(slug).split("/")[:-1]
        else:
            unit = self._accounts[slug].unit if slug in self._accounts else None
            units = self.path(unit).split("/") if unit else []
        return ["root", *(f"ou:{unit}" for unit in units)]

    def _known(self, slug: str, where: str) -> None:
        if slug not in self._units:
            raise InvalidValueError(
                where, slug, expected=f"one of the units {', '.join(sorted(self._units)) or '(none)'}"
            )

    @cached_property
    def _units(self) -> dict[str, OrganizationalUnit]:
        return {unit.slug: unit for unit in self.units}

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        return {account.slug: account for account in self.accounts}
