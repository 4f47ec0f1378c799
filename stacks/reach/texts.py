"""The texts of AWS-managed policies.

They are those of `managed-policies.jsonl.gz`, of the day that its first line says; AWS changes some of them every week.
A policy that is not there is unknown, and so is what it permits. `python -m estate.access.managed` writes the file.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError

FILE: Final = Path(__file__).with_name("managed-policies.jsonl.gz")
"""The first line says of which day they are; each of the others is a name, a tab, and the document."""
_MANAGED: Final = ":iam::aws:policy/"


def is_managed(arn: str) -> bool:
    """Whether AWS writes the policy."""
    return _MANAGED in arn


def seen() -> str:
    """The day of which the texts are."""
    return _lines()[0]


@cache
def managed(arn: str) -> PolicyDocument | None:
    """The text of an AWS-managed policy, or None if it is unknown here.

    Args:
        arn: Such as ``arn:aws:iam::aws:policy/AdministratorAccess``.
    """
    found = _texts().get(arn.rpartition("/")[2])
    if found is None:
        return None
    try:
        content: Any = json.loads(found)
        return PolicyDocument.from_json(content)
    except PolicyFormatError:
        return None  # a text that the evaluator cannot read is as good as none


@cache
def _texts() -> Mapping[str, str]:
    return {name: text for name, _, text in (line.partition("\t") for line in _lines()[1:])}


@cache
def _lines() -> list[str]:
    return gzip.decompress(FILE.read_bytes()).decode().splitlines()
