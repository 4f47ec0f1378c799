import json

import pytest

from constructs_lib import (
    AccountConfigRulesConstruct,
    InvalidValueError,
    ManagedRule,
    Remediation,
    SsmDocumentConstruct,
)
from tests.template import synth

pytestmark = pytest.mark.row("C6")

ROLE = "arn:aws:iam::444444444444:role/Mends"
RULES = {"encrypted": ManagedRule("S3_DEFAULT_ENCRYPTION_KMS", {"kmsKeyArns": "a"}, ["AWS::S3::Bucket"])}


def made(rules=RULES, **remediations):
    return synth(lambda stack: AccountConfigRulesConstruct(stack, "rules", rules=rules, remediations=remediations))


def test_a_rule_looks_at_what_it_is_told():
    rule = made().only("aws_config_config_rule")
    assert rule["source"] == {"owner": "AWS", "source_identifier": "S3_DEFAULT_ENCRYPTION_KMS"}
    assert json.loads(rule["input_parameters"]) == {"kmsKeyArns": "a"}
    assert rule["scope"] == {"compliance_resource_types": ["AWS::S3::Bucket"]}


def test_a_rule_has_tags_of_its_own_or_those_of_the_provider_alone():
    def build(stack):
        rules = {**RULES, "mfa": ManagedRule("IAM_USER_MFA_ENABLED")}
        AccountConfigRulesConstruct(stack, "rules", rules=rules, tags={"mfa": {"Team": "people"}})

    found = synth(build).resources("aws_config_config_rule").values()
    assert {rule["name"]: rule.get("tags") for rule in found} == {"encrypted": None, "mfa": {"Team": "people"}}


def test_tags_of_a_rule_that_there_is_not_are_refused():
    with pytest.raises(InvalidValueError, match="tags"):
        synth(lambda stack: AccountConfigRulesConstruct(stack, "rules", rules=RULES, tags={"other": {}}))


def test_a_remediation_gets_the_resource_its_parameters_and_its_role():
    found = made(
        encrypted=Remediation("Mend", {"Bucket": "RESOURCE_ID", "Key": "k", "Tags": ("a", "b")}, role_arn=ROLE)
    ).only("aws_config_remediation_configuration")
    assert (found["target_type"], found["target_id"], found["automatic"]) == ("SSM_DOCUMENT", "Mend", True)
    assert (found["maximum_automatic_attempts"], found["retry_attempt_seconds"]) == (5, 60)
    assert found["config_rule_name"].startswith("${aws_config_config_rule.rules_encrypted_")
    assert found["parameter"] == [
        {"name": "AutomationAssumeRole", "static_value": ROLE},
        {"name": "Bucket", "resource_value": "RESOURCE_ID"},
        {"name": "Key", "static_value": "k"},
        {"name": "Tags", "static_values": ["a", "b"]},
    ]


def test_what_somebody_starts_needs_no_role():
    found = made(encrypted=Remediation("Mend", automatic=False)).only("aws_config_remediation_configuration")
    assert found["automatic"] is False
    assert "maximum_automatic_attempts" not in found


@pytest.mark.parametrize(
    ("remediations", "message"),
    [
        ({"encrypted": Remediation("Mend")}, "role_arn"),
        ({"other": Remediation("Mend", role_arn=ROLE)}, "remediations"),
        ({"encrypted": Remediation("a b", role_arn=ROLE)}, "document"),
        ({"encrypted": Remediation("Mend", role_arn=ROLE, attempts=26)}, "attempts"),
        ({"encrypted": Remediation("Mend", role_arn=ROLE, retry_seconds=0)}, "retry_seconds"),
    ],
)
def test_what_aws_refuses_is_refused(remediations, message):
    with pytest.raises(InvalidValueError, match=message):
        made(**remediations)


def test_a_rule_that_there_is_not_is_refused():
    with pytest.raises(InvalidValueError, match="identifier"):
        made({"x": ManagedRule("S3_DEFAULT_ENCRYPTON_KMS")})


def test_terraform_evaluates_nothing_in_a_document():
    content = "schemaVersion: '0.3'\n# ${x} %{y}\n"
    found = synth(lambda stack: SsmDocumentConstruct(stack, "runbook", name="Mend", content=content))
    document = found.only("aws_ssm_document")
    assert document["content"] == "schemaVersion: '0.3'\n# $${x} %%{y}\n"
    assert (document["document_type"], document["document_format"]) == ("Automation", "YAML")


def test_names_of_aws_are_refused():
    with pytest.raises(InvalidValueError, match="name"):
        synth(lambda stack: SsmDocumentConstruct(stack, "runbook", name="aws-Mend", content="x"))
