"""Check a policy document: size, grammar of its kind, unknown names, values that can never match.

Example:
    >>> from constructs_lib.policies.document import PolicyDocument, deny
    >>> document = PolicyDocument.of(deny("organizations:LeaveOrganisation", "*"))
    >>> for finding in check_document(document, kind=PolicyKind.SCP, name="stay"):
    ...     print(finding)
    policy 'stay' statement 0: organizations has no action 'LeaveOrganisation'. Did you mean 'organizations:LeaveOrganization'?
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from constructs_lib.policies import names
from constructs_lib.policies.attachments import check_allows
from constructs_lib.policies.data import load
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import Finding, refuse
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy, check_management
from constructs_lib.policies.quotas import check_text, quota
from constructs_lib.policies.rules.actions import check_actions
from constructs_lib.policies.rules.conditions import check_conditions
from constructs_lib.policies.rules.doubts import check_doubts
from constructs_lib.policies.rules.grammar import check_elements, check_structure
from constructs_lib.policies.rules.organization import check_reach
from constructs_lib.policies.rules.placeholders import check_name, check_placeholders
from constructs_lib.policies.rules.principals import check_principals
from constructs_lib.policies.rules.resources import check_resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs_lib.policies.document import Statement

_REFERENCE = re.compile(r"\$\{(?:TfToken\[[^\]]*\]|(?P<expression>[^}:]+))\}")
_ACCOUNT = re.compile(r"(?<=::)\$\{[^}]*\}(?=:)")
"""A reference in the place of the account in the ARN of something of IAM."""
_KNOWN_LENGTHS = {"account_id": 12, "organization_id": 34, "id": 64, "name": 64, "partition": 10, "region": 14}
_ARN_LENGTH = 128
"""An ARN with its 12-digit account id and a long name: what an unknown value is counted as."""
_ACCESS_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")


class Emitted(Protocol):
    """Anything that is emitted as JSON: a `PolicyDocument` or a policy without statements."""

    def to_json(self) -> str:
        """Exactly what AWS stores."""


def measure(text: str) -> int:
    """The UTF-8 bytes that AWS will count; what Terraform fills in later counts as long as it can get."""
    return len(_REFERENCE.sub(_placeholder, _ACCOUNT.sub("0" * _KNOWN_LENGTHS["account_id"], text)).encode())


def _placeholder(reference: re.Match[str]) -> str:
    expression = reference["expression"]
    if expression is None:
        return "x" * _ARN_LENGTH
    return "x" * _KNOWN_LENGTHS.get(expression.rpartition(".")[2], _ARN_LENGTH)


def size_limit(kind: PolicyKind) -> int:
    """The largest document of this kind, in bytes."""
    return quota(f"{kind}.size").limit


def check_size(document: Emitted, kind: PolicyKind, *, limit: int | None = None) -> list[Finding]:
    """Measure exactly the emitted bytes.

    Args:
        document: What will be emitted.
        kind: Its kind, which sets the limit.
        limit: The limit of the particular service, for resource policies (S3's 20 KB otherwise).
    """
    limit = limit or size_limit(kind)
    measured = measure(document.to_json())
    if measured <= limit:
        return []
    cure = "Split it over several policies." if kind in _SPLITTABLE else "Shorten it: fewer names, more wildcards."
    return [
        refuse("too-large", f"The policy has {measured:,} bytes of {limit:,}.", cure, measured=measured, limit=limit)
    ]


PROVIDER = "5.100.0"
"""The version of hashicorp/aws that the library is pinned to."""
_SPLITTABLE = (PolicyKind.SCP, PolicyKind.RCP, PolicyKind.IDENTITY, PolicyKind.INLINE)


def check_policy(
    document: PolicyDocument | ManagementPolicy,
    kind: PolicyKind,
    where: str,
    *,
    name: str,
    description: str = "",
    full_access: bool = True,
) -> list[Finding]:
    """Everything that can be said about one policy of the organization: what `estate check` says, and what constructs say.

    Args:
        document: The policy.
        kind: Its kind.
        where: What messages call it.
        name: The name that AWS shows.
        description: Its description in AWS.
        full_access: Whether AWS's full-access policy is attached somewhere where this one is.

    Returns:
        What is wrong; empty if nothing is.
    """
    found = [
        *check_name(name),
        *check_name(description, "The description"),
        *check_document(document, kind, where),
        *(check_allows(document, kind, full_access=full_access) if isinstance(document, PolicyDocument) else ()),
    ]
    return list(dict.fromkeys(finding.at(policy=where) for finding in found))


def check_document(
    document: PolicyDocument | ManagementPolicy,
    kind: PolicyKind,
    name: str | None = None,
    *,
    limit: int | None = None,
) -> list[Finding]:
    """Everything that can be said about one policy by itself.

    Args:
        document: The policy.
        kind: What it will be used as.
        name: Its name in messages; for organization and managed policies the name is measured as well.
        limit: The largest size in bytes, where the service sets its own.

    Returns:
        What is wrong, the most general first; empty if nothing is.
    """
    if isinstance(document, PolicyDocument) != kind.has_statements:
        raise TypeError(f"A policy of kind {kind} is no {type(document).__name__}.")
    found = [*check_size(document, kind, limit=limit)]
    if name and kind.terraform_type:
        found += check_text("policy.name", name)
    if name:
        found += check_name(name)
    if _ACCESS_KEY.search(document.to_json()):
        found.append(refuse("access-key", "The policy holds an access key id.", "Remove it, and revoke the key."))
    if isinstance(document, ManagementPolicy):
        found += check_placeholders(document.to_dict())
        found += check_management(document)
    else:
        found += check_structure(document, kind)
        for index, statement in enumerate(document.statements):
            found += (replace(finding, statement=index, sid=statement.sid) for finding in _checked(statement, kind))
    return [finding.at(policy=name) for finding in found]


@lru_cache(maxsize=4096)
def _checked(statement: Statement, kind: PolicyKind) -> tuple[Finding, ...]:
    """As `check_statement`; the same statements stand in many accounts."""
    return tuple(check_statement(statement, kind))


def check_statement(statement: Statement, kind: PolicyKind) -> Iterator[Finding]:
    """Everything that can be said about one statement."""
    left = [*check_placeholders(statement.to_dict())]
    if left:
        yield from left
        return  # the rest would be judged by what is not meant
    yield from check_elements(statement, kind)
    yield from check_actions(statement, kind)
    yield from check_conditions(statement)
    yield from check_principals(statement)
    yield from check_resources(statement)
    yield from check_reach(statement, kind)
    yield from check_doubts(statement, kind)


def check_policy_type(terraform_type: str, provider_version: str = PROVIDER) -> list[Finding]:
    """Whether the provider of this version can make an organization policy of this type.

    Args:
        terraform_type: The ``type`` of ``aws_organizations_policy``, such as ``TAG_POLICY``.
        provider_version: The version of hashicorp/aws in use; the pinned one unless told otherwise.
    """
    types = load("policy_types")["types"]
    if terraform_type not in types:
        cure = names.did_you_mean(terraform_type, types, f"AWS has {', '.join(types)}.")
        return [refuse("unknown-policy-type", f"AWS has no policy type {terraform_type!r}.", cure)]
    needed = types[terraform_type]["provider"]
    if needed is not None and _version(needed) <= _version(provider_version):
        return []
    as_of = load("policy_types")["as_of"]
    cure = f"Use provider {needed} or newer." if needed else f"No provider version that takes it was known on {as_of}."
    return [
        refuse(
            "policy-type-needs-provider",
            f"AWS provider {provider_version} does not take policies of type {terraform_type}.",
            cure,
        )
    ]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
