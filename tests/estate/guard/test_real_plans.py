"""The guard on plans that the real Terraform and provider make against the local AWS."""

import copy
import json

import pytest

from estate.guard.dangers import find_dangers
from estate.guard.plan import Action, Plan
from estate.guard.summary import summarize
from estate.local import running_local_aws
from estate.terraform.providers import environment
from estate.terraform.stack import Stack
from tests.estate.guard.attacks import allow, deny, document

pytestmark = [pytest.mark.e2e, pytest.mark.row("E2", "B7")]

ORG, OU, SCP = "aws_organizations_organization", "aws_organizations_organizational_unit", "aws_organizations_policy"
CI = {"AWS": "arn:aws:iam::111111111111:root"}
DEPLOYED = {
    ORG: {
        "o": {
            "aws_service_access_principals": ["sso.amazonaws.com", "ram.amazonaws.com"],
            "enabled_policy_types": ["SERVICE_CONTROL_POLICY"],
        }
    },
    OU: {
        "work": {"name": "work", "parent_id": f"${{{ORG}.o.roots[0].id}}", "tags": {"team": "a"}},
        "prod": {"name": "prod", "parent_id": f"${{{OU}.work.id}}"},
    },
    SCP: {
        "base": {
            "depends_on": [f"{ORG}.o"],
            "name": "base",
            "content": document(deny("organizations:LeaveOrganization"), deny("cloudtrail:StopLogging")),
        }
    },
    "aws_organizations_policy_attachment": {
        "base": {"policy_id": f"${{{SCP}.base.id}}", "target_id": f"${{{OU}.work.id}}"}
    },
    "aws_kms_key": {"k": {"enable_key_rotation": True, "deletion_window_in_days": 30}},
    "aws_s3_bucket": {"logs": {"bucket": "logs-of-acme"}},
    "aws_s3_bucket_versioning": {
        "logs": {"bucket": "${aws_s3_bucket.logs.id}", "versioning_configuration": {"status": "Enabled"}}
    },
    "aws_s3_bucket_public_access_block": {
        "logs": {"bucket": "${aws_s3_bucket.logs.id}"}
        | dict.fromkeys(
            ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"], True
        )
    },
    "aws_s3_bucket_lifecycle_configuration": {
        "logs": {
            "bucket": "${aws_s3_bucket.logs.id}",
            "rule": [{"id": "old", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 365}}],
        }
    },
    "aws_s3_bucket_policy": {
        "logs": {
            "bucket": "${aws_s3_bucket.logs.id}",
            "policy": document(deny("s3:DeleteObject", "arn:aws:s3:::logs-of-acme/*", "*")),
        }
    },
    "aws_iam_role": {
        "deploy": {
            "name": "deploy",
            "max_session_duration": 3600,
            "assume_role_policy": document(allow("sts:AssumeRole", None, CI)),
        }
    },
    "aws_iam_role_policy": {
        "deploy": {
            "name": "p",
            "role": "${aws_iam_role.deploy.id}",
            "policy": document(allow("s3:GetObject", "arn:aws:s3:::a/*")),
        }
    },
    "aws_cloudwatch_log_group": {"app": {"name": "app", "retention_in_days": 30}},
    "aws_dynamodb_table": {
        "orders": {
            "name": "orders",
            "hash_key": "id",
            "billing_mode": "PAY_PER_REQUEST",
            "attribute": [{"name": "id", "type": "S"}],
            "deletion_protection_enabled": True,
            "point_in_time_recovery": {"enabled": True},
        }
    },
    "aws_ebs_encryption_by_default": {"on": {"enabled": True}},
}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """A stack of what the guard looks at, deployed; give a function that plans it changed."""
    directory = tmp_path_factory.mktemp("real")
    with running_local_aws() as local:
        variables = environment(local.environment())
        stack = Stack("real", directory / "cdktf.out", variables)
        stack.directory.mkdir(parents=True)

        def plan(resources, **blocks):
            content = {
                "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}},
                "provider": {"aws": [{"region": "eu-central-1", "allowed_account_ids": ["111111111111"]}]},
                "resource": resources,
            }
            (stack.directory / "cdk.tf.json").write_text(json.dumps(content | blocks))
            stack.plan()
            return Plan.from_json("real", stack.planned())

        content = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}}}
        (stack.directory / "cdk.tf.json").write_text(json.dumps(content))
        stack.init()
        first = plan(DEPLOYED)
        assert not [danger for danger in find_dangers(first) if danger.stops], "nothing is there that could be weakened"
        stack.apply()
        yield local, plan


def found(plan):
    return {(danger.rule, danger.address) for danger in find_dangers(plan)}


@pytest.fixture
def changed():
    return copy.deepcopy(DEPLOYED)


def test_nothing_changes(deployed):
    _, plan = deployed
    assert plan(DEPLOYED).empty


@pytest.mark.parametrize("entry", ["own", "own-account"])
def test_an_account_that_is_not_locked_yet_is_known_by_the_organizations_state(deployed, tmp_path, entry):
    _, plan = deployed
    ids = {"own": "111111111111", "own-account": "111111111111", "other": "222222222222"}
    outputs = {"account_ids": {"value": ids, "type": ["map", "string"]}}
    state = tmp_path / "organization.tfstate"
    state.write_text(json.dumps({"version": 4, "serial": 1, "lineage": "a", "outputs": outputs, "resources": []}))
    name = f".{entry}" if entry.isidentifier() else f'["{entry}"]'
    allowed = f"${{data.terraform_remote_state.organization.outputs.account_ids{name}}}"
    found = plan(
        DEPLOYED,
        data={"terraform_remote_state": {"organization": {"backend": "local", "config": {"path": str(state)}}}},
        provider={"aws": [{"region": "eu-central-1", "allowed_account_ids": [allowed]}]},
    )
    assert found.accounts == {"111111111111"}


def test_harmless_changes_stay_quiet(deployed, changed):
    _, plan = deployed
    changed[SCP]["base"]["content"] = document(
        deny(["cloudtrail:StopLogging", "organizations:LeaveOrganization"]), deny("iam:*", "arn:aws:iam::*:role/x")
    )
    changed["aws_organizations_policy_attachment"]["root"] = {
        "policy_id": f"${{{SCP}.base.id}}",
        "target_id": f"${{{ORG}.o.roots[0].id}}",
    }
    changed["aws_organizations_policy_attachment"].pop("base")
    changed[OU]["work"]["name"] = "Work"
    changed["aws_iam_role"]["deploy"]["assume_role_policy"] = document(
        allow("sts:AssumeRole", None, {"AWS": "arn:aws:iam::111111111111:role/ci"})
    )
    changed["aws_cloudwatch_log_group"]["app"]["retention_in_days"] = 90
    changed["aws_iam_role"]["reader"] = {
        "name": "reader",
        "assume_role_policy": document(allow("sts:AssumeRole", None, {"Service": "lambda.amazonaws.com"})),
    }
    for type_, name in [
        ("aws_kms_key", "k"),
        ("aws_s3_bucket", "logs"),
        ("aws_iam_role", "deploy"),
        ("aws_dynamodb_table", "orders"),
        (SCP, "base"),
    ]:
        changed[type_][name]["tags"] = {"color": "green"}
    changed_plan = plan(changed)
    assert changed_plan.count(Action.UPDATE) > 5
    assert found(changed_plan) == set()


def test_every_weakening_is_found(deployed, changed):
    _, plan = deployed
    changed[ORG]["o"]["aws_service_access_principals"] = []
    changed[OU]["work"]["tags"] = {}
    changed[SCP]["base"]["content"] = document(deny("organizations:LeaveOrganization"))
    changed["aws_kms_key"]["k"] = {"enable_key_rotation": False, "deletion_window_in_days": 7, "is_enabled": False}
    changed["aws_s3_bucket"]["logs"]["force_destroy"] = True
    changed["aws_s3_bucket_versioning"]["logs"]["versioning_configuration"]["status"] = "Suspended"
    changed["aws_s3_bucket_public_access_block"]["logs"].pop("block_public_policy")
    changed["aws_s3_bucket_lifecycle_configuration"]["logs"]["rule"][0]["expiration"]["days"] = 1
    changed["aws_s3_bucket_policy"]["logs"]["policy"] = document(
        allow("s3:GetObject", "arn:aws:s3:::logs-of-acme/*", "*")
    )
    changed["aws_iam_role"]["deploy"]["max_session_duration"] = 43200
    changed["aws_iam_role"]["deploy"]["assume_role_policy"] = document(
        allow("sts:AssumeRole", None, {"AWS": ["111111111111", "999999999999"]})
    )
    changed["aws_iam_role_policy"]["deploy"]["policy"] = document(allow("*"))
    changed["aws_cloudwatch_log_group"]["app"]["retention_in_days"] = 1
    changed["aws_dynamodb_table"]["orders"] |= {
        "deletion_protection_enabled": False,
        "point_in_time_recovery": {"enabled": False},
    }
    changed["aws_ebs_encryption_by_default"]["on"]["enabled"] = False
    expected = {
        ("service-access", f"{ORG}.o"),
        ("tags-lost", f"{OU}.work"),
        ("guardrail-weaker", f"{SCP}.base"),
        ("key-disabled", "aws_kms_key.k"),
        ("key-rotation", "aws_kms_key.k"),
        ("key-deletion-window", "aws_kms_key.k"),
        ("bucket-disposable", "aws_s3_bucket.logs"),
        ("bucket-versioning", "aws_s3_bucket_versioning.logs"),
        ("bucket-public", "aws_s3_bucket_public_access_block.logs"),
        ("bucket-lifecycle", "aws_s3_bucket_lifecycle_configuration.logs"),
        ("bucket-policy", "aws_s3_bucket_policy.logs"),
        ("bucket-opened", "aws_s3_bucket_policy.logs"),
        ("session-longer", "aws_iam_role.deploy"),
        ("trust-widened", "aws_iam_role.deploy"),
        ("trust-opened", "aws_iam_role.deploy"),
        ("administrator-policy", "aws_iam_role_policy.deploy"),
        ("policy-widened", "aws_iam_role_policy.deploy"),
        ("log-group-shorter", "aws_cloudwatch_log_group.app"),
        ("deletion-protection", "aws_dynamodb_table.orders"),
        ("recovery-off", "aws_dynamodb_table.orders"),
        ("encryption-off", "aws_ebs_encryption_by_default.on"),
    }
    weak = plan(changed)
    assert found(weak) == expected
    assert {note.address for note in summarize(weak).notes} == {address for _, address in expected}


def test_what_goes_is_found_however_it_goes(deployed, changed):
    _, plan = deployed
    changed["aws_dynamodb_table"]["orders"]["hash_key"] = "other"  # replaced
    changed["aws_dynamodb_table"]["orders"]["attribute"] = [{"name": "other", "type": "S"}]
    changed.pop("aws_kms_key")  # deleted
    changed.pop("aws_organizations_policy_attachment")  # forgotten
    changed["aws_s3_bucket_versioning"]["renamed"] = changed["aws_s3_bucket_versioning"].pop("logs")  # with `moved`
    changed["aws_s3_bucket_policy"]["renamed"] = changed["aws_s3_bucket_policy"].pop("logs")  # without
    forgotten = {"from": "aws_organizations_policy_attachment.base", "lifecycle": {"destroy": False}}
    moved = {"from": "aws_s3_bucket_versioning.logs", "to": "aws_s3_bucket_versioning.renamed"}
    assert found(plan(changed, removed=[forgotten], moved=[moved])) == {
        ("database-gone", "aws_dynamodb_table.orders"),
        ("key-gone", "aws_kms_key.k"),
        ("guardrail-forgotten", "aws_organizations_policy_attachment.base"),
        ("bucket-setting-gone", "aws_s3_bucket_policy.logs"),
        ("bucket-policy", "aws_s3_bucket_policy.logs"),
    }


def test_what_is_not_known_yet_is_not_harmless(deployed, changed):
    _, plan = deployed
    changed["aws_iam_role"]["new"] = {
        "name_prefix": "new",
        "assume_role_policy": document(allow("sts:AssumeRole", None, CI)),
    }
    trust = document(allow("sts:AssumeRole", None, {"AWS": "${aws_iam_role.new.arn}"}))
    changed["aws_iam_role"]["deploy"]["assume_role_policy"] = trust
    assert ("trust-widened", "aws_iam_role.deploy") in found(plan(changed))


def test_a_split_policy_is_followed_through_ids_that_are_not_known_yet(deployed, changed):
    _, plan = deployed
    changed[SCP]["base"]["content"] = document(deny("organizations:LeaveOrganization"))
    changed[SCP]["trail"] = {"name": "trail", "content": document(deny("cloudtrail:StopLogging"))}
    attachment = {"policy_id": f"${{{SCP}.trail.id}}", "target_id": f"${{{OU}.work.id}}"}
    changed["aws_organizations_policy_attachment"]["trail"] = attachment
    assert found(plan(changed)) == set()
    attachment["target_id"] = f"${{{OU}.prod.id}}"
    assert found(plan(changed)) == {("guardrail-weaker", f"{SCP}.base")}


def test_what_was_weakened_by_hand_and_stays_is_said(deployed, changed):
    local, plan = deployed
    changed["aws_cloudwatch_log_group"]["app"]["lifecycle"] = {"ignore_changes": ["retention_in_days"]}
    logs = local.session(region="eu-central-1").client("logs")
    logs.put_retention_policy(logGroupName="app", retentionInDays=1)
    try:
        assert found(plan(changed)) == {("drift", "aws_cloudwatch_log_group.app")}
        assert found(plan(DEPLOYED)) == set(), "the plan mends it"
    finally:
        logs.put_retention_policy(logGroupName="app", retentionInDays=30)


def test_an_import_that_changes_is_found(deployed, changed):
    local, plan = deployed
    iam = local.session().client("iam")
    iam.create_role(
        RoleName="old", AssumeRolePolicyDocument=document(allow("sts:AssumeRole", None, CI)), Description="old"
    )
    changed["aws_iam_role"]["old"] = {
        "name": "old",
        "description": "old",
        "assume_role_policy": document(allow("sts:AssumeRole", None, CI)),
    }
    imported = [{"to": "aws_iam_role.old", "id": "old"}]
    assert found(plan(changed, **{"import": imported})) == set()
    changed["aws_iam_role"]["old"]["description"] = "new"
    assert found(plan(changed, **{"import": imported})) == {("import-changes", "aws_iam_role.old")}
