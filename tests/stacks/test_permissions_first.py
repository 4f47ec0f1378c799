"""A service's permissions come before the service, and go after it."""

from dataclasses import replace

import pytest

from config.registry import shared
from stacks.permissions_first import permissions_first


@pytest.mark.row("A2", "B4")
def test_all_else_waits_for_what_the_execution_role_is_permitted(synthesized):
    for stack in synthesized.values():
        resources = stack["resource"]
        own = [id_ for id_ in resources["aws_iam_role_policy_attachment"] if id_.startswith("execution-role_")]
        assert len(own) > 1
        assert stack["locals"]["permitted"] == [f"${{aws_iam_role_policy_attachment.{id_}.id}}" for id_ in sorted(own)]
        for type_, found in resources.items():
            for id_, resource in found.items():
                before = type_.startswith("aws_organizations_") or id_.startswith("execution-role_")
                assert ("local.permitted" in resource.get("depends_on", ())) is not before, f"{type_}.{id_}"


def test_what_a_resource_waited_for_before_it_still_waits_for(synthesized):
    for recording in synthesized["security"]["resource"]["aws_config_configuration_recorder_status"].values():
        before, last = recording["depends_on"]
        assert before.startswith("aws_config_delivery_channel.")
        assert last == "local.permitted"


def test_a_stack_without_an_execution_role_stays_as_it_is():
    stack = {"resource": {"aws_vpc": {"network": {"cidr_block": "10.0.0.0/16"}}}}
    assert permissions_first(stack) == {"resource": {"aws_vpc": {"network": {"cidr_block": "10.0.0.0/16"}}}}


def test_what_a_plan_reads_is_permitted_before_its_service_is_on(sample):
    without = replace(sample, sections={})
    assert "data.aws_guardduty_detector" in shared(without).facts["execution_role"]["accounts"]["security"]
    assert "data.aws_guardduty_detector" not in shared(without).facts["execution_role"]["accounts"].get(
        "production", ()
    )
    assert "data.aws_guardduty_detector" not in shared(without).facts["execution_role"]["core"]
    assert "aws_guardduty_organization_configuration" not in shared(without).facts["execution_role"]["core"]
    assert "data.aws_ssoadmin_instances" in shared(without).facts["execution_role"]["management"]
    assert "aws_ssoadmin_permission_set" not in shared(without).facts["execution_role"]["management"]
