"""Resources as stacks hold them, and the questions about organizations that are made of them."""

import json

from config import load
from config.controls import Chains
from stacks.reach.questions import Questions
from stacks.reach.world import World
from tests.organizations import write_organization

WORK = "workload-0000"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def trust(**principal):
    conditions = principal.pop("conditions", {})
    action = principal.pop("action", "sts:AssumeRole")
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, "Condition": conditions})


def role(name, trust, *statements, managed=(), **more):
    inline = [{"name": "inline", "policy": policy(*statements)}] if statements else []
    return {
        "name": name,
        "assume_role_policy": trust,
        "inline_policy": inline,
        "managed_policy_arns": list(managed),
        **more,
    }


def root(account_id):
    return f"arn:aws:iam::{account_id}:root"


def small(directory):
    """An organization of six accounts."""
    return load(write_organization(directory, 6))


def ids_of(organization):
    chains = Chains(organization)
    return {slug: chains.account_id(account) for slug, account in organization.accounts.items()}


def questions_of(organization, **accounts):
    """Answers of an organization whose stacks hold these resources, account by account."""
    ids = ids_of(organization)
    stacks = {
        (slug := key.replace("_", "-")): {
            "provider": {"aws": [{"region": "eu-central-1", "allowed_account_ids": [ids[slug]]}]},
            "resource": resources,
        }
        for key, resources in accounts.items()
    }
    return Questions(World(Chains(organization), stacks))


def leading(graph):
    """The steps of the proof of ways, by the name of whom they lead to."""
    accounts = graph.world.chains.organization.accounts.values()
    changed = [who for account in accounts for who in graph.within.changed(account)]
    return {who.name: list(graph.leading_to(who, ())) for who in (*graph.world.identities.values(), *changed)}
