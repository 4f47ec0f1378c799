"""The hand-computed tables once more: an independent implementation decides every request that answers them."""

import json
from collections import Counter

import pytest

from constructs_lib.policies.evaluator import evaluate
from stacks.reach.deciding import Judge
from tests.constructs_lib.policies.evaluator.differential.differential_cases import Case
from tests.constructs_lib.policies.evaluator.differential.differential_defects import cured
from tests.constructs_lib.policies.evaluator.differential.other_side import OtherSide
from tests.estate.access.test_tables import CAN, OF, WAYS, organization, worlds

pytestmark = pytest.mark.row("E7")
__all__ = ["organization", "worlds"]

SMALL = ("people", "pipelines", "resources")


@pytest.fixture(scope="module")
def other_side():
    with OtherSide() as side:
        yield side


@pytest.fixture(scope="module")
def decisions(worlds):
    """Every request that the tables' questions about the three small organizations decide, and what the evaluator says.

    What depends is two: with all that is unknown for the caller, and with all of it against them.
    """
    found = {}
    decide = Judge.decide

    def recorded(self, request, policies):
        answer = decide(self, request, policies)
        for favourable in (True, False) if answer.possible else (True,):
            read = self._read(policies, frozenset(request.keys), favourable=favourable)
            case = _case(request, read)
            found[json.dumps(vars(case), sort_keys=True)] = case, evaluate(request, read).allowed
        return answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Judge, "decide", recorded)
        for name, _, action, on, *_ in CAN:
            if name in SMALL:
                account = worlds[name].organization.accounts.get(on)
                worlds[name].who(action, None if account else on, account)
        for name, source, target, *_ in WAYS:
            if name in SMALL:
                asked = worlds[name]
                asked.paths(asked.named(source), asked.organization.accounts.get(target) or asked.named(target))
        for name, who, *_ in OF:
            worlds[name].of(worlds[name].named(who))
    return list(found.values())


def _case(request, policies):
    def documents(found):
        return [json.loads(each.document.to_json()) for each in found.policies] if found is not None else []

    def one(found):
        statements = [statement for each in documents(found) for statement in each["Statement"]]
        return {"Version": "2012-10-17", "Statement": statements} if statements else None

    bound = policies.management_account != request.principal.account
    return Case(
        principal=request.principal.arn,
        action=request.action,
        resource=request.resource,
        owner=request.owner,
        context={key: value if isinstance(value, str) else list(value) for key, value in request.keys.items()},
        identity=documents(policies.identity),
        resource_policy=one(policies.resource),
        boundary=one(policies.boundary),
        session=None,
        scps=[documents(level) for level in policies.scps] if bound else [],
        rcps=[documents(level) for level in policies.rcps],
    )


def test_the_other_implementation_decides_alike(other_side, decisions):
    counted, different = Counter(), []
    for case, allowed in decisions:
        other_side.send([cured(case, other_side)])
        answer = other_side.answer()
        counted[allowed] += 1
        if "error" in answer or (answer["result"] == "Allowed") is not allowed:
            different.append((allowed, answer, case))
    assert different == []
    assert min(counted[True], counted[False]) > 100
