"""The rules that AWS has written for AWS Config, by their identifiers."""

from __future__ import annotations

from constructs_lib.policies.data import load
from constructs_lib.policies.names import nearest


def unknown_rule(identifier: str) -> str:
    """What to do about an identifier that no rule of AWS had when this was written; empty if one has it.

    Args:
        identifier: Such as ``IAM_USER_MFA_ENABLED``.

    Source: https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
    """
    data = load("config_rules")
    if identifier in data["identifiers"]:
        return ""
    near = nearest(identifier, data["identifiers"])
    meant = f"Did you mean {near!r}? " if near else ""
    return f"{meant}Set `listed` to false if AWS has added it since {data['as_of']}."
