"""What holds for every resource of the sample organization."""

import pytest

TAGS = {"managed-by", "owner", "stack"}
KEYS = {"aws_cloudtrail": "kms_key_id", "aws_sns_topic": "kms_master_key_id"}
"""Types that AWS encrypts with a key of ours only if told so, and the argument that tells it."""


def unencrypted(stack):
    resources = stack.get("resource", {})
    rules = resources.get("aws_s3_bucket_server_side_encryption_configuration", {}).values()
    ruled = {rule["bucket"] for rule in rules}
    found = [
        f"{type_}.{name}"
        for type_, key in KEYS.items()
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
        if body.get("enable_key_rotation") is not True
    ]
    return found


def untagged(stack):
    providers = stack["provider"]["aws"]
    return [
        provider.get("alias", "")
        for provider in providers
        if not {key for tags in provider.get("default_tags", []) for key in tags["tags"]} >= TAGS
    ]


def test_buckets_topics_trails_and_keys_are_encrypted_or_rotated(synthesized):
    assert {name: unencrypted(stack) for name, stack in synthesized.items()} == {name: [] for name in synthesized}


def test_every_provider_tags_what_it_makes(synthesized):
    assert {name: untagged(stack) for name, stack in synthesized.items()} == {name: [] for name in synthesized}


@pytest.mark.parametrize("type_", ["aws_cloudtrail", "aws_kms_key", "aws_s3_bucket", "aws_sns_topic"])
def test_an_unencrypted_resource_is_found(type_):
    assert [found.partition(" ")[0] for found in unencrypted({"resource": {type_: {"bad": {}}}})] == [f"{type_}.bad"]


def test_a_provider_without_its_tags_is_found():
    tags = {"managed-by": "x", "stack": "x"}
    assert untagged({"provider": {"aws": [{"alias": "bad", "default_tags": [{"tags": tags}]}, {}]}}) == ["bad", ""]
