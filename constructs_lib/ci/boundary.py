"""What nobody on the ordinary route may do in an account: neither its execution role, nor any role that a stack makes.

The same Deny statements stand in the execution role's policies and in the boundary of all roles and users of stacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from constructs_lib.ci.rights import BOUNDED
from constructs_lib.policies.document import PolicyDocument, Statement, allow, deny

if TYPE_CHECKING:
    from collections.abc import Iterator

_IAM: Final = (
    "iam:Add*",
    "iam:Attach*",
    "iam:Create*",
    "iam:Deactivate*",
    "iam:Delete*",
    "iam:Detach*",
    "iam:Enable*",
    "iam:PassRole",
    "iam:Put*",
    "iam:Remove*",
    "iam:Reset*",
    "iam:Resync*",
    "iam:Set*",
    "iam:Tag*",
    "iam:Untag*",
    "iam:Update*",
    "iam:Upload*",
)
# Everything but reading: S3 has many ways to change a bucket, and a policy has little room.
_BUCKET_READS: Final = ("s3:Describe*", "s3:Get*", "s3:List*")
_CHANGES: Final = {
    "cloudtrail": (
        "cloudtrail:Add*",
        "cloudtrail:Delete*",
        "cloudtrail:Put*",
        "cloudtrail:Remove*",
        "cloudtrail:Stop*",
        "cloudtrail:Update*",
    ),
    "dynamodb": (
        "dynamodb:*Item",
        "dynamodb:*WriteItem",
        "dynamodb:*TableReplica",
        "dynamodb:Create*",
        "dynamodb:Delete*",
        "dynamodb:Disable*",
        "dynamodb:Enable*",
        "dynamodb:ImportTable",
        "dynamodb:PartiQL*e",
        "dynamodb:PartiQLInsert",
        "dynamodb:Put*",
        "dynamodb:Replicate*",
        "dynamodb:Restore*",
        "dynamodb:Tag*",
        "dynamodb:Untag*",
        "dynamodb:Update*",
        "dynamodb:WriteDataForReplication",
    ),
}
_ALIAS_CHANGES: Final = ("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias")
_KEY_CHANGES: Final = (
    "kms:CreateGrant",
    "kms:Delete*",
    "kms:Disable*",
    "kms:ImportKeyMaterial",
    "kms:Put*",
    "kms:ReplicateKey",
    "kms:Schedule*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:Update*",
)
_ELSEWHERE: Final = (
    "account:CloseAccount",
    "account:DisableRegion",
    "account:EnableRegion",
    "iam:*OpenIDConnectProvider*",
    "iam:*SAMLProvider",
    "organizations:Attach*",
    "organizations:Close*",
    "organizations:Create*",
    "organizations:De*ster*",
    "organizations:Delete*",
    "organizations:Detach*",
    "organizations:Disable*",
    "organizations:Enable*",
    "organizations:Leave*",
    "organizations:Move*",
    "organizations:Put*",
    "organizations:Register*",
    "organizations:Remove*",
    "organizations:Update*",
    "sts:AssumeRoot",
)


_EVERYTHING: Final = PolicyDocument.of(allow("*", "*"))


@dataclass(frozen=True)
class Kept:
    """What an account keeps from its own pipeline.

    Args:
        account_id: The account.
        partition: Its partition.
        roles: Names, with path and wildcards, of the roles by which the account is deployed and entered.
        arns: ARNs of everything else that is kept, as far as they are known: policies, users, buckets, trails, aliases, tables.
        boundary: The boundary's name.
    """

    account_id: str
    partition: str
    roles: tuple[str, ...]
    arns: tuple[str, ...]
    boundary: str

    def arn(self, resource: str) -> str:
        """The ARN of something of IAM's in the account."""
        return f"arn:{self.partition}:iam::{self.account_id}:{resource}"

    @property
    def boundary_arn(self) -> str:
        """The boundary's ARN."""
        return self.arn(f"policy/{self.boundary}")

    def of(self, service: str) -> tuple[str, ...]:
        """The ARNs that belong to a service."""
        return tuple(sorted(arn for arn in self.arns if arn.split(":")[2] == service))


def denials(kept: Kept) -> Iterator[Statement]:
    """What is denied on what the account keeps: every change of it."""
    own = (*(f"role/{role}" for role in kept.roles), f"policy/{kept.boundary}")
    yield deny(_IAM, sorted({*map(kept.arn, own), *kept.of("iam")}))
    buckets = kept.of("s3")
    if buckets:
        objects = (f"{arn}/*" for arn in buckets if not arn.endswith("*"))  # which a pattern of buckets covers, too
        yield deny((), (*buckets, *objects), not_actions=_BUCKET_READS)
    for service, actions in _CHANGES.items():
        arns = kept.of(service)
        if arns:
            yield deny(actions, (*arns, *(f"{arn}/*" for arn in arns)) if service == "dynamodb" else arns)
    aliases = kept.of("kms")
    if aliases:
        yield deny(_ALIAS_CHANGES, aliases)
        # A key's own ARN is in no JSON. Its alias cannot be taken from it, by the statement above.
        named = sorted({alias.split(":", 5)[5] for alias in aliases})
        yield deny(_KEY_CHANGES, "*", conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": named}})


def boundary(
    kept: Kept, *, roles: tuple[str, ...], users: tuple[str, ...] = (), within: PolicyDocument = _EVERYTHING
) -> PolicyDocument:
    """The boundary of all roles and users that a stack makes.

    Args:
        kept: What the account keeps; its `boundary` is the one that is written.
        roles: ARNs of the roles that the stack makes.
        users: ARNs of its users.
        within: What they may do at most, beside what they may not. Default: everything.
    """
    linked = kept.arn("role/aws-service-role/*")
    assumed = [f"arn:{kept.partition}:iam::*:role/{role}" for role in kept.roles]
    return PolicyDocument.of(
        *within.statements,
        *denials(kept),
        deny(BOUNDED, "*", conditions={"StringNotEquals": {"iam:PermissionsBoundary": kept.boundary_arn}}),
        deny(("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"), "*"),
        # No condition of AWS's tells by which boundary whoever is trusted or handed over is bounded.
        _only(("iam:PassRole", "iam:UpdateAssumeRolePolicy"), (*roles, linked)),
        _only(("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"), users),
        deny("sts:AssumeRole", assumed),
        deny(_ELSEWHERE, "*"),
    )


def _only(actions: tuple[str, ...], resources: tuple[str, ...]) -> Statement:
    """Deny actions on everything else."""
    if not resources:
        return deny(actions, "*")
    return Statement(effect="Deny", actions=actions, not_resources=tuple(sorted(resources)))
