"""The rows of the table that take thought: each weakening as somebody would try to get it past the guard, and its twins.

A row is a name, what must be found (rule to address, or none), and the plan. `STOP`, `SAY` and `NEVER` (a stop
that no approval lifts) tell what the guard does.
"""

import json
from dataclasses import dataclass, field

from config.controls.kept import BOUNDARY, BOUNDARY_ADDRESS
from config.model.approvals import Protection
from estate.guard.context import Known
from tests.estate.guard.plans import change, plan

STOP, SAY, NEVER = "stop", "say", "stop for good"
CREATE, UPDATE, DELETE, REPLACE, FORGET, NOTHING = (
    ("create",),
    ("update",),
    ("delete",),
    ("delete", "create"),
    ("forget",),
    ("no-op",),
)


@dataclass(frozen=True)
class Row:
    """A plan, and what the guard must find in it: rule to severity; nothing at all if empty."""

    name: str
    plan: dict
    rules: dict = field(default_factory=dict)
    known: Known = field(default_factory=Known)

    @property
    def types(self):
        places = ("resource_changes", "resource_drift")
        found = {entry["type"] for place in places for entry in self.plan.get(place, ())}
        return found | {entry["resource_change"]["type"] for entry in self.plan.get("deferred_changes", ())}


def document(*statements, version="2012-10-17"):
    return json.dumps({"Version": version, "Statement": list(statements)})


def allow(actions, resources="*", principals=None, **conditions):
    return _statement("Allow", actions, resources, principals, conditions)


def deny(actions, resources="*", principals=None, **conditions):
    return _statement("Deny", actions, resources, principals, conditions)


def _statement(effect, actions, resources, principals, conditions):
    found = {"Effect": effect, "Action": actions}
    if resources is not None:
        found["Resource"] = resources
    if principals is not None:
        found["Principal"] = principals
    if conditions:
        found["Condition"] = {operator.replace("_", ":"): keys for operator, keys in conditions.items()}
    return found


# Something deployed that does not change, so that the plan is not a stack's first one.
DEPLOYED = change("aws_vpc.here", NOTHING, {"id": "vpc-1"}, {"id": "vpc-1"})


def row(name, *changes, known=None, drift=(), deferred=(), **rules):
    return Row(
        name,
        plan(*changes, DEPLOYED, drift=drift, deferred=deferred),
        {rule.rstrip("_").replace("_", "-"): severity for rule, severity in rules.items()},
        known or Known(),
    )


# -- Guardrails

ROOT, WORK, PROD, LAB = "r-ab12", "ou-ab12-work", "ou-ab12-prod", "ou-ab12-lab"
UNIT, POLICY, ATTACHED = (
    "aws_organizations_organizational_unit",
    "aws_organizations_policy",
    "aws_organizations_policy_attachment",
)
ACCOUNT = "aws_organizations_account"


def unit(name, id_, parent, actions=NOTHING, to=None):
    before = {"id": id_, "name": name, "parent_id": parent}
    return change(f"{UNIT}.{name}", actions, before, {**before, "parent_id": to or parent})


def account(name, parent, actions=NOTHING, to=None, **after):
    before = {"id": "111122223333", "email": f"{name}@example.com", "parent_id": parent}
    return change(f"{ACCOUNT}.{name}", actions, before, {**before, "parent_id": to or parent, **after})


def policy(name, text, after=None, actions=None, type_="SERVICE_CONTROL_POLICY", unknown=None):
    before = {"id": f"p-{name}", "content": text, "type": type_}
    actions = actions or (UPDATE if after is not None or unknown else NOTHING)
    new = {**before, "content": text if after is None else after}
    if unknown:
        del new["content"]
    return change(f"{POLICY}.{name}", actions, before, None if actions in (DELETE, FORGET) else new, unknown=unknown)


def new_policy(name, text, type_="SERVICE_CONTROL_POLICY"):
    return change(f"{POLICY}.{name}", CREATE, None, {"content": text, "type": type_}, unknown={"id": True})


def attached(policy_, target, actions=NOTHING, name=None):
    values = {"policy_id": f"p-{policy_}", "target_id": target}
    address = f"{ATTACHED}.{name or f'{policy_}-{target}'}"
    return change(address, actions, values, None if actions in (DELETE, FORGET) else values)


def newly_attached(policy_, target, *, known=False):
    address = f"{ATTACHED}.{policy_}-{target}"
    if known:
        return change(address, CREATE, None, {"policy_id": f"p-{policy_}", "target_id": target})
    references = {"policy_id": [f"{POLICY}.{policy_}.id", f"{POLICY}.{policy_}"]}
    return change(address, CREATE, None, {"target_id": target}, unknown={"policy_id": True}, references=references)


TREE = [
    unit("work", WORK, ROOT),
    unit("prod", PROD, WORK),
    unit("lab", LAB, WORK),
    account("shop", PROD),
    account("play", LAB),
]
LEAVE = deny("organizations:LeaveOrganization")
TRAIL = deny(["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"])
REGION = deny("*", StringNotEquals={"aws:RequestedRegion": ["eu-central-1"]})
BASE = document(LEAVE, TRAIL)


def guardrail(name, before, after, **rules):
    """One policy on an OU, whose document changes."""
    return row(name, *TREE, policy("base", before, after), attached("base", WORK), **rules)


WEAKER = {"guardrail_weaker": STOP}
EXEMPT = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}}
GUARDRAILS = [
    guardrail("a statement is taken out", BASE, document(LEAVE), **WEAKER),
    guardrail("an action is taken out", BASE, document(LEAVE, deny("cloudtrail:StopLogging")), **WEAKER),
    guardrail("an exemption is added", BASE, document(LEAVE, deny(TRAIL["Action"], **EXEMPT)), **WEAKER),
    guardrail(
        "an exemption is widened",
        document(deny("iam:*", **EXEMPT)),
        document(deny("iam:*", ArnNotLike={"aws:PrincipalArn": "arn:aws:iam::*:role/*"})),
        **WEAKER,
    ),
    guardrail(
        "another exemption is added",
        document(deny("iam:*", **EXEMPT)),
        document(
            deny("iam:*", ArnNotLike={"aws:PrincipalArn": ["arn:aws:iam::*:role/Admin", "arn:aws:iam::*:role/Ops"]})
        ),
        **WEAKER,
    ),
    guardrail(
        "a region is added",
        document(REGION),
        document(deny("*", StringNotEquals={"aws:RequestedRegion": ["eu-central-1", "us-east-1"]})),
        **WEAKER,
    ),
    guardrail(
        "regions hold no more for calls without one",
        document(REGION),
        document(
            deny("*", StringNotEquals={"aws:RequestedRegion": ["eu-central-1"]}, Null={"aws:RequestedRegion": "false"})
        ),
        **WEAKER,
    ),
    guardrail(
        "a service is exempt",
        document({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}),
        document({"Effect": "Deny", "NotAction": ["iam:*", "ec2:*"], "Resource": "*"}),
        **WEAKER,
    ),
    guardrail(
        "a resource is exempt",
        document({"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/*"}),
        document({"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}),
        **WEAKER,
    ),
    guardrail(
        "a resource stands for all",
        document(TRAIL),
        document(deny(TRAIL["Action"], "arn:aws:cloudtrail:*:*:trail/a")),
        **WEAKER,
    ),
    guardrail(
        "a typing mistake in the action", document(LEAVE), document(deny("organizations:LeaveOrganisation")), **WEAKER
    ),
    guardrail("Deny becomes Allow", document(LEAVE), document(allow("organizations:LeaveOrganization")), **WEAKER),
    guardrail(
        "negated conditions are split over one statement",
        document(
            deny("s3:*", StringNotEquals={"aws:PrincipalTag/team": "a"}),
            deny("s3:*", StringNotEquals={"aws:PrincipalTag/unit": "b"}),
        ),
        document(deny("s3:*", StringNotEquals={"aws:PrincipalTag/team": "a", "aws:PrincipalTag/unit": "b"})),
        **WEAKER,
    ),
    guardrail(
        "a plain operator takes the place of a set operator",
        document(deny("ec2:*", ForAnyValue_StringEquals={"aws:TagKeys": ["secret"]})),
        document(
            deny(
                "ec2:*",
                ForAllValues_StringEquals={"aws:TagKeys": ["secret"]},
                Null={"aws:TagKeys": "false"},
                StringEquals={"aws:PrincipalTag/a": "b"},
            )
        ),
        **WEAKER,
    ),
    guardrail(
        "…IfExists is dropped",
        document(
            deny(
                "s3:*",
                StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-1"},
                BoolIfExists={"aws:PrincipalIsAWSService": "false"},
            )
        ),
        document(
            deny("s3:*", StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-1"}, Bool={"aws:ViaAWSService": "false"})
        ),
        **WEAKER,
    ),
    guardrail(
        "an older version knows no variables",
        document(deny("s3:*", "arn:aws:s3:::${aws:username}/*")),
        document(deny("s3:*", "arn:aws:s3:::${aws:username}/*"), version="2008-10-17"),
        **WEAKER,
    ),
    guardrail(
        "a network is wider",
        document(deny("*", NotIpAddress={"aws:SourceIp": "10.0.0.0/16"})),
        document(deny("*", NotIpAddress={"aws:SourceIp": "10.0.0.0/8"})),
        **WEAKER,
    ),
    guardrail(
        "a number is larger",
        document(deny("*", NumericGreaterThan={"aws:MultiFactorAuthAge": "3600"})),
        document(deny("*", NumericGreaterThan={"aws:MultiFactorAuthAge": "36000"})),
        **WEAKER,
    ),
    guardrail(
        "a date is later",
        document(deny("*", DateGreaterThan={"aws:TokenIssueTime": "2026-01-01T00:00:00Z"})),
        document(deny("*", DateGreaterThan={"aws:TokenIssueTime": "2027-01-01T00:00:00Z"})),
        **WEAKER,
    ),
    guardrail("nobody can read it", BASE, "{", **WEAKER),
    guardrail(
        "it has an element twice",
        document(LEAVE),
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"a:b","Action":"organizations:LeaveOrganization","Resource":"*"}]}',
        **WEAKER,
    ),
    guardrail(
        "a list of what is allowed grows", document(allow(["s3:*"])), document(allow(["s3:*", "ec2:*"])), **WEAKER
    ),
    row(
        "its text is known only after the apply",
        *TREE,
        policy("base", BASE, unknown={"content": True}),
        attached("base", WORK),
        **WEAKER,
    ),
    row("detached", *TREE, policy("base", BASE), attached("base", WORK, DELETE), **WEAKER),
    row(
        "detached from one of two OUs",
        *TREE,
        policy("base", BASE),
        attached("base", PROD, DELETE),
        attached("base", LAB),
        **WEAKER,
    ),
    row(
        "attached one level lower",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, DELETE),
        newly_attached("base", PROD, known=True),
        **WEAKER,
    ),
    row(
        "attached again under another address: a moment without",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, REPLACE),
        **WEAKER,
    ),
    row(
        "detached with count",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, DELETE, name="a[0]"),
        attached("base", LAB, DELETE, name="a[1]"),
        **WEAKER,
    ),
    row(
        "policy and attachment deleted",
        *TREE,
        policy("base", BASE, actions=DELETE),
        attached("base", WORK, DELETE),
        **WEAKER,
    ),
    row("a policy that the plan does not have is detached", *TREE, attached("gone", WORK, DELETE), **WEAKER),
    row(
        "made anew, and attached to it",
        *TREE,
        policy("base", BASE, actions=REPLACE),
        change(
            f"{ATTACHED}.a",
            REPLACE,
            {"policy_id": "p-base", "target_id": WORK},
            {"target_id": WORK},
            unknown={"policy_id": True},
        ),
        **WEAKER,
    ),
    row(
        "split in two, and one half is not attached",
        *TREE,
        policy("base", BASE, document(LEAVE)),
        attached("base", WORK),
        new_policy("trail", document(TRAIL)),
        **WEAKER,
    ),
    row(
        "split in two, and one half is attached too low",
        *TREE,
        policy("base", BASE, document(LEAVE)),
        attached("base", WORK),
        new_policy("trail", document(TRAIL)),
        newly_attached("trail", PROD),
        **WEAKER,
    ),
    row(
        "an account moves from under one",
        unit("work", WORK, ROOT),
        unit("prod", PROD, ROOT),
        account("shop", WORK, UPDATE, PROD),
        policy("base", BASE),
        attached("base", WORK),
        **WEAKER,
    ),
    row(
        "an account moves to the root",
        unit("work", WORK, ROOT),
        account("shop", WORK, UPDATE, ROOT),
        policy("base", BASE),
        attached("base", WORK),
        **WEAKER,
    ),
    row(
        "an OU moves from under one",
        unit("work", WORK, ROOT),
        unit("prod", PROD, WORK, REPLACE, ROOT),
        account("shop", PROD),
        policy("base", BASE),
        attached("base", WORK),
        guardrail_weaker=STOP,
        unit_gone=STOP,
    ),
    row(
        "an account moves to a place that is not known yet",
        unit("work", WORK, ROOT),
        change(f"{ACCOUNT}.shop", UPDATE, {"parent_id": WORK}, {}, unknown={"parent_id": True}),
        policy("base", BASE),
        attached("base", WORK),
        **WEAKER,
    ),
    row(
        "forgotten",
        *TREE,
        policy("base", BASE, actions=FORGET),
        attached("base", WORK, FORGET),
        guardrail_forgotten=STOP,
    ),
    row(
        "a resource control policy allows more",
        *TREE,
        policy(
            "org",
            document(deny("s3:*", principals="*", StringNotEquals={"aws:PrincipalOrgID": "o-1"})),
            document(deny("s3:*", principals="*", StringNotEquals={"aws:PrincipalOrgID": ["o-1", "o-2"]})),
            type_="RESOURCE_CONTROL_POLICY",
        ),
        attached("org", ROOT),
        **WEAKER,
    ),
    row(
        "FullAWSAccess beside a list of what is allowed",
        *TREE,
        change(f"{ATTACHED}.full", CREATE, None, {"policy_id": "p-FullAWSAccess", "target_id": PROD}),
        full_access_attached=STOP,
    ),
    # Twins
    guardrail("statements in another order", BASE, document(TRAIL, LEAVE)),
    guardrail(
        "actions in another order and case",
        document(TRAIL),
        document(deny(["cloudtrail:deletetrail", "CloudTrail:StopLogging"])),
    ),
    guardrail("a statement gets a name", document(LEAVE), document({**LEAVE, "Sid": "Stay"})),
    guardrail(
        "one statement becomes two",
        document(TRAIL),
        document(deny("cloudtrail:StopLogging"), deny("cloudtrail:DeleteTrail")),
    ),
    guardrail(
        "two statements become one",
        document(deny("cloudtrail:StopLogging"), deny("cloudtrail:DeleteTrail")),
        document(TRAIL),
    ),
    guardrail("an action becomes a pattern", document(TRAIL), document(deny("cloudtrail:*"))),
    guardrail("a statement is added", document(LEAVE), BASE),
    guardrail("an exemption is taken out", document(deny("iam:*", **EXEMPT)), document(deny("iam:*"))),
    guardrail(
        "a region is taken out",
        document(deny("*", StringNotEquals={"aws:RequestedRegion": ["eu-central-1", "us-east-1"]})),
        document(REGION),
    ),
    guardrail("a list of what is allowed shrinks", document(allow(["s3:*", "ec2:*"])), document(allow(["s3:*"]))),
    guardrail("white space", BASE, json.dumps(json.loads(BASE), indent=2)),
    row(
        "split in two, both attached",
        *TREE,
        policy("base", BASE, document(LEAVE)),
        attached("base", WORK),
        new_policy("trail", document(TRAIL)),
        newly_attached("trail", WORK),
    ),
    row(
        "attached one level higher",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, DELETE),
        newly_attached("base", ROOT, known=True),
    ),
    row(
        "detached where the root's holds",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, DELETE),
        attached("base", ROOT),
    ),
    row(
        "an account moves under one",
        unit("work", WORK, ROOT),
        unit("prod", PROD, ROOT),
        account("shop", PROD, UPDATE, WORK),
        policy("base", BASE),
        attached("base", WORK),
    ),
    row(
        "an account moves under the same",
        unit("work", WORK, ROOT),
        unit("prod", PROD, WORK),
        unit("lab", LAB, WORK),
        account("shop", PROD, UPDATE, LAB),
        policy("base", BASE),
        attached("base", WORK),
    ),
    row("a new guardrail", *TREE, new_policy("base", BASE), newly_attached("base", WORK)),
    row(
        "a description changes",
        *TREE,
        change(
            f"{POLICY}.base",
            UPDATE,
            {"id": "p-base", "content": BASE, "description": "a"},
            {"id": "p-base", "content": BASE, "description": "b"},
        ),
        attached("base", WORK),
    ),
    row(
        "moved to another address",
        *TREE,
        policy("base", BASE),
        change(
            f"{ATTACHED}.new",
            NOTHING,
            {"policy_id": "p-base", "target_id": WORK},
            {"policy_id": "p-base", "target_id": WORK},
            moved_from=f"{ATTACHED}.old",
        ),
    ),
]


def settings(name, type_, before, after, **rules):
    return row(
        name, *TREE, policy("set", json.dumps(before), json.dumps(after), type_=type_), attached("set", WORK), **rules
    )


def ec2(**attributes):
    return {"ec2_attributes": attributes}


def images(value):
    return ec2(image_block_public_access={"state": {"@@assign": value}})


TAGS = {
    "tags": {
        "team": {
            "tag_key": {"@@assign": "team"},
            "tag_value": {"@@assign": ["a"]},
            "enforced_for": {"@@assign": ["ec2:instance"]},
        }
    }
}


def tags(**changes):
    return {"tags": {"team": {**TAGS["tags"]["team"], **changes}}}


def backup(days):
    return {"plans": {"daily": {"rules": {"all": {"lifecycle": {"delete_after_days": {"@@assign": days}}}}}}}


SETTINGS = [
    settings(
        "images may be public", "DECLARATIVE_POLICY_EC2", images("block_new_sharing"), images("unblocked"), **WEAKER
    ),
    settings("nothing is said of images", "DECLARATIVE_POLICY_EC2", images("block_new_sharing"), ec2(), **WEAKER),
    settings(
        "children may change it",
        "DECLARATIVE_POLICY_EC2",
        ec2(
            serial_console_access={
                "status": {"@@assign": "disabled", "@@operators_allowed_for_child_policies": ["@@none"]}
            }
        ),
        ec2(serial_console_access={"status": {"@@assign": "disabled"}}),
        **WEAKER,
    ),
    settings(
        "the console opens",
        "DECLARATIVE_POLICY_EC2",
        ec2(serial_console_access={"status": {"@@assign": "disabled"}}),
        ec2(serial_console_access={"status": {"@@assign": "enabled"}}),
        **WEAKER,
    ),
    settings("a tag is not enforced", "TAG_POLICY", TAGS, tags(enforced_for={"@@assign": []}), **WEAKER),
    settings("a tag may have more values", "TAG_POLICY", TAGS, tags(tag_value={"@@assign": ["a", "b"]}), **WEAKER),
    settings(
        "services learn from data",
        "AISERVICES_OPT_OUT_POLICY",
        {"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}},
        {"services": {"default": {"opt_out_policy": {"@@assign": "optIn"}}}},
        **WEAKER,
    ),
    settings("backups are kept for less", "BACKUP_POLICY", backup("35"), backup("7"), **WEAKER),
    row(
        "a tag policy is detached",
        *TREE,
        policy("set", json.dumps(TAGS), type_="TAG_POLICY"),
        attached("set", WORK, DELETE),
        **WEAKER,
    ),
    settings("images may not be public", "DECLARATIVE_POLICY_EC2", images("unblocked"), images("block_new_sharing")),
    settings(
        "a tag is enforced for more", "TAG_POLICY", TAGS, tags(enforced_for={"@@assign": ["ec2:instance", "s3:bucket"]})
    ),
    settings("settings in another order", "TAG_POLICY", TAGS, tags()),
]

# -- Policies of identities and resources

OWNER, OTHER = "111122223333", "444455556666"
HERE = change(
    "aws_iam_user.here", NOTHING, {"arn": f"arn:aws:iam::{OWNER}:user/here"}, {"arn": f"arn:aws:iam::{OWNER}:user/here"}
)
INSIDE = Known(accounts=frozenset({OWNER, OTHER}))


def trust(principals, **conditions):
    return document(allow("sts:AssumeRole", None, principals, **conditions))


def role(name, before, after, known=INSIDE, actions=UPDATE, **rules):
    old = None if before is None else {"name": "r", "assume_role_policy": before}
    return row(
        name,
        change("aws_iam_role.r", actions, old, {"name": "r", "assume_role_policy": after}),
        HERE,
        known=known,
        **rules,
    )


CI = {"AWS": f"arn:aws:iam::{OTHER}:role/ci"}
STRANGER = {"id": "999999999999", "arn": "arn:aws:organizations::111111111111:account/o-abc1234567/999999999999"}
HUB = "token.actions.githubusercontent.com"
IDP = {"Federated": f"arn:aws:iam::{OWNER}:oidc-provider/{HUB}"}


def hub(subject, operator="StringEquals"):
    keys = {f"{HUB}:aud": "sts.amazonaws.com"}
    keys = {"StringEquals": keys}
    keys.setdefault(operator, {})[f"{HUB}:sub"] = subject
    return document(allow("sts:AssumeRoleWithWebIdentity", None, IDP, **keys))


WIDER = {"trust_widened": STOP}
TRUST = [
    role("another role is trusted", trust(CI), trust({"AWS": [CI["AWS"], f"arn:aws:iam::{OTHER}:role/dev"]}), **WIDER),
    role("the whole account is trusted", trust(CI), trust({"AWS": f"arn:aws:iam::{OTHER}:root"}), **WIDER),
    role(
        "a stranger is trusted",
        trust(CI),
        trust({"AWS": [CI["AWS"], "arn:aws:iam::999999999999:role/x"]}),
        trust_widened=STOP,
        trust_opened=STOP,
    ),
    role("everybody is trusted", trust(CI), trust("*"), trust_widened=STOP, trust_opened=STOP),
    role(
        "an external id is dropped",
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}, StringEquals={"sts:ExternalId": "secret"}),
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}),
        **WIDER,
    ),
    role(
        "another service is trusted",
        trust({"Service": "ec2.amazonaws.com"}),
        trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
        **WIDER,
    ),
    role(
        "another branch may deploy",
        hub("repo:acme/app:ref:refs/heads/main"),
        hub(["repo:acme/app:ref:refs/heads/main", "repo:acme/app:pull_request"]),
        **WIDER,
    ),
    role(
        "every branch may deploy",
        hub("repo:acme/app:ref:refs/heads/main"),
        hub("repo:acme/app:*", "StringLike"),
        **WIDER,
    ),
    role(
        "a Deny is dropped",
        document(
            allow("sts:AssumeRole", None, {"AWS": f"arn:aws:iam::{OTHER}:root"}),
            deny("sts:AssumeRole", None, {"AWS": f"arn:aws:iam::{OTHER}:role/dev"}),
        ),
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}),
        **WIDER,
    ),
    role("more actions", trust(CI), document(allow(["sts:AssumeRole", "sts:SetSourceIdentity"], None, CI)), **WIDER),
    role(
        "made anew with a wider trust",
        trust(CI),
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}),
        actions=REPLACE,
        **WIDER,
    ),
    role(
        "a new role for a stranger",
        None,
        trust({"AWS": "arn:aws:iam::999999999999:root"}),
        actions=CREATE,
        trust_opened=STOP,
    ),
    row(
        "a new role for an account that the plan takes over",
        change(
            "aws_iam_role.r", CREATE, None, {"assume_role_policy": trust({"AWS": "arn:aws:iam::999999999999:root"})}
        ),
        change("aws_organizations_account.a", ["no-op"], STRANGER, STRANGER, imported="999999999999"),
        known=Known(frozenset({OTHER})),
    ),
    role("a new role for everybody", None, trust({"AWS": "*"}), actions=CREATE, trust_opened=STOP),
    role("a new role for every repository", None, hub("repo:*", "StringLike"), actions=CREATE, trust_opened=STOP),
    role(
        "a stranger, and nobody knows the organization",
        trust(CI),
        trust({"AWS": [CI["AWS"], "999999999999"]}),
        known=Known(),
        trust_widened=STOP,
        trust_opened=STOP,
    ),
    row(
        "known only after the apply",
        change("aws_iam_role.r", UPDATE, {"assume_role_policy": trust(CI)}, {}, unknown={"assume_role_policy": True}),
        **WIDER,
    ),
    role("cannot be read", trust(CI), '{"Version": "2012-10-17"', trust_widened=STOP, trust_opened=STOP),
    role(
        "principals in another order",
        trust({"AWS": [f"arn:aws:iam::{OTHER}:role/a", f"arn:aws:iam::{OTHER}:role/b"]}),
        trust({"AWS": [f"arn:aws:iam::{OTHER}:role/b", f"arn:aws:iam::{OTHER}:role/a"]}),
    ),
    role(
        "an external id is asked for",
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}),
        trust({"AWS": f"arn:aws:iam::{OTHER}:root"}, StringEquals={"sts:ExternalId": "secret"}),
    ),
    role("one role instead of the account", trust({"AWS": f"arn:aws:iam::{OTHER}:root"}), trust(CI)),
    role("one branch instead of all", hub("repo:acme/app:*", "StringLike"), hub("repo:acme/app:ref:refs/heads/main")),
    role(
        "an account's number instead of its root", trust({"AWS": OTHER}), trust({"AWS": f"arn:aws:iam::{OTHER}:root"})
    ),
    role("a new role for one in the organization", None, trust(CI), actions=CREATE),
    role("a new role for a service", None, trust({"Service": "lambda.amazonaws.com"}), actions=CREATE),
    row(
        "a role with a Deny in its trust goes",
        change("aws_iam_role.r", DELETE, {"assume_role_policy": document(deny("sts:AssumeRole", None, CI))}),
    ),
]

ADMIN = document(allow("*"))
READ = document(allow("s3:GetObject", "arn:aws:s3:::a/*"))
WRITE = document(allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::a/*"))
ARN = f"arn:aws:iam::{OWNER}:policy/p"


def identity(name, type_, before, after, actions=UPDATE, **rules):
    attribute = "inline_policy" if type_.startswith("aws_ssoadmin") else "policy"
    old = None if before is None else {attribute: before}
    return row(name, change(f"{type_}.p", actions, old, None if after is None else {attribute: after}), **rules)


def boundary(before, after, **extra):
    return [
        change("aws_iam_policy.p", UPDATE, {"policy": before, "arn": ARN}, {"policy": after, "arn": ARN}),
        change("aws_iam_role.r", NOTHING, {"permissions_boundary": ARN}, {"permissions_boundary": ARN}, **extra),
    ]


def new_boundary():
    values = {"name": "bound", "policy": document(allow("*"), deny("iam:DeleteUser"))}
    bound = {"permissions_boundary": f"arn:aws:iam::{OWNER}:policy/bound"}
    return [
        change("aws_iam_policy.bound", CREATE, None, values),
        change("aws_iam_role.r", UPDATE, {"name": "r"}, {"name": "r"} | bound),
    ]


def account_boundary(address):
    return change(
        f"aws_iam_policy.{address}",
        CREATE,
        None,
        {"name": BOUNDARY, "policy": document(allow("*"), deny("iam:DeleteUser"))},
    )


ATTACH_OWN = change(
    "aws_iam_role_policy_attachment.x",
    CREATE,
    None,
    {"role": "r", "policy_arn": f"arn:aws:iam::{OWNER}:policy/{BOUNDARY}"},
)
ATTACH = change(
    "aws_iam_role_policy_attachment.x", CREATE, None, {"role": "r", "policy_arn": f"arn:aws:iam::{OWNER}:policy/bound"}
)
INLINE = "aws_ssoadmin_permission_set_inline_policy"
IDENTITY = [
    *(
        identity(f"{type_}: {name}", type_, before, after, actions, **rules)
        for type_ in ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy")
        for name, before, after, actions, rules in [
            ("everything", READ, ADMIN, UPDATE, {"administrator_policy": STOP, "policy_widened": SAY}),
            ("everything, new", None, ADMIN, CREATE, {"administrator_policy": STOP}),
            (
                "everything of IAM",
                READ,
                document(allow("iam:*")),
                UPDATE,
                {"administrator_policy": STOP, "policy_widened": SAY},
            ),
            (
                "everything but one",
                None,
                document({"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}),
                CREATE,
                {"administrator_policy": STOP},
            ),
            ("more", READ, WRITE, UPDATE, {"policy_widened": SAY}),
            (
                "a Deny is dropped",
                document(deny("s3:*", "arn:aws:s3:::secret/*")),
                document(deny("s3:GetObject", "arn:aws:s3:::secret/*")),
                UPDATE,
                {"policy_widened": SAY},
            ),
            ("a Deny goes with it", document(deny("s3:*")), None, DELETE, {"policy_widened": SAY}),
            ("less", WRITE, READ, UPDATE, {}),
            ("gone", READ, None, DELETE, {}),
            ("new, of nothing yet", None, READ, CREATE, {}),
        ]
    ),
    row(
        "a role has everything written in it",
        change("aws_iam_role.r", UPDATE, {"inline_policy": []}, {"inline_policy": [{"name": "x", "policy": ADMIN}]}),
        administrator_policy=STOP,
        policy_widened=SAY,
    ),
    identity("a permission set may do more", INLINE, READ, WRITE, permission_set_widened=STOP),
    identity(
        "a permission set may do everything",
        INLINE,
        READ,
        ADMIN,
        permission_set_widened=STOP,
        administrator_policy=STOP,
    ),
    identity("a permission set gets a policy", INLINE, None, READ, CREATE, permission_set_widened=STOP),
    identity("a permission set may do less", INLINE, WRITE, READ),
    row("a boundary allows more", *boundary(READ, WRITE), boundary_widened=STOP, policy_widened=SAY),
    row(
        "a boundary that is known by its address allows more",
        change("aws_iam_policy.p", UPDATE, {"policy": READ}, {"policy": WRITE}),
        change(
            "aws_iam_role.r",
            CREATE,
            None,
            {},
            unknown={"permissions_boundary": True},
            references={"permissions_boundary": ["aws_iam_policy.p.arn", "aws_iam_policy.p"]},
        ),
        boundary_widened=STOP,
        policy_widened=SAY,
    ),
    row("a boundary that denies something of everything", *new_boundary(), HERE),
    row("an account's boundary, as long as it bounds nothing", account_boundary(BOUNDARY_ADDRESS), HERE),
    row("its name at another address", account_boundary("other"), HERE, administrator_policy=STOP),
    row(
        "an account's boundary that is attached",
        account_boundary(BOUNDARY_ADDRESS),
        ATTACH_OWN,
        HERE,
        administrator_policy=STOP,
        policy_attached=SAY,
    ),
    row(
        "a boundary that is attached, too",
        *new_boundary(),
        ATTACH,
        HERE,
        administrator_policy=STOP,
        policy_attached=SAY,
    ),
    row(
        "an attachment that names it by its address",
        *new_boundary(),
        change(
            "aws_iam_role_policy_attachment.x",
            CREATE,
            None,
            {"role": "r"},
            unknown={"policy_arn": True},
            references={"policy_arn": ["aws_iam_policy.bound.arn", "aws_iam_policy.bound"]},
        ),
        HERE,
        administrator_policy=STOP,
        policy_attached=SAY,
    ),
    row("a boundary allows less", *boundary(WRITE, READ)),
    row(
        "administrators by an attachment that stands in front",
        change(
            "aws_iam_role_policy_attachment.a",
            CREATE,
            None,
            {"role": "r", "policy_arn": "arn:aws-us-gov:iam::aws:policy/AdministratorAccess"},
        ),
        administrator_attached=STOP,
    ),
    row(
        "the power to become one",
        change(
            "aws_iam_role_policy_attachment.a",
            CREATE,
            None,
            {"role": "r", "policy_arn": "arn:aws:iam::aws:policy/IAMFullAccess"},
        ),
        administrator_attached=STOP,
    ),
    row(
        "one of several policies of a role",
        change(
            "aws_iam_role.r",
            UPDATE,
            {"managed_policy_arns": ["a"]},
            {"managed_policy_arns": ["a", "arn:aws:iam::aws:policy/AdministratorAccess"]},
        ),
        administrator_attached=STOP,
    ),
    row(
        "an attachment of something harmless",
        change(
            "aws_iam_role_policy_attachment.a",
            CREATE,
            None,
            {"role": "r", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ),
        policy_attached=SAY,
    ),
    row(
        "a session in words that say the same",
        change("aws_ssoadmin_permission_set.s", UPDATE, {"session_duration": "PT60M"}, {"session_duration": "PT1H"}),
    ),
    row(
        "a session of a day",
        change("aws_ssoadmin_permission_set.s", UPDATE, {"session_duration": "PT8H"}, {"session_duration": "PT12H"}),
        session_longer=STOP,
    ),
]

SEND = {"Service": "cloudtrail.amazonaws.com"}
TLS = deny("s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], "*", Bool={"aws:SecureTransport": "false"})
BUCKET = document(allow("s3:PutObject", "arn:aws:s3:::b/*", SEND, StringEquals={"aws:SourceOrgID": "o-1"}), TLS)
ORG = document(allow("s3:GetObject", "arn:aws:s3:::b/*", "*", StringEquals={"aws:PrincipalOrgID": "o-1"}))
RESOURCE_POLICIES = {
    "bucket-policy bucket-opened": "aws_s3_bucket_policy.policy aws_s3_bucket.policy aws_s3_access_point.policy",
    "key-policy key-opened": "aws_kms_key.policy aws_kms_key_policy.policy aws_kms_replica_key.policy aws_kms_external_key.policy",
    "topic-policy topic-opened": "aws_sns_topic_policy.policy aws_sns_topic.policy aws_cloudwatch_event_bus_policy.policy",
    "data-policy data-opened": """aws_vpclattice_auth_policy.policy aws_backup_vault_policy.policy aws_dynamodb_resource_policy.policy aws_ecr_registry_policy.policy
        aws_ecr_repository_policy.policy aws_efs_file_system_policy.policy aws_glacier_vault.access_policy
        aws_opensearch_domain.access_policies aws_secretsmanager_secret.policy aws_secretsmanager_secret_policy.policy
        aws_sqs_queue.policy aws_sqs_queue_policy.policy""",
    "bucket-policy": "aws_s3control_bucket_policy.policy",
    "log-policy": "aws_cloudwatch_log_resource_policy.policy_document",
    "central-logs-opened": "aws_cloudwatch_log_destination_policy.access_policy",
    "endpoint-policy": "aws_vpc_endpoint.policy aws_vpc_endpoint_policy.policy",
    "organization-policy": "aws_organizations_resource_policy.content",
}


def resource(name, place, before, after, actions=UPDATE, **rules):
    type_, attribute = place.split(".")
    old = None if before is None else {attribute: before, "arn": f"arn:aws:x::{OWNER}:x"}
    return row(
        f"{place}: {name}",
        change(f"{type_}.x", actions, old, {"arn": f"arn:aws:x::{OWNER}:x", attribute: after}),
        known=INSIDE,
        **rules,
    )


def resources():
    for names, places in RESOURCE_POLICIES.items():
        widens, *opens = names.split()
        wider = {widens: STOP}
        opened = wider | dict.fromkeys(opens, STOP)
        for place in places.split():
            yield resource("everybody", place, BUCKET, document(allow("s3:*", "*", "*")), **opened)
            yield resource("a Deny is dropped", place, BUCKET, document(json.loads(BUCKET)["Statement"][0]), **wider)
            yield resource("another condition", place, ORG, ORG.replace("o-1", "o-2"), **wider)
            yield resource("more of it", place, ORG, ORG.replace("/*", "*"), **wider)
            yield resource(
                "an account of the organization",
                place,
                ORG,
                document(*json.loads(ORG)["Statement"], allow("s3:GetObject", "*", {"AWS": OTHER})),
                **wider,
            )
            stranger = {"AWS": "arn:aws:iam::999999999999:role/x"}
            yield resource(
                "a stranger",
                place,
                ORG,
                document(*json.loads(ORG)["Statement"], allow("s3:GetObject", "*", stranger)),
                **opened,
            )
            yield resource("a Deny is added", place, ORG, document(*json.loads(ORG)["Statement"], TLS))
            yield resource(
                "the same in another order", place, BUCKET, document(*reversed(json.loads(BUCKET)["Statement"]))
            )
            if opens:
                yield resource(
                    "new, for everybody",
                    place,
                    None,
                    document(allow("s3:*", "*", "*")),
                    CREATE,
                    **dict.fromkeys(opens, STOP),
                )


RESOURCES = list(resources())
BUCKET_TYPES = [
    "aws_s3_bucket_acl",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
]
RIVALS = [
    *(
        row(
            f"{type_}: a second one for the same bucket",
            change(f"{type_}.a", NOTHING, {"bucket": "b"}, {"bucket": "b"}),
            change(f"{type_}.b", CREATE, None, {"bucket": "b"}),
            bucket_rival=STOP,
        )
        for type_ in BUCKET_TYPES
    ),
    row(
        "one for each of two buckets",
        change("aws_s3_bucket_logging.a", NOTHING, {"bucket": "a"}, {"bucket": "a"}),
        change("aws_s3_bucket_logging.b", CREATE, None, {"bucket": "b"}),
    ),
    row(
        "a second policy of a key",
        change("aws_kms_key_policy.a", NOTHING, {"key_id": "k"}, {"key_id": "k"}),
        change("aws_kms_key_policy.b", CREATE, None, {"key_id": "k", "policy": ORG}),
        key_policy_rival=STOP,
    ),
]

# -- What lifecycles and trails leave out


def expiring(*rules):
    return {"bucket": "b", "rule": [{"id": "x", "status": "Enabled", **rule} for rule in rules]}


def lifecycle(name, before, after, **rules):
    return row(
        name, change("aws_s3_bucket_lifecycle_configuration.l", UPDATE, expiring(*before), expiring(*after)), **rules
    )


DAYS = {days: {"expiration": [{"days": days}]} for days in (1, 30, 365)}
OLD = {days: {"noncurrent_version_expiration": [{"noncurrent_days": days}]} for days in (1, 90)}
LIFECYCLES = [
    lifecycle("objects go sooner", [DAYS[365]], [DAYS[30]], bucket_lifecycle=STOP),
    lifecycle("old versions go sooner", [OLD[90]], [OLD[1]], bucket_lifecycle=STOP),
    lifecycle(
        "a second rule is sooner",
        [DAYS[365]],
        [DAYS[365], {**DAYS[1], "filter": [{"prefix": "AWSLogs/"}]}],
        bucket_lifecycle=STOP,
    ),
    lifecycle(
        "a rule is about more",
        [{**DAYS[30], "filter": [{"prefix": "tmp/"}]}],
        [{**DAYS[30], "filter": [{"prefix": ""}]}],
        bucket_lifecycle=STOP,
    ),
    lifecycle("a rule is switched on", [{**DAYS[1], "status": "Disabled"}], [DAYS[1]], bucket_lifecycle=STOP),
    lifecycle(
        "fewer versions are kept",
        [{"noncurrent_version_expiration": [{"noncurrent_days": 9, "newer_noncurrent_versions": 5}]}],
        [{"noncurrent_version_expiration": [{"noncurrent_days": 9, "newer_noncurrent_versions": 1}]}],
        bucket_lifecycle=STOP,
    ),
    lifecycle(
        "they go on a day",
        [DAYS[365]],
        [DAYS[365], {"expiration": [{"date": "2026-12-01T00:00:00Z"}]}],
        bucket_lifecycle=STOP,
    ),
    row(
        "new, for a bucket that is there",
        change("aws_s3_bucket_lifecycle_configuration.l", CREATE, None, expiring(DAYS[1])),
        bucket_lifecycle=STOP,
    ),
    row(
        "its rules are known only after the apply",
        change("aws_s3_bucket_lifecycle_configuration.l", UPDATE, expiring(DAYS[365]), {}, unknown={"rule": True}),
        bucket_lifecycle=STOP,
    ),
    lifecycle("objects go later", [DAYS[30]], [DAYS[365]]),
    lifecycle("rules in another order", [DAYS[365], OLD[90]], [OLD[90], DAYS[365]]),
    lifecycle("a rule is about less", [DAYS[30]], [{**DAYS[30], "filter": [{"prefix": "tmp/"}]}]),
    lifecycle("a rule is switched off", [DAYS[1]], [{**DAYS[1], "status": "Disabled"}]),
    lifecycle("a rule gets another name", [DAYS[30]], [{**DAYS[30], "id": "y"}]),
    row(
        "new, for a new bucket",
        change("aws_s3_bucket.b", CREATE, None, {"bucket": "b"}),
        change("aws_s3_bucket_lifecycle_configuration.l", CREATE, None, expiring(DAYS[1])),
    ),
    row(
        "written in the bucket",
        change(
            "aws_s3_bucket.b",
            UPDATE,
            {"lifecycle_rule": [{"enabled": True, "expiration": [{"days": 90}]}]},
            {"lifecycle_rule": [{"enabled": True, "expiration": [{"days": 1}]}]},
        ),
        bucket_lifecycle_inline=STOP,
    ),
]


def field_(name, **operators):
    return {"field": name, **operators}


def events(name, before, after, type_="aws_cloudtrail", block="advanced_event_selector", **rules):
    return row(f"{type_}: {name}", change(f"{type_}.t", UPDATE, {block: before}, {block: after}), **rules)


MANAGEMENT = {"name": "all", "field_selector": [field_("eventCategory", equals=["Management"])]}
WRITES = {
    "name": "all",
    "field_selector": [field_("eventCategory", equals=["Management"]), field_("readOnly", equals=["false"])],
}
FUNCTIONS = {
    "name": "data",
    "field_selector": [
        field_("eventCategory", equals=["Data"]),
        field_("resources.type", equals=["AWS::S3::Object", "AWS::Lambda::Function"]),
    ],
}
OBJECTS = {
    "name": "data",
    "field_selector": [field_("eventCategory", equals=["Data"]), field_("resources.type", equals=["AWS::S3::Object"])],
}
EVENTS = [
    *(
        found
        for type_ in ("aws_cloudtrail", "aws_cloudtrail_event_data_store")
        for found in [
            events("a selector goes", [MANAGEMENT, OBJECTS], [MANAGEMENT], type_, trail_events=STOP),
            events("all selectors go", [MANAGEMENT], [], type_, trail_events=STOP),
            events("only what writes", [MANAGEMENT], [WRITES], type_, trail_events=STOP),
            events("fewer types", [FUNCTIONS], [OBJECTS], type_, trail_events=STOP),
            events("more types", [OBJECTS], [FUNCTIONS], type_),
            events("reading, too", [WRITES], [MANAGEMENT], type_),
            events("in another order", [MANAGEMENT, OBJECTS], [OBJECTS, MANAGEMENT], type_),
        ]
    ),
    *(
        events(name, before, after, block="event_selector", **rules)
        for name, before, after, rules in [
            (
                "no reads",
                [{"read_write_type": "All"}],
                [{"read_write_type": "WriteOnly"}],
                {"trail_basic_events": STOP},
            ),
            (
                "no management",
                [{"include_management_events": True}],
                [{"include_management_events": False}],
                {"trail_basic_events": STOP},
            ),
            (
                "a source is left out",
                [{"exclude_management_event_sources": []}],
                [{"exclude_management_event_sources": ["kms.amazonaws.com"]}],
                {"trail_basic_events": STOP},
            ),
            (
                "a bucket is left out",
                [{"data_resource": [{"type": "o", "values": ["a", "b"]}]}],
                [{"data_resource": [{"type": "o", "values": ["a"]}]}],
                {"trail_basic_events": STOP},
            ),
            (
                "one more bucket",
                [{"data_resource": [{"type": "o", "values": ["a"]}]}],
                [{"data_resource": [{"type": "o", "values": ["a", "b"]}]}],
                {},
            ),
        ]
    ),
]

# -- The organization, people, and what plans do to addresses

SIX = ["sso", "cloudtrail", "config", "guardduty", "ram", "ipam"]
ORGANIZATION = "aws_organizations_organization.org"
SETS, GROUP = "arn:aws:sso:::permissionSet/i/ps-1", "g-1"
ADMINISTRATORS = [
    change("aws_ssoadmin_permission_set.admin", NOTHING, {"arn": SETS}, {"arn": SETS}),
    change(
        "aws_ssoadmin_managed_policy_attachment.admin",
        NOTHING,
        *[{"permission_set_arn": SETS, "managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}] * 2,
    ),
    change(
        "aws_ssoadmin_account_assignment.one",
        NOTHING,
        *[{"permission_set_arn": SETS, "principal_type": "GROUP", "principal_id": GROUP}] * 2,
    ),
    change("aws_identitystore_group_membership.ada", NOTHING, *[{"group_id": GROUP, "member_id": "ada"}] * 2),
]
READERS = "arn:aws:sso:::permissionSet/i/ps-2"
READER = change("aws_ssoadmin_permission_set.read", NOTHING, {"arn": READERS}, {"arn": READERS})
NEW_SET = [
    change("aws_ssoadmin_permission_set.x", CREATE, None, {"name": "x"}, unknown={"arn": True}),
    change(
        "aws_ssoadmin_permission_set_inline_policy.x",
        CREATE,
        None,
        {"inline_policy": ADMIN},
        unknown={"permission_set_arn": True},
        references={"permission_set_arn": ["aws_ssoadmin_permission_set.x.arn", "aws_ssoadmin_permission_set.x"]},
    ),
]
KNOWN = Known(accounts=frozenset({OWNER}), ids={"shop@example.com": OWNER})
PLANS = [
    row(
        "all services lose access",
        change(ORGANIZATION, UPDATE, {"aws_service_access_principals": SIX}, {"aws_service_access_principals": []}),
        service_access=STOP,
    ),
    row(
        "services are not said any more",
        change(ORGANIZATION, UPDATE, {"aws_service_access_principals": SIX}, {"aws_service_access_principals": None}),
        service_access=STOP,
    ),
    row(
        "services in another order",
        change(
            ORGANIZATION, UPDATE, {"aws_service_access_principals": SIX}, {"aws_service_access_principals": SIX[::-1]}
        ),
    ),
    row(
        "one more service",
        change(
            ORGANIZATION, UPDATE, {"aws_service_access_principals": SIX[1:]}, {"aws_service_access_principals": SIX}
        ),
    ),
    row(
        "an account that is there is made",
        change(f"{ACCOUNT}.shop", CREATE, None, {"email": "Shop@example.com"}),
        known=KNOWN,
        account_exists=NEVER,
    ),
    row(
        "an account that is there is imported",
        change(
            f"{ACCOUNT}.shop", NOTHING, {"email": "shop@example.com"}, {"email": "shop@example.com"}, imported=OWNER
        ),
        known=KNOWN,
    ),
    *(
        row(
            f"an account is imported whose {argument} is another",
            change(
                f"{ACCOUNT}.shop",
                NOTHING,
                {"id": OWNER, argument: "shop@example.com"},
                {"id": OWNER, argument: "shop@example.com"},
                imported=OWNER,
                constants={argument: wanted},
            ),
            **rules,
        )
        for argument, wanted, rules in (
            ("name", "lab", {"account_contradicts": NEVER}),
            ("email", "lab@example.com", {"account_contradicts": NEVER}),
            ("email", "Shop@example.com", {}),
        )
    ),
    row(
        "an account that was imported before gets another name",
        change(f"{ACCOUNT}.shop", NOTHING, {"name": "shop"}, {"name": "shop"}, constants={"name": "lab"}),
    ),
    row("a new account", change(f"{ACCOUNT}.new", CREATE, None, {"email": "new@example.com"}), known=KNOWN),
    row(
        "an import that also changes",
        change("aws_sns_topic.t", UPDATE, {"display_name": "a"}, {"display_name": "b"}, imported="arn"),
        import_changes=STOP,
    ),
    row(
        "an import that replaces",
        change("aws_vpc.v", REPLACE, {"cidr_block": "a"}, {"cidr_block": "b"}, imported="vpc-2"),
        import_changes=STOP,
        transit_gone=SAY,
    ),
    row(
        "an import that tags, and writes a default",
        change(
            "aws_sns_topic.t",
            UPDATE,
            {"tags": {}, "fifo_topic": None},
            {"tags": {"a": "b"}, "fifo_topic": False},
            imported="arn",
        ),
    ),
    row(
        "a new account's e-mail is in another case",
        account("shop", PROD, UPDATE, email="SHOP@example.com"),
        account_email=NEVER,
    ),
    row(
        "a tag is lost",
        change(f"{UNIT}.u", UPDATE, {"tags": {"team": "a", "b": "c"}}, {"tags": {"b": "c"}}),
        tags_lost=STOP,
    ),
    row(
        "a tag has another value",
        change(f"{ACCOUNT}.a", UPDATE, {"tags": {"team": "a"}}, {"tags": {"team": "b"}}),
        tags_lost=STOP,
    ),
    row(
        "tags are not said any more",
        change(f"{POLICY}.p", UPDATE, {"tags": {"team": "a"}, "content": BASE}, {"tags": None, "content": BASE}),
        tags_lost=STOP,
    ),
    row("a tag is added", change(f"{ACCOUNT}.a", UPDATE, {"tags": {"team": "a"}}, {"tags": {"team": "a", "b": "c"}})),
    row(
        "one more administrator",
        *ADMINISTRATORS,
        change("aws_identitystore_group_membership.eve", CREATE, None, {"group_id": GROUP, "member_id": "eve"}),
        new_administrators=STOP,
        assignment_new=SAY,
    ),
    row(
        "administrators of one more account",
        *ADMINISTRATORS,
        change(
            "aws_ssoadmin_account_assignment.two", CREATE, None, {"permission_set_arn": SETS, "principal_id": GROUP}
        ),
        new_administrators=STOP,
        assignment_new=SAY,
    ),
    row(
        "another member instead of one",
        *ADMINISTRATORS[:3],
        change(
            "aws_identitystore_group_membership.ada",
            REPLACE,
            {"group_id": GROUP, "member_id": "ada"},
            {"group_id": GROUP, "member_id": "eve"},
        ),
        new_administrators=STOP,
        last_administrators=STOP,
    ),
    row(
        "a new permission set with everything, and its assignment",
        READER,
        *NEW_SET,
        change(
            "aws_ssoadmin_account_assignment.x",
            CREATE,
            None,
            {"principal_id": "eve"},
            unknown={"permission_set_arn": True},
            references={"permission_set_arn": ["aws_ssoadmin_permission_set.x.arn", "aws_ssoadmin_permission_set.x"]},
        ),
        new_administrators=STOP,
        assignment_new=SAY,
        administrator_policy=STOP,
        permission_set_widened=STOP,
    ),
    row(
        "an assignment of a permission set of another stack",
        change(
            "aws_ssoadmin_account_assignment.x", CREATE, None, {"permission_set_arn": "arn:x", "principal_id": "eve"}
        ),
        new_administrators=STOP,
        assignment_new=SAY,
    ),
    row(
        "one more reader",
        READER,
        *ADMINISTRATORS,
        change(
            "aws_ssoadmin_account_assignment.two", CREATE, None, {"permission_set_arn": READERS, "principal_id": "g-2"}
        ),
        assignment_new=SAY,
    ),
    row(
        "the last administrator goes",
        *ADMINISTRATORS[:3],
        change("aws_identitystore_group_membership.ada", DELETE, {"group_id": GROUP, "member_id": "ada"}),
        last_administrators=STOP,
    ),
    row(
        "another attribute decides",
        change("aws_cloudwatch_log_group.l", UPDATE, {"retention_in_days": 0}, {"retention_in_days": 3653}),
        log_group_shorter=STOP,
    ),
    row(
        "logs are kept forever",
        change("aws_cloudwatch_log_group.l", UPDATE, {"retention_in_days": 30}, {"retention_in_days": 0}),
    ),
    row("a scratch bucket goes", change("aws_s3_bucket.b", DELETE, {"force_destroy": True})),
    row("a log group that stays in AWS goes", change("aws_cloudwatch_log_group.l", DELETE, {"skip_destroy": True})),
    row(
        "a balancer that is protected goes",
        change("aws_lb.l", DELETE, {"enable_deletion_protection": True}),
        protected_gone=STOP,
    ),
    row("a balancer that is not goes", change("aws_lb.l", DELETE, {"enable_deletion_protection": False})),
    *(
        row(f"{type_} that is protected goes", change(f"{type_}.l", DELETE, {attribute: value}), **rules)
        for type_, attribute, value, rules in [
            ("aws_alb", "enable_deletion_protection", True, {"protected_gone": STOP}),
            ("aws_instance", "disable_api_termination", True, {"protected_gone": STOP}),
            ("aws_networkfirewall_firewall", "delete_protection", True, {"protected_gone": STOP}),
            ("aws_cognito_user_pool", "deletion_protection", "ACTIVE", {"protected_gone": STOP, "secret_gone": STOP}),
        ]
    ),
    row("in a module", change("module.logs.aws_cloudtrail.t", DELETE, {}), trail_gone=STOP),
    row(
        "moved",
        change(
            "aws_cloudtrail.new",
            NOTHING,
            {"enable_logging": True},
            {"enable_logging": True},
            moved_from="aws_cloudtrail.old",
        ),
    ),
    row(
        "moved and switched off",
        change(
            "aws_cloudtrail.new",
            UPDATE,
            {"enable_logging": True},
            {"enable_logging": False},
            moved_from="aws_cloudtrail.old",
        ),
        trail_off=STOP,
    ),
    row(
        "renamed without moved",
        change("aws_cloudtrail.old", DELETE, {"name": "t"}),
        change("aws_cloudtrail.new", CREATE, None, {"name": "t"}),
        trail_gone=STOP,
    ),
    row(
        "switched off by hand, and left so",
        change("aws_cloudtrail.t", NOTHING, {"enable_logging": False}, {"enable_logging": False}),
        drift=[change("aws_cloudtrail.t", UPDATE, {"enable_logging": True}, {"enable_logging": False})],
        drift_=SAY,
    ),
    row(
        "switched off by hand, and mended",
        change("aws_cloudtrail.t", UPDATE, {"enable_logging": False}, {"enable_logging": True}),
        drift=[change("aws_cloudtrail.t", UPDATE, {"enable_logging": True}, {"enable_logging": False})],
    ),
    row(
        "tagged by hand",
        change("aws_cloudtrail.t", NOTHING, {}, {}),
        drift=[change("aws_cloudtrail.t", UPDATE, {"tags": {}}, {"tags": {"a": "b"}})],
    ),
    row(
        "put off",
        deferred=[change("aws_cloudtrail.t", UPDATE, {"enable_logging": True}, {}, unknown={"enable_logging": True})],
        deferred_=STOP,
        trail_off=STOP,
    ),
    row("put off, of no interest", deferred=[change("aws_route_table.t", UPDATE, {}, {})]),
    row(
        "a value that is sensitive",
        change("aws_kms_key.k", UPDATE, {"is_enabled": True}, {"is_enabled": False}, sensitive={"is_enabled": True}),
        key_disabled=STOP,
    ),
    row(
        "only tags",
        change("aws_kms_key.k", UPDATE, {"is_enabled": True, "tags": {}}, {"is_enabled": True, "tags": {"a": "b"}}),
    ),
    row(
        "a block that says the same",
        change(
            "aws_s3_bucket_object_lock_configuration.b",
            UPDATE,
            {"rule": [{"default_retention": [{"mode": "GOVERNANCE", "days": 30, "years": None}]}]},
            {"rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 60, "years": None}]}]},
        ),
    ),
]
MARKED = Known(protect=(Protection(address="aws_subnet.*"),))


def becomes(place, before, after, **rules):
    """A single attribute that changes; null if it is not said."""
    type_, attribute = place.split(".")
    return row(
        f"{place} from {before} to {after}",
        change(f"{type_}.x", UPDATE, {"id": "x", attribute: before}, {"id": "x", attribute: after}),
        **rules,
    )


def declared(path, strong, weak):
    """A setting of a declarative policy that gets stronger, or weaker."""

    def setting(value):
        for key in reversed(path.split(".")):
            value = {key: value if isinstance(value, dict) else {"@@assign": value}}
        return value

    yield settings(f"{path} gets stronger", "DECLARATIVE_POLICY_EC2", setting(weak), setting(strong))
    yield settings(f"{path} gets weaker", "DECLARATIVE_POLICY_EC2", setting(strong), setting(weak), **WEAKER)


LAKE_KEEPS = {"configuration": [{"region": "eu-central-1", "lifecycle_configuration": []}]}
LAKE_DELETES = {
    "configuration": [{"region": "eu-central-1", "lifecycle_configuration": [{"expiration": [{"days": 30}]}]}]
}
GRANT = "access_control_policy"
VALUES = [
    becomes("aws_s3_bucket_public_access_block.block_public_acls", True, None, bucket_public=STOP),
    row(
        "a public access block that says nothing",
        change(
            "aws_s3_bucket_public_access_block.x",
            UPDATE,
            {"block_public_acls": None, "block_public_policy": None},
            {"block_public_acls": True, "block_public_policy": None},
        ),
    ),
    *(
        becomes(f"aws_s3_account_public_access_block.{name}", None, True)
        for name in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    ),
    becomes("aws_s3_bucket_acl.acl", "private", "authenticated-read", bucket_acl=STOP),
    *(
        row(
            f"a list names {group}",
            change(
                "aws_s3_bucket_acl.x",
                UPDATE,
                {GRANT: []},
                {GRANT: [{"grant": [{"grantee": [{"uri": f"http://acs.amazonaws.com/groups/global/{group}"}]}]}]},
            ),
            bucket_acl=STOP,
        )
        for group in ("AllUsers", "AuthenticatedUsers")
    ),
    row(
        "deleting versions never needed a second factor",
        change(
            "aws_s3_bucket_versioning.x",
            UPDATE,
            {"versioning_configuration": [{"status": "Enabled", "mfa_delete": None}]},
            {"versioning_configuration": [{"status": "Enabled", "mfa_delete": "Disabled"}]},
        ),
    ),
    row(
        "a second factor is not said to be off any more",
        change(
            "aws_s3_bucket_versioning.x",
            UPDATE,
            {"versioning_configuration": [{"status": "Enabled", "mfa_delete": "Disabled"}]},
            {"versioning_configuration": [{"status": "Enabled", "mfa_delete": None}]},
        ),
    ),
    becomes("aws_kms_key.deletion_window_in_days", None, 7, key_deletion_window=STOP),
    becomes("aws_kms_key.deletion_window_in_days", None, 30),
    becomes("aws_secretsmanager_secret.recovery_window_in_days", None, 0, secret_window=STOP),
    becomes("aws_cloudwatch_log_group.retention_in_days", None, 7, log_group_shorter=STOP),
    becomes("aws_cloudwatch_log_group.retention_in_days", 30, None),
    row(
        "a data lake that kept all deletes",
        change("aws_securitylake_data_lake.l", UPDATE, LAKE_KEEPS, LAKE_DELETES),
        lake_shorter=STOP,
    ),
    row(
        "a data lake that deleted keeps all",
        change("aws_securitylake_data_lake.l", UPDATE, LAKE_DELETES, LAKE_KEEPS),
    ),
    row(
        "continuous recording was AWS's default",
        change(
            "aws_config_configuration_recorder.x",
            UPDATE,
            {"recording_mode": []},
            {"recording_mode": [{"recording_frequency": "CONTINUOUS"}]},
        ),
    ),
    row(
        "daily recording, which was not said before",
        change(
            "aws_config_configuration_recorder.x",
            UPDATE,
            {"recording_mode": []},
            {"recording_mode": [{"recording_frequency": "DAILY"}]},
        ),
        recorder_slower=STOP,
    ),
    *(
        becomes(
            "aws_iam_user_policy_attachment.policy_arn",
            "other",
            f"arn:aws:iam::aws:policy/{name}",
            administrator_attached=STOP,
        )
        for name in ("AWSOrganizationsFullAccess", "AWSSSOMasterAccountAdministrator", "PowerUserAccess")
    ),
    becomes("aws_iam_role.max_session_duration", None, 3600),
    becomes("aws_iam_role.max_session_duration", None, 43200, session_longer=STOP),
    becomes("aws_iam_account_password_policy.max_password_age", 90, 0, password_policy_older=STOP),
    becomes("aws_ebs_encryption_by_default.enabled", None, False, encryption_off=STOP),
    becomes("aws_ec2_serial_console_access.enabled", None, True),
    becomes("aws_ec2_serial_console_access.enabled", False, None, serial_console=STOP),
    becomes("aws_ram_resource_share.allow_external_principals", None, False),
    *(
        becomes("aws_vpc_security_group_ingress_rule.cidr_ipv4", "10.0.0.0/8", wide, group_open=STOP)
        for wide in ("0.0.0.0/1", "128.0.0.0/1")
    ),
    becomes("aws_vpc_security_group_ingress_rule.cidr_ipv6", "fd00::/8", "::/0", group_open=STOP),
    row(
        "a new policy of the organization",
        change("aws_organizations_resource_policy.x", CREATE, None, {"content": ORG}),
        organization_policy=STOP,
    ),
    row("only the policy is forgotten", *TREE, policy("base", BASE, actions=FORGET), guardrail_forgotten=STOP),
    row(
        "only the attachment is forgotten",
        *TREE,
        policy("base", BASE),
        attached("base", WORK, FORGET),
        guardrail_forgotten=STOP,
    ),
    row("what is marked goes", change("aws_subnet.a", DELETE, {}), known=MARKED, protected=STOP, transit_gone=SAY),
    row(
        "what is marked is forgotten",
        change("aws_subnet.a", FORGET, {}),
        known=MARKED,
        protected=STOP,
        transit_gone=SAY,
    ),
    row(
        "what is marked moves away, and goes",
        change("aws_network.a", DELETE, {}, moved_from="aws_subnet.a"),
        known=MARKED,
        protected=STOP,
        protection_lost=STOP,
    ),
    row(
        "what is marked moves out of the marks",
        change("module.a.aws_subnet.a", NOTHING, {}, {}, moved_from="aws_subnet.a"),
        known=MARKED,
        protection_lost=STOP,
    ),
    row(
        "what is marked moves within the marks",
        change("aws_subnet.b", NOTHING, {}, {}, moved_from="aws_subnet.a"),
        known=MARKED,
    ),
    *declared("ec2_attributes.snapshot_block_public_access.state", "block_all_sharing", "block_new_sharing"),
    *declared("ec2_attributes.serial_console_access.status", "disabled", "enabled"),
    *declared("ec2_attributes.allowed_images_settings.state", "enabled", "audit_mode"),
    *declared("ec2_attributes.instance_metadata_defaults.http_tokens", "required", "optional"),
    *declared("ec2_attributes.instance_metadata_defaults.http_endpoint", "disabled", "enabled"),
    *declared("ec2_attributes.vpc_block_public_access.internet_gateway_block.mode", "block_bidirectional", "off"),
    *declared("services.default.opt_out_policy", "optOut", "optIn"),
]
PARENTS = [
    ("aws_s3_bucket_policy", "policy", "bucket", "bucket_policy"),
    ("aws_kms_key_policy", "policy", "key_id", "key_policy"),
    ("aws_sns_topic_policy", "policy", "arn", "topic_policy"),
    ("aws_cloudwatch_event_bus_policy", "policy", "event_bus_name", "topic_policy"),
    ("aws_sqs_queue_policy", "policy", "queue_url", "data_policy"),
    ("aws_ecr_repository_policy", "policy", "repository", "data_policy"),
    ("aws_secretsmanager_secret_policy", "policy", "secret_arn", "data_policy"),
    ("aws_iam_role_policy", "policy", "role", "policy_widened"),
    ("aws_iam_user_policy", "policy", "user", "policy_widened"),
    ("aws_iam_group_policy", "policy", "group", "policy_widened"),
    ("aws_iam_role_policy_attachment", "policy_arn", "role", "policy_attached"),
]


def begun():
    """Something new of what was there before, and of what the same plan makes."""
    for type_, attribute, parent, rule in PARENTS:
        values = {
            attribute: ORG if attribute == "policy" and not type_.startswith("aws_iam") else READ,
            parent: "there",
        }
        yield row(
            f"{type_} of something that is there",
            change(f"{type_}.x", CREATE, None, values),
            HERE,
            known=INSIDE,
            **{rule: SAY},
        )
        unknown = {name: value for name, value in values.items() if name != parent}
        yield row(
            f"{type_} of something that has no name yet",
            change(f"{type_}.x", CREATE, None, unknown, unknown={parent: True}),
            HERE,
            known=INSIDE,
        )
        references = {parent: ["aws_thing.new.name", "aws_thing.new"]}
        yield row(
            f"{type_} of something new",
            change(f"{type_}.x", CREATE, None, values, references=references),
            change("aws_thing.new", CREATE, None, {}),
            HERE,
            known=INSIDE,
        )


def provided(entry, provider):
    return {**entry, "provider_name": f"registry.terraform.io/{provider}"}


def running(entry):
    return {**entry, "_provisioners": True}


DATA = "terraform_data.x"
PROGRAMS = [
    *(
        row(f"a program when it is {word}", running(change(DATA, actions, before, after)), program=STOP)
        for word, actions, before, after in [
            ("made", CREATE, None, {}),
            ("made anew", REPLACE, {}, {}),
            ("deleted", DELETE, {}, None),
        ]
    ),
    row("a program that does not run", running(change(DATA, UPDATE, {}, {"input": "a"}))),
    row(
        "a resource of another provider",
        provided(change("null_resource.x", CREATE, None, {}), "hashicorp/null"),
        other_provider=SAY,
    ),
    row(
        "one of another provider changes",
        provided(change("github_repository.x", UPDATE, {}, {}), "integrations/github"),
        other_provider=SAY,
    ),
    row("one of another provider goes", provided(change("null_resource.x", DELETE, {}), "hashicorp/null")),
    row("one of AWS's provider", provided(change("aws_route_table.x", CREATE, None, {}), "hashicorp/aws")),
    row(
        "one that Terraform has itself",
        {**change(DATA, CREATE, None, {}), "provider_name": "terraform.io/builtin/terraform"},
    ),
]
ROWS = [
    *GUARDRAILS,
    *SETTINGS,
    *TRUST,
    *IDENTITY,
    *RESOURCES,
    *RIVALS,
    *LIFECYCLES,
    *EVENTS,
    *PLANS,
    *VALUES,
    *begun(),
    *PROGRAMS,
]
