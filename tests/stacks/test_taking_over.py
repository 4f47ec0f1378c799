"""What was in an account before its stack: imported, left out while it is the same, left alone where another manages it."""

import json
from types import SimpleNamespace

import pytest

import config
from config.loading.found import read_found, write_found
from config.model.found import Found
from estate.paths import LOCK_FILE
from stacks.app import synthesize
from stacks.taking_over import WITHOUT_REGION, take_over
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E4")
HOME, OTHER = "eu-central-1", "us-east-1"


@pytest.fixture
def stack(tmp_path):
    """The stack of an account in which something was found before."""
    directory = copy_sample(tmp_path)
    accounts = directory / "accounts"
    for number, path in enumerate(sorted(accounts.glob("*.yaml"))):
        if "id:" not in path.read_text():
            path.write_text(path.read_text() + f'id: "{number:012}"\n')

    def synthesized(found: Found, slug: str = "production"):
        account = str(config.load(directory).accounts[slug].id)
        write_found(directory, account, found)
        synthesize(config.load(directory), LOCK_FILE, [slug], tmp_path / "out")
        return json.loads((tmp_path / f"out/stacks/{slug}/cdk.tf.json").read_text()), account

    return synthesized


def imports(content):
    return {each["id"]: each["to"].partition(".")[0] for each in content.get("import", ())}


def test_what_exists_is_imported_by_what_tells_it_apart(stack):
    ids = {
        "aws_iam_role": {"TerraformExecutionRole": "TerraformExecutionRole", "Other": "Other"},
        "aws_iam_role_policy_attachment": {"TerraformExecutionRole,arn:x": "TerraformExecutionRole/arn:x"},
        "aws_iam_service_linked_role": {"config.amazonaws.com": "arn:config"},
        "aws_budgets_budget": {"account-production": "1:account-production", "others": "1:others"},
        "aws_account_alternate_contact": {"BILLING": "BILLING"},
        "aws_iam_account_password_policy": {"": "iam-account-password-policy"},
        "aws_iam_account_alias": {"": "an-older-one"},
        "aws_s3_account_public_access_block": {"": "111122223333"},
    }
    regional = {"aws_ebs_encryption_by_default": {"": "default"}}
    content, _ = stack(Found(imports={"global": ids, OTHER: regional}))
    assert imports(content) == {
        "TerraformExecutionRole": "aws_iam_role",
        "arn:config": "aws_iam_service_linked_role",
        "1:account-production": "aws_budgets_budget",
        "BILLING": "aws_account_alternate_contact",
        "iam-account-password-policy": "aws_iam_account_password_policy",
        "an-older-one": "aws_iam_account_alias",
        "111122223333": "aws_s3_account_public_access_block",
        "default": "aws_ebs_encryption_by_default",
    }
    (switch,) = [each["to"] for each in content["import"] if each["id"] == "default"]
    assert OTHER in switch


def test_a_recorder_keeps_its_name_and_so_does_what_follows_from_it(stack):
    own = {
        "aws_config_configuration_recorder": {"ours": "ours"},
        "aws_config_configuration_recorder_status": {"ours": "ours"},
        "aws_config_delivery_channel": {"theirs": "theirs"},
    }
    names = {"aws_config_configuration_recorder": "ours", "aws_config_delivery_channel": "theirs"}
    content, _ = stack(Found(imports={HOME: own}, names={HOME: names}))
    recorders = {
        body["provider"]: body["name"] for body in content["resource"]["aws_config_configuration_recorder"].values()
    }
    assert recorders == {"aws": "ours", f"aws.{OTHER}": "default"}
    assert sorted((each["id"], each["to"].partition(".")[0]) for each in content["import"]) == [
        ("ours", "aws_config_configuration_recorder"),
        ("ours", "aws_config_configuration_recorder_status"),
        ("theirs", "aws_config_delivery_channel"),
    ]
    # Taken over, its name stays.
    content, _ = stack(Found(names={HOME: names}))
    assert "import" not in content
    assert "ours" in {body["name"] for body in content["resource"]["aws_config_configuration_recorder"].values()}


def test_what_another_manages_is_left_with_all_that_needs_it(stack):
    whole, _ = stack(Found())
    left = ("aws_config_configuration_recorder", "aws_config_delivery_channel")
    content, _ = stack(Found(left={HOME: left}))
    for type_ in (*left, "aws_config_configuration_recorder_status"):
        assert len(whole["resource"][type_]) - len(content["resource"][type_]) == 1
        assert {body["provider"] for body in content["resource"][type_].values()} == {f"aws.{OTHER}"}
    gone = {
        f"{type_}.{name}"
        for type_, found in whole["resource"].items()
        for name in found
        if name not in content["resource"].get(type_, {})
    }
    assert not any(address in json.dumps(content["resource"]) for address in gone)


def test_what_cannot_be_imported_is_left_out_until_something_else_is_wanted():
    images, metadata = "aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults"

    def left_in(same, *, used=False):
        content = {
            "provider": {"aws": [{"region": HOME}, {"region": OTHER, "alias": OTHER}]},
            "resource": {
                images: {"here": {"state": "block-new-sharing", "provider": "aws"}},
                metadata: {
                    "here": {
                        "http_tokens": "required",
                        "http_put_response_hop_limit": 2,
                        "depends_on": [f"{images}.here"],
                    },
                    "there": {"http_tokens": "required", "http_put_response_hop_limit": 2, "provider": f"aws.{OTHER}"},
                },
                "aws_x": {"y": {"z": f"${{{images}.here.id}}" if used else "", "depends_on": [f"{metadata}.here"]}},
            },
        }
        organization = SimpleNamespace(found={"1": Found(same={HOME: same})}, accounts={})
        take_over(content, organization, "1")
        found = {f"{type_}.{name}": body for type_, each in content["resource"].items() for name, body in each.items()}
        assert all(address in found for body in found.values() for address in body.get("depends_on", ()))
        return found.keys() - {"aws_x.y"}

    state = {images: {"": {"state": "block-new-sharing"}}}
    defaults = {metadata: {"": {"http_tokens": "required", "http_put_response_hop_limit": 2}}}
    everything = {f"{images}.here", f"{metadata}.here", f"{metadata}.there"}
    assert left_in({**state, **defaults}) == {f"{metadata}.there"}
    assert left_in(state, used=True) == everything  # something needs its id
    assert left_in({images: {"": {"state": "unblocked"}}}) == everything
    assert left_in({metadata: {"": {"http_tokens": "required"}}}) == everything


def test_organization_wide_features_are_compared_with_all_that_they_say(stack):
    type_ = "aws_guardduty_organization_configuration_feature"
    whole, _ = stack(Found(), "security")
    bodies = [body for body in whole["resource"][type_].values() if body["provider"] == "aws"]
    same = {}
    for body in bodies:
        same[body["name"]] = {"name": body["name"], "auto_enable": body["auto_enable"]}
        for index, each in enumerate(
            sorted(body.get("additional_configuration", ()), key=lambda one: (one["auto_enable"], one["name"]))
        ):
            same[body["name"]] |= {f"additional_configuration.{index}.{key}": value for key, value in each.items()}
    assert any("additional_configuration.0.name" in each for each in same.values())
    content, _ = stack(Found(same={HOME: {type_: same}}), "security")
    assert {body["provider"] for body in content["resource"][type_].values()} == {f"aws.{OTHER}"}
    same["RUNTIME_MONITORING"] = {"name": "RUNTIME_MONITORING", "auto_enable": "other"}
    content, _ = stack(Found(same={HOME: {type_: same}}), "security")
    assert [body["name"] for body in content["resource"][type_].values() if body["provider"] == "aws"] == [
        "RUNTIME_MONITORING"
    ]


def test_types_without_a_region_are_those_of_services_without_one():
    assert {type_.split("_")[1] for type_ in WITHOUT_REGION} == {"account", "budgets", "ce", "iam", "s3"}


def test_a_file_that_somebody_broke_is_told_with_its_key(tmp_path):
    (tmp_path / "existing").mkdir()
    (tmp_path / "existing/111111111111.json").write_text('{"imports": {"global": {"aws_iam_role": {"a": 1}}}}')
    found, (problem,) = read_found(tmp_path)
    assert found == {}
    assert (problem.file, problem.key) == ("existing/111111111111.json", "imports.global.aws_iam_role.a")
    assert "estate adopt" in problem.cure
