"""What others publish, the catalogue has: each statement of theirs by the guardrail that denies the same requests.

The requests were derived from the statements themselves, for every action and condition of theirs; some of them are kept.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from constructs_lib.policies import catalogue
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate

pytestmark = pytest.mark.row("E3")
PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text())
STATEMENTS = PUBLISHED["statements"]
COVERED = [each for each in STATEMENTS if each["covered"] in ("yes", "stricter")]
OWN, ORGANIZATION = "111122223333", "o-exampleorgid"
PATHS = [f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/"]
COMMON = {
    "aws:sourceip": "203.0.113.7",
    "aws:securetransport": "true",
    "aws:viaawsservice": "false",
    "aws:principalorgid": ORGANIZATION,
    "aws:resourceorgid": ORGANIZATION,
    "aws:principalisawsservice": "false",
    "aws:principalorgpaths": PATHS,
    "aws:resourceorgpaths": PATHS,
}
"""What a call within the organization carries, unless a request says otherwise."""
ALL = {False: PolicyDocument.of(allow("*", "*")), True: PolicyDocument.of(allow("*", "*", principals="*"))}
ORDINARY = ("ec2:DescribeInstances", "iam:GetRole", "rds:DescribeDBInstances", "logs:PutLogEvents", "sns:Publish")


@cache
def document(name, parameters):
    return catalogue.build(name, json.loads(parameters), organization_id=ORGANIZATION).document


def denied(guardrails, probe):
    """Whether any of the guardrails denies the request."""
    context = {**COMMON, **probe.get("context", {})}
    for key in probe.get("absent", ()):
        context.pop(key, None)
    request = Request(
        Principal.of(probe.get("principal", f"arn:aws:sts::{OWN}:assumed-role/Somebody/session")),
        probe["action"],
        probe.get("resource", "*"),
        resource_account=probe.get("owner", OWN),
        region=probe.get("region", "eu-central-1"),
        context=context,
    )
    documents = [document(each["name"], json.dumps(each.get("parameters", {}))) for each in guardrails]
    return any(not _passes(request, each) for each in documents)


def _passes(request, policy):
    """By itself, as a service control policy, or as a resource control policy if it says whom it binds."""
    bound = any(statement.principals is not None for statement in policy.statements)
    everything = PolicySet.of(ALL[False])
    guarded = PolicySet.of(ALL[bound], policy)
    return evaluate(
        request,
        Policies(
            identity=everything,
            resource=PolicySet.of(ALL[True]),
            scps=() if bound else (guarded,),
            rcps=(guarded,) if bound else (),
        ),
    ).allowed


@pytest.mark.parametrize("statement", COVERED, ids=lambda each: each["digest"])
def test_a_guardrail_denies_what_a_published_statement_denies(statement):
    guardrails = statement["guardrails"]
    assert statement["denied"]
    assert [probe for probe in statement["denied"] if not denied(guardrails, probe)] == []
    assert [probe for probe in statement.get("passed", ()) if denied(guardrails, probe)] == []


def test_seven_of_eight_published_statements_have_a_guardrail():
    counts = Counter(each["covered"] for each in STATEMENTS)
    assert len(STATEMENTS) >= 289
    assert len(COVERED) >= 240
    assert len(COVERED) / len(STATEMENTS) >= 240 / 275, counts


def test_what_has_none_says_why():
    for each in STATEMENTS:
        assert (each["covered"] in ("yes", "stricter")) is ("because" not in each), each["digest"]
        assert each["sources"]
        assert all(
            source.split("/", 2)[0] + "/" + source.split("/", 2)[1] in PUBLISHED["revisions"]
            for source in each["sources"]
        )


def test_nothing_is_covered_by_denying_everything():
    with_mfa = {"aws:multifactorauthpresent": "true"}
    for name, parameters in {
        (each["name"], json.dumps(each.get("parameters", {}))) for one in COVERED for each in one["guardrails"]
    }:
        if name not in ("allow-services", "deny-services", "quarantine", "suspend"):
            guardrail = [{"name": name, "parameters": json.loads(parameters)}]
            region = [*json.loads(parameters).get("allowed_regions", ()), "eu-central-1"][0]
            call = {"context": with_mfa, "region": region}
            assert [action for action in ORDINARY if denied(guardrail, {"action": action, **call})] == [], name
