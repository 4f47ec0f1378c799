import pytest

from constructs_lib import InvalidValueError, StackSetConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")
TEMPLATE = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::Region}-topic'}}}\n"
ALL = {"template": TEMPLATE, "targets": {"ou-workloads": "ou-ab12-11111111"}, "regions": ["eu-west-1", "eu-central-1"]}


def made(**more):
    return synth(lambda stack: StackSetConstruct(stack, "set", name="topic", **{**ALL, **more}))


def test_the_organization_has_a_stack_in_each_account_and_those_to_come():
    template = made()
    found = template.only("aws_cloudformation_stack_set")
    assert found["permission_model"] == "SERVICE_MANAGED"
    assert found["auto_deployment"] == {"enabled": True, "retain_stacks_on_account_removal": False}
    assert "$${AWS::Region}" in found["template_body"]
    instances = template.resources("aws_cloudformation_stack_set_instance").values()
    assert sorted(each["region"] for each in instances) == ["eu-central-1", "eu-west-1"]
    assert all(each["deployment_targets"] == {"organizational_unit_ids": ["ou-ab12-11111111"]} for each in instances)
    assert all(each["call_as"] == "SELF" for each in (found, *instances))


def test_an_administrator_says_that_it_is_one():
    template = made(delegated=True)
    assert template.only("aws_cloudformation_stack_set")["call_as"] == "DELEGATED_ADMIN"


@pytest.mark.parametrize(
    ("wrong", "argument"),
    [
        ({"targets": {}}, "targets"),
        ({"regions": []}, "regions"),
        ({"max_concurrent_percentage": 0}, "max_concurrent_percentage"),
        ({"template": "x" * 51_201}, "template"),
        ({"auto_deployment": False, "retain_stacks_on_account_removal": True}, "retain_stacks_on_account_removal"),
    ],
)
def test_what_aws_would_refuse(wrong, argument):
    with pytest.raises(InvalidValueError, match=argument):
        made(**wrong)
