"""What is to be said of a stack by its Terraform JSON alone: as much of the last look as concerns no other stack."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from config.nodes import Organization
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import Finding
from constructs_lib.policies.lint import Around, lint_stack, role_sides
from constructs_lib.policies.pairing import RoleSides, assuming, check_pairs
from constructs_lib.policies.synthesized import Stack
from stacks.reach.extract import digest_of

Said = list[str]
"""How bad a finding is (`Severity`), and the sentence."""


@dataclass(frozen=True)
class Judged:
    """What is known of a stack's JSON; data, so that it can be kept and passed between processes.

    Args:
        findings: What is wrong with its policies and trusts.
        types: Its resource types (``aws_vpc``) and data sources (``data.aws_ami``).
        roles: Its roles, for the check that both sides of each agree (`RoleSides`), with what they may assume of their permissions.
        ids: The account ids that were looked up, and whether the organization has such an account.
        access: The digest of what questions about access read of it.
    """

    findings: list[Said]
    types: list[str]
    roles: list[list[Any]]
    ids: dict[str, bool]
    access: str


class _Ids(frozenset[str]):
    """Account ids that remember which were looked up."""

    asked: dict[str, bool]

    def __contains__(self, id_: object) -> bool:
        found = super().__contains__(id_)
        self.asked[str(id_)] = found
        return found


def around(organization: Organization) -> Around:
    """What the checks know of an organization."""
    return Around(
        frozenset(account.id for account in organization.accounts.values() if account.id),
        organization.organization_id,
        organization.management.id,
        accepted_in_policies={
            part.name: part.accepted_findings for policy in organization.policies.values() for part in policy.parts
        },
        verbatim=frozenset(policy.name for policy in organization.policies.values() if policy.text is not None),
    )


def judge(name: str, content: dict[str, Any], known: Around) -> Judged:
    """Judge a stack by itself.

    Args:
        name: Its name.
        content: Its Terraform JSON.
        known: What is known of the organization.
    """
    stack = Stack(name, content)
    ids = _Ids(known.accounts)
    ids.asked = {}
    findings = lint_stack(stack, replace(known, accounts=ids))
    types = {*content.get("resource", {}), *(f"data.{type_}" for type_ in content.get("data", {}))}
    return Judged(
        [_said(finding) for finding in findings],
        sorted(type_ for type_ in types if type_.startswith(("aws_", "data.aws_"))),
        [
            [
                role.arn,
                role.trust.to_json(),
                [document.to_json() for document in map(assuming, role.permissions) if document.statements],
                role.has_other_permissions,
            ]
            for role in role_sides(stack)
        ],
        ids.asked,
        digest_of(content),
    )


def judge_pairs(stacks: Iterable[Judged], organization: Organization) -> list[Said]:
    """Judge the roles of all stacks against each other; those by which accounts are entered are no stack's."""
    entries = {account.entry_role for account in organization.accounts.values()}
    return [_said(finding) for finding in check_pairs(_sides(stacks), made_elsewhere=entries)]


def types_of(stacks: Mapping[str, Judged]) -> dict[str, Collection[str]]:
    """The types of every stack, for the lockout proof."""
    return {name: each.types for name, each in stacks.items()}


def _sides(stacks: Iterable[Judged]) -> Iterator[RoleSides]:
    for stack in stacks:
        for arn, trust, permissions, has_other_permissions in stack.roles:
            documents = tuple(map(PolicyDocument.from_json, permissions))
            yield RoleSides(
                arn, PolicyDocument.from_json(trust), documents, has_other_permissions=has_other_permissions
            )


def _said(finding: Finding) -> Said:
    return [str(finding.severity), str(finding)]
