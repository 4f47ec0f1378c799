"""The attacks, asked of the access graph: what AWS refuses is no path, and what goes through without a control is one.

Nothing is deployed: the stacks are synthesized once, and controls are taken away in their JSON. `test_attacks.py` tries the same
attacks with real calls, and has the table of what refuses them.
"""

import copy
import json
from dataclasses import replace

import pytest

from config import load
from config.controls import Chains
from config.controls.calls import resources
from estate.terraform.synth import stacks_of
from stacks.reach.deciding import Verdict
from stacks.reach.questions import Questions
from stacks.reach.reading import StackReader, key_arn
from stacks.reach.world import World
from tests.attacks.asked import asked
from tests.attacks.attack import ALL, CI_ROLES, trusting
from tests.attacks.attacks import (
    ARCHIVE,
    ATTACKS,
    BOUNDARY,
    BOUNDED,
    BUCKETS,
    DENIED,
    EXECUTION,
    NOTHING_ALLOWS,
    PIPELINE,
    STATE,
    TIERS,
)
from tests.attacks.conftest import write

pytestmark = [pytest.mark.row("E1"), pytest.mark.row("E7")]

ALERTS = "activity-alerts"
BY_ALIAS = "Keys are told apart by their aliases and tags, which no ARN has and the graph does not know."
BY_BOUNDARY = "The graph is asked of any such call, and one that names the stacks' boundary would go through."
OF_NO_STACK = "No stack makes the role, so its boundary is not known."
_OF_THE_KEY = (
    "schedule the log key's deletion",
    "disable the log key",
    "open the log key",
    "take the tag off the log key",
)
DEPENDS = {
    **{f"{name}{how}": BY_ALIAS for name in _OF_THE_KEY for how in ("", ", by a helper")},
    "grant the log key to an outsider, by a helper": BY_ALIAS,
    "make a role of the stack without its boundary": BY_BOUNDARY,
    "make an unbounded role": BY_BOUNDARY,
    "make an unbounded user": BY_BOUNDARY,
    "give somebody else's role everything": OF_NO_STACK,
}
"""Attacks of which the graph says that they depend, and why; with what it does not know told, it refuses them."""
BY_REPAIR = (
    "The foundation route repairs accounts: it enters each, and may change every right there (docs/threat-model.md)."
)
BY_TAG = "The role is theirs for the states of their own stacks; the session's tag says of which, and the graph names that need."
WAYS = {
    "enter an account without the foundation role": BY_REPAIR,
    "deploy an account by the foundation": BY_REPAIR,
    "be the management account's pipeline": BY_REPAIR,
    "assume any other role in an account": BY_REPAIR,
    "open the core's state with the job of workloads": BY_TAG,
    "open the organization's state with the job of workloads": BY_TAG,
    "read the core's state with the job of workloads": BY_TAG,
    "open a workload's state with the job of the core": BY_TAG,
    "open a workload's state with the job of the organization": BY_TAG,
    "open a workload's state by management's role": BY_TAG,
}
"""Roles that the call of an attack does not give, and another way does, or the same with another tag; and why that is right."""
_NONE = "none"
_BOUND = ("iam:AttachRolePolicy", "iam:CreateRole", "iam:CreateUser")


class Graph:
    """The graph of some stacks, and what it says about attacks."""

    def __init__(self, organization, stacks):
        self.organization = organization
        self.world = World(Chains(organization), stacks)
        self.questions = Questions(self.world)
        chains = self.world.chains
        reader = StackReader(chains)
        self._stacks = {name: reader.filled(stack)[1] for name, stack in stacks.items()}
        self.ids = {slug: chains.account_id(account) for slug, account in organization.accounts.items()}

    def named(self, attack):
        """Who tries it."""
        kind, slug = attack.principal
        name = {
            "foundation": "role:management/TerraformFoundationRole",
            "helper": f"role:{slug}/{ALERTS}",
            "job": f"role:terraform/{CI_ROLES.get(slug)}",
            "pipeline": f"role:{slug}/{EXECUTION}",
            "planner": f"role:{slug}/TerraformPlanRole",
        }[kind]
        return self.questions.named(name)

    def verdict(self, attack, *, told=False):
        """Whether it succeeds: every request of it does.

        Args:
            attack: The attack.
            told: Whether it is told which boundary a call names or an identity has, and which aliases and tags a key.
        """
        who = self.named(attack)
        answers = [self._verdict(who, each, told=told) for each in asked(attack, self.organization, self.ids)]
        assert answers, "it asks nothing"
        order = (Verdict.NO, Verdict.DEPENDS, Verdict.YES)
        return min(answers, key=order.index)

    def _verdict(self, who, each, *, told):
        said, resource = dict(each.said), each.resource
        if resource and resource.startswith("alias/"):
            alias, (slug, resource) = resource, self._key(resource)
            said |= {"kms:ResourceAliases": [alias], "aws:ResourceTag/stack": slug} if told else {}
        if told and each.action in _BOUND:
            said.setdefault("iam:PermissionsBoundary", _NONE)
        if each.subject is not None:
            who = self._with_token(each)
        policy = None
        if each.action.startswith("sts:"):
            policy = self.questions.named(resource).trust
        owner = (self.world.owner_of(resource) if resource else None) or self.ids[(who.account or self._home()).slug]
        on = resource or self._some(each.action, owner)
        return self.world.decide(who, each.action, on, owner=owner, policy=policy, said=said).verdict

    def _some(self, action, owner):
        home = self.world.chains.account_with_id(owner)
        return resources(action, partition="aws", region=home.region, account_id=owner)[0]

    def _home(self):
        return self.organization.accounts["terraform"]

    def _key(self, alias):
        for slug, stack in self._stacks.items():
            for block in stack["resource"].get("aws_kms_alias", {}).values():
                if block["name"] == alias:
                    address = block["target_key_id"].split(".")[1]
                    return slug, key_arn("aws", self.ids[slug], address)
        raise LookupError(alias)

    def _with_token(self, each):
        """Somebody who comes with a token of GitHub's: the subjects that a trust policy names are known, others are not."""
        role = self.questions.named(each.resource)
        known = next(who for who in self.world.trusted_by(role) if "githubusercontent" in who.principal.arn)
        claims = tuple((key, each.subject if key.endswith(":sub") else value) for key, value in known.claims)
        return replace(known, name=f"pipeline:{each.subject}", claims=claims)


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    small = write(tmp_path_factory.mktemp("asked"), None)
    return load(small.config, prove_access=False), stacks_of(small.config)


def blocks(stack, type_, starts):
    return {name: one for name, one in stack["resource"].get(type_, {}).items() if name.startswith(starts)}


def open_helpers(stacks):
    """Each pipeline opens a role of its stack to itself, as it may (`Target.helper`)."""
    for slug in ("shop", "security"):
        (name,) = (name for name, one in stacks[slug]["resource"]["aws_iam_role"].items() if one["name"] == ALERTS)
        account = stacks[slug]["provider"]["aws"][0]["allowed_account_ids"][0]
        trust = trusting(f"arn:aws:iam::{account}:role/{EXECUTION}")
        stacks[slug]["resource"]["aws_iam_role"][name]["assume_role_policy"] = trust
        for one in stacks[slug]["resource"]["aws_iam_role_policy"].values():
            if name in one["role"]:
                one["policy"] = ALL


def widen_boundary(stacks):
    for one in blocks(stacks["shop"], "aws_iam_policy", "boundary_").values():
        one["policy"] = ALL


def free_execution_roles(stacks):
    for slug in ("security", "shop", "terraform"):
        for one in blocks(stacks[slug], "aws_iam_policy", "execution-role_").values():
            one["policy"] = ALL


def delete_bucket_policies(stacks):
    for name in blocks(stacks["security"], "aws_s3_bucket_policy", "log-archive_"):
        del stacks["security"]["resource"]["aws_s3_bucket_policy"][name]


def let_core_assume(stacks):
    for one in blocks(stacks["terraform"], "aws_iam_policy", "ci-deploy-core_").values():
        one["policy"] = ALL


def trust_core(stacks):
    for one in blocks(stacks["shop"], "aws_iam_role", "execution-role_").values():
        one["assume_role_policy"] = one["assume_role_policy"].replace("TerraformCiDeployRole", CI_ROLES["core"])


@pytest.fixture(scope="module")
def without(organization):
    """The graph after controls were taken away."""
    loaded, synthesized = organization

    def graph(*changes):
        stacks = copy.deepcopy(synthesized)
        for change in changes:
            before = json.dumps(stacks)
            change(stacks)
            assert json.dumps(stacks) != before, change.__name__
        return Graph(loaded, stacks)

    return graph


@pytest.fixture(scope="module")
def opened(without):
    return without(open_helpers)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_is_refused_is_no_path(opened, attack):
    found = opened.verdict(attack)
    if attack.name in DEPENDS:
        assert found is Verdict.DEPENDS
        found = opened.verdict(attack, told=True)
    assert found is Verdict.NO


def assumed(attack, graph):
    """The roles that an attack would become by calling AssumeRole."""
    requests = asked(attack, graph.organization, graph.ids)
    return [graph.questions.named(each.resource) for each in requests if each.action == "sts:AssumeRole"]


def test_what_cannot_be_assumed_is_reached_by_no_other_way(opened):
    """Neither by others who may assume it, nor by an escalation, but as said."""
    questions = opened.questions
    tried = [(attack, role) for attack in ATTACKS for role in assumed(attack, opened)]
    assert len(tried) > 20
    assert {attack.name for attack, role in tried if questions.paths(opened.named(attack), role)} == set(WAYS)


@pytest.mark.parametrize("slug", ["shop", "security"])
def test_the_helper_is_a_path_before_it_is_opened(without, slug):
    """The pipeline may write the policies and trust of its stack's own roles: the graph calls that an escalation."""
    questions = without().questions
    ways = questions.paths(questions.named(f"role:{slug}/{EXECUTION}"), questions.named(f"role:{slug}/{ALERTS}"))
    assert len(ways) == 1


def show(graph, attacks):
    return {attack.name: str(graph.verdict(attack, told=True)) for attack in attacks}


def test_without_the_buckets_policies_the_roles_own_refuse(without):
    graph = without(open_helpers, delete_bucket_policies)
    assert show(graph, BUCKETS) == {attack.name: "no" for attack in BUCKETS}


def test_without_the_boundary_its_attacks_are_paths(without):
    graph = without(open_helpers, widen_boundary)
    attacks = [attack for attack in BOUNDED if attack.by == BOUNDARY]
    assert show(graph, attacks) == {attack.name: "yes" for attack in attacks}


def test_without_the_execution_roles_own_policies_its_attacks_are_paths(without):
    graph = without(open_helpers, delete_bucket_policies, free_execution_roles)
    attacks = [
        attack
        for some in (BUCKETS, ARCHIVE, PIPELINE, STATE)
        for attack in some
        if attack.by in (DENIED, NOTHING_ALLOWS)
    ]
    assert show(graph, attacks) == {attack.name: "yes" for attack in attacks}


@pytest.mark.parametrize(
    ("changes", "found"),
    [((let_core_assume,), "no"), ((trust_core,), "no"), ((let_core_assume, trust_core), "yes")],
    ids=["may assume", "is trusted", "both"],
)
def test_a_tier_is_kept_out_by_what_it_may_assume_and_by_whom_the_role_trusts(without, changes, found):
    (attack,) = (one for one in TIERS if one.name == "deploy a workload with the job of the core")
    assert str(without(*changes).verdict(attack)) == found
