"""The texts of AWS-managed policies, as the package has them that also answers for AWS locally.

They are of the day that `moto`'s release was made, and AWS changes some of them every week: an answer that rests on one names it.
Without the package, and for a policy that it does not have, the text is unknown, and so is what the policy permits.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from constructs_lib.policies.document import PolicyDocument, PolicyFormatError

_MANAGED: Final = ":iam::aws:policy/"


def is_managed(arn: str) -> bool:
    """Whether AWS writes the policy."""
    return _MANAGED in arn


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
        return PolicyDocument.from_json(found["Document"])
    except PolicyFormatError:
        return None  # a text that the evaluator cannot read is as good as none


@cache
def _texts() -> Mapping[str, Any]:
    try:
        from moto.iam.aws_managed_policies import aws_managed_policies_data  # noqa: PLC0415 - takes a third of a second
    except ImportError:
        return {}
    import json  # noqa: PLC0415

    data = aws_managed_policies_data
    found: Mapping[str, Any] = json.loads(data) if isinstance(data, str) else data
    return found
