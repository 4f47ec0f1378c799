import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import EventBusPolicyConstruct, InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("B6")

OWNER, MEMBER, PARTNER, STRANGER = "111111111111", "222222222222", "333333333333", "444444444444"
ORGANIZATION = "o-a1b2c3d4e5"
SENDS = PolicySet.of(PolicyDocument.of(allow("events:PutEvents", "*")))


def made(**changes):
    def build(stack):
        providers = {
            region: AwsProvider(stack, region, alias=region, region=region) for region in ("eu-west-1", "us-east-1")
        }
        EventBusPolicyConstruct(stack, "bus", **{"account_id": OWNER, "providers": providers, **changes})

    return synth(build)


def lets(account, organization, **changes):
    """Whether a role of an account may put events on the bus of us-east-1."""
    (text,) = (
        found["policy"]
        for found in made(**changes).resources("aws_cloudwatch_event_bus_policy").values()
        if found["provider"] == "aws.us-east-1"
    )
    request = Request(
        Principal.of(f"arn:aws:iam::{account}:role/Sender"),
        "events:PutEvents",
        f"arn:aws:events:us-east-1:{OWNER}:event-bus/default",
        region="us-east-1",
        context={"aws:PrincipalOrgID": organization},
    )
    return evaluate(request, Policies(identity=SENDS, resource=PolicySet.of(PolicyDocument.from_json(text)))).allowed


@pytest.mark.parametrize(
    ("account", "organization", "expected"),
    [(MEMBER, ORGANIZATION, True), (STRANGER, "o-zzzzzzzzzz", False), (PARTNER, "o-zzzzzzzzzz", False)],
)
def test_the_organization_sends_and_nobody_else(account, organization, expected):
    assert lets(account, organization, organization_id=ORGANIZATION) is expected


@pytest.mark.parametrize(
    ("account", "organization", "expected"),
    [(MEMBER, ORGANIZATION, False), (PARTNER, "o-zzzzzzzzzz", True), (STRANGER, "o-zzzzzzzzzz", False)],
)
def test_named_accounts_send_without_the_organization(account, organization, expected):
    assert lets(account, organization, other_account_ids=[PARTNER]) is expected


def test_each_policy_is_about_the_bus_of_its_region():
    found = made(organization_id=ORGANIZATION).resources("aws_cloudwatch_event_bus_policy").values()
    resources = {one["provider"]: json.loads(one["policy"])["Statement"][0]["Resource"] for one in found}
    assert resources == {
        f"aws.{region}": f"arn:aws:events:{region}:{OWNER}:event-bus/default" for region in ("eu-west-1", "us-east-1")
    }
    assert all("event_bus_name" not in one for one in found)  # the default one


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "other_account_ids"),
        ({"other_account_ids": ["1"]}, "other_account_ids"),
        ({"organization_id": "x"}, "organization_id"),
    ],
)
def test_nobody_and_malformed_ids_are_refused(changes, name):
    with pytest.raises(InvalidValueError, match=name):
        made(**changes)
