"""The content of a policy: from the catalogue, from statements or from a JSON file."""

import json
from collections.abc import Iterable
from pathlib import Path

from config.errors import Problem
from config.files import POLICIES
from config.model.policy import PolicyFile
from config.model.statement import StatementEntry
from config.yaml_file import YamlFile
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError


def content_of(entry: PolicyFile, file: YamlFile, directory: Path) -> tuple[str, PolicyDocument | None, list[Problem]]:
    """Make a policy's document.

    Returns:
        The JSON that AWS stores, the same as statements for the kinds that have them, and what is wrong.
    """
    try:
        if entry.statements is not None:
            document = in_order(entry.statements)
            return document.to_json(), document, []
        if entry.document is not None:
            return _from_file(entry, file, directory / POLICIES / entry.document)
    except PolicyFormatError as error:
        key = "statements" if entry.document is None else "document"
        return (
            "",
            None,
            [file.problem((key,), "a policy that is not well-formed", "a policy as AWS takes it", str(error))],
        )
    return "", None, [file.problem(("guardrail",), repr(entry.guardrail), "a guardrail of the catalogue")]


def in_order(statements: Iterable[StatementEntry]) -> PolicyDocument:
    """The document of some statements, sorted: their order never changes a decision, and must not change the policy."""
    found = (entry.statement() for entry in statements)
    return PolicyDocument(tuple(sorted(found, key=lambda statement: (statement.sid or "", repr(statement.to_dict())))))


def _from_file(entry: PolicyFile, file: YamlFile, path: Path) -> tuple[str, PolicyDocument | None, list[Problem]]:
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "no text in UTF-8"
        return (
            "",
            None,
            [file.problem(("document",), f"{entry.document!r} ({reason.lower()})", "a file below policies/")],
        )
    except ValueError as error:
        return "", None, [file.problem(("document",), f"{entry.document!r}: {error}", "valid JSON")]
    if not entry.kind.has_statements:
        return json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False), None, []
    document = PolicyDocument.from_json(text)
    return document.to_json(), document, []
