"""From a recorded call to the actions that IAM decided, and to who made it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from constructs_lib.policies import names
from constructs_lib.policies.evaluator import Principal
from estate.rehearsal.condense import Shape

_VERSION: Final = re.compile(r"(?:\d{8}|\d{4}_\d\d_\d\d)(?:v\d+)?$")
_SUFFIX: Final = re.compile(r"\.amazonaws\.com(?:\.cn)?$")


@lru_cache(maxsize=65536)
def actions(source: str, name: str) -> Sequence[str]:
    """The actions that IAM decides for a call; empty if they are not known.

    ``iam:PassRole`` is never among them: CloudTrail does not record it.

    Args:
        source: ``ec2.amazonaws.com``.
        name: ``RunInstances``, ``CreateFunction20150331v2``.

    Example:
        >>> actions("s3.amazonaws.com", "CopyObject")
        ('s3:GetObject', 's3:PutObject')
    """
    service = _service(source)
    plain = _VERSION.sub("", name)
    named = _data().get(service, {}).get(plain)
    if named is None and service in _data()["verbs"]:
        named = [verb for prefix, verb in _data()["verbs"][service].items() if plain.startswith(prefix)][:1]
    known = names.actions(service) if service in names.services() else {}
    found = (known.get(each.lower()) for each in named or [plain])
    return tuple(f"{service}:{each}" for each in found if each)


@lru_cache(maxsize=65536)
def needs_no_permission(source: str, name: str) -> bool:
    """Whether no policy decides the call, as signing in."""
    return f"{_service(source)}:{name}" in _data()["free"]["names"]


def _service(source: str) -> str:
    host = _SUFFIX.sub("", source)
    found: str = _data()["services"].get(host, host)
    return found


def caller(shape: Shape) -> Principal | None:
    """Who made the call, as far as the record tells."""
    if shape.kind == "AWSService":
        return _principal(shape.invoked_by)
    if shape.kind == "Root" and shape.caller_account:
        return _principal(f"arn:aws:iam::{shape.caller_account}:root")
    if shape.kind == "AWSAccount" and shape.caller_account:  # of another account, which does not say who
        return _principal(f"arn:aws:iam::{shape.caller_account}:role/unknown")
    return _principal(shape.caller)


@lru_cache(maxsize=65536)
def _principal(name: str | None) -> Principal | None:
    try:
        return Principal.of(name) if name else None
    except ValueError:
        return None


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "events.toml").read_text(encoding="utf-8"))
