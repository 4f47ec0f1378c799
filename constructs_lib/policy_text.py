"""Policies on their way into Terraform: checked, then written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, overload

from cdktf import Annotations, DefaultTokenResolver, StringConcat, Tokenization

from constructs_lib.errors import InvalidPolicyError
from constructs_lib.policies.check import check_document
from constructs_lib.policies.findings import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from constructs_lib.policies.document import PolicyDocument
    from constructs_lib.policies.findings import Finding
    from constructs_lib.policies.kinds import PolicyKind


def policy_text(
    scope: Construct,
    document: PolicyDocument,
    kind: PolicyKind,
    name: str | None = None,
) -> str:
    """Check a policy and write it as a Terraform argument takes it.

    What is doubtful becomes a warning of the construct, to be read in CDKTF's output.

    Args:
        scope: The construct that the policy belongs to.
        document: The policy.
        kind: What it will be used as.
        name: Its name in messages.

    Returns:
        The policy minified, with policy variables escaped.

    Raises:
        InvalidPolicyError: If AWS would refuse it, or it would not do what it says.

    Example:
        >>> IamRole(self, "Resource", assume_role_policy=policy_text(self, trust, PolicyKind.TRUST, "deploy"))
    """
    report(scope, check_document(document, kind, name))
    return document.to_terraform()


def report(scope: Construct, findings: Sequence[Finding]) -> None:
    """Let synth fail for what is refused, and warn of the rest.

    Args:
        scope: The construct that the findings are about.
        findings: What a check found.

    Raises:
        InvalidPolicyError: If any of them is a refusal.
    """
    said = [_without_tokens(scope, finding) for finding in findings]
    if refused(said):
        raise InvalidPolicyError(refused(said))
    for finding in said:
        warn(scope, str(finding))


def warn(scope: Construct, message: str) -> None:
    """Warn of something, to be read in CDKTF's output; a token is shown as the reference that it stands for.

    Args:
        scope: The construct that it is about.
        message: What to say.
    """
    Annotations.of(scope).add_warning(_readable(scope, message))


def _without_tokens(scope: Construct, finding: Finding) -> Finding:
    said = {name: _readable(scope, getattr(finding, name)) for name in ("message", "cure", "policy")}
    return replace(finding, **{name: text for name, text in said.items() if text is not None})


@overload
def _readable(scope: Construct, text: str) -> str: ...
@overload
def _readable(scope: Construct, text: str | None) -> str | None: ...
def _readable(scope: Construct, text: str | None) -> str | None:
    """The text with ``${aws_iam_role.ci.arn}`` for CDKTF's number of it."""
    if text is None or "TfToken[" not in text:
        return text
    resolver = DefaultTokenResolver(StringConcat())
    return str(Tokenization.resolve(text, scope=scope, resolver=resolver, preparing=False))
