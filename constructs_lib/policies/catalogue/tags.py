"""Guardrails about tags."""

import re
from typing import Final

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.catalogue import values
from constructs_lib.policies.catalogue.registry import guardrail
from constructs_lib.policies.catalogue.values import DEPLOYERS
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument, Statement, Strings, deny
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import did_you_mean

_GROUP = "Tags"
_TAG_KEY: Final = re.compile(r"[\w .:/=+@-]{1,128}")
_WHEN_CREATED: Final = ("ec2:CreateVolume", "ec2:RunInstances")


def _tag_keys(name: str, given: Strings) -> tuple[str, ...]:
    keys = values.some(name, given)
    for key in keys:
        if not _TAG_KEY.fullmatch(key) or key.lower().startswith("aws:"):
            raise InvalidValueError(
                name, key, expected="a tag key: 1 to 128 letters, digits, spaces or _.:/=+-@, not beginning with aws:"
            )
    return keys


def _sid(prefix: str, key: str) -> str:
    return prefix + "".join(character for character in key.title() if character.isascii() and character.isalnum())


@guardrail(PolicyKind.SCP, group=_GROUP, example={"tag_keys": ["CostCenter", "Owner"]})
def require_tags(
    *,
    tag_keys: Strings,
    actions: Strings = _WHEN_CREATED,
    exempted_principal_arns: Strings = (),
    partition: str = "aws",
) -> PolicyDocument:
    """Deny creating resources without certain tags.

    Each key has statements of its own: one condition with all keys would deny only what lacks all of them.

    Args:
        tag_keys: The keys that must be given, each with any value. A tag policy can fix the values.
        actions: The creating actions, out of those that AWS checks tags for: see data/tagging.json.
        exempted_principal_arns: Role names or principal ARN patterns that may create without tags.
        partition: The partition of the organization.

    Breaks:
        Tools that tag after creating, and services that create on somebody's behalf without passing tags on.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_tagging.html
    """
    takes_tags = load("tagging")["create"]
    for action in values.some("actions", actions):
        if action not in takes_tags:
            cure = did_you_mean(action, takes_tags, f"Choose from {', '.join(takes_tags)}.")
            raise InvalidValueError("actions", action, expected="an action that takes tags when it creates", cure=cure)
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action in values.many(actions):
        by_resources.setdefault(tuple(takes_tags[action]), []).append(action)
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    return PolicyDocument(
        tuple(
            _require(key, index, called, resources, partition, exempted)
            for key in _tag_keys("tag_keys", tag_keys)
            for index, (resources, called) in enumerate(by_resources.items())
        )
    )


def _require(
    key: str,
    index: int,
    actions: list[str],
    resources: tuple[str, ...],
    partition: str,
    exempted: dict[str, dict[str, list[str]]],
) -> Statement:
    return deny(
        actions,
        ["*" if resource == "*" else f"arn:{partition}:{resource}" for resource in resources],
        conditions={"Null": {f"aws:RequestTag/{key}": "true"}, **exempted},
        sid=_sid("RequireTag", key) + (str(index + 1) if index else ""),
    )


@guardrail(PolicyKind.SCP, group=_GROUP, example={"tag_keys": ["CostCenter"]})
def protect_tags(
    *, tag_keys: Strings, exempted_principal_arns: Strings = DEPLOYERS, partition: str = "aws"
) -> PolicyDocument:
    """Deny changing or removing certain tags once a resource has them; adding them stays possible.

    Args:
        tag_keys: The keys that are protected.
        exempted_principal_arns: Role names or principal ARN patterns that may change them.
        partition: The partition of the organization.

    Breaks:
        Correcting a wrong tag by hand.

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_tagging.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """
    exempted = values.exempting(values.principal_arns("exempted_principal_arns", exempted_principal_arns, partition))
    changes = load("tagging")["change"]
    return PolicyDocument(
        tuple(
            deny(
                changes,
                "*",
                conditions={
                    "ForAnyValue:StringEquals": {"aws:TagKeys": key},
                    "Null": {f"aws:ResourceTag/{key}": "false"},
                    **exempted,
                },
                sid=_sid("ProtectTag", key),
            )
            for key in _tag_keys("tag_keys", tag_keys)
        )
    )


@guardrail(PolicyKind.SCP, group=_GROUP, example={"tag_keys": ["Team", "dp:*"]}, exempted=DEPLOYERS)
def protect_principal_tags(*, tag_keys: Strings) -> PolicyDocument:
    """Deny giving roles, users and sessions certain tags, by which other policies tell who may do what.

    Args:
        tag_keys: The keys, also as patterns such as dp:*; also those that guardrails exempt by (exempted_principal_tags).

    Breaks:
        Tagging roles with these keys by anybody else; session tags of federation, whose callers no SCP restricts, are not
        touched (see protect-session-tags).

    Source:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    keys = values.some("tag_keys", tag_keys)
    return PolicyDocument.of(
        deny(
            (
                "iam:CreateRole",
                "iam:CreateUser",
                "iam:TagRole",
                "iam:TagUser",
                "iam:UntagRole",
                "iam:UntagUser",
                "sts:TagSession",
            ),
            "*",
            conditions={"ForAnyValue:StringLike": {"aws:TagKeys": keys}},
            sid="ProtectPrincipalTags",
        )
    )
