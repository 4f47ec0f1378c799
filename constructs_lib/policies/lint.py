"""Check every policy of synthesized stacks, and both sides of every role that is assumed from elsewhere.

It reads Terraform JSON, so it covers whatever made it: this library's constructs, others', escape hatches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.attachments import check_attachments
from constructs_lib.policies.check import check_document, check_policy_type
from constructs_lib.policies.clashes import check_clashes
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.federation import check_oidc_provider
from constructs_lib.policies.findings import Finding, doubted, refuse, warn, without
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy
from constructs_lib.policies.pairing import RoleSides, check_pairs, trusted
from constructs_lib.policies.roles import check_admin, check_session
from constructs_lib.policies.synthesized import ORGANIZATION_KINDS, Site, Stack
from constructs_lib.policies.trust import Surroundings, check_trust

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

_LAMBDA_CONFINED = ("source_arn", "source_account", "principal_org_id")


@dataclass(frozen=True)
class Around:
    """What is known of the organization that the stacks belong to.

    Args:
        accounts: The ids of its accounts.
        organization_id: Its id.
        management_account: The id of its management account.
        accepted: Findings that are accepted: ``code`` everywhere, or ``code@address`` or ``code@stack:address`` in one place.
        accepted_in_policies: Name of an organization policy to the findings about it that are accepted: ``code``, or for one
            statement ``code@Sid``.
        verbatim: Names of the organization policies that AWS has word for word; whatever is found about them is a warning.
    """

    accounts: frozenset[str] = frozenset()
    organization_id: str | None = None
    management_account: str | None = None
    accepted: Collection[str] = ()
    accepted_in_policies: Mapping[str, Collection[str]] = field(default_factory=dict)
    verbatim: Collection[str] = ()

    def keep(self, finding: Finding) -> bool:
        """Whether a finding has not been accepted."""
        place = finding.policy or ""
        ways = (finding.code, f"{finding.code}@{place}", f"{finding.code}@{place.partition(':')[2]}")
        return not any(way in self.accepted for way in ways)


def lint_output(directory: Path, around: Around | None = None) -> list[Finding]:
    """Check all stacks in CDKTF's output directory.

    Args:
        directory: Where the app was synthesized to; its ``manifest.json`` says which stacks there are.
        around: What is known of the organization.
    """
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return lint_stacks(
        (
            Stack(name, json.loads((directory / entry["synthesizedStackPath"]).read_text(encoding="utf-8")))
            for name, entry in manifest["stacks"].items()
        ),
        around,
    )


def lint_stacks(stacks: Iterable[Stack], around: Around | None = None) -> list[Finding]:
    """Check all policies of these stacks, and the roles of all of them against each other."""
    known = around or Around()
    all_stacks = tuple(stacks)
    if not known.accounts:
        known = replace(known, accounts=frozenset(stack.account for stack in all_stacks if stack.account))
    found = [finding for stack in all_stacks for finding in lint_stack(stack, known)]
    pairs = check_pairs(role for stack in all_stacks for role in role_sides(stack))
    return found + [finding for finding in pairs if known.keep(finding)]


def lint_stack(stack: Stack, around: Around | None = None) -> list[Finding]:
    """Check all policies of one stack."""
    known = around or Around()
    surroundings = Surroundings(stack.account, known.accounts, known.organization_id)
    found = [
        *(
            _placed(finding, stack, site.address)
            for site in stack.sites()
            for finding in _judged(stack, site, known, check_site(site, surroundings))
        ),
        *_check_permissions(stack),
        *_check_roles(stack),
        *_check_providers(stack),
        *_check_types(stack),
        *_check_attachments(stack, known.management_account),
        *check_clashes(stack),
    ]
    return [finding for finding in found if known.keep(finding)]


def _judged(stack: Stack, site: Site, known: Around, found: Iterable[Finding]) -> Iterable[Finding]:
    """What was found, but for what is accepted of an organization policy."""
    type_, _, address = site.address.partition(".")
    if type_ != "aws_organizations_policy" or not (known.accepted_in_policies or known.verbatim):
        return found
    name = str(stack.resources[type_][address].get("name"))
    left = without(found, known.accepted_in_policies.get(name, ()))
    return doubted(left) if name in known.verbatim else left


def _placed(finding: Finding, stack: Stack, address: str) -> Finding:
    return finding.at(policy=f"{stack.name}:{address}")


def check_site(site: Site, surroundings: Surroundings) -> Iterator[Finding]:
    """Check one policy of a stack.

    Args:
        site: The policy, and where it stands.
        surroundings: What is known of that place.
    """
    document, argument = site.document, site.argument
    if isinstance(document, ManagementPolicy):
        yield from check_document(document, argument.kind)
    elif isinstance(document, PolicyDocument):
        yield from check_document(document, argument.kind, limit=argument.limit)
        if argument.kind in (PolicyKind.TRUST, PolicyKind.RESOURCE) and not argument.open:
            yield from check_trust(document, argument.kind, surroundings=surroundings)
    else:
        yield refuse("not-a-policy", f"{argument.name}: {document}", "Correct it.")


def _check_permissions(stack: Stack) -> Iterator[Finding]:
    """Functions that everybody may call."""
    for address, block in stack.each("aws_lambda_permission"):
        if block.get("principal") == "*" and not any(block.get(key) for key in _LAMBDA_CONFINED):
            if block.get("function_url_auth_type") == "AWS_IAM":
                continue
            finding = refuse(
                "everybody",
                "Principal '*' lets every customer of AWS call the function.",
                "Name the principal, or set principal_org_id, source_arn or source_account.",
            )
            yield _placed(finding, stack, address)


def _check_roles(stack: Stack) -> Iterator[Finding]:
    for address, block in stack.each("aws_iam_role"):
        trust = stack.read(block.get("assume_role_policy"), PolicyKind.TRUST)
        seconds = block.get("max_session_duration")
        if isinstance(trust, PolicyDocument) and isinstance(seconds, int):
            chained = any(":role/" in principal for principal in trusted(trust))
            for finding in check_session(seconds, chained=chained):
                yield _placed(finding, stack, address)
        has_boundary = bool(block.get("permissions_boundary"))
        for document in _documents(stack, address, block):
            for finding in check_admin(document, has_boundary=has_boundary):
                yield _placed(finding, stack, address)
        if not has_boundary and any(
            arn.endswith(":policy/AdministratorAccess") for arn in _attached(stack, address, block)
        ):
            yield _placed(
                warn(
                    "admin-without-boundary",
                    "The role has AdministratorAccess.",
                    "Name the actions, or set a permissions boundary.",
                ),
                stack,
                address,
            )


def _check_providers(stack: Stack) -> Iterator[Finding]:
    for address, block in stack.each("aws_iam_openid_connect_provider"):
        thumbprints = block.get("thumbprint_list") or ()
        for finding in check_oidc_provider(str(block.get("url", "")), tuple(thumbprints)):
            yield _placed(finding, stack, address)


def _check_types(stack: Stack) -> Iterator[Finding]:
    for address, block in stack.each("aws_organizations_policy"):
        for finding in check_policy_type(block.get("type") or "SERVICE_CONTROL_POLICY"):
            yield _placed(finding, stack, address)


def _check_attachments(stack: Stack, management_account: str | None) -> Iterator[Finding]:
    """Control policies on the management account, which they do not restrict."""
    policies = dict(stack.each("aws_organizations_policy"))
    for address, block in stack.each("aws_organizations_policy_attachment"):
        target = str(block.get("target_id", ""))
        if target != management_account and not target.endswith(".master_account_id}"):
            continue
        policy = str(block.get("policy_id", "")).removeprefix("${").removesuffix(".id}")
        kind = (
            ORGANIZATION_KINDS.get(policies[policy].get("type") or "SERVICE_CONTROL_POLICY")
            if policy in policies
            else None
        )
        if kind:
            for finding in check_attachments(address, kind, [policy], full_access=False, is_management_account=True):
                yield _placed(finding, stack, address)


def role_sides(stack: Stack) -> Iterator[RoleSides]:
    """The stack's roles whose ARN is known."""
    for address, block in stack.each("aws_iam_role"):
        arn = stack.role_arn(block)
        trust = stack.read(block.get("assume_role_policy"), PolicyKind.TRUST)
        if arn and isinstance(trust, PolicyDocument):
            documents = tuple(_documents(stack, address, block))
            own = {f"${{{policy}.arn}}" for policy, _ in stack.each("aws_iam_policy")}
            others = any(attached not in own for attached in _attached(stack, address, block))
            yield RoleSides(arn, trust, documents, has_other_permissions=others)


def _attached(stack: Stack, address: str, role: dict[str, Any]) -> list[str]:
    """The ARNs of the managed policies of a role, as the stack writes them."""
    attachments = [
        block.get("policy_arn", "") for block in stack.of_role("aws_iam_role_policy_attachment", address, role)
    ]
    return [*(role.get("managed_policy_arns") or ()), *attachments]


def _documents(stack: Stack, address: str, role: dict[str, Any]) -> Iterator[PolicyDocument]:
    """The identity policies of a role that the stack holds."""
    texts = [inline.get("policy") for inline in role.get("inline_policy") or ()]
    texts += [block.get("policy") for block in stack.of_role("aws_iam_role_policy", address, role)]
    attached = set(_attached(stack, address, role))
    texts += [block.get("policy") for name, block in stack.each("aws_iam_policy") if f"${{{name}.arn}}" in attached]
    for text in texts:
        document = stack.read(text, PolicyKind.IDENTITY)
        if isinstance(document, PolicyDocument):
            yield document
