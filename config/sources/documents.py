"""The content of a policy: from the catalogue, from statements or from a JSON file."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from config.errors import KeyPath, Problem, describe
from config.model.policy import PolicyFile
from config.model.statement import StatementEntry
from config.nodes import ORGANIZATION_ID, Organization
from config.sources.files import POLICIES
from config.sources.variables import SIGN, Variables
from config.sources.yaml_file import YamlFile
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError, Statement, unique
from constructs_lib.policies.findings import Finding, Severity
from constructs_lib.policies.management import ManagementPolicy

Document = PolicyDocument | ManagementPolicy
_EXPECTED = "a policy as AWS takes it"


def document_of(
    entry: PolicyFile, file: YamlFile, directory: Path, organization: Organization, variables: Variables
) -> tuple[Document | None, list[Problem]]:
    """Make a policy's document.

    Returns:
        The document, or None if it cannot be made, and what is wrong.
    """
    try:
        if entry.guardrail is not None:
            return _from_catalogue(entry, file, entry.guardrail, organization)
        if entry.guardrails is not None:
            return _from_several(entry, file, entry.guardrails, organization)
        if entry.statements is not None:
            return in_order(entry.statements), []
        return _from_file(entry, file, directory, variables)
    except PolicyFormatError as error:
        key = "document" if entry.statements is None else "statements"
        return None, [file.problem((key,), f"a policy that cannot be read: {str(error).rstrip('.')}", _EXPECTED)]


OWN_FACTS: Final = ("allowed_regions", "management_account_id")
"""Parameters of guardrails that are the organization's own facts unless a policy says otherwise."""


def in_order(statements: Iterable[StatementEntry]) -> PolicyDocument:
    """The document of some statements, sorted: their order never changes a decision, and must not change the policy."""
    found = (entry.statement() for entry in statements)
    return PolicyDocument(tuple(sorted(found, key=lambda statement: (statement.sid or "", repr(statement.to_dict())))))


def _from_catalogue(
    entry: PolicyFile,
    file: YamlFile,
    name: str,
    organization: Organization,
    *,
    parameters: Mapping[str, Any] | None = None,
    path: KeyPath = (),
) -> tuple[Document | None, list[Problem]]:
    from constructs_lib.policies.catalogue import ENTRIES, build  # noqa: PLC0415 - only for organizations that use it

    known = ENTRIES.get(name)
    takes = {parameter.name for parameter in known.parameters} if known else set()
    facts = (organization.governed_regions, organization.management.id)
    own = {key: fact for key, fact in zip(OWN_FACTS, facts, strict=True) if key in takes and fact}
    try:
        guardrail = build(
            name,
            {**own, **(entry.parameters if parameters is None else parameters)},
            partition=organization.partition,
            organization_id=organization.lock.organization_id if organization.lock else ORGANIZATION_ID,
        )
    except InvalidValueError as error:
        if error.name == "guardrail":
            where = path or ("guardrail",)
        else:
            where = (*(path or ("parameters",)), *error.name.split("."))
        return None, [file.problem(where, describe(error.arrived), error.expected, error.cure)]
    if guardrail.kind != entry.kind:
        kind = str(guardrail.kind.terraform_type).lower()
        expected = f"{kind}, which the guardrail {name!r} is"
        return None, [file.problem(("type",), repr(entry.type), expected, f"Write {kind}.")]
    return guardrail.document, []


def _from_several(
    entry: PolicyFile, file: YamlFile, guardrails: Mapping[str, Mapping[str, Any] | None], organization: Organization
) -> tuple[Document | None, list[Problem]]:
    """Several guardrails in one policy: their statements, in the order of the names."""
    statements: list[Statement] = []
    problems: list[Problem] = []
    for name in sorted(guardrails):
        path = ("guardrails", name)
        document, found = _from_catalogue(entry, file, name, organization, parameters=guardrails[name] or {}, path=path)
        problems += found
        if isinstance(document, PolicyDocument):
            statements += document.statements
    return (None, problems) if problems else (PolicyDocument(tuple(statements)), [])


def _from_file(
    entry: PolicyFile, file: YamlFile, directory: Path, variables: Variables
) -> tuple[Document | None, list[Problem]]:
    path, name = ("document",), str(entry.document)
    if entry.kind.has_statements:
        return read_document(file, path, directory, name, variables)
    content, problems = _read_json(file, path, directory, name, variables, of_accounts=False)
    if problems:
        return None, problems
    if not isinstance(content, dict):
        return None, [file.problem(path, f"{name!r}: {describe(content)}", "a JSON object")]
    return ManagementPolicy(entry.kind, content), []


def read_document(
    file: YamlFile, path: KeyPath, directory: Path, name: str, variables: Variables, *, of_accounts: bool = False
) -> tuple[PolicyDocument | None, list[Problem]]:
    """Read a policy with statements from a JSON file below policies/; as `read_text`.

    Args:
        file: As for `read_text`.
        path: As for `read_text`.
        directory: As for `read_text`.
        name: As for `read_text`.
        variables: The variables that may be in it.
        of_accounts: Whether it stands in the stacks of accounts, whose own variables stay in it.
    """
    content, problems = _read_json(file, path, directory, name, variables, of_accounts=of_accounts)
    if problems:
        return None, problems
    try:
        return PolicyDocument.from_json(content), []
    except PolicyFormatError as error:
        return None, [file.problem(path, f"a policy that cannot be read: {str(error).rstrip('.')}", _EXPECTED)]


def _read_json(
    file: YamlFile, path: KeyPath, directory: Path, name: str, variables: Variables, *, of_accounts: bool
) -> tuple[Any, list[Problem]]:
    text, problems = read_text(file, path, directory, name)
    if text is None:
        return None, problems
    try:
        content = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        return None, [file.problem(path, f"{name!r}: {error}", "valid JSON")]
    found, problems = variables.document(content, file, path, of_accounts=of_accounts)
    return found, [replace(problem, arrived=f"{name!r} with {problem.arrived}") for problem in problems]


class FileText(str):
    """The text of a file as a whole, which the construct that takes it escapes for Terraform, and nobody before."""

    __slots__ = ()


def read_text(file: YamlFile, path: KeyPath, directory: Path, name: str) -> tuple[FileText | None, list[Problem]]:
    """Read a file below policies/.

    Args:
        file: The file that names it.
        path: The key that does.
        directory: The configuration's directory.
        name: Its path below policies/.

    Returns:
        Its text, or None, and what is wrong.
    """
    try:
        return FileText((directory / POLICIES / name).read_text(encoding="utf-8")), []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text in UTF-8"
        return None, [file.problem(path, f"{name!r} ({reason.lower()})", "a file below policies/")]


def verbatim(entry: PolicyFile, directory: Path) -> str | None:
    """The text of a policy that exists already and stands in a file: AWS has it so, and an equal one is not written again."""
    if entry.document is None or entry.id is None:
        return None
    text = (directory / POLICIES / entry.document).read_text(encoding="utf-8")
    if SIGN in text:  # what AWS has knows no variables
        return None
    content = json.loads(text)
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def problem_of(file: YamlFile, path: KeyPath, finding: Finding) -> Problem:
    """A finding about a policy as a problem of the file that it is written in."""
    where = f"on {finding.node}: " if finding.node else ""
    report = file.problem if finding.severity is Severity.REFUSE else file.warning
    return report(path, f"{where}{finding.message.rstrip('.')}", "a policy as AWS takes it", finding.cure)
