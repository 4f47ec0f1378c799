"""One request, as AWS sees it when it decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from constructs_lib.policies.evaluator.patterns import SEGMENTS
from constructs_lib.policies.evaluator.principal import Principal
from constructs_lib.policies.evaluator.variables import Context, ContextValue

_ACCOUNT, _RESOURCE = 4, 5


@dataclass(frozen=True)
class Request:
    """One request.

    Args:
        principal: Who makes it.
        action: ``service:Action``, in any case.
        resource: The ARN, or ``*`` for an action that takes no resource.
        resource_account: The account that owns the resource; else ``aws:ResourceAccount`` of the context, else the one in
            its ARN, else the principal's. Say it for ARNs without an account, such as S3's: anybody may own those.
        region: The region whose endpoint is called (``aws:RequestedRegion``).
        context: Condition keys to their values. Keys that follow from the other arguments need not be given, and win
            if they are. A string is a single value, a sequence the values of a multivalued key.

    Example:
        >>> request = Request(Principal.of("arn:aws:iam::111122223333:user/ann"), "s3:ListAllMyBuckets")
        >>> request.keys["aws:username"]
        'ann'
    """

    principal: Principal
    action: str
    resource: str = "*"
    resource_account: str | None = None
    region: str | None = None
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    @cached_property
    def lower_action(self) -> str:
        """The action in lower case."""
        return self.action.lower()

    @cached_property
    def service(self) -> str:
        """The action's service prefix."""
        return self.lower_action.partition(":")[0]

    @cached_property
    def owner(self) -> str | None:
        """The account that owns the resource."""
        account = self.resource_account or self._said_owner or self._segment(_ACCOUNT)
        return account if account.isdigit() else self.principal.account

    @property
    def _said_owner(self) -> str:
        said = (value for key, value in self.context.items() if key.lower() == "aws:resourceaccount")
        return next((value for value in said if isinstance(value, str)), "")

    @cached_property
    def keys(self) -> Context:
        """All condition keys of the request, in lower case."""
        found: dict[str, ContextValue] = self.principal.context()
        if self.region is not None:
            found["aws:requestedregion"] = self.region
        if self.owner is not None:
            found["aws:resourceaccount"] = self.owner
        for key, value in self.context.items():
            found[key.lower()] = value if isinstance(value, str) else tuple(value)
        return found

    @cached_property
    def needs_resource_policy(self) -> bool:
        """Whether the resource's own policy must allow it, even to its own account: roles and KMS keys."""
        kind = self._segment(_RESOURCE).partition("/")[0]
        return (self.service, kind) in (("sts", "role"), ("kms", "key"))

    def _segment(self, index: int) -> str:
        segments = self.resource.split(":", SEGMENTS - 1)
        return segments[index] if len(segments) == SEGMENTS else ""
