"""A new account's stack planned from outside: its first plan only makes things, so nothing in the account has to be read.

Nobody but the foundation route gets into an account that has no roles yet, and that route asks for an approval first. So what
is to be approved is planned without entering the account.
"""

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from estate.terraform.stack import Stack
from estate.terraform.state_profile import synthesized

_ENTERS: Final = ("assume_role", "allowed_account_ids")
_WITHOUT: Final = {"skip_credentials_validation": True, "skip_requesting_account_id": True}
_CALLER: Final = "aws_caller_identity"


def outside(stack: Stack) -> Stack:
    """A copy of a stack that plans without entering its account; it is good for no apply.

    Args:
        stack: A synthesized stack.

    Returns:
        The copy: its providers assume no role, and do not look which account they are in. What only tells that is left out.
    """
    copy = replace(stack, out=stack.work / "outside" / "cdktf.out")
    shutil.rmtree(copy.directory, ignore_errors=True)
    copy.directory.mkdir(parents=True)
    for lock in stack.directory.glob(".terraform.lock.hcl"):
        shutil.copyfile(lock, copy.directory / lock.name)
    found = synthesized(stack)
    found["provider"] = {
        name: [{**_without(each, _ENTERS), **_WITHOUT} if name == "aws" else each for each in providers]
        for name, providers in found["provider"].items()
    }
    found["data"] = _without(found.get("data", {}), (_CALLER,))
    outputs = found.get("output", {})
    found["output"] = _without(outputs, [name for name, output in outputs.items() if _CALLER in json.dumps(output)])
    made = {key: value for key, value in found.items() if value}  # Terraform takes no empty blocks
    (copy.directory / "cdk.tf.json").write_text(json.dumps(made, indent=2), encoding="utf-8")
    return copy


def mentions(stack: Stack, accounts: Iterable[str]) -> bool:
    """Whether a stack takes the id of one of some accounts from the organization's state.

    Args:
        stack: A synthesized stack.
        accounts: Slugs of accounts.
    """
    names = "|".join(map(re.escape, accounts))
    text = json.dumps(synthesized(stack))
    return (
        bool(names) and re.search(rf'\.account_ids(?:\.(?:{names})\b(?!-)|\[\\*"(?:{names})\\*"\])', text) is not None
    )


def _without(found: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    left = set(keys)
    return {key: value for key, value in found.items() if key not in left}
