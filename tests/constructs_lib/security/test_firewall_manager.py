import json

import pytest

from config.capabilities.security.firewall_manager import TYPES
from constructs_lib import (
    FIREWALL_POLICY_TYPES,
    FirewallManagerAdministratorConstruct,
    FirewallManagerPolicyConstruct,
    InvalidValueError,
)
from tests.template import synth

pytestmark = pytest.mark.row("C6")
DATA = '{"deleteUnusedSecurityGroups":false,"type":"SECURITY_GROUPS_USAGE_AUDIT"}'
ARGUMENTS = {"name": "groups", "data": DATA, "resource_types": ["AWS::EC2::SecurityGroup"]}


def made(**changes):
    found = synth(lambda stack: FirewallManagerPolicyConstruct(stack, "groups", **{**ARGUMENTS, **changes}))
    return found.only("aws_fms_policy")


def test_the_types_are_those_that_check_knows():
    assert FIREWALL_POLICY_TYPES == TYPES


def test_the_administrator_is_named():
    found = synth(lambda stack: FirewallManagerAdministratorConstruct(stack, "firewalls", account_id="222222222222"))
    assert found.only("aws_fms_admin_account")["account_id"] == "222222222222"


def test_a_policy_has_the_type_that_its_data_say_and_tells_without_mending():
    found = made(unit_ids=["ou-ab12-11111111"], account_ids=["333333333333"])
    data = found["security_service_policy_data"]
    assert (data["type"], json.loads(data["managed_service_data"])) == ("SECURITY_GROUPS_USAGE_AUDIT", json.loads(DATA))
    assert found["include_map"] == {"orgunit": ["ou-ab12-11111111"], "account": ["333333333333"]}
    assert found["remediation_enabled"] is False
    assert found["resource_type"] == "AWS::EC2::SecurityGroup"
    assert "resource_type_list" not in found


def test_without_targets_it_is_for_all_accounts():
    assert "include_map" not in made()


def test_several_types_of_resources_are_a_list():
    found = made(resource_types=["AWS::EC2::NetworkInterface", "AWS::EC2::Instance"])
    assert found["resource_type_list"] == ["AWS::EC2::Instance", "AWS::EC2::NetworkInterface"]
    assert "resource_type" not in found


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"data": "no"}, "data"),
        ({"data": "[]"}, "data"),
        ({"data": "{}"}, "data"),
        ({"data": '{"type":"THIRD_PARTY_FIREWALL"}'}, "data"),
        ({"data": " " * 10_001}, "data"),
        ({"resource_types": []}, "resource_types"),
        ({"account_ids": ["3"]}, "account_ids"),
    ],
)
def test_what_firewall_manager_would_refuse_is_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
