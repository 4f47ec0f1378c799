"""Both sides of roles that are assumed from elsewhere: the trust, and the permission of whom it trusts.

Crossing accounts needs both. One without the other is a role that nobody can assume, or a permission for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from constructs_lib.policies import names
from constructs_lib.policies.document import is_token
from constructs_lib.policies.findings import Finding, warn
from constructs_lib.policies.rules.resources import ARN_PARTS, overlap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from constructs_lib.policies.document import PolicyDocument, Statement

_ASSUME = "sts:AssumeRole"
_ACCOUNT = 4


@dataclass(frozen=True)
class RoleSides:
    """A role with what lets others in and what lets it out.

    Args:
        arn: Its ARN, with a literal account id.
        trust: Its trust policy.
        permissions: Its identity policies, as far as they are known.
        has_other_permissions: Whether it has policies whose content is not known, such as AWS managed ones.
    """

    arn: str
    trust: PolicyDocument
    permissions: tuple[PolicyDocument, ...] = ()
    has_other_permissions: bool = False

    @property
    def account(self) -> str:
        """The account that it is in."""
        return account_of(self.arn)

    @cached_property
    def trusted(self) -> frozenset[str]:
        """Whom it trusts by name."""
        return frozenset(trusted(self.trust))

    @cached_property
    def permitted(self) -> tuple[str, ...]:
        """The roles that it may assume, as ARN patterns."""
        return tuple(dict.fromkeys(permitted(self.permissions)))

    @cached_property
    def _patterns(self) -> tuple[str, ...]:
        return tuple(pattern for pattern in self.permitted if "*" in pattern or "?" in pattern or "${" in pattern)

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(self.permitted)

    def may_assume(self, arn: str) -> bool:
        """Whether its policies, as far as they are known, let it assume the role."""
        if self.has_other_permissions or arn in self._exact:
            return True
        return any(overlap(pattern, arn) for pattern in self._patterns)


def account_of(arn: str) -> str:
    """The account in an ARN; empty if there is none."""
    parts = arn.split(":", ARN_PARTS - 1)
    return parts[_ACCOUNT] if len(parts) == ARN_PARTS else ""


def check_pairs(roles: Iterable[RoleSides], *, made_elsewhere: Collection[str] = ()) -> list[Finding]:
    """Every trust in a known role of another account has its permission, and every permission its role that trusts.

    Principals of accounts without a known role are somebody else's, and not judged.

    Args:
        roles: The known roles.
        made_elsewhere: Names of roles that there are, though they are not among `roles`: ``OrganizationAccountAccessRole``.
    """
    known = {role.arn: role for role in roles}
    inside: dict[str, list[RoleSides]] = {}
    for role in known.values():
        inside.setdefault(role.account, []).append(role)
    found: list[Finding] = []
    for role in known.values():
        found += (finding.at(policy=role.arn) for finding in _check_trusted(role, known, inside))
        found += (finding.at(policy=role.arn) for finding in _check_permitted(role, known, inside, made_elsewhere))
    return found


def _check_trusted(
    role: RoleSides, known: dict[str, RoleSides], inside: dict[str, list[RoleSides]]
) -> Iterator[Finding]:
    for principal in sorted(role.trusted):
        account = principal if principal.isdigit() else account_of(principal)
        if account not in inside or account == role.account:
            continue
        if ":role/" in principal:
            source = known.get(principal)
            if source is None:
                yield warn(
                    "trust-without-role",
                    f"It trusts {principal}, which none of the stacks makes.",
                    "Correct the name, or make the role first: AWS refuses a trust in a role that does not exist.",
                )
            elif not source.may_assume(role.arn):
                yield warn(
                    "trust-without-permission",
                    f"It trusts {principal}, which is not allowed to assume it.",
                    f"Allow {_ASSUME} on {role.arn} there, or declare both sides at once with CrossAccountRoleConstruct.",
                )
        elif (principal.isdigit() or principal.endswith(":root")) and not any(
            other.may_assume(role.arn) for other in inside[account]
        ):
            yield warn(
                "trust-without-permission",
                f"It trusts the account {account}, in which no known role is allowed to assume it.",
                f"Allow {_ASSUME} on {role.arn} to the role that shall.",
            )


def _check_permitted(
    role: RoleSides, known: dict[str, RoleSides], accounts: Collection[str], made_elsewhere: Collection[str]
) -> Iterator[Finding]:
    for pattern in role.permitted:
        account = account_of(pattern)
        if pattern == "*" or is_token(pattern) or account == role.account:
            continue
        if account not in accounts and "*" not in account:
            continue
        targets = _targets(pattern, role, known)
        if not targets and pattern.partition(":role/")[2] in made_elsewhere:
            continue
        if not targets:
            yield warn(
                "permission-without-role",
                f"It may assume {pattern}, which none of the stacks makes.",
                "Correct the name, or remove the permission.",
            )
        elif not any(_trusts(target, role) for target in targets):
            yield warn(
                "permission-without-trust",
                f"It may assume {pattern}, which does not trust it.",
                f"Trust {role.arn} there, or declare both sides at once with CrossAccountRoleConstruct.",
            )


def _targets(pattern: str, role: RoleSides, known: dict[str, RoleSides]) -> list[RoleSides]:
    """The known roles that an ARN pattern names."""
    if "*" not in pattern and "?" not in pattern:
        return [known[pattern]] if pattern in known else []
    return [other for other in known.values() if other.arn != role.arn and overlap(pattern, other.arn)]


def trusted(trust: PolicyDocument) -> list[str]:
    """The AWS principals that may assume a role, without everybody."""
    return [
        principal
        for statement in trust.statements
        if statement.effect == "Allow" and statement.principals and not isinstance(statement.principals, str)
        if _names_assume(statement)
        for principal in statement.principals.get("AWS", ())
        if principal != "*" and not is_token(principal)
    ]


def permitted(permissions: Iterable[PolicyDocument]) -> list[str]:
    """The roles, as ARN patterns, that identity policies allow to assume."""
    return [
        resource
        for document in permissions
        for statement in assuming(document).statements
        for resource in statement.resources
    ]


def assuming(document: PolicyDocument) -> PolicyDocument:
    """What an identity policy allows to assume; nothing else of it is judged here."""
    allowing = (each for each in document.statements if each.effect == "Allow" and _names_assume(each))
    return replace(document, statements=tuple(allowing))


def _names_assume(statement: Statement) -> bool:
    return any(_matches_assume(action) for action in statement.actions)


@lru_cache(maxsize=1024)
def _matches_assume(action: str) -> bool:
    return bool(names.wildcard(action.lower()).fullmatch(_ASSUME.lower()))


def _trusts(target: RoleSides, source: RoleSides) -> bool:
    ways = {source.arn, source.account, source.arn.partition(":role/")[0] + ":root"}
    everybody = any(statement.principals == "*" for statement in target.trust.statements if statement.effect == "Allow")
    return everybody or not ways.isdisjoint(target.trusted)
