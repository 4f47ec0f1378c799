import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.security_hub import SecurityHubOrganizationConstruct
from constructs_lib.security.security_hub_policy import SecurityHubPolicyConstruct
from tests.template import synth


def hub(stack, **changes):
    return SecurityHubOrganizationConstruct(stack, "hub", **changes)


def policy(stack, **changes):
    arguments = {"hub": hub(stack), "name": "default", "region": "eu-central-1", "targets": {"root": "r-a1b2"}}
    return SecurityHubPolicyConstruct(stack, "policy", **{**arguments, **changes})


@pytest.mark.row("C6")
def test_the_organization_is_configured_centrally_and_findings_come_together():
    template = synth(hub)
    configuration = template.only("aws_securityhub_organization_configuration")
    assert configuration["organization_configuration"] == {"configuration_type": "CENTRAL"}
    assert (configuration["auto_enable"], configuration["auto_enable_standards"]) == (False, "NONE")
    assert template.only("aws_securityhub_finding_aggregator")["linking_mode"] == "ALL_REGIONS"
    assert template.only("aws_securityhub_account")["enable_default_standards"] is False


def test_regions_can_be_chosen_and_the_account_be_on_already():
    template = synth(lambda stack: hub(stack, linked_regions=["us-east-1", "eu-west-1"], already_enabled=True))
    aggregator = template.only("aws_securityhub_finding_aggregator")
    assert (aggregator["linking_mode"], aggregator["specified_regions"]) == (
        "SPECIFIED_REGIONS",
        ["eu-west-1", "us-east-1"],
    )
    assert not template.resources("aws_securityhub_account")


@pytest.mark.row("C6")
def test_a_policy_names_standards_and_says_why_a_control_is_off():
    template = synth(
        lambda stack: policy(
            stack,
            standards=["cis-3.0.0", "aws-foundational"],
            disabled_controls={"IAM.6": "root has no credentials", "EC2.10": "endpoints are shared"},
            targets={"root": "r-a1b2", "sandbox": "ou-a1b2-11111111"},
        )
    )
    found = template.only("aws_securityhub_configuration_policy")
    body = found["configuration_policy"]
    assert body["service_enabled"] is True
    assert body["enabled_standard_arns"] == [
        "arn:aws:securityhub:eu-central-1::standards/aws-foundational-security-best-practices/v/1.0.0",
        "arn:aws:securityhub:eu-central-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
    ]
    assert body["security_controls_configuration"] == {"disabled_control_identifiers": ["EC2.10", "IAM.6"]}
    assert found["description"] == "EC2.10 off: endpoints are shared; IAM.6 off: root has no credentials"
    targets = template.resources("aws_securityhub_configuration_policy_association").values()
    assert {target["target_id"] for target in targets} == {"r-a1b2", "ou-a1b2-11111111"}


def test_security_hub_can_be_off_at_a_target():
    template = synth(lambda stack: policy(stack, enabled=False, standards=[], partition="aws-us-gov"))
    body = template.only("aws_securityhub_configuration_policy")["configuration_policy"]
    assert body == {"service_enabled": False}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"standards": ["cis"]}, "standards is 'cis'"),
        ({"disabled_controls": {"EC2.10": " "}}, "the reason why the control is off"),
        ({"disabled_controls": {"ec2": "no"}}, "controls such as"),
        ({"enabled": False}, "no standards and no disabled controls"),
        ({"targets": {"Root": "r-a1b2"}}, "targets is 'Root'"),
    ],
)
def test_what_security_hub_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: policy(stack, **changes))
