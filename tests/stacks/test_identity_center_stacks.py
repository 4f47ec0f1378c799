"""Identity Center where the sample does not go: without a delegated administrator, with another directory."""

import json

import pytest

pytestmark = pytest.mark.row("C13")


def names(stack, kind, section="resource"):
    """The resources of a type, by what follows `identity-center_` in their names."""
    return sorted(
        name.removeprefix("identity-center_").rpartition("_")[0] or name.removeprefix("identity-center_")
        for name in stack.get(section, {}).get(kind, {})
    )


def test_each_account_makes_its_part(synthesized):
    management, security = synthesized["management"], synthesized["security"]
    assert names(management, "aws_identitystore_user") == ["user-ada", "user-grace", "user-hedy"]
    assert names(security, "aws_identitystore_user") == ["user-alan"]
    # Grace is made by the management account, and in a group that the delegated administrator makes.
    assert names(security, "aws_identitystore_user", "data") == ["user-grace"]
    assert names(management, "aws_identitystore_user", "data") == []
    targets = {one["target_id"] for one in security["resource"]["aws_ssoadmin_account_assignment"].values()}
    assert len(targets) == 4


def test_administrators_are_protected(synthesized):
    resources = synthesized["management"]["resource"]
    protected = [
        name
        for kind in ("aws_identitystore_group", "aws_ssoadmin_account_assignment", "aws_ssoadmin_permission_set")
        for name, resource in resources[kind].items()
        if resource.get("lifecycle", {}).get("prevent_destroy")
    ]
    assert len(protected) == 10
    assert all(name.startswith("identity-center_administrators_") for name in protected)


def test_without_a_delegated_administrator_the_management_account_makes_everything(synthesize_changed):
    found = synthesize_changed(
        lambda data: data["delegated_administrators"].pop("sso.amazonaws.com"), ["management", "security"]
    )
    assert names(found["management"], "aws_identitystore_user") == ["user-ada", "user-alan", "user-grace", "user-hedy"]
    assert names(found["management"], "aws_identitystore_user", "data") == []
    assert "aws_ssoadmin_permission_set" not in found["security"]["resource"]


def test_another_directory_provides_people_and_groups(synthesize_changed):
    def change(data):
        center = data["identity_center"]
        center["region"] = "us-east-1"
        center["management"] = {"administrators": {"external_group": "AWS Administrators", "session_hours": 2}}
        center["users"] = {}
        center["groups"] = {"developers": {"name": "Developers", "external": True}}
        center["assignments"].pop("investigators-in-security")

    found = synthesize_changed(change, ["management", "security"])
    for stack in found.values():
        assert "aws_identitystore_user" not in stack["resource"]
        assert "aws_identitystore_group" not in stack["resource"]
        (instance,) = stack["data"]["aws_ssoadmin_instances"].values()
        assert instance["provider"] == "aws.us-east-1"
    (group,) = found["management"]["data"]["aws_identitystore_group"].values()
    attribute = group["alternate_identifier"]["unique_attribute"]
    assert attribute == {"attribute_path": "DisplayName", "attribute_value": "AWS Administrators"}
    assignments = found["security"]["resource"]["aws_ssoadmin_account_assignment"].values()
    group_id = "${data.aws_identitystore_group.identity-center_group-developers"
    assert all(one["principal_id"].startswith(group_id) for one in assignments)
    (administrators,) = found["management"]["resource"]["aws_ssoadmin_permission_set"].values()
    assert administrators["session_duration"] == "PT2H"


def test_everything_that_a_permission_set_can_have(synthesize_changed):
    def change(data):
        data["identity_center"]["permission_sets"]["read-only"] |= {
            "customer_policies": ["Deploy", "/teams/Deploy", "A" * 60],
            "boundary": "/limits/Boundary",
            "relay_state": "https://eu-central-1.console.aws.amazon.com/ecs/",
        }

    stack = synthesize_changed(change, ["security"])["security"]["resource"]
    references = {
        name.split("customer-")[1].rpartition("_")[0]: json.dumps(one["customer_managed_policy_reference"])
        for name, one in stack["aws_ssoadmin_customer_managed_policy_attachment"].items()
    }
    assert {"deploy", "teams-deploy"} < set(references)
    assert len(references) == 3  # the long name has a short one of its own
    assert '"path": "/teams/"' in references["teams-deploy"]
    (boundary,) = stack["aws_ssoadmin_permissions_boundary_attachment"].values()
    assert boundary["permissions_boundary"]["customer_managed_policy_reference"] == {
        "name": "Boundary",
        "path": "/limits/",
    }
