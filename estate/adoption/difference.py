"""One thing that AWS has otherwise than the configuration, and what to do about it."""

import json
from dataclasses import dataclass
from typing import Final

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError

ADOPT: Final = "Take it over: `estate adopt` adds it to the configuration. Else remove it in AWS, or write its id into `left_alone`."
BACK: Final = "Deploy the management stack to put it back, or write it into the configuration."


@dataclass(frozen=True)
class Drift:
    """One difference.

    Args:
        kind: What differs: ``account``, ``ou``, ``policy``, ``attachment``, ``full-access``, ``service-access``, ``policy-type``,
            ``administrator``; of Identity Center ``identity-center``, ``permission-set``, ``group``, ``membership``, ``user``,
            ``assignment``.
        id: AWS's id of it, or its name where it has none.
        message: What AWS has, and what was expected.
        cure: What to do about it.
    """

    kind: str
    id: str
    message: str
    cure: str


def said(text: str) -> object:
    """What a policy says, in whatever order: equal for two texts that say the same."""
    try:
        document = PolicyDocument.from_json(text)
    except PolicyFormatError:
        return json.loads(text)
    return sorted(json.dumps(statement.to_dict(), sort_keys=True) for statement in document.statements)
