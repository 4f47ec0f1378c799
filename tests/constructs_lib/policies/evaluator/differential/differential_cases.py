"""Random requests with policies that have something to do with them."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

HOME, OTHER = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::reports"

# Every action with resources it really takes: the other side validates both.
ACTIONS: dict[str, tuple[str, ...]] = {
    "s3:GetObject": (f"{BUCKET}/2026/q1.csv", f"{BUCKET}/home/ann/notes.txt", "arn:aws:s3:::public/a:b:c"),
    "s3:PutObject": (f"{BUCKET}/2026/q1.csv", f"{BUCKET}/home/ann/notes.txt"),
    "s3:ListBucket": (BUCKET, "arn:aws:s3:::public"),
    "s3:ListAllMyBuckets": ("*",),
    "ec2:DescribeInstances": ("*",),
    "ec2:TerminateInstances": (f"arn:aws:ec2:eu-central-1:{HOME}:instance/i-0123456789abcdef0",),
    "sqs:SendMessage": (f"arn:aws:sqs:eu-central-1:{HOME}:orders", f"arn:aws:sqs:us-east-1:{OTHER}:orders"),
    "dynamodb:GetItem": (f"arn:aws:dynamodb:eu-central-1:{HOME}:table/Thread",),
    "lambda:InvokeFunction": (f"arn:aws:lambda:eu-central-1:{HOME}:function:report",),
    "secretsmanager:GetSecretValue": (f"arn:aws:secretsmanager:eu-central-1:{OTHER}:secret:db-abcdef",),
    "iam:CreateUser": (f"arn:aws:iam::{HOME}:user/ann", f"arn:aws:iam::{HOME}:user/team/bob"),
    "iam:PassRole": (f"arn:aws:iam::{HOME}:role/deploy",),
    "sts:AssumeRole": (f"arn:aws:iam::{HOME}:role/deploy", f"arn:aws:iam::{OTHER}:role/audit"),
    "sts:AssumeRoleWithWebIdentity": (f"arn:aws:iam::{HOME}:role/deploy",),
    "kms:Decrypt": (f"arn:aws:kms:eu-central-1:{HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab",),
    "organizations:LeaveOrganization": ("*",),
}
PROVIDER = f"arn:aws:iam::{HOME}:oidc-provider/token.actions.githubusercontent.com"
PRINCIPALS = (
    PROVIDER,
    f"arn:aws:iam::{HOME}:user/ann",
    f"arn:aws:iam::{OTHER}:user/ann",
    f"arn:aws:sts::{HOME}:assumed-role/deploy/run-1",
    f"arn:aws:sts::{OTHER}:assumed-role/audit/mia",
    f"arn:aws:sts::{HOME}:federated-user/ann",
    f"arn:aws:iam::{HOME}:root",
    "ec2.amazonaws.com",
)
# Key → values seen in requests and policies. Lists of lists are multivalued keys.
STRINGS = {
    "aws:RequestedRegion": ("eu-central-1", "eu-west-1", "us-east-1"),
    "aws:PrincipalTag/team": ("red", "blue", "Red"),
    "aws:PrincipalOrgID": ("o-abcdefghij", "o-klmnopqrst"),
    "aws:UserAgent": ("aws-cli/2", "terraform", "*"),
    "aws:SourceVpc": ("vpc-1", "vpc-2"),
}
OIDC = {
    "token.actions.githubusercontent.com:sub": (
        "repo:acme/app:ref:refs/heads/main",
        "repo:acme-evil/app:environment:production",
    ),
    "token.actions.githubusercontent.com:aud": ("sts.amazonaws.com", "acme"),
}
# The other side drops the keys of identity providers without saying so in its answer; it is asked about these instead.
RENAMED = dict(zip(OIDC, ("aws:SourceIdentity", "aws:referer"), strict=True))
ARNS = {
    "aws:SourceArn": (
        f"arn:aws:sns:eu-central-1:{HOME}:topic",
        "arn:aws:s3:::reports",
        f"arn:aws:sns:us-east-1:{OTHER}:a:b",
    ),
    "aws:PrincipalArn": (),
}
NUMBERS = {"aws:MultiFactorAuthAge": ("0", "300", "3600", "86400", "12.5")}
DATES = {
    "aws:CurrentTime": ("2026-11-22T10:00:00Z", "2026-01-01T00:00:00Z", "2020-06-30T23:59:59Z"),
    "aws:TokenIssueTime": ("2026-11-22T09:30:00Z", "2026-11-21T00:00:00Z"),
    "aws:EpochTime": ("1795341600", "1767225600"),
}
BOOLS = {"aws:SecureTransport": ("true", "false"), "aws:ViaAWSService": ("true", "false")}
ADDRESSES = {"aws:SourceIp": ("203.0.113.7", "198.51.100.9", "2001:db8:1234:5678::1")}
NETWORKS = ("203.0.113.0/24", "198.51.100.9", "2001:DB8:1234:5678::/64", "0.0.0.0/0", "10.0.0.0/8")
MULTI = {
    "aws:TagKeys": ("team", "cost-center", "owner"),
    "aws:PrincipalOrgPaths": ("o-abcdefghij/r-abcd/ou-abcd-11111111/", "o-abcdefghij/r-abcd/ou-abcd-22222222/"),
    "aws:CalledVia": ("cloudformation.amazonaws.com", "athena.amazonaws.com"),
}
VARIABLES = (
    "${aws:username}",
    "${aws:PrincipalTag/team}",
    "${aws:PrincipalTag/team, 'none'}",
    "${aws:SourceVpc}",
    "${*}",
)
FAMILIES = {
    "String": (
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ),
    "Numeric": tuple(
        f"Numeric{name}"
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "Date": tuple(
        f"Date{name}"
        for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
    ),
    "Arn": ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
    "Bool": ("Bool",),
    "Ip": ("IpAddress", "NotIpAddress"),
}


@dataclass
class Case:
    """One request with its policies, as plain JSON values."""

    principal: str
    action: str
    resource: str
    owner: str
    context: dict[str, str | list[str]]
    identity: list[dict[str, Any]]
    resource_policy: dict[str, Any] | None
    boundary: dict[str, Any] | None
    session: dict[str, Any] | None
    scps: list[list[dict[str, Any]]] = field(default_factory=list)
    rcps: list[list[dict[str, Any]]] = field(default_factory=list)

    def simulation(self) -> dict[str, Any]:
        """The case in the other side's words."""

        def named(policies, name):
            return [{"name": f"{name}{index}", "policy": policy} for index, policy in enumerate(policies)]

        found = {
            "request": {
                "principal": self.principal,
                "action": self.action,
                "resource": {"resource": self.resource, "accountId": self.owner},
                "contextVariables": self.context,
            },
            "identityPolicies": named(self.identity, "identity"),
            "serviceControlPolicies": [
                {"orgIdentifier": f"scp-{level}", "policies": named(policies, "scp")}
                for level, policies in enumerate(self.scps)
            ],
            "resourceControlPolicies": [
                {"orgIdentifier": f"rcp-{level}", "policies": named(policies, "rcp")}
                for level, policies in enumerate(self.rcps)
            ],
        }
        if self.resource_policy is not None:
            found["resourcePolicy"] = self.resource_policy
        if self.session is not None:
            found["sessionPolicy"] = self.session
        if self.boundary is not None:
            found["permissionBoundaryPolicies"] = named([self.boundary], "boundary")
        text = json.dumps(found)
        for key, other in RENAMED.items():
            text = text.replace(key, other)
        return json.loads(text)


class Generator:
    """Makes cases from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def some(self, values, most=3):
        return self.random.sample(list(values), self.random.randint(1, min(most, len(values))))

    def case(self) -> Case:
        pick = self.random.choice
        self.action = pick(list(ACTIONS))
        self.resource = pick(ACTIONS[self.action])
        self.principal = pick(PRINCIPALS)
        if (self.principal == PROVIDER) is not (self.action == "sts:AssumeRoleWithWebIdentity"):
            return self.case()
        self.in_account = self.principal.startswith("arn:") and self.principal != PROVIDER
        self.account = self.principal.split(":")[4] if self.in_account else None
        segments = self.resource.split(":")
        owner = segments[4] if len(segments) > 4 and segments[4] else (self.account or HOME)
        if self.resource.startswith("arn:aws:s3") and self.chance(0.5):
            owner = pick((HOME, OTHER))
        self.context = self._context()
        session_allowed = "assumed-role" in self.principal or "federated-user" in self.principal
        entity = self.in_account and not self.principal.endswith(":root")
        takes_policy = self.resource != "*"
        return Case(
            principal=self.principal,
            action=self.action,
            resource=self.resource,
            owner=owner,
            context=self.context,
            identity=[self.policy(allow=0.9) for _ in range(self.random.randint(0, 2))] if entity else [],
            resource_policy=self.policy(allow=0.88, principals=True)
            if takes_policy and (self.chance(0.6) or not self.in_account or self.action.startswith(("sts", "kms")))
            else None,
            boundary=self.policy(allow=0.95) if entity and self.chance(0.3) else None,
            session=self.policy(allow=0.95) if session_allowed and self.chance(0.4) else None,
            scps=[self._level() for _ in range(self.random.randint(0, 3))] if self.in_account else [],
            rcps=[[self.policy(allow=0, rcp=True)] for _ in range(self.random.randint(0, 2))]
            if self.chance(0.3)
            else [],
        )

    def _level(self):
        full = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        found = [self.policy(allow=0.5) for _ in range(self.random.randint(0, 2))]
        return [full, *found] if self.chance(0.85) or not found else found

    def _context(self):
        pick, found = self.random.choice, {}
        for keys in (STRINGS, NUMBERS, DATES, BOOLS, ADDRESSES):
            for key, values in keys.items():
                if self.chance(0.6):
                    found[key] = pick(values)
        if self.principal == PROVIDER:
            found |= {key: pick(values) for key, values in OIDC.items() if self.chance(0.8)}
        if self.chance(0.5):
            found["aws:SourceArn"] = pick(ARNS["aws:SourceArn"])
        for key, values in MULTI.items():
            if self.chance(0.6):
                found[key] = self.some(values)
        if self.in_account:
            found["aws:PrincipalArn"] = self._principal_arn()
            found["aws:PrincipalAccount"] = self.account
            if ":user/" in self.principal:
                found["aws:username"] = self.principal.rpartition("/")[2]
        return found

    def _principal_arn(self):
        if "assumed-role" in self.principal:
            return f"arn:aws:iam::{self.account}:role/{self.principal.split('/')[1]}"
        return self.principal

    def policy(self, *, allow: float, principals=False, rcp=False):
        version = "2008-10-17" if not rcp and self.chance(0.03) else "2012-10-17"
        statements = [
            self.statement(allow=allow, principals=principals, rcp=rcp) for _ in range(self.random.randint(1, 3))
        ]
        return {"Version": version, "Statement": statements}

    def statement(self, *, allow: float, principals: bool, rcp: bool):
        found: dict[str, Any] = {"Effect": "Allow" if self.chance(allow) else "Deny"}
        if rcp:
            found["Principal"] = "*"
        elif principals:
            deny_not = found["Effect"] == "Deny" and self.chance(0.3)
            found["NotPrincipal" if deny_not else "Principal"] = self._principal_element(negated=deny_not)
        key = "NotAction" if not rcp and self.chance(0.15) else "Action"
        found[key] = self.one_or_many(self._actions(negated=key == "NotAction", rcp=rcp))
        key = "NotResource" if self.chance(0.15) else "Resource"
        found[key] = self.one_or_many(self._resources(negated=key == "NotResource", complete=rcp))
        if self.chance(0.5):
            found["Condition"] = self._conditions()
        return found

    def one_or_many(self, values):
        return values[0] if len(values) == 1 and self.chance(0.5) else values

    def _actions(self, *, negated: bool, rcp: bool):
        service, _, name = self.action.partition(":")
        near = [self.action, f"{service}:*", f"{service}:{name[:3]}*", f"{service}:?{name[1:]}", self.action.lower()]
        far = [action for action in ACTIONS if action != self.action]
        if not rcp:
            near.append("*")
        return [
            self.random.choice(far if self.chance(0.7 if negated else 0.25) else near)
            for _ in range(self.random.randint(1, 2))
        ]

    def _resources(self, *, negated: bool, complete: bool):
        far = [resource for resources in ACTIONS.values() for resource in resources if resource != "*"]
        if self.resource == "*":
            near = ["*"]
        else:
            segments = self.resource.split(":", 5)
            tail = segments[5]
            near = [
                self.resource,
                "*",
                ":".join([*segments[:3], "*", "*", "*"]),
                ":".join([*segments[:5], tail[: len(tail) // 2] + "*"]),
                ":".join([*segments[:5], tail[:-1] + "?"]),
                ":".join([*segments[:4], "*", tail]),
                ":".join([*segments[:5], tail.replace("ann", "${aws:username}")]),
                ":".join([*segments[:5], tail[:3] + "${aws:PrincipalTag/team, 'orts'}" + "*"]),
            ]
            if not complete:  # That AWS completes a short ARN in an RCP too is written nowhere.
                near.append(":".join([*segments[:3], "*"]))
        return [
            self.random.choice(far if self.chance(0.7 if negated else 0.2) else near)
            for _ in range(self.random.randint(1, 2))
        ]

    def _principal_element(self, *, negated: bool):
        if self.principal == PROVIDER and not negated:
            return self.random.choice(
                ("*", {"Federated": PROVIDER}, {"Federated": PROVIDER}, {"Service": "ec2.amazonaws.com"})
            )
        account = self.account or HOME
        choices = [
            f"arn:aws:iam::{account}:root",
            account,
            self.principal if self.principal != PROVIDER else account,
            self._principal_arn() if self.in_account else self.principal,
            f"arn:aws:iam::{HOME}:user/ann",
            f"arn:aws:iam::{OTHER}:root",
        ]
        if "federated-user" in self.principal:
            choices.append(f"arn:aws:iam::{account}:user/ann")
        if negated:
            aws = [value for value in self.some(choices, 4) if value.startswith("arn:") or value.isdigit()]
            return {"AWS": aws or [account]} | (
                {} if self.in_account else {"Federated" if self.principal == PROVIDER else "Service": [self.principal]}
            )
        if self.chance(0.15):
            return "*" if self.chance(0.5) else {"AWS": "*"}
        if not self.in_account and self.chance(0.7):
            return {"Service": self.some((self.principal, "sns.amazonaws.com"))}
        return {
            "AWS": self.one_or_many(
                [value for value in self.some(choices, 2) if value.startswith("arn:") or value.isdigit()] or [account]
            )
        }

    def _conditions(self):
        found: dict[str, dict[str, Any]] = {}
        for _ in range(self.random.randint(1, 2)):
            operator, key, values = self._condition()
            found.setdefault(operator, {})[key] = values
        return found

    def _condition(self):
        pick = self.random.choice
        kind = pick(("String", "String", "Arn", "Numeric", "Date", "Bool", "Ip", "Multi", "Multi", "Null"))
        suffix = "IfExists" if self.chance(0.25) else ""
        if kind == "Null":
            key = pick((*STRINGS, *MULTI, *DATES, "aws:SourceArn", "aws:username"))
            return "Null", key, pick(("true", "false"))
        if kind == "Multi":
            key = pick(list(MULTI))
            operator = f"{pick(('ForAllValues', 'ForAnyValue'))}:{pick(FAMILIES['String'])}{suffix}"
            return operator, key, self._strings(MULTI[key], operator)
        if kind == "String":
            table = OIDC if self.principal == PROVIDER else STRINGS
            key = pick(list(table))
            operator = pick(FAMILIES["String"]) + suffix
            return operator, key, self._strings(table[key], operator)
        if kind == "Arn":
            key = pick(list(ARNS))
            values = ARNS[key] or tuple(self._arn_choices())
            patterns = [
                *values,
                "arn:aws:sns:*:*:*",
                "arn:aws:*:*:*:*",
                "arn:aws:iam::*:role/*",
                "arn:aws:iam::*:user/${aws:username}",
                "arn:aws:sns:*:to?ic",
            ]
            return pick(FAMILIES["Arn"]) + suffix, key, self.one_or_many(self.some(patterns))
        table, values = {
            "Numeric": (NUMBERS, None),
            "Date": (DATES, None),
            "Bool": (BOOLS, None),
            "Ip": (ADDRESSES, NETWORKS),
        }[kind]
        key = pick(list(table))
        return (
            pick(FAMILIES[kind]) + suffix,
            key,
            self.one_or_many(self.some(values or table[key], 1 if kind == "Bool" else 2)),
        )

    def _arn_choices(self):
        return [
            f"arn:aws:iam::{HOME}:user/ann",
            f"arn:aws:iam::{HOME}:role/deploy",
            f"arn:aws:iam::{OTHER}:role/audit",
            f"arn:aws:iam::{HOME}:root",
        ]

    def _strings(self, values, operator):
        found = self.some(values)
        if "Like" in operator:
            found = [
                value[: len(value) // 2] + self.random.choice(("*", "?*", value[len(value) // 2 :])) for value in found
            ]
        if self.chance(0.3):
            # Over there ${*} is a backslash and an asterisk where case is ignored.
            choices = [value for value in VARIABLES if value != "${*}" or "IgnoreCase" not in operator]
            found.append(self.random.choice(choices))
        return self.one_or_many(found)
