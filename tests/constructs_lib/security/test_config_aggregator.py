import pytest

from constructs_lib.security.config_aggregator import ConfigAggregatorConstruct
from tests.template import synth


@pytest.mark.row("C6")
def test_all_accounts_and_regions_are_gathered_by_a_role_that_lists_them():
    template = synth(lambda stack: ConfigAggregatorConstruct(stack, "aggregator", name="organization"))
    source = template.only("aws_config_configuration_aggregator")["organization_aggregation_source"]
    assert source["all_regions"] is True
    assert "regions" not in source
    attachment = template.only("aws_iam_role_policy_attachment")
    assert attachment["policy_arn"] == "arn:aws:iam::aws:policy/service-role/AWSConfigRoleForOrganizations"
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "config.amazonaws.com"}


def test_regions_and_partition_can_be_chosen():
    template = synth(
        lambda stack: ConfigAggregatorConstruct(
            stack, "aggregator", name="organization", regions=["us-gov-west-1", "us-gov-east-1"], partition="aws-us-gov"
        )
    )
    source = template.only("aws_config_configuration_aggregator")["organization_aggregation_source"]
    assert source["regions"] == ["us-gov-east-1", "us-gov-west-1"]
    assert "all_regions" not in source
    assert template.only("aws_iam_role_policy_attachment")["policy_arn"].startswith("arn:aws-us-gov:iam::aws:")
