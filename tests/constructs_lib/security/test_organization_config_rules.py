import gzip
import json
from importlib import resources

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.data import load
from constructs_lib.security.organization_config_rules import ManagedRule, OrganizationConfigRulesConstruct
from tests.template import synth


def build(stack, **changes):
    return OrganizationConfigRulesConstruct(
        stack, "rules", **{"rules": {"mfa": ManagedRule("IAM_USER_MFA_ENABLED")}, **changes}
    )


def test_the_list_of_rules_has_all_that_the_local_aws_knows():
    listed = resources.files("moto.config.resources").joinpath("aws_managed_rules.json.gz").read_bytes()
    assert set(json.loads(gzip.decompress(listed))["ManagedRules"]) <= set(load("config_rules")["identifiers"])


def test_a_newer_rule_is_taken_on_request():
    newer = ManagedRule("IAM_USERS_ARE_GONE", listed=False)
    made = synth(lambda stack: build(stack, rules={"Gone_1": newer})).only("aws_config_organization_managed_rule")
    assert (made["name"], made["rule_identifier"]) == ("Gone_1", "IAM_USERS_ARE_GONE")


@pytest.mark.row("C6")
def test_a_rule_is_named_by_its_slug():
    rule = synth(build).only("aws_config_organization_managed_rule")
    assert (rule["name"], rule["rule_identifier"]) == ("mfa", "IAM_USER_MFA_ENABLED")
    assert not {"input_parameters", "excluded_accounts", "resource_types_scope"} & set(rule)


def test_parameters_scope_and_excluded_accounts_are_passed_on():
    found = ManagedRule(
        "REQUIRED_TAGS", {"tag1Key": "owner"}, resource_types=["AWS::S3::Bucket"], frequency="TwentyFour_Hours"
    )
    rule = synth(
        lambda stack: build(stack, rules={"tags": found}, excluded_account_ids=["999999999999", "111111111111"])
    ).only("aws_config_organization_managed_rule")
    assert rule["input_parameters"] == '{"tag1Key": "owner"}'
    assert rule["resource_types_scope"] == ["AWS::S3::Bucket"]
    assert rule["maximum_execution_frequency"] == "TwentyFour_Hours"
    assert rule["excluded_accounts"] == ["111111111111", "999999999999"]


def test_the_order_of_the_rules_changes_nothing():
    rules = {"mfa": ManagedRule("IAM_USER_MFA_ENABLED"), "root": ManagedRule("ROOT_ACCOUNT_MFA_ENABLED")}
    turned = dict(reversed(rules.items()))
    assert synth(lambda stack: build(stack, rules=rules)).json == synth(lambda stack: build(stack, rules=turned)).json


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rules": {"m.f.a": ManagedRule("IAM_USER_MFA_ENABLED")}}, "rules is 'm.f.a'"),
        ({"rules": {"m" * 65: ManagedRule("IAM_USER_MFA_ENABLED")}}, "1 to 64 characters, not 65"),
        ({"rules": {"mfa": ManagedRule("iam-user-mfa-enabled")}}, "Did you mean 'IAM_USER_MFA_ENABLED'"),
        ({"rules": {"mfa": ManagedRule("IAM_USER_MFA_ENABLE")}}, "Did you mean 'IAM_USER_MFA_ENABLED'"),
        ({"excluded_account_ids": ["production"]}, "excluded_account_ids is 'production'"),
    ],
)
def test_malformed_rules_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
