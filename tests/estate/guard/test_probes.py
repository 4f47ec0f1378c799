"""What a change of policies newly allows, against all requests of a small world."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from estate.guard.probes import FULL, OPEN, Widening, widening, widening_of_chain

pytestmark = pytest.mark.row("E2")

ROLE, STRANGER = "arn:aws:iam::111122223333:role/a", "arn:aws:iam::999999999999:role/b"
ACTIONS = ["s3:GetObject", "s3:PutObject", "iam:CreateUser"]
PATTERNS = ["s3:GetObject", "s3:*", "s3:Get*", "iam:CreateUser", "*"]
RESOURCES = ["arn:aws:s3:::a/x", "arn:aws:s3:::b/x"]
RESOURCE_PATTERNS = ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::?/x"]
CONDITIONS = [
    {},
    {"StringEquals": {"aws:PrincipalTag/t": "1"}},
    {"StringNotEquals": {"aws:PrincipalTag/t": ("1", "2")}},
    {"StringNotEqualsIfExists": {"aws:RequestedRegion": "eu-central-1"}},
    {"StringLike": {"aws:RequestedRegion": "eu-*"}},
    {"Null": {"aws:PrincipalTag/t": "true"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}},
    {"StringEquals": {"aws:PrincipalTag/t": "1"}, "BoolIfExists": {"aws:SecureTransport": "true"}},
]
CONTEXTS = [
    {
        key: value
        for key, value in zip(("aws:PrincipalTag/t", "aws:RequestedRegion", "aws:SecureTransport"), values, strict=True)
        if value
    }
    for values in itertools.product(
        (None, "1", "3"), (None, "eu-central-1", "eu-west-1", "us-east-1"), (None, "true", "false")
    )
]


def documents(*effects, principals=False):
    who = st.sampled_from(["*", {"AWS": (ROLE,)}, {"AWS": ("111122223333",)}]) if principals else st.none()
    patterns = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2).map(tuple)
    statements = st.builds(
        lambda effect, actions, resource, conditions, principal, negated: Statement(
            effect,
            **{"not_actions" if negated else "actions": actions},
            resources=(resource,),
            conditions={operator: dict.fromkeys(keys, values) for operator, keys, values in _flat(conditions)},
            principals=principal,
        ),
        st.sampled_from(effects),
        patterns,
        st.sampled_from(RESOURCE_PATTERNS),
        st.sampled_from(CONDITIONS),
        who,
        st.booleans(),
    )
    return st.lists(statements, min_size=1, max_size=3).map(lambda found: PolicyDocument(tuple(found)))


def _flat(conditions):
    for operator, keys in conditions.items():
        for key, value in keys.items():
            yield operator, [key], (value,) if isinstance(value, str) else value


def requests(callers):
    for caller, action, resource, context in itertools.product(callers, ACTIONS, RESOURCES, CONTEXTS):
        yield Request(Principal.of(caller), action, resource, "444455556666", context=context)


def newly_allowed(before, after, callers=(ROLE, STRANGER)):
    return any(
        not evaluate(request, before).allowed and evaluate(request, after).allowed for request in requests(callers)
    )


@settings(max_examples=60, deadline=None)
@given(documents("Deny"), documents("Deny"))
def test_guardrails(before, after):
    levels = [(PolicySet((Policy("p", document), Policy("full", FULL)), "root"),) for document in (before, after)]
    old, new = (Policies(identity=PolicySet.of(FULL), resource=PolicySet.of(OPEN), scps=level) for level in levels)
    if newly_allowed(old, new):
        assert widening_of_chain("scp", *levels) is not None
    assert widening_of_chain("scp", levels[0], levels[0]) is None


@settings(max_examples=60, deadline=None)
@given(documents("Allow", "Deny"), documents("Allow", "Deny"))
def test_policies_of_identities(before, after):
    old, new = (Policies(identity=PolicySet.of(each), resource=PolicySet.of(OPEN)) for each in (before, after))
    if newly_allowed(old, new):
        assert widening("identity", before, after) is not None


@settings(max_examples=60, deadline=None)
@given(documents("Allow", "Deny", principals=True), documents("Allow", "Deny", principals=True))
def test_policies_of_resources(before, after):
    old, new = (Policies(identity=PolicySet.of(FULL), resource=PolicySet.of(each)) for each in (before, after))
    found = widening("resource", before, after)
    if newly_allowed(old, new):
        assert found is not None
    if found is not None and found.request is not None:
        pairs = [(old, new)]
        pairs.append(
            tuple(Policies(identity=PolicySet.of(FULL), resource=PolicySet.of(OPEN, each)) for each in (before, after))
        )
        shown = found.request
        assert any(not evaluate(shown, one).allowed and evaluate(shown, two).allowed for one, two in pairs)


KEYS = {f"aws:PrincipalTag/t{number}": ("1", "2") for number in range(12)}


def denying(actions, conditions, **statement):
    return Statement("Deny", actions, resources=("*",), conditions={"StringNotEquals": conditions}, **statement)


def test_one_statement_in_two_needs_no_search():
    """Each of 12 keys has four values to try; but where the rest is the same, only actions count."""
    before = PolicyDocument((denying(("s3:*",), KEYS),))
    after = PolicyDocument((denying(("s3:Get*",), KEYS), denying((), KEYS, not_actions=("s3:Get*",))))
    assert widening("identity", before, after) is None


def test_what_cannot_be_decided_is_not_harmless():
    """So many keys that no program tries all: said, and not passed."""
    before = PolicyDocument((denying(("s3:*",), {**KEYS, "aws:PrincipalTag/t": ("1", "1*")}),))
    after = PolicyDocument((denying(("s3:*",), {**KEYS, "aws:PrincipalTag/t": ("1",), "aws:PrincipalTag/u": ("1*",)}),))
    assert widening("identity", before, after) is not None
    assert str(Widening(None)) == "there are too many differences to tell whether it allows more"
