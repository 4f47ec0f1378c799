import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.guardduty import FEATURES, GuardDutyOrganizationConstruct
from tests.template import synth


def build(stack, **changes):
    return GuardDutyOrganizationConstruct(stack, "guardduty", **changes)


def states(template):
    found = template.resources("aws_guardduty_organization_configuration_feature").values()
    return {feature["name"]: feature["auto_enable"] for feature in found}


@pytest.mark.row("C6")
def test_all_accounts_have_it_and_unwanted_features_are_off_expressly():
    template = synth(build)
    assert template.only("aws_guardduty_organization_configuration")["auto_enable_organization_members"] == "ALL"
    assert template.only("aws_guardduty_detector")["enable"] is True
    assert states(template) == {name: "ALL" if name == "S3_DATA_EVENTS" else "NONE" for name in FEATURES}


@pytest.mark.row("C6")
def test_features_are_chosen_runtime_monitoring_with_its_agents():
    template = synth(lambda stack: build(stack, features=["RUNTIME_MONITORING"]))
    assert [name for name, state in states(template).items() if state == "ALL"] == ["RUNTIME_MONITORING"]
    (runtime,) = (
        found
        for found in template.resources("aws_guardduty_organization_configuration_feature").values()
        if found["name"] == "RUNTIME_MONITORING"
    )
    assert {agent["auto_enable"] for agent in runtime["additional_configuration"]} == {"ALL"}
    assert len(runtime["additional_configuration"]) == 3


def test_a_detector_that_exists_is_looked_up():
    template = synth(lambda stack: build(stack, existing_detector=True))
    assert not template.resources("aws_guardduty_detector")
    assert len(template.data("aws_guardduty_detector")) == 1
    assert template.only("aws_guardduty_organization_configuration")["detector_id"].startswith("${data.")


def test_a_feature_that_the_region_lacks_is_left_alone():
    template = synth(lambda stack: build(stack, unavailable_features=["LAMBDA_NETWORK_LOGS"]))
    assert set(FEATURES) - set(states(template)) == {"LAMBDA_NETWORK_LOGS"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features": ["EVERYTHING"]}, "features is 'EVERYTHING'"),
        ({"unavailable_features": ["EVERYTHING"]}, "unavailable_features is 'EVERYTHING'"),
        ({"unavailable_features": ["S3_DATA_EVENTS"]}, "only features that the region has"),
    ],
)
def test_unknown_and_contradicting_features_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
