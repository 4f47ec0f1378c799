"""What holds for all policies and requests: the differential test's generator makes them."""

import copy
import dataclasses
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.pack import pack
from tests.constructs_lib.policies.evaluator.differential.differential_cases import Generator

CASES = st.integers(0, 2**32).map(lambda seed: Generator(seed).case())
LAYERS = ("identity", "boundary", "session", "resource_policy", "scps", "rcps")
MANY = settings(max_examples=300)


def documents(case, layer):
    """The documents of a layer, by level."""
    found = getattr(case, layer)
    if found is None:
        return []
    levels = found if layer in ("scps", "rcps") else [found if layer == "identity" else [found]]
    return [[PolicyDocument.from_json(document) for document in level] for level in levels]


def decision(case, change=lambda _layer, documents: documents):
    def sets(layer):
        return tuple(
            PolicySet(tuple(Policy(layer, each) for each in change(layer, level))) for level in documents(case, layer)
        )

    def one(layer):
        found = sets(layer)
        return found[0] if found else None

    return evaluate(
        Request(Principal.of(case.principal), case.action, case.resource, case.owner, context=case.context),
        Policies(
            identity=one("identity") or PolicySet(),
            boundary=one("boundary"),
            session=one("session"),
            resource=one("resource_policy"),
            scps=sets("scps"),
            rcps=sets("rcps"),
        ),
    )


@MANY
@given(CASES, st.sampled_from(LAYERS), st.integers(0, 2**32))
def test_adding_a_deny_never_allows_more(case, layer, seed):
    generator = Generator(seed)
    generator.case()
    generator.action, generator.resource, generator.principal = case.action, case.resource, case.principal
    extra = generator.statement(allow=0, principals=layer == "resource_policy", rcp=layer == "rcps")

    def more(changed, found):
        return (
            [*found, PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [extra]})]
            if changed == layer
            else found
        )

    assert not (decision(case, more).allowed and not decision(case).allowed)


@MANY
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_policies_never_matters(case, random):
    def shuffled(_layer, found):
        mixed = [
            dataclasses.replace(each, statements=tuple(random.sample(each.statements, len(each.statements))))
            for each in found
        ]
        return random.sample(mixed, len(mixed))

    before, after = decision(case), decision(case, shuffled)
    assert (before.allowed, before.is_explicit_deny) == (after.allowed, after.is_explicit_deny)
    assert {reason.statement for reason in before.reasons if before.is_explicit_deny} == {
        reason.statement for reason in after.reasons if after.is_explicit_deny
    }


@MANY
@given(CASES)
def test_minifying_never_changes_a_decision(case):
    def written(_layer, found):
        spaced = [json.dumps(json.loads(each.to_json()), indent=4) for each in found]
        assert [PolicyDocument.from_json(text).to_json() for text in spaced] == [each.to_json() for each in found]
        return [PolicyDocument.from_json(each.to_json()) for each in found]

    assert decision(case, written) == decision(case)


@MANY
@given(CASES)
def test_packing_never_changes_a_decision(case):
    kinds = {"scps": PolicyKind.SCP, "rcps": PolicyKind.RCP, "identity": PolicyKind.IDENTITY}

    def packed(layer, found):
        if layer not in kinds or not found or any(each.version != "2012-10-17" for each in found):
            return found
        return list(pack(found, kinds[layer], most=1))

    before, after = decision(case), decision(case, packed)
    assert (before.allowed, before.is_explicit_deny) == (after.allowed, after.is_explicit_deny)


@MANY
@given(CASES)
def test_the_reasons_bear_out_the_answer(case):
    found = decision(case)
    for reason in found.reasons:
        if found.is_explicit_deny:
            assert reason.statement.effect == "Deny"
        elif found.allowed:
            assert reason.statement is None or reason.statement.effect == "Allow"
        else:
            assert reason.statement is None


@MANY
@given(CASES)
def test_an_allowed_request_stays_allowed_if_everybody_says_yes(case):
    if not decision(case).allowed:
        return
    everything = Statement("Allow", ("*",), resources=("*",))

    def more(layer, found):
        extra = dataclasses.replace(everything, principals="*") if layer == "resource_policy" else everything
        return [*found, PolicyDocument.of(extra)] if layer != "rcps" else found

    assert decision(copy.deepcopy(case), more).allowed
