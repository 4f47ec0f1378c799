"""What is of one form is decided alike: a pattern that takes one account's number in and not another's parts the two."""

import re
from random import Random

import pytest

from config import load
from config.controls import Chains
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from stacks.reach.forms import Forms
from stacks.reach.world import World
from tests.organizations import write_organization

FIRST, SECOND = "200000000007", "200000000028"
OWN = "<own>"
"""Stands for the number of whichever account it is."""
NAMES = (("", "Target-", "2"), ("", "220000000000", "000000000720"), ("", "-"), (OWN,), ("", "7", OWN))
"""What they are made of: the long numbers begin within "2" and the first account's number, and within that number twice."""
TEXTS = ("Resource", "StringLike")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    directory = write_organization(tmp_path_factory.mktemp("numbers") / "organization", 6)
    (directory / "organization.lock.yaml").write_text(
        "organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\n"
        f"accounts: {{workload-0000: '{FIRST}', workload-0001: '{SECOND}'}}\n"
    )
    return World(Chains(load(directory)), {})


def pattern_of(random, arn):
    """A pattern that an ARN matches, and the user's name by which it does: parts of the ARN are wildcards or a variable."""
    bounds = [each.start() for each in re.finditer(r"(?<=\D)\d|(?<=\d)\D|-|$", arn)]
    cuts = [min(len(arn), random.choice(bounds) + random.choice((0, 0, 1, 2, 11, 12))) for _ in range(3)]
    first, middle, last = sorted(cuts)
    user, found, before = "ann", "", 0
    for start, end in random.choice(([(first, middle), (middle, last)], [(first, middle)], [(middle, last)])):
        part, kind = arn[start:end], random.choice("**?$")
        if kind == "$" and user == "ann" and "/" in arn[:start] and part:
            user, kind = part, "${aws:username}"
        found += arn[before:start] + (kind if kind != "?" else "?" * len(part))
        before = end
    return found + arn[before:], user


def decided(pattern, arn, user, where):
    """Whether a policy with a pattern allows a user's call on a role."""
    statement = (
        allow("iam:DeleteRole", pattern)
        if where == "Resource"
        else allow("iam:DeleteRole", "*", conditions={"StringLike": {"aws:SourceArn": pattern}})
    )
    document = PolicyDocument.of(statement)
    request = Request(Principal.of(user), "iam:DeleteRole", arn, context={"aws:SourceArn": arn})
    return document.to_json(), evaluate(request, Policies(PolicySet.of(document))).allowed


@pytest.mark.parametrize("where", TEXTS)
def test_what_is_of_one_form_is_decided_alike(world, where):
    random, forms = Random(where), Forms(world)
    accounts = [world.chains.account_with_id(number) for number in (FIRST, SECOND)]
    compared, parted = 0, 0
    for _ in range(4000):
        name = "".join(map(random.choice, NAMES))
        arn = f"arn:aws:iam::{OWN}:role/{name}"
        pattern, user = pattern_of(random, arn.replace(OWN, FIRST))
        pattern = random.choice((pattern, pattern.replace(FIRST, OWN)))
        seen = []
        for account, number in zip(accounts, (FIRST, SECOND), strict=True):
            on, who = arn.replace(OWN, number), f"arn:aws:iam::{number}:user/{user}"
            text, allowed = decided(pattern.replace(OWN, number), on, who, where)
            seen.append((tuple(forms.own(each, account) for each in (text, on, who)), allowed))
        (first, one), (second, other) = seen
        if first == second:
            compared += 1
            assert one is other, (pattern, arn, user)
        parted += one is not other
    assert compared > 200
    assert parted > 1000
