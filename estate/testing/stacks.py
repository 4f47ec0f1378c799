"""What holds for the stacks of any organization, whatever its configuration says.

A stack is here its Terraform JSON, as CDKTF writes it to `cdk.tf.json`.
"""

from collections.abc import Mapping
from typing import Any, Final

from config.nodes import Account

Stack = Mapping[str, Any]

_KEYS: Final = {
    "aws_cloudtrail": "kms_key_id",
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_sns_topic": "kms_master_key_id",
}
"""Types that AWS encrypts with a key of the organization only if told so, and the argument that tells it."""

_TOLD: Final = ((".account_ids.", "}"), ('.account_ids["', '"]}'))
"""How a stack refers to the id of an account that has none yet: the organization's stack tells it."""


def without_metadata(value: Any) -> Any:
    """A stack without what CDKTF notes in it, which says nothing to Terraform, and without providers that wait.

    A stack has a provider for every region that there is, alike but for the region; here are those that something uses.
    """
    if isinstance(value, dict):
        found = {key: without_metadata(inner) for key, inner in value.items() if key != "//"}
        if isinstance(found.get("provider"), dict) and "aws" in found["provider"]:
            return {**found, "provider": {**found["provider"], "aws": _in_use(found)}}
        return found
    return [without_metadata(inner) for inner in value] if isinstance(value, list) else value


def _in_use(stack: Stack) -> list[Any]:
    """The AWS providers that a stack uses."""
    blocks = [
        block for kind in ("resource", "data") for found in stack.get(kind, {}).values() for block in found.values()
    ]
    used = {None, *(str(block.get("provider", "")).removeprefix("aws.") for block in blocks)}
    return [provider for provider in stack["provider"]["aws"] if provider.get("alias") in used]


def addresses(stack: Stack) -> list[str]:
    """The addresses of a stack's resources, sorted: one that goes is a resource destroyed."""
    return sorted(f"{kind}.{name}" for kind, found in stack.get("resource", {}).items() for name in found)


def unencrypted(stack: Stack) -> list[str]:
    """What a stack leaves to AWS's own encryption: trails, log groups and topics without a key, buckets without a rule.

    Keys of AWS KMS that do not rotate are listed too, as ``aws_kms_key.<name> (rotation)``.
    """
    resources = stack.get("resource", {})
    rules = resources.get("aws_s3_bucket_server_side_encryption_configuration", {}).values()
    ruled = {rule["bucket"] for rule in rules}
    found = [
        f"{type_}.{name}"
        for type_, key in _KEYS.items()
        for name, body in resources.get(type_, {}).items()
        if key not in body
    ]
    found += [
        f"aws_s3_bucket.{name}"
        for name in resources.get("aws_s3_bucket", {})
        if f"${{aws_s3_bucket.{name}.id}}" not in ruled
    ]
    found += [
        f"aws_kms_key.{name} (rotation)"
        for name, body in resources.get("aws_kms_key", {}).items()
        if body.get("enable_key_rotation") is not True and "customer_master_key_spec" not in body
    ]
    return found


def untagged(stack: Stack, account: Account) -> list[str]:
    """The providers, by alias, that do not give everything in the stack the tags of its account, and one that names the stack."""
    wanted = {*account.tags, "stack"}
    return [
        provider.get("alias", "")
        for provider in stack["provider"]["aws"]
        if not wanted <= {key for tags in provider.get("default_tags", []) for key in tags["tags"]}
    ]


def astray(stack: Stack, account: Account) -> list[str]:
    """The providers, by alias, that could work in another account than the stack's own."""
    found = []
    for provider in stack["provider"]["aws"]:
        allowed = provider.get("allowed_account_ids", [])
        told = tuple(f"{start}{account.slug}{end}" for start, end in _TOLD)
        own = allowed == [account.id] if account.id else len(allowed) == 1 and allowed[0].endswith(told)
        if not own:
            found.append(provider.get("alias", ""))
    return found
