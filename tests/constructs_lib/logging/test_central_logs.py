import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import (
    CentralLogsConstruct,
    InvalidValueError,
    LogBucket,
    LogSubscriptionConstruct,
    LogSubscriptionRoleConstruct,
)
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("C5")

KEEPER, ORGANIZATION, KEY = "222222222222", "o-a1b2c3d4e5", "arn:aws:kms:eu-west-1:222222222222:key/1"
DESTINATION = f"arn:aws:logs:us-east-1:{KEEPER}:destination:central-logs"


@pytest.fixture(scope="module")
def template():
    def build(stack):
        regions = ("eu-west-1", "us-east-1")
        providers = {region: AwsProvider(stack, region, alias=region, region=region) for region in regions}
        CentralLogsConstruct(
            stack,
            "central",
            name="central-logs",
            providers=providers,
            bucket=LogBucket("acme-logs", "arn:aws:s3:::acme-logs", KEY),
            account_id=KEEPER,
            organization_id=ORGANIZATION,
        )

    return synth(build)


def test_each_region_has_a_destination_that_writes_into_the_one_bucket(template):
    streams = template.resources("aws_kinesis_firehose_delivery_stream").values()
    destinations = template.resources("aws_cloudwatch_log_destination").values()
    assert (
        {one["provider"] for one in streams}
        == {one["provider"] for one in destinations}
        == {
            "aws.eu-west-1",
            "aws.us-east-1",
        }
    )
    assert {one["extended_s3_configuration"]["bucket_arn"] for one in streams} == {"arn:aws:s3:::acme-logs"}
    assert all(one["server_side_encryption"] == {"enabled": True} for one in streams)
    prefixes = {one["extended_s3_configuration"]["prefix"] for one in streams}
    assert prefixes == {
        "CloudWatchLogs/eu-west-1/!{timestamp:yyyy/MM/dd}/",
        "CloudWatchLogs/us-east-1/!{timestamp:yyyy/MM/dd}/",
    }


@pytest.mark.parametrize(("organization", "expected"), [(ORGANIZATION, True), ("o-zzzzzzzzzz", False)])
@pytest.mark.parametrize("action", ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"])
def test_whoever_is_of_the_organization_sends(template, action, organization, expected):
    (policy,) = (
        one["access_policy"]
        for one in template.resources("aws_cloudwatch_log_destination_policy").values()
        if one["provider"] == "aws.us-east-1"
    )
    document = PolicyDocument.from_json(policy)
    policies = Policies(
        identity=PolicySet((Policy("all", PolicyDocument.from_json(_ALL)),)),
        resource=PolicySet((Policy("destination", document),)),
    )
    caller = Principal.of("arn:aws:iam::444444444444:role/Shop")
    keys = {"aws:PrincipalOrgID": organization}
    assert evaluate(Request(caller, action, DESTINATION, KEEPER, "us-east-1", keys), policies).allowed is expected


_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def test_services_have_roles_for_these_streams_and_this_bucket_alone(template):
    (sends,) = (one for key, one in template.resources("aws_iam_role_policy").items() if "Sender" in key)
    (statement,) = json.loads(sends["policy"])["Statement"]
    assert statement["Resource"] == f"arn:aws:firehose:*:{KEEPER}:deliverystream/central-logs"
    (writes,) = (one for key, one in template.resources("aws_iam_role_policy").items() if "Writer" in key)
    used = {arn for one in json.loads(writes["policy"])["Statement"] for arn in [one["Resource"]]}
    assert used == {"arn:aws:s3:::acme-logs", "arn:aws:s3:::acme-logs/*", KEY}
    trusts = [
        json.loads(one["assume_role_policy"])["Statement"][0] for one in template.resources("aws_iam_role").values()
    ]
    assert {one["Principal"]["Service"]: one["Condition"] for one in trusts} == {
        "firehose.amazonaws.com": {"StringEquals": {"sts:ExternalId": KEEPER}},
        "logs.amazonaws.com": {"StringEqualsIfExists": {"aws:SourceOrgID": ORGANIZATION}},
    }


def sent(**arguments):
    return synth(
        lambda stack: LogSubscriptionConstruct(
            stack, "logs", name="central-logs", destination_arn=DESTINATION, **arguments
        )
    ).only("aws_cloudwatch_log_account_policy")


def test_all_log_groups_send_but_those_that_are_excluded():
    found = sent(excluded_log_groups=["/aws/lambda/loud", "/aws/lambda/loud", "b"])
    assert (found["policy_type"], found["scope"]) == ("SUBSCRIPTION_FILTER_POLICY", "ALL")
    assert found["selection_criteria"] == 'LogGroupName NOT IN ["/aws/lambda/loud", "b"]'
    assert json.loads(found["policy_document"])["DestinationArn"] == DESTINATION
    assert "selection_criteria" not in sent()


def test_an_account_shows_by_a_role_of_its_own_that_it_is_of_the_organization():
    def build(stack):
        role = LogSubscriptionRoleConstruct(stack, "role", name="central-logs-subscription", account_id="444444444444")
        LogSubscriptionConstruct(stack, "logs", name="central-logs", destination_arn=DESTINATION, role=role)

    template = synth(build)
    sends = template.only("aws_cloudwatch_log_account_policy")
    assert "aws_iam_role.role_" in json.loads(sends["policy_document"])["RoleArn"]
    assert sends["depends_on"][0].startswith("aws_iam_role_policy.role_")
    (trust,) = template.policy("aws_iam_role", "assume_role_policy")["Statement"]
    assert trust["Principal"] == {"Service": "logs.amazonaws.com"}
    assert trust["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": "444444444444"}}
    (may,) = template.policy("aws_iam_role_policy", "policy")["Statement"]
    assert (may["Action"], may["Resource"]) == ("logs:PutLogEvents", "arn:aws:logs:*:444444444444:log-group:*")
    assert "RoleArn" not in json.loads(sent()["policy_document"])


@pytest.mark.parametrize("groups", [["a b"], [str(number) for number in range(51)]])
def test_more_or_other_log_groups_than_aws_takes_are_refused(groups):
    with pytest.raises(InvalidValueError, match="excluded_log_groups"):
        sent(excluded_log_groups=groups)
