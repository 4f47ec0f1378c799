"""A role through which Terraform's S3 backend reaches states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text
from constructs_lib.state.permissions import STACK_TAG, StateLocation, state_access
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_organization_id, require_role_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider

# The characters of a session tag's value, and * for any.
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::.+:role/.+")
_STACK_PATTERN: Final = r"[\w .:/=+@*-]{1,256}"


@typed
class StateAccessRoleConstruct(Construct):
    """A role that Terraform's backend assumes to read, write and lock one stack's state (B3).

    A session of it opens the state of the one stack that its session tag ``TerraformStack`` names; without the tag it
    cannot be assumed. Several roles divide the organization further: one for production's stacks that only production's
    pipeline may assume, one that only reads, for plans.

    Children: ``Resource`` (the role), ``Policy``.

    Args:
        scope: Where the role lives: the stack of the account that owns the bucket.
        id_: The construct's id.
        location: The states, `StateBackendConstruct.location`.
        trusted_arns: Roles (or whole accounts, as ``arn:aws:iam::111111111111:root``) that may assume the role. A role's own
            policies have to permit it, too, with the stacks that it may open: a role that is written out is named in a
            condition on its account, since one that is named as principal needs no permission within its account. A whole
            token can only be named as principal.
        organization_id: They must belong to this organization.
        stacks: The stacks whose state may be opened; ``*`` in a name stands for anything. All unless told otherwise.
        name: The role's name.
        read_only: Whether states may only be read, for plans with ``-lock=false``; no unless told otherwise.
        max_session_duration: Seconds, 3600 to 43200; 3600 unless told otherwise.
        permissions_boundary: ARN of a policy that bounds the role; none unless told otherwise.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If nobody is trusted, no stack is named, or a value breaks AWS's rules.

    Example:
        >>> StateAccessRoleConstruct(
        ...     stack, "StateRole", location=state.location, trusted_arns=[ci.role_arn], organization_id="o-a1b2c3d4e5",
        ... )

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        location: StateLocation,
        trusted_arns: Sequence[str],
        organization_id: str,
        stacks: Sequence[str] = ("*",),
        name: str = "TerraformStateRole",
        read_only: bool = False,
        max_session_duration: int = 3600,
        permissions_boundary: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_role_name("name", name)
        require_organization_id("organization_id", organization_id)
        require_between("max_session_duration", max_session_duration, 3600, 43200, unit="seconds")
        for argument, values in (("trusted_arns", trusted_arns), ("stacks", stacks)):
            if not values:
                raise InvalidValueError(argument, list(values), expected="at least one")
        for stack in stacks:
            require_match("stacks", stack, _STACK_PATTERN, expected="a stack's name, or a pattern with '*'")
        self._role = IamRole(
            self,
            "Resource",
            name=name,
            description=f"Terraform's backend: {'reads' if read_only else 'reads, writes and locks'} one stack's state",
            assume_role_policy=policy_text(self, _trust(trusted_arns, organization_id, stacks), PolicyKind.TRUST, name),
            max_session_duration=max_session_duration,
            permissions_boundary=permissions_boundary,
            provider=provider,
        )
        policy = IamRolePolicy(
            self,
            "Policy",
            name="state",
            role=self._role.id,
            policy=policy_text(self, state_access(location, read_only=read_only), PolicyKind.INLINE, name),
            provider=provider,
        )
        self._ready_name = policy.role

    @property
    def role_arn(self) -> str:
        """The role's ARN: ``assume_role.role_arn`` of a backend."""
        return self._role.arn

    @property
    def role_name(self) -> str:
        """The role's name; whoever uses it waits until the role has its policy."""
        return self._ready_name


def _trust(trusted: Sequence[str], organization_id: str, stacks: Sequence[str]) -> PolicyDocument:
    conditions: dict[str, dict[str, str | bool | Sequence[str]]] = {
        "StringEquals": {"aws:PrincipalOrgID": organization_id},
        "StringLike": {f"aws:RequestTag/{STACK_TAG}": stacks},
        # The session can carry no other tag, which some other policy might go by.
        "ForAllValues:StringEquals": {"aws:TagKeys": STACK_TAG},
        "Null": {"aws:TagKeys": False},
    }
    actions = ("sts:AssumeRole", "sts:TagSession")
    roles = [arn for arn in trusted if _ROLE.match(arn)]
    statements = []
    if others := [arn for arn in trusted if arn not in roles]:
        statements.append(allow(actions, principals={"AWS": others}, conditions=conditions))
    if roles:
        accounts = dict.fromkeys(f"{arn.rpartition(':')[0]}:root" for arn in roles)
        conditions = {**conditions, "ArnEquals": {"aws:PrincipalArn": roles}}
        statements.append(allow(actions, principals={"AWS": tuple(accounts)}, conditions=conditions))
    return PolicyDocument(tuple(statements))
