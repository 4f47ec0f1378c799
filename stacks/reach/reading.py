"""The stacks' Terraform JSON with the ids that Terraform would fill in, or those that stand for them before there is a lock."""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from config.controls import Chains
from constructs_lib.ci.naming import StackNames

_OUTPUT: Final = re.compile(
    r"""\$\{data\.terraform_remote_state\.\w+\.outputs\.(\w+)(?:\.([\w-]+)|\[\\*["']([\w-]+)\\*["']\])?\}"""
)
_ACCOUNT: Final = re.compile(r"\$\{aws_organizations_account\.account-([\w-]+)\.id\}")
_ORGANIZATION: Final = re.compile(r"\$\{aws_organizations_organization\.[\w-]+\.id\}")
_CALLER: Final = re.compile(r"\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}")
_ATTRIBUTE: Final = re.compile(r"\$\{(aws_\w+\.[\w-]+)\.(arn|id|name|bucket)\}")
_DEEP: Final = 2
"""A bucket's policy names its bucket, and the trail the policy: references that stand behind references."""
_NAMES: Final = ("name", "bucket", "function_name")


class StackReader:
    """Fills in what Terraform would, as far as the organization's configuration and the stack itself tell.

    Args:
        chains: The organization, for its ids.
    """

    def __init__(self, chains: Chains) -> None:
        self._chains = chains

    def filled(self, config: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        """The id of the account that a stack deploys into, and its JSON without references that are known.

        Args:
            config: The content of its ``cdk.tf.json``.
        """
        written = json.dumps(config)
        text = self._shared(written)
        shared = dict(config) if text == written else json.loads(text)
        provider = (shared.get("provider", {}).get("aws") or [{}])[0]
        allowed = provider.get("allowed_account_ids") or [None]
        account = allowed[0] if len(allowed) == 1 and str(allowed[0]).isdigit() else None
        if account is None:
            return None, shared
        text, own = _read_again(text, shared, _CALLER.sub(account, text))
        for _ in range(_DEEP):
            known = _known(own, text, self._chains.organization.partition, account)
            text, own = _read_again(text, own, _ATTRIBUTE.sub(partial(_written, known), text))
        return account, own

    def _shared(self, text: str) -> str:
        if "${" not in text:
            return text
        text = _OUTPUT.sub(self._output, text)
        text = _ACCOUNT.sub(lambda found: self._account(found[1]) or found[0], text)
        return _ORGANIZATION.sub(self._chains.organization_id, text)

    def _output(self, found: re.Match[str]) -> str:
        name, key = found[1], found[2] or found[3]
        if name == "organization_id":
            return self._chains.organization_id
        return (self._account(key) if name == "account_ids" and key else None) or found[0]

    def _account(self, slug: str) -> str | None:
        account = self._chains.organization.accounts.get(slug)
        return self._chains.account_id(account) if account else None


def _known(config: Mapping[str, Any], text: str, partition: str, account: str) -> dict[str, str]:
    """References in a text to resources of the stack itself, and what they come to."""
    found: dict[str, str] = {}
    names = StackNames(config, partition=partition, account_id=account)
    for address in dict.fromkeys(each[1] for each in _ATTRIBUTE.finditer(text)):
        type_, _, local = address.partition(".")
        block = config.get("resource", {}).get(type_, {}).get(local)
        if block is None:
            continue
        named = names.of(type_, local)
        if named.arns:
            found[f"${{{address}.arn}}"] = named.arns[0]
        name = next((block[key] for key in _NAMES if isinstance(block.get(key), str)), None)
        if name is not None and "${" not in name:
            found |= {f"${{{address}.{key}}}": name for key in ("id", "name", "bucket")}
        if named.type == "aws_kms_key":
            found[f"${{{address}.arn}}"] = key_arn(partition, account, named.address)
    return found


def key_arn(partition: str, account: str, address: str) -> str:
    """The ARN that stands for a key's, whose id AWS chooses: its address names it."""
    return f"arn:{partition}:kms:*:{account}:key/{address}"


def _read_again(before: str, read: dict[str, Any], after: str) -> tuple[str, dict[str, Any]]:
    """A text in which something was filled in, and what it says."""
    return (before, read) if after == before else (after, json.loads(after))


def _written(known: Mapping[str, str], found: re.Match[str]) -> str:
    """What a reference comes to, as it stands inside JSON's quotes."""
    value = known.get(found[0])
    return found[0] if value is None else json.dumps(value)[1:-1]
