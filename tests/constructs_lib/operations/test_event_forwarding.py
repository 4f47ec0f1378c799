import json

import pytest
from cdktf_cdktf_provider_aws.provider import AwsProvider

from constructs_lib import (
    EventForwardingConstruct,
    ForwardedEvents,
    InvalidValueError,
    OrganizationEventBusConstruct,
)
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from tests.template import synth

pytestmark = pytest.mark.row("B6")

OWNER, MEMBER, STRANGER = "111111111111", "222222222222", "444444444444"
ORGANIZATION = "o-a1b2c3d4e5"
BUS = f"arn:aws:events:eu-west-1:{OWNER}:event-bus/health"
SENDS = PolicySet.of(PolicyDocument.of(allow("events:PutEvents", "*")))
ISSUES = ForwardedEvents({"source": ["aws.health"], "detail": {"note": ["${x}"]}}, ["us-east-1", "eu-west-1"])


def bus(**changes):
    arguments = {"name": "health", "organization_id": ORGANIZATION}
    return synth(lambda stack: OrganizationEventBusConstruct(stack, "bus", **{**arguments, **changes}))


def sent(**changes):
    def build(stack):
        providers = {
            region: AwsProvider(stack, region, alias=region, region=region) for region in ("eu-west-1", "us-east-1")
        }
        arguments = {
            "name": "event-bus-health",
            "account_id": MEMBER,
            "bus_arn": BUS,
            "events": {"issues": ISSUES},
            "providers": providers,
        }
        EventForwardingConstruct(stack, "sent", **{**arguments, **changes})

    return synth(build)


@pytest.mark.parametrize(
    ("account", "organization", "expected"), [(MEMBER, ORGANIZATION, True), (STRANGER, "o-zzzzzzzzzz", False)]
)
def test_the_organization_puts_events_on_the_bus_and_nobody_else(account, organization, expected):
    found = bus()
    (name,) = found.resources("aws_cloudwatch_event_bus")
    text = found.only("aws_cloudwatch_event_bus_policy")["policy"].replace(
        f"${{aws_cloudwatch_event_bus.{name}.arn}}", BUS
    )
    role = Principal.of(f"arn:aws:iam::{account}:role/Sender")
    request = Request(role, "events:PutEvents", BUS, OWNER, "eu-west-1", {"aws:PrincipalOrgID": organization})
    policies = Policies(identity=SENDS, resource=PolicySet.of(PolicyDocument.from_json(text)))
    assert evaluate(request, policies).allowed is expected


def test_each_region_sends_what_matches_by_one_role():
    found = sent()
    rules, targets = found.resources("aws_cloudwatch_event_rule"), found.resources("aws_cloudwatch_event_target")
    assert {(one["name"], one["provider"]) for one in rules.values()} == {
        ("event-bus-health-issues", "aws.eu-west-1"),
        ("event-bus-health-issues", "aws.us-east-1"),
    }
    assert {one["event_pattern"] for one in rules.values()} == {'{"detail":{"note":["$${x}"]},"source":["aws.health"]}'}
    (role,) = found.resources("aws_iam_role")
    assert {(one["arn"], one["role_arn"]) for one in targets.values()} == {(BUS, f"${{aws_iam_role.{role}.arn}}")}


def test_the_role_sends_to_that_bus_alone_and_eventbridge_of_the_account_alone_has_it():
    found = sent()
    (statement,) = json.loads(found.only("aws_iam_role_policy")["policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("events:PutEvents", BUS)
    trust = PolicyDocument.from_json(found.only("aws_iam_role")["assume_role_policy"])
    for account in (MEMBER, STRANGER):
        request = Request(
            Principal.of("events.amazonaws.com"),
            "sts:AssumeRole",
            f"arn:aws:iam::{MEMBER}:role/event-bus-health",
            MEMBER,
            "eu-west-1",
            {"aws:SourceAccount": account},
        )
        assert evaluate(request, Policies(resource=PolicySet.of(trust))).allowed is (account == MEMBER)


@pytest.mark.parametrize(
    ("make", "changes", "name"),
    [
        (bus, {"name": "Health"}, "name"),
        (bus, {"organization_id": "x"}, "organization_id"),
        (bus, {"description": "x" * 513}, "description"),
        (sent, {"events": {}}, "events"),
        (sent, {"events": {"Issues": ISSUES}}, "events"),
        (sent, {"events": {"i" * 48: ISSUES}}, "events"),
        (sent, {"events": {"issues": ForwardedEvents({"source": ["a"]}, ["eu-north-1"])}}, "regions"),
        (sent, {"events": {"issues": ForwardedEvents({"source": ["a" * 2048]}, ["eu-west-1"])}}, "pattern"),
        (sent, {"account_id": "1"}, "account_id"),
    ],
)
def test_what_eventbridge_would_refuse_is_refused(make, changes, name):
    with pytest.raises(InvalidValueError, match=name):
        make(**changes)
