"""The identities of an organization: what the stacks make, what AWS makes with an account, and who comes from outside."""

from dataclasses import dataclass, field
from enum import StrEnum

from config.nodes import Account
from constructs_lib.policies.evaluator import Policy, PolicySet, Principal


class Kind(StrEnum):
    """What somebody is; the value begins their name in questions and answers."""

    ROLE = "role"
    USER = "user"
    ROOT = "root"
    PERMISSION_SET = "permission-set"
    GROUP = "group"
    PERSON = "person"
    PIPELINE = "pipeline"
    FEDERATED = "federated"
    SERVICE = "service"
    OUTSIDE = "outside"
    ANYBODY = "anybody"


VOUCHED = frozenset({Kind.PIPELINE, Kind.FEDERATED})
"""Those whom an identity provider vouches for, by a token of OIDC or an assertion of SAML: it is good for becoming a role."""
ORIGINS = VOUCHED | {Kind.PERSON, Kind.SERVICE, Kind.OUTSIDE, Kind.ANYBODY, Kind.ROOT, Kind.USER}
"""Where access begins: those who need not become somebody else first."""


@dataclass(frozen=True, slots=True)
class Attached(Policy):
    """A managed policy: AWS's, or a customer's, which whoever may write a version of it can change.

    Args:
        arn: Its ARN.
    """

    arn: str = ""


@dataclass(frozen=True)
class IamGroup:
    """A group of IAM: nobody who acts, but what it is given, the users in it are.

    Args:
        name: Its name.
        arn: Its ARN.
        policies: What its policies permit.
        unknown: Policies whose text is not known.
    """

    name: str
    arn: str
    policies: PolicySet
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identity:
    """Somebody who can act, or become somebody who can.

    Args:
        name: ``role:production/SecurityAudit``, ``group:Administrators``, ``pipeline:repo:example/app:ref:refs/heads/main``.
        kind: What it is.
        principal: Who AWS sees; None for groups and people, who act through what they are assigned to.
        account: The account it lives in, if it lives in one of the organization.
        policies: What its policies permit.
        boundary: Its permissions boundary, if it has one.
        trust: Who may become it, if anybody may.
        unknown: Policies whose text is not known; what they permit is missing here.
        unknown_boundary: Its permissions boundary, if that text is not known.
        claims: What its token says, for those who come with one.
        groups: The ARNs of the groups of IAM that it is in; their policies are among its own.
    """

    name: str
    kind: Kind
    principal: Principal | None = None
    account: Account | None = None
    policies: PolicySet = field(default_factory=PolicySet)
    boundary: PolicySet | None = None
    trust: PolicySet | None = None
    unknown: tuple[str, ...] = ()
    unknown_boundary: str | None = None
    claims: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self.name == other.name

    @property
    def arn(self) -> str | None:
        """Its ARN: the role's or user's, not a session's."""
        return (self.principal.entity or self.principal.arn) if self.principal else None
