"""What holds for every resource of the sample organization."""

import dataclasses
import json
import re

import pytest

from estate.testing import astray, unencrypted, untagged

TAGS = {"managed-by", "owner", "stack"}
REFERENCE = re.compile(r"\$\{[^}]*\}")
KEBAB = re.compile(r"[a-z0-9]+([-/][a-z0-9]+)*")
# A slug tells the roles of several tiers or workloads apart, a number a role's policies.
PASCAL = re.compile(r"([A-Z][a-z0-9]*)+(-[a-z0-9]+)*")
DOMAIN = re.compile(r"([a-z0-9-]+\.)+[a-z]+")
WORDS = re.compile(r"[A-Z][^_/]*")
NAMES = {  # how things are named, other than in kebab-case
    "aws_account_alternate_contact": WORDS,
    "aws_cloudwatch_log_group": re.compile(
        rf"/aws/(route53/{DOMAIN.pattern}|lambda/{KEBAB.pattern})"
    ),  # AWS's convention
    "aws_guardduty_organization_configuration_feature": re.compile(r"[A-Z0-9_]+"),  # AWS names them
    "aws_iam_policy": PASCAL,
    "aws_identitystore_group": WORDS,
    "aws_identitystore_user": WORDS,
    "aws_organizations_account": WORDS,
    "aws_organizations_organizational_unit": WORDS,
    "aws_organizations_policy": PASCAL,
    "aws_ram_resource_share": WORDS,
    "aws_route53_record": DOMAIN,
    "aws_route53_zone": DOMAIN,
    "aws_ssoadmin_permission_set": PASCAL,
}


def misnamed(stack, organization):
    found = []
    for type_, bodies in stack.get("resource", {}).items():
        for id_, body in bodies.items():
            form = NAMES.get(type_, KEBAB)
            if type_ == "aws_iam_role":
                trust = json.loads(REFERENCE.sub("0", body["assume_role_policy"]))["Statement"]
                form = KEBAB if all("Service" in statement["Principal"] for statement in trust) else PASCAL
            named = body.get("display_name") or body.get("name") or ""
            unique = body.get("account_alias") or (body.get("bucket", "") if type_ == "aws_s3_bucket" else "")
            tag = "" if named or unique or type_ == "aws_kms_key" else body.get("tags", {}).get("Name", "")
            unique, named, tag = (REFERENCE.sub("0", text) for text in (unique, named, tag))
            for text, wanted in ((named, form), (unique, KEBAB), (tag, KEBAB)):
                if text not in ("", "0") and not wanted.fullmatch(text):
                    found.append(f"{type_}.{id_}: {text}")
            found += [
                f"{type_}.{id_}: {text} (organization)"
                for text in (unique, tag)
                if text and text != organization and not text.startswith(f"{organization}-")
            ]
    return found


def test_buckets_topics_trails_and_keys_are_encrypted_or_rotated(synthesized):
    assert {name: unencrypted(stack) for name, stack in synthesized.items()} == {name: [] for name in synthesized}


def test_every_provider_tags_what_it_makes(synthesized, sample):
    assert {name: untagged(stack, sample.accounts[name]) for name, stack in synthesized.items()} == {
        name: [] for name in synthesized
    }
    assert all({*account.tags, "stack"} >= TAGS for account in sample.accounts.values())


def test_every_resource_is_named_by_the_convention(synthesized, sample):
    assert {name: misnamed(stack, sample.slug) for name, stack in synthesized.items()} == {
        name: [] for name in synthesized
    }


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("aws_sns_topic", {"name": "ActivityAlerts"}),
        ("aws_organizations_policy", {"name": "deny-leaving"}),
        ("aws_organizations_organizational_unit", {"name": "workloads"}),
        ("aws_s3_bucket", {"bucket": "log-archive"}),
        ("aws_s3_bucket", {"bucket": "example_logs"}),
        ("aws_iam_account_alias", {"account_alias": "production"}),
        ("aws_vpc", {"tags": {"Name": "network"}}),
        ("aws_iam_role", {"name": "reader", "assume_role_policy": '{"Statement": [{"Principal": {"AWS": "1"}}]}'}),
        ("aws_iam_role", {"name": "Sender", "assume_role_policy": '{"Statement": [{"Principal": {"Service": "x"}}]}'}),
    ],
)
def test_a_misnamed_resource_is_found(type_, body):
    assert misnamed({"resource": {type_: {"bad": body}}}, "example") != []


@pytest.mark.parametrize("type_", ["aws_cloudtrail", "aws_kms_key", "aws_s3_bucket", "aws_sns_topic"])
def test_an_unencrypted_resource_is_found(type_):
    assert [found.partition(" ")[0] for found in unencrypted({"resource": {type_: {"bad": {}}}})] == [f"{type_}.bad"]


def test_a_provider_without_its_tags_is_found(sample):
    tags = {"managed-by": "x", "stack": "x"}
    stack = {"provider": {"aws": [{"alias": "bad", "default_tags": [{"tags": tags}]}, {}]}}
    assert untagged(stack, sample.accounts["production"]) == ["bad", ""]


@pytest.mark.parametrize("id_", [None, "222222222222"])
def test_a_provider_that_may_work_elsewhere_is_found(sample, id_):
    account = dataclasses.replace(sample.accounts["shared-services"], id=id_)
    told = [f'${{outputs.account_ids["{slug}"]}}' for slug in ("shared-services", "other-shared-services")]
    allowed = [[id_]] if id_ else [[told[0]], ["${outputs.account_ids.shared-services}"]]
    others = [["333333333333"], [told[1]], ["${outputs.account_ids.services}"], [*allowed[0], "333333333333"], []]
    providers = [{"alias": str(one), "allowed_account_ids": one} for one in (*allowed, *others)]
    assert astray({"provider": {"aws": [*providers, {}]}}, account) == [*map(str, others), ""]
