"""Accounts of one form share their answers, and get those that each would have got by itself."""

import json
from functools import cache

import pytest

from config import load
from config.controls import Chains
from config.controls.alike import alike, has_pattern_of_ids
from constructs_lib.policies.document import PolicyDocument, deny
from stacks.reach import questions, steps
from stacks.reach.forms import Forms
from stacks.reach.paths import Paths
from stacks.reach.questions import Questions
from stacks.reach.world import World, rests_on_unknown
from tests.estate.access.worlds import ADMIN, allow, ids_of, leading, policy, role, root, trust
from tests.organizations import write_organization

WORK = [f"workload-{number:04}" for number in range(30)]
ACTIONS = ("iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:PassRole", "lambda:UpdateFunctionCode")
GUARDRAIL = """\
type: service_control_policy
targets: ["ou:workloads"]
statements:
  - effect: Deny
    actions: iam:DeleteRole
    resources: "arn:aws:iam::{named}:role/Reader"
  - effect: Deny
    actions: iam:PassRole
    conditions:
      StringNotEquals: {{"aws:PrincipalTag/team": "{named}"}}
"""


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    """Many accounts; a guardrail names one of them by its number."""
    directory = write_organization(tmp_path_factory.mktemp("forms") / "organization", 34)
    ids = "".join(f"  {slug}: '{200000000000 + 7 * place}'\n" for place, slug in enumerate((*WORK, "security")))
    (directory / "organization.lock.yaml").write_text(
        f"organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\naccounts:\n{ids}"
    )
    (directory / "policies" / "named.yaml").write_text(GUARDRAIL.format(named="200000000021"))
    return load(directory)


def contents(slug, own, security, **changed):
    """Roles and resources of a workload account: the same but for its number, and for what is changed."""
    arn = f"arn:aws:iam::{own}"
    roles = {
        "reader": role("Reader", trust(AWS=root(security)), allow("s3:GetObject")),
        "keeper": role(
            "Keeper",
            trust(AWS=root(own), conditions={"StringEquals": {"aws:PrincipalTag/home": own}}),
            allow(["iam:UpdateAssumeRolePolicy", "iam:PassRole"], f"{arn}:role/Re*"),
            allow("sts:AssumeRole", f"arn:aws:iam::{security}:role/Hub"),
            allow("iam:DeleteRole", f"{arn}:role/{slug}-*"),
            allow(
                "lambda:UpdateFunctionCode",
                f"arn:aws:lambda:*:{own}:function:*",
                Condition={"StringEquals": {"aws:PrincipalTag/home": own}},
            ),
        ),
        "function": role(
            "Function",
            trust(Service="lambda.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": own}}),
            allow(
                ["iam:DeleteRole", "iam:PassRole"],
                f"{arn}:role/*",
                Condition={"StringEquals": {"aws:PrincipalTag/home": own}},
            ),
            allow(["lambda:UpdateFunctionCode"], f"arn:aws:lambda:*:{own}:function:*"),
        ),
        "administrator": role("Administrator", trust(AWS=f"{arn}:role/Keeper"), managed=[ADMIN]),
        **changed,
    }
    return {"aws_iam_role": roles}


@cache
def stacks(organization):
    ids = ids_of(organization)
    security = ids["security"]
    found = {slug: contents(slug, ids[slug], security) for slug in WORK}
    of = {slug: found[slug]["aws_iam_role"] for slug in WORK}
    fourth, fifth, seventh, eleventh = (ids[WORK[place]] for place in (4, 5, 7, 11))
    # Each differs from its copies in one thing that only somebody who reads the whole text sees.
    of[WORK[4]]["keeper"] = role(
        "Keeper", trust(AWS=root(fourth)), allow("iam:*", f"arn:aws:iam::{ids[WORK[0]]}:role/*")
    )
    part = f"{fifth[:-1]}*"
    of[WORK[5]]["keeper"] = role("Keeper", trust(AWS=root(fifth)), allow("iam:*", f"arn:aws:iam::{part}:role/*"))
    of[WORK[11]]["keeper"] = role("Keeper", trust(AWS=root(eleventh)), allow("iam:*", f"arn:aws:iam::{part}:role/*"))
    of[WORK[13]]["administrator"] = role("Administrator", trust(Service="lambda.amazonaws.com"), managed=[ADMIN])
    of[WORK[7]]["function"] = role(
        "Function", trust(Service="lambda.amazonaws.com"), managed=["arn:aws:iam::aws:policy/NobodyKnows"]
    )
    of[WORK[8]]["function"]["permissions_boundary"] = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    of[WORK[16]]["application"] = role(f"{WORK[16]}-application", trust(Service="lambda.amazonaws.com"))
    of[WORK[19]]["application"] = role(f"{WORK[16]}-application", trust(Service="lambda.amazonaws.com"))
    itself = f"arn:aws:iam::{ids[WORK[2]]}:role/Restrained"
    denied = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}
    of[WORK[2]]["restrained"] = role("Restrained", trust(), allow("iam:PutRolePolicy", itself), denied)
    named = {"StringEquals": {"aws:PrincipalAccount": [ids[WORK[1]], seventh]}}
    bucket = policy(
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::hub/*",
            "Condition": named,
        }
    )
    vault = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": root(ids[WORK[2]])},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::vault/*",
        }
    )
    hub = role(
        "Hub",
        trust(AWS=[root(ids[WORK[2]]), root(ids[WORK[3]])]),
        allow("sts:AssumeRole", "arn:aws:iam::*:role/Reader"),
    )
    # Long lists of other accounts' roles, of which each account sees its own.
    readers = [f"arn:aws:iam::{ids[slug]}:role/Reader" for slug in WORK[:20]]
    lister = role("Lister", trust(AWS=root(security)), allow("sts:AssumeRole", readers))
    others = {"Effect": "Allow", "Action": "sts:AssumeRole", "NotResource": readers}
    excluder = role("Excluder", trust(AWS=root(security)), others)
    found["security"] = {
        "aws_iam_role": {"hub": hub, "lister": lister, "excluder": excluder},
        "aws_s3_bucket": {"hub": {"bucket": "hub"}, "vault": {"bucket": "vault"}},
        "aws_s3_bucket_policy": {
            "hub": {"bucket": "hub", "policy": bucket},
            "vault": {"bucket": "vault", "policy": vault},
        },
    }
    return {
        slug: {
            "provider": {"aws": [{"region": "eu-central-1", "allowed_account_ids": [ids[slug]]}]},
            "resource": json.loads(json.dumps(resources)),
        }
        for slug, resources in found.items()
    }


def answers(organization):
    """Everything that is shared, from a world of its own; and how many requests were decided for it."""
    world = World(Chains(organization), stacks(organization))
    decided = []
    decide = world.decide
    world.decide = lambda *arguments, **named: decided.append(arguments) or decide(*arguments, **named)
    asked = Questions(world)
    found = {}
    for slug in WORK:
        account = organization.accounts[slug]
        for who in world.living_in(account):
            for action in ACTIONS if who.kind == "role" else ():
                found[who.name, action] = asked.reaching(account, action, who.arn)
    for bucket in ("hub", "vault"):
        found[bucket] = asked.reaching(organization.accounts["security"], "s3:GetObject", f"arn:aws:s3:::{bucket}/x")
    found["into"] = {who.name: into for who, into in asked.graph.into.items()}
    found["leading"] = leading(asked.graph)
    found["paths"] = [each.sentence for each in Paths(asked).found()]
    return found, len(decided)


def test_shared_answers_are_those_of_each_account_by_itself(organization, monkeypatch):
    shared, decided = answers(organization)
    monkeypatch.setattr(Forms, "around", lambda _, account: account.slug)  # no account is of another's form
    alone, every = answers(organization)
    assert shared == alone
    assert decided < every / 2


def test_what_is_not_asked_would_have_been_no(organization, monkeypatch):
    shared, decided = answers(organization)
    monkeypatch.setattr(steps, "_is_barred", lambda _: False)
    monkeypatch.setattr(steps.Graph, "_is_trusted", lambda *_: True)
    monkeypatch.setattr(questions.Questions, "homes", lambda *_: organization.accounts.values())
    every, asked = answers(organization)
    assert shared == every
    assert decided < asked


def test_certain_escalations_rest_on_known_texts_and_come_once(organization):
    graph = Questions(World(Chains(organization), stacks(organization))).graph
    unknown = graph.world.identities[f"role:{WORK[7]}/Function"]
    assert any(rests_on_unknown(unknown, step.needs) for step in graph.escalations(unknown))
    repeated = 0
    for who in graph.world.identities.values():
        every = [step.target for step in graph.escalations(who) if not rests_on_unknown(who, step.needs)]
        certain = [step.target for step in graph.escalations(who, certain=True)]
        assert certain == list(dict.fromkeys(every))
        repeated += len(every) - len(certain)
    assert repeated


def test_steps_that_lead_to_somebody_are_all_that_lead_on_from_somebody(organization):
    graph = Questions(World(Chains(organization), stacks(organization))).graph
    known = graph.world.identities
    found, waiting = set(), list(known.values())
    met = {each.name for each in waiting}
    for who in waiting:  # grows while it is gone through
        on = [*graph.out_of.get(who, ()), *graph.escalations(who, certain=True)]
        on += [step for step in graph.beyond(who) if step.how == "assumes"] if who.name not in known else []
        for step in on:
            if who.name in known or not rests_on_unknown(who, step.needs):
                found.add(step)
                if step.target.name not in met:
                    met.add(step.target.name)
                    waiting.append(step.target)
    assert len(met) > len(known)
    assert found == {step for steps in leading(graph).values() for step in steps}
    certain = [step for step in found if step.how not in ("assumes", "is assigned", "is a member of")]
    assert certain
    assert not any(rests_on_unknown(step.source, step.needs) for step in certain)


def test_what_differs_by_number_is_told_apart(organization):
    found, _ = answers(organization)

    def who(slug, action, name="Reader"):
        """Who can do something to a role."""
        return {each.who.name.partition("/")[2] for each in found[f"role:{slug}/{name}", action]}

    assert "Keeper" in who(WORK[0], ACTIONS[0])
    assert "Keeper" not in who(WORK[4], ACTIONS[0])  # may change another account's roles
    assert "Keeper" in who(WORK[5], ACTIONS[1])  # by a pattern that its number matches
    assert "Keeper" not in who(WORK[11], ACTIONS[1])
    assert "Function" in who(WORK[0], ACTIONS[1])
    assert "Function" not in who(WORK[3], ACTIONS[1])  # the guardrail names this account's role
    application = f"{WORK[16]}-application"
    assert "Keeper" in who(WORK[16], ACTIONS[1], application)  # the slug of its own account begins the role's name
    assert "Keeper" not in who(WORK[19], ACTIONS[1], application)
    homes = {each.who.account.slug for each in found["hub"] if each.who.account}
    assert homes.intersection(WORK) == {WORK[1], WORK[7]}


def test_lists_of_other_accounts_are_seen_without_them(organization):
    found, _ = answers(organization)
    into = {slug: {step.source.name for step in found["into"][f"role:{slug}/Reader"]} for slug in WORK}
    assert {slug for slug in WORK if "role:security/Lister" in into[slug]} == set(WORK[:20])
    assert {slug for slug in WORK if "role:security/Excluder" in into[slug]} == set(WORK[20:])
    world = World(Chains(organization), stacks(organization))
    forms, lister = Forms(world), world.identities["role:security/Lister"]

    def form(slug, asked):
        account = organization.accounts[slug]
        return forms.policies(lister.policies, account, "sts:assumerole", forms.about(account, *asked))

    def readers(*slugs):
        return [str(world.identities[f"role:{slug}/Reader"].arn) for slug in slugs]

    assert form(WORK[0], readers(WORK[0])) == form(WORK[1], readers(WORK[1])) != form(WORK[20], readers(WORK[20]))
    assert form(WORK[0], readers(WORK[0], WORK[5])) != form(WORK[1], readers(WORK[1], WORK[5]))


def test_conditions_name_the_own_account(organization):
    found, _ = answers(organization)
    ids = ids_of(organization)
    for slug in WORK[:4]:
        for into in (found["into"][f"role:{slug}/Administrator"], found["into"][f"role:{slug}/Keeper"]):
            assert into
            others = {number for other, number in ids.items() if other not in (slug, "security")}
            assert not [need for step in into for need in step.needs if any(number in need for number in others)]


def test_ways_are_the_same_whichever_account_a_form_was_found_for(organization):
    asked = Questions(World(Chains(organization), stacks(organization)))
    for slug in reversed(WORK):
        asked.graph.within.of(organization.accounts[slug])
    assert [each.sentence for each in Paths(asked).found()] == answers(organization)[0]["paths"]


@pytest.mark.parametrize(
    ("conditions", "alike"),
    [
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, True),
        ({"NumericLessThan": {"ec2:RoleDelivery": "2.0"}}, True),
        ({"NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "3600"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, True),
        ({"NumericEquals": {"aws:PrincipalAccount": "200000000014"}}, False),
        ({"ForAnyValue:NumericLessThan": {"aws:PrincipalAccount": "200000000014"}}, False),
        ({"DateLessThan": {"aws:PrincipalAccount": "200000000014"}}, False),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam*07:role/Keeper"}}, False),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::2*role/Keeper"}}, False),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "3600", "aws:SourceAccount": "300000000000"}}, False),
    ],
)
def test_numbers_part_accounts_only_where_they_may_be_an_accounts(organization, conditions, alike):
    forms = Forms(World(Chains(organization), {}))
    text = PolicyDocument.of(deny("s3:*", "*", principals="*", conditions=conditions)).to_json()
    first, second = (forms.own(text, organization.accounts[slug]) for slug in WORK[:2])
    assert (first == second) is alike


@pytest.mark.parametrize(
    ("condition", "alike"),
    [
        ('NumericLessThan: {"aws:PrincipalAccount": "000000000003"}', False),
        ('StringEquals: {"aws:PrincipalTag/team": "${aws:PrincipalTag/other}3"}', False),
        ('StringEquals: {"aws:PrincipalTag/team": "${aws:PrincipalTag/other}"}', True),
        ('NumericLessThan: {"s3:TlsVersion": "1.2"}', True),
    ],
)
def test_guardrails_part_accounts_by_what_a_number_may_match(tmp_path, condition, alike):
    directory = write_organization(tmp_path / "organization", 9)
    (directory / "policies" / "compared.yaml").write_text(
        "type: service_control_policy\ntargets: [root]\n"
        f"statements: [{{effect: Deny, actions: s3:GetObject, conditions: {{{condition}}}}}]\n"
    )
    chains = Chains(load(directory))
    assert (alike_to(chains, WORK[1]) == alike_to(chains, WORK[4])) is alike


def test_no_guardrail_of_the_sample_parts_accounts(sample):
    """Else nothing would be decided once for all accounts of a form, and a thousand take minutes."""
    assert [policy.slug for policy in sample.policies.values() if has_pattern_of_ids(policy.content)] == []


def joining(own, attached, *, managed=True):
    """Who joins a group, and may change one policy: a group's text says nothing of which policy it is."""
    text = policy(allow("s3:GetObject"), {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"})
    iam = f"arn:aws:iam::{own}"
    rights = policy(
        allow(["iam:AddUserToGroup", "iam:DetachUserPolicy"]), allow("iam:CreatePolicyVersion", f"{iam}:policy/known")
    )
    given = {"aws_iam_group_policy": {"g": {"name": "inline", "group": "readers", "policy": text}}}
    if managed:
        given = {
            "aws_iam_group_policy_attachment": {"g": {"group": "readers", "policy_arn": f"{iam}:policy/{attached}"}}
        }
    return {
        "aws_iam_user": {"joiner": {"name": "joiner"}},
        "aws_iam_user_policy": {"joiner": {"name": "inline", "user": "joiner", "policy": rights}},
        "aws_iam_group": {"readers": {"name": "readers"}},
        "aws_iam_policy": {"known": {"name": attached, "policy": text}},
        **given,
    }


def named_by_slug(slug, own, attached):
    """Who joins a group whose policy is named by the slug, and may change one that is named so."""
    found = joining(own, attached)
    rights = policy(
        allow("iam:AddUserToGroup"), allow("iam:CreatePolicyVersion", f"arn:aws:iam::{own}:policy/{slug}-known")
    )
    found["aws_iam_user_policy"]["joiner"]["policy"] = rights
    return found


def changing(own, resource, version="2012-10-17", account="*", before="", user="ann"):
    """A role that changes whom another one trusts, whose name has the account's number."""
    condition = {"StringLike": {"aws:PrincipalAccount": account}}
    keeper = role("Keeper", trust(AWS=root(own)), allow("iam:UpdateAssumeRolePolicy", resource, Condition=condition))
    keeper["inline_policy"][0]["policy"] = keeper["inline_policy"][0]["policy"].replace("2012-10-17", version)
    target = role(f"Target-{before}{own}", trust(AWS=root(own)), managed=[ADMIN])
    rights = keeper["inline_policy"][0]["policy"]
    return {
        "aws_iam_role": {"keeper": keeper, "target": target},
        "aws_iam_user": {"user": {"name": user}},
        "aws_iam_user_policy": {"user": {"name": "inline", "user": user, "policy": rights}},
    }


def deleting(*, first, denied=None):
    """A role that may delete the one that AWS made with the account: that harms a jewel, and is no escalation."""
    deny_ = {"Effect": "Deny", "Action": "iam:DeleteRole", "Resource": "*"}
    statements = [allow("iam:DeleteRole")] if first or denied else []
    keeper = role("Keeper", trust(Service="ec2.amazonaws.com"), allow("iam:DeleteRolePolicy"), *statements)
    found = {"aws_iam_role": {"keeper": keeper}}
    if denied:
        keeper["inline_policy"].append({"name": "deny", "policy": policy(deny_)})
        if not first:  # as a policy of the account's, which it may not take away
            keeper["inline_policy"].pop()
            found["aws_iam_policy"] = {"deny": {"name": "Deny", "policy": policy(deny_)}}
            keeper["managed_policy_arns"] = ["${aws_iam_policy.deny.arn}"]
    return found


PAIRS = {
    "a right that is no escalation": lambda _, __, first: deleting(first=first),
    "a denial in a policy of one's own": lambda _, __, first: deleting(first=first, denied=True),
    "a whole number that begins in another one": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/Target-220000000000*", before="2"
    ),
    "a whole number and a part of another one": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/Target-220000000000*7", before="220000000000-"
    ),
    "a whole number that goes from one into another": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/Target-*000000000720*", before=own
    ),
    "a wildcard beside what a variable stands for": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/*${aws:username}", user="7"
    ),
    "what a variable stands for beside a digit": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/Target-${aws:username}7", user="20000000000"
    ),
    "a whole number beside what a variable stands for": lambda _, own, __: changing(
        own, "arn:aws:iam::*:role/${aws:username}000000000720*", before=own, user="Target-20"
    ),
    "another policy of a group": lambda _, own, first: joining(own, "other" if first else "known"),
    "a group's own policy": lambda _, own, first: joining(own, "known", managed=not first),
    "a group's policy named by the slug": lambda slug, own, first: named_by_slug(
        slug, own, f"{slug}-{'other' if first else 'known'}"
    ),
    "an old version, which knows no variables": lambda _, own, first: changing(
        own, "arn:aws:iam::*:role/Target-${aws:PrincipalAccount}", "2008-10-17" if first else "2012-10-17"
    ),
    "a part of a number in a name": lambda _, own, __: changing(own, "arn:aws:iam::*:role/Target-*8"),
    "what looks like a number's stand-in": lambda _, own, first: changing(own, "*", account="<own>" if first else own),
}


@pytest.mark.parametrize("content", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("turned", [False, True])
def test_accounts_that_look_alike_and_are_not(organization, monkeypatch, content, turned):
    chains, ids = Chains(organization), ids_of(organization)
    pair = [WORK[1], next(each for each in WORK[2:] if alike_to(chains, each) == alike_to(chains, WORK[1]))]
    stacks = {
        slug: {
            "provider": {"aws": [{"region": "eu-central-1", "allowed_account_ids": [ids[slug]]}]},
            "resource": content(slug, ids[slug], (place == 0) is not turned),
        }
        for place, slug in enumerate(pair)
    }

    def found():
        asked = Questions(World(chains, stacks))
        return leading(asked.graph), list(Paths(asked).found())

    shared = found()
    monkeypatch.setattr(Forms, "around", lambda _, account: account.slug)
    assert shared == found()


def alike_to(chains, slug):
    account = chains.organization.accounts[slug]
    return alike(chains, account), chains.path(account)
