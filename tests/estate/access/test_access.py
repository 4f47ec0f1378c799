"""Who can do what, and how: answers worked out by hand for an organization of five accounts."""

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from stacks.reach.deciding import Verdict
from stacks.reach.paths import Paths
from tests.estate.access.worlds import ADMIN, WORK, allow, ids_of, policy, questions_of, role, root, small, trust
from tests.organizations import write_organization

pytestmark = pytest.mark.row("E7")


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    return small(tmp_path_factory.mktemp("organization"))


@pytest.fixture(scope="module")
def ids(organization):
    return ids_of(organization)


@pytest.fixture(scope="module")
def ask(organization):
    """Answers of an organization whose stacks hold these resources, account by account."""
    return partial(questions_of, organization)


@pytest.fixture(scope="module")
def questions(ask, ids):
    """People, pipelines, services, roles that trust each other, a bucket and a secret."""
    github = {
        "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
        "StringLike": {"token.actions.githubusercontent.com:sub": "repo:example/app:*"},
    }
    provider = f"arn:aws:iam::{ids[WORK]}:oidc-provider/token.actions.githubusercontent.com"
    inbox = {"bucket": "example-inbox"}
    opened = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ids['security']}:role/reader"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::example-inbox/*",
        }
    )
    return ask(
        workload_0000={
            "aws_iam_role": {
                "deploy": role(
                    "deploy",
                    trust(Federated=provider, action="sts:AssumeRoleWithWebIdentity", conditions=github),
                    allow(["s3:PutObject", "iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
                ),
                "function": role("function", trust(Service="lambda.amazonaws.com"), allow("dynamodb:*")),
                "office": role(
                    "office",
                    trust(AWS="arn:aws:iam::999988887777:root"),
                    allow("s3:GetObject", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
                ),
                "bounded": role(
                    "bounded",
                    trust(AWS=root(ids[WORK])),
                    allow("*"),
                    permissions_boundary=f"arn:aws:iam::{ids[WORK]}:policy/only-logs",
                ),
                "mystery": role(
                    "mystery", trust(Service="ec2.amazonaws.com"), managed=["arn:aws:iam::aws:policy/NobodyKnowsThis"]
                ),
            },
            "aws_iam_policy": {"only-logs": {"name": "only-logs", "policy": policy(allow("logs:*"))}},
            "aws_iam_user": {"ann": {"name": "ann"}},
            "aws_iam_user_policy": {
                "ann": {"user": "${aws_iam_user.ann.name}", "name": "a", "policy": policy(allow("sts:AssumeRole"))}
            },
            "aws_s3_bucket": {"inbox": inbox},
            "aws_s3_bucket_policy": {"inbox": {"bucket": "${aws_s3_bucket.inbox.bucket}", "policy": opened}},
        },
        security={
            "aws_iam_role": {
                "reader": role("reader", trust(Service="ec2.amazonaws.com"), allow("s3:GetObject")),
                "blind": role("blind", trust(Service="ec2.amazonaws.com"), allow("s3:GetObject")),
            }
        },
        management={
            "aws_identitystore_group": {"dev": {"display_name": "Developers"}, "admin": {"display_name": "Admins"}},
            "aws_identitystore_user": {"ada": {"user_name": "ada"}},
            "aws_identitystore_group_membership": {
                "ada": {
                    "member_id": "${aws_identitystore_user.ada.user_id}",
                    "group_id": "${aws_identitystore_group.admin.group_id}",
                }
            },
            "aws_ssoadmin_permission_set": {"power": {"name": "Power"}, "root": {"name": "Everything"}},
            "aws_ssoadmin_managed_policy_attachment": {
                "root": {"permission_set_arn": "${aws_ssoadmin_permission_set.root.arn}", "managed_policy_arn": ADMIN}
            },
            "aws_ssoadmin_permission_set_inline_policy": {
                "power": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.power.arn}",
                    "inline_policy": policy(allow(["s3:*", "ec2:*"])),
                }
            },
            "aws_ssoadmin_account_assignment": {
                "dev": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.power.arn}",
                    "principal_id": "${aws_identitystore_group.dev.group_id}",
                    "target_id": ids[WORK],
                },
                "admin": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.root.arn}",
                    "principal_id": "${aws_identitystore_group.admin.group_id}",
                    "target_id": ids["management"],
                },
            },
        },
    )


INBOX = "arn:aws:s3:::example-inbox/report.csv"
MANAGED = f"role:{WORK}/OrganizationAccountAccessRole"
POWER = f"permission-set:{WORK}/Power"
WHO = [
    # action, resource, who can and how surely
    ("s3:PutObject", None, {"deploy": "yes", MANAGED: "yes", POWER: "yes", f"root:{WORK}": "yes"}),
    (
        "s3:GetObject",
        None,
        {"office": "depends", MANAGED: "yes", POWER: "yes", f"root:{WORK}": "yes", "mystery": "depends"},
    ),
    (
        "s3:GetObject",
        INBOX,
        {
            "office": "depends",
            MANAGED: "yes",
            POWER: "yes",
            f"root:{WORK}": "yes",
            "mystery": "depends",
            "role:security/reader": "yes",
        },
    ),
    ("dynamodb:DeleteTable", None, {"function": "yes", MANAGED: "yes", f"root:{WORK}": "yes"}),
    ("logs:DeleteLogGroup", None, {"bounded": "yes", MANAGED: "yes", f"root:{WORK}": "yes"}),
    ("ec2:RunInstances", None, {POWER: "yes", MANAGED: "yes", f"root:{WORK}": "yes"}),
    ("sts:AssumeRole", "arn:aws:iam::%s:role/bounded", {"user:ann": "yes"}),
]


def _full(name):
    if name.startswith("user:"):
        return f"user:{WORK}/{name[5:]}"
    return name if ":" in name else f"role:{WORK}/{name}"


@pytest.mark.parametrize(
    ("action", "resource", "expected"), WHO, ids=lambda value: value if isinstance(value, str) else ""
)
def test_who(questions, organization, ids, action, resource, expected):
    account = organization.accounts[WORK]
    asked = resource.replace("%s", ids[WORK]) if resource else None
    can, _ = questions.who(action, asked, account)
    found = {each.who.name: str(each.answer.verdict) for each in can}
    for name, verdict in expected.items():
        assert found.get(_full(name)) == verdict, name
    certain = {name for name, verdict in found.items() if verdict == "yes"}
    if action != "sts:AssumeRole":
        assert certain == {_full(name) for name, verdict in expected.items() if verdict == "yes"}


def test_who_in_the_management_account(questions):
    can, _ = questions.who("organizations:DetachPolicy")
    assert {each.who.name for each in can} == {"root:management", "permission-set:management/Everything"}
    origins = {origin.name for each in can for origin, _ in each.origins}
    assert "person:ada" in origins


def test_what_stops_those_whose_own_policies_permit_it(questions, organization):
    can, stopped = questions.who("s3:DeleteBucket", None, organization.accounts[WORK])
    assert f"role:{WORK}/bounded" not in {each.who.name for each in can}
    reasons = {each.who.name: str(each.reasons[0]) for each in stopped}
    assert reasons[f"role:{WORK}/bounded"] == "no permissions boundary allows it"


def test_a_condition_that_only_the_call_can_meet_is_named(questions, organization):
    can, _ = questions.who("s3:GetObject", None, organization.accounts[WORK])
    office = next(each for each in can if each.who.name.endswith("/office"))
    assert office.answer.needs == ("aws:SourceIp IpAddress 203.0.113.0/24",)
    assert [origin.name for origin, _ in office.origins] == ["outside:999988887777"]


def test_a_policy_whose_text_is_unknown_is_said_to_be(questions, organization):
    can, _ = questions.who("s3:GetObject", None, organization.accounts[WORK])
    mystery = next(each for each in can if each.who.name.endswith("/mystery"))
    assert mystery.answer.verdict is Verdict.DEPENDS
    assert mystery.answer.needs == ("what arn:aws:iam::aws:policy/NobodyKnowsThis permits",)


PATHS = [
    ("person:ada", "permission-set:management/Everything", ["is a member of", "is assigned"]),
    ("person:ada", MANAGED, ["is a member of", "is assigned", "assumes"]),
    ("group:Developers", POWER, ["is assigned"]),
    ("group:Developers", "permission-set:management/Everything", None),
    (
        "group:Developers",
        f"role:{WORK}/bounded",
        ["is assigned", "changes what an instance that has the role runs when it starts", "assumes"],
    ),
    ("pipeline:repo:example/app:*", f"role:{WORK}/deploy", ["assumes"]),
    (
        "pipeline:repo:example/app:*",
        f"role:{WORK}/function",
        ["assumes", "passes the role to a Lambda function and calls it"],
    ),
    ("pipeline:repo:example/app:*", f"role:{WORK}/office", None),
    ("pipeline:repo:example/app:*", f"role:{WORK}/mystery", None),
    (f"user:{WORK}/ann", f"role:{WORK}/bounded", ["assumes"]),
    (f"user:{WORK}/ann", f"role:{WORK}/deploy", None),
    ("outside:999988887777", f"role:{WORK}/office", ["assumes"]),
    ("service:lambda.amazonaws.com", f"role:{WORK}/function", ["assumes"]),
    ("service:lambda.amazonaws.com", f"role:{WORK}/deploy", None),
    (f"role:{WORK}/bounded", f"role:{WORK}/function", None),
    (f"root:{WORK}", f"role:{WORK}/bounded", None),
    ("anybody", f"role:{WORK}/deploy", None),
]


@pytest.mark.parametrize(("source", "target", "steps"), PATHS)
def test_paths(questions, source, target, steps):
    if source == "anybody":
        with pytest.raises(ValueError, match="there is no identity 'anybody'"):
            questions.named(source)
        return
    ways = questions.paths(questions.named(source), questions.named(target))
    assert [[step.how for step in way] for way in ways] == ([steps] if steps else [])


def test_of(questions):
    power = {
        key: [account.slug for account, _, _ in rows]
        for key, rows in questions.of(questions.named("group:Developers")).items()
    }
    assert power == {"data": [WORK], "write": [WORK], "network": [WORK]}
    ada = questions.of(questions.named("person:ada"))
    assert {account.slug for account, _, _ in ada["guardrails"]} == {"management"}
    assert WORK in {account.slug for account, _, _ in ada["administer"]}


ESCALATIONS = [
    # statements of the role, the target, whether it gets there; harmless twins beside
    ([allow("iam:UpdateAssumeRolePolicy")], "target", True),
    ([allow("iam:UpdateAssumeRolePolicy", "arn:aws:iam::*:role/other")], "target", False),
    ([allow("iam:CreateAccessKey")], "user", True),
    ([allow("iam:CreateAccessKey", "arn:aws:iam::*:user/other")], "user", False),
    ([allow("iam:CreateLoginProfile")], "user", True),
    ([allow("iam:UpdateLoginProfile")], "user", True),
    ([allow("iam:GetLoginProfile")], "user", False),
    ([allow("iam:AttachRolePolicy")], "unlimited", True),
    ([allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/other")], "unlimited", False),
    ([allow("iam:PutRolePolicy")], "unlimited", True),
    ([allow("iam:PutGroupPolicy")], "unlimited", False),
    ([allow("iam:CreatePolicyVersion")], "unlimited", True),
    ([allow("iam:CreatePolicyVersion", "arn:aws:iam::*:policy/other")], "unlimited", False),
    ([allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])], "lambda.amazonaws.com", True),
    (
        [allow(["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"])],
        "lambda.amazonaws.com",
        True,
    ),
    ([allow(["iam:PassRole", "lambda:CreateFunction"])], "lambda.amazonaws.com", False),
    ([allow(["lambda:CreateFunction", "lambda:InvokeFunction"])], "lambda.amazonaws.com", False),
    ([allow(["lambda:UpdateFunctionCode"])], "lambda.amazonaws.com", True),
    ([allow(["lambda:UpdateFunctionConfiguration"])], "lambda.amazonaws.com", True),
    ([allow(["lambda:GetFunctionConfiguration"])], "lambda.amazonaws.com", False),
    ([allow(["iam:PassRole", "ec2:RunInstances"])], "ec2.amazonaws.com", True),
    (
        [
            allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}),
            allow("ec2:RunInstances"),
        ],
        "ec2.amazonaws.com",
        False,
    ),
    ([allow("ssm:SendCommand")], "ec2.amazonaws.com", True),
    ([allow("ssm:StartSession")], "ec2.amazonaws.com", True),
    ([allow("ssm:GetCommandInvocation")], "ec2.amazonaws.com", False),
    ([allow(["iam:PassRole", "cloudformation:CreateStack"])], "cloudformation.amazonaws.com", True),
    ([allow(["iam:PassRole", "cloudformation:ValidateTemplate"])], "cloudformation.amazonaws.com", False),
    ([allow(["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"])], "codebuild.amazonaws.com", True),
    ([allow(["codebuild:StartBuild"])], "codebuild.amazonaws.com", True),  # whoever starts it says what it builds
    ([allow(["iam:PassRole", "codebuild:StopBuild"])], "codebuild.amazonaws.com", False),
    ([allow(["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"])], "ecs-tasks.amazonaws.com", True),
    ([allow(["iam:PassRole", "ecs:RegisterTaskDefinition"])], "ecs-tasks.amazonaws.com", False),
    ([allow(["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"])], "glue.amazonaws.com", True),
    ([allow(["iam:PassRole", "glue:CreateDevEndpoint"])], "glue.amazonaws.com", True),
    ([allow(["iam:PassRole", "glue:StartJobRun"])], "glue.amazonaws.com", False),
    (
        [allow(["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"])],
        "sagemaker.amazonaws.com",
        True,
    ),
    ([allow(["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"])], "states.amazonaws.com", True),
    (
        [
            allow(
                [
                    "iam:PassRole",
                    "datapipeline:CreatePipeline",
                    "datapipeline:PutPipelineDefinition",
                    "datapipeline:ActivatePipeline",
                ]
            )
        ],
        "datapipeline.amazonaws.com",
        True,
    ),
    ([allow(["iam:PassRole", "ssm:StartAutomationExecution"])], "ssm.amazonaws.com", True),
    (
        [allow(["iam:PassRole", "ssm:StartAutomationExecution"], "arn:aws:iam::*:role/other")],
        "ssm.amazonaws.com",
        False,
    ),
]


@pytest.mark.parametrize(("statements", "target", "gets_there"), ESCALATIONS)
def test_escalations(ask, ids, statements, target, gets_there):
    """The catalogue's every entry is found, and its harmless twin is not."""
    service = target if target.endswith(".amazonaws.com") else "events.amazonaws.com"
    own = f"arn:aws:iam::{ids[WORK]}:policy/own"
    questions = ask(
        workload_0000={
            "aws_iam_role": {
                "who": role("who", trust(Service="events.amazonaws.com"), managed=[own]),
                "target": role("target", trust(Service=service), allow("s3:*")),
            },
            "aws_iam_policy": {"own": {"name": "own", "policy": policy(*statements)}},
            "aws_iam_user": {"user": {"name": "user"}},
        }
    )
    who = questions.named(f"role:{WORK}/who")
    reached = {each.name for each in questions.graph.ways_from(who)}
    wanted = {"user": f"user:{WORK}/user", "unlimited": f"role:{WORK}/who (unlimited)"}.get(
        target, f"role:{WORK}/target"
    )
    assert (wanted in reached) is gets_there


def test_a_user_gives_itself_everything(ask):
    questions = ask(
        workload_0000={
            "aws_iam_user": {"a": {"name": "a"}, "b": {"name": "b"}},
            "aws_iam_user_policy": {
                "a": {
                    "user": "a",
                    "name": "x",
                    "policy": policy(allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/a")),
                },
                "b": {
                    "user": "b",
                    "name": "x",
                    "policy": policy(allow("iam:PutUserPolicy", "arn:aws:iam::*:user/a")),
                },
            },
        }
    )
    reached = {
        name: {each.name for each in questions.graph.ways_from(questions.named(f"user:{WORK}/{name}"))} for name in "ab"
    }
    assert f"user:{WORK}/a (unlimited)" in reached["a"]
    assert reached["b"] == {f"user:{WORK}/b"}


MEMBERSHIPS = [
    ("aws_iam_group_membership", {"name": "m", "group": "${aws_iam_group.g.name}", "users": ["ann"]}),
    ("aws_iam_user_group_membership", {"user": "${aws_iam_user.ann.name}", "groups": ["${aws_iam_group.g.id}"]}),
]


@pytest.mark.parametrize(("type_", "membership"), MEMBERSHIPS)
def test_users_have_what_the_groups_that_they_are_in_are_given(ask, organization, type_, membership):
    elsewhere = {"user": "ben", "groups": ["made-by-hand"]}
    resources = {
        "aws_iam_user": {name: {"name": name} for name in ("ann", "ben", "cy")},
        "aws_iam_group": {"g": {"name": "operators", "path": "/teams/"}},
        "aws_iam_group_policy": {"x": {"group": "operators", "name": "x", "policy": policy(allow("s3:GetObject"))}},
        "aws_iam_group_policy_attachment": {"y": {"group": "operators", "policy_arn": "${aws_iam_policy.y.arn}"}},
        "aws_iam_policy": {
            "y": {"name": "y", "policy": policy(allow("sqs:SendMessage"))},
            "z": {"name": "z", "policy": policy(allow("sns:Publish"))},
        },
        "aws_iam_policy_attachment": {
            "z": {"name": "z", "groups": ["operators"], "users": ["cy"], "policy_arn": "${aws_iam_policy.z.arn}"}
        },
        "aws_iam_user_group_membership": {"elsewhere": elsewhere},
    }
    resources[type_] = {**resources.get(type_, {}), "m": membership}
    questions = ask(workload_0000=resources)

    def able(action):
        can, _ = questions.who(action, None, organization.accounts[WORK])
        return {each.who.name.rpartition("/")[2]: each.answer for each in can if each.who.kind == "user"}

    for action, users in {"s3:GetObject": {"ann"}, "sqs:SendMessage": {"ann"}, "sns:Publish": {"ann", "cy"}}.items():
        found = able(action)
        assert {name for name, answer in found.items() if answer.verdict is Verdict.YES} == users, action
        assert found["ben"].needs == ("what group made-by-hand permits",)


def test_a_chain_of_groups_and_what_the_last_one_opens(ask, ids):
    """Joining one permits joining the next; that one's policy lets its members in where their account is trusted."""
    joining = {name: allow("iam:AddUserToGroup", f"arn:aws:iam::*:group/{name}") for name in ("b", "c")}
    questions = ask(
        workload_0000={
            "aws_iam_user": {"ann": {"name": "ann"}},
            "aws_iam_user_policy": {"ann": {"user": "ann", "name": "own", "policy": policy(joining["b"])}},
            "aws_iam_group": {"b": {"name": "b"}, "c": {"name": "c"}},
            "aws_iam_group_policy": {
                "b": {"group": "b", "name": "p", "policy": policy(joining["c"])},
                "c": {"group": "c", "name": "p", "policy": policy(allow("sts:AssumeRole"))},
            },
        },
        security={"aws_iam_role": {"audit": role("audit", trust(AWS=root(ids[WORK])), allow("s3:GetObject"))}},
    )
    (way,) = questions.paths(questions.named(f"user:{WORK}/ann"), questions.named("role:security/audit"))
    assert [(step.how, step.target.name) for step in way] == [
        ("joins a group", f"user:{WORK}/ann (in b)"),
        ("joins a group", f"user:{WORK}/ann (in b) (in c)"),
        ("assumes", "role:security/audit"),
    ]


def test_a_permission_sets_own_policy_counts_as_a_roles(ask, ids):
    """A customer-managed policy that Identity Center attaches is a policy of the account: who writes a version of it, writes it."""
    reference = {"name": "own", "path": "/"}
    questions = ask(
        management={
            "aws_identitystore_user": {"ada": {"user_name": "ada"}},
            "aws_ssoadmin_permission_set": {"p": {"name": "P"}},
            "aws_ssoadmin_customer_managed_policy_attachment": {
                "p": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.p.arn}",
                    "customer_managed_policy_reference": reference,
                }
            },
            "aws_ssoadmin_account_assignment": {
                "p": {
                    "permission_set_arn": "${aws_ssoadmin_permission_set.p.arn}",
                    "principal_id": "${aws_identitystore_user.ada.user_id}",
                    "target_id": ids[WORK],
                }
            },
        },
        workload_0000={"aws_iam_policy": {"own": {"name": "own", "policy": policy(allow("iam:CreatePolicyVersion"))}}},
    )
    (step,) = questions.graph.escalations(questions.named(f"permission-set:{WORK}/P"))
    assert (step.how, step.target.name) == (
        "writes a new version of a policy that it has",
        f"permission-set:{WORK}/P (unlimited)",
    )


def test_a_trust_in_everybody_is_one_in_everybody_of_the_organization(ask, ids):
    """Conditions say of whom: nobody needs to be named."""
    limited = {"StringEquals": {"aws:PrincipalAccount": ids[WORK]}}
    helper, calling = trust(AWS="*", conditions=limited), allow("sts:AssumeRole")
    questions = ask(
        security={
            "aws_iam_role": {
                "helper": role("helper", helper),
                "beside": role("beside", trust(Service="ec2.amazonaws.com"), calling),
            }
        },
        workload_0000={
            "aws_iam_role": {
                "caller": role("caller", trust(Service="ec2.amazonaws.com"), calling),
                "idle": role("idle", trust(Service="ec2.amazonaws.com")),
            }
        },
    )
    into = questions.graph.into[questions.named("role:security/helper")]
    assert {step.source.name for step in into} == {
        f"role:{WORK}/caller",
        f"role:{WORK}/OrganizationAccountAccessRole",
    }


def test_a_guardrail_stops_an_escalation(ask, organization):
    """deny-leaving's SCP keeps even the unlimited from what it denies."""
    questions = ask(workload_0000={})
    _, stopped = questions.who("organizations:LeaveOrganization", None, organization.accounts["network"])
    assert stopped == []  # asked of the management account, whom no guardrail binds
    can, stopped = questions.who("account:DisableRegion", None, organization.accounts["network"])
    assert can == []
    assert {each.reasons[0].policy for each in stopped} == {"deny-leaving"}


def test_a_policy_variable_is_what_the_session_makes_of_it(ask, organization):
    """A state role that a session's tag confines reaches some state, and nobody knows beforehand which."""
    own = "arn:aws:s3:::example-state/${aws:PrincipalTag/stack}.tfstate"
    questions = ask(
        workload_0000={
            "aws_iam_role": {
                "state": role(
                    "state", trust(Service="ec2.amazonaws.com"), allow("s3:GetObject", own.replace("${", "$${"))
                )
            }
        }
    )
    state = "arn:aws:s3:::example-state/production.tfstate"
    can, _ = questions.who("s3:GetObject", state, organization.accounts[WORK])
    (found,) = (each for each in can if each.who.name == f"role:{WORK}/state")
    assert (found.answer.verdict, found.answer.needs) == (Verdict.DEPENDS, (f"what becomes of {own}",))


def test_jewels(ask, ids):
    """Those that the stacks make, and who reaches each."""
    questions = ask(
        security={"aws_cloudtrail": {"trail": {"name": "organization", "s3_bucket_name": "archive"}}},
        workload_0000={
            "aws_iam_role": {
                "execution": role("TerraformExecutionRole", trust(AWS=root(ids["terraform"]))),
                "helper": role("helper", trust(Service="ec2.amazonaws.com"), allow("iam:UpdateAssumeRolePolicy")),
            }
        },
    )
    paths = Paths(questions)
    found = {
        (jewel.kind, jewel.action): {who.name for who, way, _ in ways if not way} for jewel, ways in paths.reached()
    }
    administrators = {"root:security", "role:security/OrganizationAccountAccessRole"}
    assert found["audit-trail", "cloudtrail:StopLogging"] == administrators
    assert found["log-archive", "s3:DeleteObjectVersion"] == administrators
    assert found["deployment-rights", "iam:UpdateAssumeRolePolicy"] == {
        f"root:{WORK}",
        f"role:{WORK}/OrganizationAccountAccessRole",
        f"role:{WORK}/helper",
    }
    assert {(each.kind, each.who.name, each.behind) for each in paths.found()} == {
        ("deployment-rights", f"role:{WORK}/helper", ("service:ec2.amazonaws.com",)),
        ("break-glass", f"role:{WORK}/helper", ("service:ec2.amazonaws.com",)),
    }


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("group:Developrs", "Did you mean 'group:Developers'"),
        ("nobody", "there is no identity 'nobody'; expected role:ACCOUNT/NAME"),
    ],
)
def test_somebody_who_is_not_there(questions, name, message):
    with pytest.raises(ValueError, match=message.replace("(", "\\(")):
        questions.named(name)


def test_an_identity_is_found_by_its_arn(questions, ids):
    assert questions.named(f"arn:aws:iam::{ids[WORK]}:role/deploy").name == f"role:{WORK}/deploy"


def test_the_command_on_the_synthesized_stacks(tmp_path):
    """The whole way: configuration, stacks, answer."""
    directory = write_organization(tmp_path, 6)
    asked = [sys.executable, "-m", "estate", "access", "who", "iam:CreateAccessKey", "--account", WORK, "--json"]
    finished = subprocess.run(
        asked, env={**os.environ, "ESTATE_CONFIG": str(directory)}, capture_output=True, text=True, check=True
    )
    can = {each["who"]: each["verdict"] for each in json.loads(finished.stdout)["can"]}
    assert can[f"role:{WORK}/OrganizationAccountAccessRole"] == "yes"
    assert f"role:{WORK}/SecurityAudit" not in can
