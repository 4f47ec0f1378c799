"""Policies: types that are switched on, documents as AWS takes them, attachments within the quotas."""

from collections.abc import Iterator
from dataclasses import replace

from config.errors import KeyPath, Problem, did_you_mean
from config.model.policy import PolicyFile
from config.nodes import Account, Node, Organization, Policy
from config.rules.unique import unit_keys
from config.sources.accepted import superfluous
from config.sources.documents import problem_of
from config.sources.files import Entry, Files
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.attachments import check_attachments
from constructs_lib.policies.check import check_policy, check_size
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import Finding, doubted, without
from constructs_lib.policies.kinds import PolicyKind


def types(organization: Organization, files: Files) -> Iterator[Problem]:
    """A policy's type is switched on in the organization."""
    for policy in organization.policies.values():
        if policy.type not in organization.policy_types and files.organization.clean:
            cure = did_you_mean(policy.type, organization.policy_types) if not organization.policy_types else ""
            cure = cure or f"Add {policy.type} to `policy_types` in organization.yaml."
            yield files.policies[policy.slug].file.problem(("type",), repr(policy.type), "one of `policy_types`", cure)


def documents(organization: Organization, files: Files) -> Iterator[Problem]:
    """AWS takes every document, and it does what it says."""
    for policy in organization.policies.values():
        entry = files.policies[policy.slug]
        found = _findings(policy, entry, full_access=not lists_only(policy, organization))
        if policy.text is not None or policy.managed_by is not None:  # AWS has accepted it
            found = doubted(found)
        for finding in without(found, policy.accepted_findings):
            # The code is what `accepted_findings` takes.
            shown = replace(finding, cure=f"{finding.cure} ({finding.code})")
            yield problem_of(entry.file, _statement_path(entry.file, finding), shown)
        yield from superfluous(entry.model.accepted_findings if entry.model else (), found, entry.file)


def lists_only(policy: Policy, organization: Organization) -> bool:
    """Whether FullAWSAccess is attached nowhere where a policy is: what it allows counts."""
    return bool(policy.targets) and all(map(organization.is_list, policy.targets))


def _findings(policy: Policy, entry: Entry[PolicyFile], *, full_access: bool) -> list[Finding]:
    written = entry.model.statements if entry.model else None
    # In the order of the file, so that a finding's index leads to its line.
    document = PolicyDocument(tuple(each.statement() for each in written)) if written else policy.source
    found = check_policy(
        document, policy.kind, policy.slug, name=policy.name, description=policy.description, full_access=full_access
    )
    if any(check_size(part.source, part.kind) for part in policy.parts):
        return found
    return [finding for finding in found if finding.code != "too-large"]


def attachments(organization: Organization, files: Files) -> Iterator[Problem]:
    """No node has more policies than AWS allows."""
    nodes = {node.selector: node for policy in organization.policies.values() for node in policy.targets}
    nodes |= {node.selector: node for node in organization.without_full_access}
    for node in nodes.values():
        here, above = organization.policies_on(node), [policy for policy, _ in organization.policies_inherited(node)]
        for kind in sorted(
            {policy.kind for policy in here} | ({PolicyKind.SCP} if organization.is_list(node) else set())
        ):
            findings = check_attachments(
                node.selector,
                kind,
                [part.slug for policy in here if policy.kind == kind for part in policy.parts],
                full_access=not organization.is_list(node),
                inherited=[part.slug for policy in above if policy.kind == kind for part in policy.parts],
                is_management_account=isinstance(node, Account) and node.purpose == "management",
            )
            file, path = _place(files, node)
            yield from (problem_of(file, path, finding) for finding in findings)


def states(organization: Organization, files: Files) -> Iterator[Problem]:
    """An account's state has a policy: without one it would only look out of use."""
    named = {
        target
        for entry in files.policies.values()
        if entry.model and entry.model.kind is PolicyKind.SCP
        for target in entry.model.targets
    }
    for account in organization.accounts.values():
        if account.state is not None and f"state:{account.state}" not in named:
            cure = f"Add 'state:{account.state}' to the `targets` of one in policies/."
            expected = "a state that a service control policy names"
            yield files.accounts[account.slug].file.problem(("state",), repr(account.state), expected, cure)


def _place(files: Files, node: Node) -> tuple[YamlFile, KeyPath]:
    if isinstance(node, Account):
        return files.accounts[node.slug].file, ()
    return files.organization.file, () if node.kind == "root" else unit_keys(node.path)


def _statement_path(file: YamlFile, finding: Finding) -> KeyPath:
    if file.holds(("statements",)):
        return ("statements",) if finding.statement is None else ("statements", finding.statement)
    return next(((key,) for key in ("guardrail", "guardrails") if file.holds((key,))), ("document",))
