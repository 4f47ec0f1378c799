"""The catalogue as a register: names, parameters, plain data, errors, the page made from it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import catalogue
from constructs_lib.policies.catalogue.page import page
from constructs_lib.policies.kinds import PolicyKind

ORGANIZATION = "o-abcdefghij"
ENTRIES = list(catalogue.ENTRIES.values())
FACTS = {
    # What policy-facts.md promises, by the name it is offered under.
    "leaving": "deny-leaving-organization",
    "root user": "deny-root-user",
    "IAM users and access keys": "deny-iam-users",
    "SAML/OIDC providers": "deny-identity-provider-changes",
    "named roles": "protect-roles",
    "regions": "deny-unapproved-regions",
    "opting regions in or out": "deny-region-changes",
    "CloudTrail": "protect-cloudtrail",
    "Config": "protect-config",
    "GuardDuty": "protect-guardduty",
    "Security Hub": "protect-security-hub",
    "Macie": "protect-macie",
    "Access Analyzer": "protect-access-analyzer",
    "EBS default encryption": "protect-ebs-encryption",
    "S3 account public-access block": "protect-s3-public-access-block",
    "KMS keys": "protect-kms-keys",
    "IMDSv2": "require-imdsv2",
    "RAM to externals": "deny-external-sharing",
    "AMIs": "deny-image-sharing",
    "snapshots": "deny-public-snapshots",
    "public Lambda URLs": "deny-public-function-urls",
    "tags required on create": "require-tags",
    "protected tag keys": "protect-tags",
    "resource perimeter": "deny-foreign-resources",
    "network perimeter": "deny-foreign-networks",
    "quarantine": "quarantine",
    "suspended": "suspend",
    "organization identities": "deny-foreign-identities",
    "confused deputy": "deny-confused-deputies",
    "OIDC tenants": "deny-foreign-tenants",
    "TLS": "require-tls",
    "tag policies": "standardize-tags",
    "AI opt-out": "opt-out-of-ai-training",
    "backup": "back-up-daily",
    "EC2 declarative": "harden-ec2",
}


def build(name, parameters=None, **more):
    return catalogue.build(name, parameters, organization_id=ORGANIZATION, **more)


def test_every_guardrail_of_the_facts_is_offered():
    assert set(FACTS.values()) <= set(catalogue.ENTRIES)


def test_parameters_are_called_as_control_tower_calls_them():
    used = {parameter.name for entry in ENTRIES for parameter in entry.parameters}
    control_tower = {
        "allowed_regions",
        "exempted_actions",
        "exempted_principal_arns",
        "exempted_resource_arns",
        "exempt_assume_root",
    }
    ours = {"exempted_account_ids", "exempted_principal_tags", "exempted_regions"}
    assert {name for name in used if name.startswith("exempt")} | {"allowed_regions"} == control_tower | ours
    assert "allowed_regions" in used


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_guardrail_says_what_it_does_breaks_and_rests_on(entry):
    assert entry.intent
    assert entry.breaks
    assert entry.sources
    assert all(source.startswith("https://docs.aws.amazon.com/") for source in entry.sources)
    assert all(parameter.doc and parameter.type for parameter in entry.parameters)
    assert entry.name == entry.function.__name__.replace("_", "-")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_example_fits_the_schema(entry):
    Draft202012Validator.check_schema(entry.schema())
    validator = Draft202012Validator(entry.schema())
    assert validator.is_valid(dict(entry.example))
    assert not validator.is_valid({**entry.example, "unheard_of": 1})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_function_and_the_plain_data_give_the_same(entry):
    facts = {"partition": "aws", "organization_id": ORGANIZATION}
    if entry.name == "standardize-tags":
        rule = catalogue.TagRule(values=["dev", "prod"], enforced_for="ec2:instance")
        direct = catalogue.standardize_tags(tags={"Environment": rule})
    else:
        direct = entry.function(**entry.example, **{fact: facts[fact] for fact in entry.given})
    built = build(entry.name, entry.example)
    assert built == direct
    assert built.entry is entry
    assert built.kind is entry.kind


def test_the_page_is_not_stale():
    written = Path("docs/guardrails.md").read_text(encoding="utf-8")
    assert written == page(), "Run: python -m constructs_lib.policies.catalogue"


@pytest.mark.parametrize(
    ("name", "parameters", "parameter", "says"),
    [
        ("deny-unaproved-regions", {}, "guardrail", "deny-unapproved-regions"),
        ("deny-unapproved-regions", {}, "allowed_regions", "needs it"),
        ("deny-unapproved-regions", {"allowed_region": "eu-west-1"}, "allowed_region", "allowed_regions"),
        ("deny-unapproved-regions", {"allowed_regions": "eu-wst-1"}, "allowed_regions", "eu-west-1"),
        ("deny-unapproved-regions", {"allowed_regions": []}, "allowed_regions", "at least one"),
        ("deny-unapproved-regions", {"allowed_regions": "us-gov-west-1"}, "allowed_regions", "aws-us-gov"),
        ("deny-unapproved-regions", {"allowed_regions": {"a": 1}}, "allowed_regions", "list of texts"),
        (
            "deny-unapproved-regions",
            {"allowed_regions": "eu-west-1", "exempted_actions": "s3:Lst*"},
            "exempted_actions",
            "s3:List*",
        ),
        ("deny-leaving-organization", {"a": 1}, "a", "one of exempted_principal_arns"),
        ("deny-root-user", {"exempt_assume_root": "yes"}, "exempt_assume_root", "true or false"),
        ("deny-root-user", {"exempt_assume_root": 1}, "exempt_assume_root", "true or false"),
        ("deny-root-user", {"exempted_actions": "*"}, "exempted_actions", "known action"),
        ("deny-iam-users", {"exempted_principal_arns": "*"}, "exempted_principal_arns", "matches everybody"),
        ("deny-iam-users", {"exempted_principal_arns": "a role"}, "exempted_principal_arns", "a role's name"),
        (
            "deny-iam-users",
            {"exempted_principal_arns": "arn:aws-us-gov:iam::*:role/x"},
            "exempted_principal_arns",
            "partition aws",
        ),
        ("deny-iam-users", {"exempted_principal_arns": "arn:aws:iam"}, "exempted_principal_arns", "an ARN"),
        ("protect-roles", {"roles": []}, "roles", "at least one"),
        ("require-imdsv2", {"max_hops": "two"}, "max_hops", "whole number"),
        ("require-tags", {"tag_keys": "aws:name"}, "tag_keys", "not beginning with aws:"),
        ("require-tags", {"tag_keys": "a", "actions": "ec2:RunInstance"}, "actions", "ec2:RunInstances"),
        ("deny-foreign-networks", {}, "allowed_cidrs", "allowed_vpcs"),
        ("deny-foreign-networks", {"allowed_cidrs": "10.0.0.0/8"}, "allowed_cidrs", "allowed_vpcs"),
        ("deny-foreign-networks", {"allowed_cidrs": "203.0.113.7/24"}, "allowed_cidrs", "host bits"),
        ("deny-foreign-networks", {"allowed_vpcs": "subnet-1"}, "allowed_vpcs", "vpc-"),
        ("deny-foreign-resources", {"exempted_account_ids": "12345"}, "exempted_account_ids", "12 digits"),
        ("deny-foreign-resources", {"exempted_account_ids": [123456789012]}, "exempted_account_ids", "in quotes"),
        ("deny-foreign-identities", {"actions": "sts:*"}, "actions", "sts:AssumeRole"),
        ("deny-foreign-identities", {"actions": "ec2:*"}, "actions", "resource control policies"),
        ("deny-foreign-tenants", {"tenants": {}}, "tenants", "identity provider"),
        (
            "deny-foreign-tenants",
            {"tenants": {"token.actions.githubusercontent.com": "repo:acme*"}},
            "tenants.token.actions.githubusercontent.com",
            "repo:acme/REPO",
        ),
        ("deny-foreign-tenants", {"tenants": {"https://gitlab.com": "a"}}, "tenants", "without https://"),
        ("quarantine", {"exempted_principal_arns": []}, "exempted_principal_arns", "at least one"),
        ("suspend", {"exempted_principal_arns": []}, "exempted_principal_arns", "at least one"),
        ("standardize-tags", {"tags": {}}, "tags", "at least one"),
        ("standardize-tags", {"tags": {"A": {"value": "x"}}}, "tags.A.value", "values"),
        ("standardize-tags", {"tags": {"A": "x"}}, "tags.A", "values"),
        ("standardize-tags", {"tags": {"A": {"enforced_for": "ec2"}}}, "tags.A.enforced_for", "ec2:instance"),
        ("standardize-tags", {"tags": {"A": {"enforced_for": "ec3:instance"}}}, "tags.A.enforced_for", "service"),
        ("standardize-tags", {"tags": {"A": {}, "a": {}}}, "tags", "case"),
        ("back-up-daily", {"regions": "eu-west-1", "tag_key": "a", "tag_values": []}, "tag_values", "at least one"),
        (
            "back-up-daily",
            {"regions": "eu-west-1", "tag_key": "a", "tag_values": "b", "schedule": "daily"},
            "schedule",
            "cron",
        ),
        (
            "back-up-daily",
            {"regions": "eu-west-1", "tag_key": "a", "tag_values": "b", "delete_after_days": 0},
            "delete_after_days",
            "at least 1",
        ),
        (
            "back-up-daily",
            {"regions": "eu-west-1", "tag_key": "a", "tag_values": "b", "start_window_minutes": 59},
            "start_window_minutes",
            "at least 60",
        ),
        (
            "back-up-daily",
            {"regions": "eu-west-1", "tag_key": "a", "tag_values": "b", "complete_window_minutes": 539},
            "complete_window_minutes",
            "at least 540",
        ),
        ("harden-ec2", {"serial_console": "off"}, "serial_console", "disabled"),
        ("deny-network-changes", {"parts": "peerings"}, "parts", "peering"),
        ("deny-deletion", {"of": []}, "of", "at least one"),
        (
            "protect-resources",
            {"resource_arns": "arn:aws:ec2:*:*:instance/*"},
            "resource_arns",
            "whose changes are known",
        ),
        ("allow-services", {"allowed_services": "ec3"}, "allowed_services", "prefix of a service"),
        ("restrict-instances", {}, "allowed_types", "at least one of"),
        ("require-vpc", {"services": "lamda"}, "services", "lambda"),
        ("require-encryption", {"services": "s3"}, "services", "encrypts"),
        ("harden-s3", {"deny_acls": False, "deny_customer_keys": False}, "deny_acls", "switched on"),
        ("deny-untrusted-destinations", {"email_domains": "a@example.com"}, "email_domains", "a domain"),
        ("protect-kms-keys", {"min_deletion_days": 31}, "min_deletion_days", "7 to 30"),
        ("harden-s3-requests", {"min_tls_version": "1.1"}, "min_tls_version", "'1.3'"),
        ("harden-s3-requests", {"max_signature_age_seconds": 0}, "max_signature_age_seconds", "at least 1"),
        ("require-own-networks", {"own_endpoints": False}, "allowed_cidrs", "own_endpoints"),
        ("deny-other-units", {"unit_paths": "ou-1"}, "unit_paths", "a path"),
        ("harden-ec2", {"max_hops": 65}, "max_hops", "1 to 64"),
    ],
)
def test_wrong_parameters_are_named_with_the_nearest_right_one(name, parameters, parameter, says):
    with pytest.raises(InvalidValueError) as caught:
        build(name, parameters)
    assert caught.value.name == parameter
    assert says in str(caught.value)


def test_guardrails_that_compare_with_the_organization_need_its_id():
    with pytest.raises(InvalidValueError) as caught:
        catalogue.build("deny-foreign-identities")
    assert caught.value.name == "organization_id"
    token = "${TfToken[TOKEN.3]}"
    assert token in catalogue.build("deny-foreign-identities", organization_id=token).document.to_json()
    with pytest.raises(InvalidValueError):
        catalogue.build("deny-foreign-identities", organization_id="o-1")


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if "partition" in entry.given], ids=lambda entry: entry.name
)
def test_no_partition_is_hard_coded(entry):
    regional = any(key.endswith("regions") for key in entry.example)
    example = {key: "us-gov-west-1" if key.endswith("regions") else value for key, value in entry.example.items()}
    example = json.loads(json.dumps(example, default=list).replace("arn:aws:", "arn:aws-us-gov:"))
    there = build(entry.name, example, partition="aws-us-gov").document.to_json()
    assert "arn:aws:" not in there
    if not regional:
        here = build(entry.name, entry.example).document.to_json()
        assert there == here.replace("arn:aws:", "arn:aws-us-gov:")


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.kind.has_statements], ids=lambda entry: entry.name
)
def test_every_guardrail_exempts_by_arn_and_by_tag(entry):
    """Each statement leaves out whoever has one of the ARNs or one of the tags."""
    example = {**entry.example}
    if entry.name in ("quarantine", "quarantine-unplaced", "suspend"):
        example["exempted_principal_arns"] = ["BreakGlass"]
    plain = build(entry.name, {**example, "exempted_principal_arns": example.get("exempted_principal_arns", ())})
    exempting = build(
        entry.name,
        {
            **example,
            "exempted_principal_arns": ["BreakGlass", "arn:aws:iam::*:role/team/*"],
            "exempted_principal_tags": {"Team": ["platform", "security"], "Kind": "break-*"},
        },
    )
    assert len(plain.document.statements) == len(exempting.document.statements)
    for statement in exempting.document.statements:
        if statement.sid == "RequireDeletionWindow":
            continue
        flat = {(name, key): values for name, keys in statement.conditions.items() for key, values in keys.items()}
        arns = {
            value
            for (name, key), values in flat.items()
            if key == "aws:PrincipalArn" and "Not" in name
            for value in values
        }
        assert {"arn:aws:iam::*:role/BreakGlass", "arn:aws:iam::*:role/team/*"} <= arns
        assert flat["StringNotEquals", "aws:PrincipalTag/Team"] == ("platform", "security")
        assert flat["StringNotLike", "aws:PrincipalTag/Kind"] == ("break-*",)


@pytest.mark.parametrize(
    ("tags", "says"),
    [({"aws:x": "a"}, "not beginning with aws:"), ({"Team": []}, "at least one"), ({"": "a"}, "a tag key")],
)
def test_exempting_tags_are_tags(tags, says):
    with pytest.raises(InvalidValueError, match=says):
        build("deny-iam-users", {"exempted_principal_tags": tags})


def test_statements_have_names_of_their_own():
    seen = [
        statement.sid
        for entry in ENTRIES
        if entry.kind.has_statements
        for statement in build(entry.name, entry.example).document.statements
    ]
    assert all(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.row("C9")
def test_tag_policies_hold_values_and_enforcement():
    guardrail = build(
        "standardize-tags",
        {"tags": {"Environment": {"values": "prod", "enforced_for": "ec2:instance", "required_for": "s3:bucket"}}},
    )
    assert guardrail.kind is PolicyKind.TAG
    assert guardrail.document.to_dict() == {
        "tags": {
            "environment": {
                "tag_key": {"@@assign": "Environment"},
                "tag_value": {"@@assign": ["prod"]},
                "enforced_for": {"@@assign": ["ec2:instance"]},
                "report_required_tag_for": {"@@assign": ["s3:bucket"]},
            }
        }
    }
    assert build("standardize-tags", {"tags": {"A": {}}}).document.to_dict() == {
        "tags": {"a": {"tag_key": {"@@assign": "A"}}}
    }


def test_ai_opt_out_is_closed_to_children_unless_told_otherwise():
    closed = build("opt-out-of-ai-training", {"allowed_services": "rekognition"}).document.to_dict()["services"]
    assert closed["@@operators_allowed_for_child_policies"] == ["@@none"]
    assert closed["default"]["opt_out_policy"] == {
        "@@assign": "optOut",
        "@@operators_allowed_for_child_policies": ["@@none"],
    }
    assert closed["rekognition"]["opt_out_policy"]["@@assign"] == "optIn"
    assert build("opt-out-of-ai-training", {"closed": False}).document.to_dict() == {
        "services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}
    }


def test_backups_have_a_plan_in_every_account():
    plan = build("back-up-daily", {"regions": "eu-west-1", "tag_key": "Backup", "tag_values": "yes"})
    assert plan.document.to_dict()["plans"]["daily"] == {
        "regions": {"@@assign": ["eu-west-1"]},
        "rules": {
            "daily": {
                "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
                "target_backup_vault_name": {"@@assign": "Default"},
                "start_backup_window_minutes": {"@@assign": "480"},
                "complete_backup_window_minutes": {"@@assign": "10080"},
                "lifecycle": {"delete_after_days": {"@@assign": "35"}},
            }
        },
        "selections": {
            "tags": {
                "tagged": {
                    "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole"},
                    "tag_key": {"@@assign": "Backup"},
                    "tag_value": {"@@assign": ["yes"]},
                }
            }
        },
    }


def test_ec2_defaults_are_declared():
    plain = build("harden-ec2").document.to_dict()["ec2_attributes"]
    assert plain == {
        "image_block_public_access": {"state": {"@@assign": "block_new_sharing"}},
        "instance_metadata_defaults": {
            "http_put_response_hop_limit": {"@@assign": "2"},
            "http_tokens": {"@@assign": "required"},
        },
        "serial_console_access": {"status": {"@@assign": "disabled"}},
        "snapshot_block_public_access": {"state": {"@@assign": "block_all_sharing"}},
    }
    more = build(
        "harden-ec2", {"imdsv2": False, "vpc_block_public_access": "block_ingress", "exception_message": "Ask."}
    )
    attributes = more.document.to_dict()["ec2_attributes"]
    assert "instance_metadata_defaults" not in attributes
    assert attributes["vpc_block_public_access"]["internet_gateway_block"] == {
        "mode": {"@@assign": "block_ingress"},
        "exclusions_allowed": {"@@assign": "disabled"},
    }
    assert attributes["exception_message"] == {"@@assign": "Ask."}
