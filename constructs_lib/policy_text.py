"""Policies on their way into Terraform: checked, then written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cdktf import Annotations

from constructs_lib.errors import InvalidPolicyError
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument, escape_variables
from constructs_lib.policies.findings import refused, without

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from constructs import Construct

    from constructs_lib.policies.findings import Finding
    from constructs_lib.policies.kinds import PolicyKind


def policy_text(
    scope: Construct,
    document: PolicyDocument | Mapping[str, Any],
    kind: PolicyKind,
    name: str | None = None,
    *,
    accepted: Collection[str] = (),
) -> str:
    """Check a policy and write it as a Terraform argument takes it.

    What is doubtful becomes a warning of the construct, to be read in CDKTF's output.

    Args:
        scope: The construct that the policy belongs to.
        document: Statements, or for kinds without statements what the policy's JSON says.
        kind: What it will be used as.
        name: Its name in messages.
        accepted: Findings that are accepted, as `constructs_lib.policies.findings.without` takes them.

    Returns:
        The policy minified, with policy variables escaped.

    Raises:
        InvalidPolicyError: If AWS would refuse it, or it would not do what it says.

    Example:
        >>> IamRole(self, "Resource", assume_role_policy=policy_text(self, trust, PolicyKind.TRUST, "deploy"))
    """
    emitted = _Plain.of(document) if isinstance(document, Mapping) else document
    report(scope, without(check_document(emitted, kind, name), accepted))
    return escape_variables(emitted.to_json())


def report(scope: Construct, findings: Sequence[Finding]) -> None:
    """Let synth fail for what is refused, and warn of the rest.

    Args:
        scope: The construct that the findings are about.
        findings: What a check found.

    Raises:
        InvalidPolicyError: If any of them is a refusal.
    """
    if refused(findings):
        raise InvalidPolicyError(refused(findings))
    for finding in findings:
        Annotations.of(scope).add_warning(str(finding))


@dataclass(frozen=True)
class _Plain:
    """A policy without statements."""

    text: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> _Plain:
        return cls(json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False))

    def to_json(self) -> str:
        return self.text
