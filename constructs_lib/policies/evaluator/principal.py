"""Who makes a request, and whether a policy's ``Principal`` names them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Literal, Self

from constructs_lib.policies.evaluator.variables import ContextValue

_ARN: Final = re.compile(
    r"arn:(?P<partition>[a-z-]+):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>root|user|role|assumed-role|federated-user|oidc-provider|saml-provider)(?:/(?P<name>.+))?"
)
_SERVICE_LINKED: Final = ":role/aws-service-role/"
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_PROVIDER: Final = re.compile(r"[a-z0-9.-]+\.[a-z]+")
_FORMS: Final = (
    "the ARN of a user, role, role session, root user or identity provider, or a service such as ec2.amazonaws.com"
)


class PrincipalKind(StrEnum):
    """What makes the request; the values are those of ``aws:PrincipalType`` where it has one."""

    ROOT = "Account"
    USER = "User"
    ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    ANONYMOUS = "Anonymous"
    FEDERATED = "Federated"
    """Somebody known to an identity provider, on the way into a role."""
    SERVICE = "Service"


_KINDS: Final = {
    "root": PrincipalKind.ROOT,
    "user": PrincipalKind.USER,
    "role": PrincipalKind.ROLE,
    "assumed-role": PrincipalKind.ROLE,
    "federated-user": PrincipalKind.FEDERATED_USER,
    "oidc-provider": PrincipalKind.FEDERATED,
    "saml-provider": PrincipalKind.FEDERATED,
}


class Grant(IntEnum):
    """How directly a resource policy's ``Principal`` names the caller: the more, the fewer other policies can limit it."""

    NONE = 0
    ACCOUNT = 1
    """The account: its own identity policies decide."""
    ENTITY = 2
    """The role (or the user behind a federated session): boundary and session policy still limit it."""
    CALLER = 3
    """The caller: user, role session, service, everybody."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request. Make one with `of`, or with `anonymous`.

    Args:
        kind: What it is.
        arn: Its ARN (of a session, for a role), or the name of the service or identity provider.
        account: Its account, if it has one.
        partition: ``aws``, ``aws-us-gov``, ….
        entity: The ARN behind a session: the role, or the user who federated.
    """

    kind: PrincipalKind
    arn: str
    account: str | None = None
    partition: str = "aws"
    entity: str | None = None

    @classmethod
    def of(cls, name: str, *, session: str = "session", entity: str | None = None) -> Self:
        """Read a principal.

        Args:
            name: An ARN or the name of a service. A role's ARN stands for a session of that role.
            session: The session's name, if `name` is a role.
            entity: The role's ARN, if `name` is a session of a role with a path, which a session's ARN does not show.

        Raises:
            ValueError: If `name` is none of these.

        Example:
            >>> Principal.of("arn:aws:iam::111122223333:role/deploy").arn
            'arn:aws:sts::111122223333:assumed-role/deploy/session'
        """
        found = _ARN.fullmatch(name)
        if found is None:
            for pattern, named in ((_SERVICE, PrincipalKind.SERVICE), (_PROVIDER, PrincipalKind.FEDERATED)):
                if pattern.fullmatch(name):
                    return cls(named, name)
            raise ValueError(f"{name!r} is no principal; expected {_FORMS}.")
        partition, account, tail = found["partition"], found["account"], found["name"] or ""
        kind = _KINDS[found["kind"]]
        if kind is PrincipalKind.FEDERATED:
            return cls(kind, name, None, partition)
        arn = name
        if found["kind"] == "role":
            arn = f"arn:{partition}:sts::{account}:assumed-role/{tail.rpartition('/')[2]}/{session}"
            entity = name
        elif found["kind"] == "assumed-role":
            entity = entity or f"arn:{partition}:iam::{account}:role/{tail.partition('/')[0]}"
        elif found["kind"] == "federated-user":
            entity = entity or f"arn:{partition}:iam::{account}:user/{tail}"
        return cls(kind, arn, account, partition, entity)

    @classmethod
    def anonymous(cls) -> Self:
        """Nobody: a request without signature."""
        return cls(PrincipalKind.ANONYMOUS, "anonymous")

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a service-linked role, which SCPs and RCPs do not restrict."""
        return self.entity is not None and _SERVICE_LINKED in self.entity

    def context(self) -> dict[str, ContextValue]:
        """The condition keys that follow from who it is, in lower case."""
        if self.kind is PrincipalKind.SERVICE:
            return {"aws:principalisawsservice": "true", "aws:principalservicename": self.arn}
        if self.kind is PrincipalKind.FEDERATED:
            return {"aws:federatedprovider": self.arn}
        if self.account is None:
            return {"aws:principaltype": self.kind.value}
        found: dict[str, ContextValue] = {
            "aws:principalisawsservice": "false",
            "aws:principaltype": self.kind.value,
            "aws:principalarn": self.entity if self.kind is PrincipalKind.ROLE and self.entity else self.arn,
            "aws:principalaccount": self.account,
        }
        if self.kind is PrincipalKind.USER:
            found["aws:username"] = self.arn.rpartition("/")[2]
        return found


PrincipalElement = Literal["*"] | Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PrincipalMatcher:
    """A compiled ``Principal`` or ``NotPrincipal`` element.

    No wildcard matches a part of a name: ``*`` alone means everybody.
    """

    everybody: bool
    aws: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()

    @classmethod
    def of(cls, element: PrincipalElement) -> Self:
        """Compile the element."""
        if isinstance(element, str):
            return cls(everybody=True)
        aws = frozenset(element.get("AWS", ()))
        return cls(
            everybody="*" in aws,
            aws=aws,
            services=frozenset(element.get("Service", ())),
            federated=frozenset(element.get("Federated", ())),
        )

    def grant(self, principal: Principal) -> Grant:
        """How directly the element names the principal."""
        if self.everybody:
            return Grant.CALLER
        if principal.kind is PrincipalKind.SERVICE:
            return Grant.CALLER if principal.arn in self.services else Grant.NONE
        if principal.kind is PrincipalKind.FEDERATED:
            return Grant.CALLER if principal.arn in self.federated else Grant.NONE
        if principal.arn in self.aws:
            return Grant.CALLER
        if principal.entity in self.aws:
            return Grant.ENTITY
        return Grant.ACCOUNT if self.names_account(principal) else Grant.NONE

    def names_account(self, principal: Principal) -> bool:
        """Whether the element names the principal's account."""
        account = principal.account
        return account is not None and (
            account in self.aws or f"arn:{principal.partition}:iam::{account}:root" in self.aws
        )

    def exempts(self, principal: Principal) -> bool:
        """Whether the element, as a ``NotPrincipal`` of a Deny, leaves the principal out.

        AWS checks the account first, then the role, then the session: each of them must be named.
        """
        if principal.account is None or self.everybody:
            return self.grant(principal) is not Grant.NONE
        layers = () if principal.kind is PrincipalKind.ROOT else (principal.entity or principal.arn, principal.arn)
        return self.names_account(principal) and all(layer in self.aws for layer in layers)
