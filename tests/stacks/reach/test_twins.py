"""Each published escalation is found, and its twins, which differ in the one thing that makes them harmless, are not."""

import tomllib
from pathlib import Path

import pytest

import stacks.reach.steps
from tests.estate.access.worlds import WORK, allow, ids_of, policy, questions_of, role, small, trust

CATALOGUE = Path(stacks.reach.steps.__file__).with_name("escalations.toml")
OTHER_ARN = {"Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/somebody-else"}}}

# As https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/ and https://pathfinding.cloud name them:
# what the catalogue calls it, who holds the calls, what they become, the calls, and an ARN that they could be confined to.
ON_OTHERS = [
    ("changes the role's trust policy", "role", "target", ["iam:UpdateAssumeRolePolicy"], "iam::{id}:role/other"),
    ("makes an access key of the user", "role", "user", ["iam:CreateAccessKey"], "iam::{id}:user/other"),
    ("gives the user a password", "role", "user", ["iam:CreateLoginProfile"], "iam::{id}:user/other"),
    ("changes the user's password", "role", "user", ["iam:UpdateLoginProfile"], "iam::{id}:user/other"),
    ("attaches a policy to itself", "role", "self", ["iam:AttachRolePolicy"], "iam::{id}:role/other"),
    ("writes a policy of its own", "role", "self", ["iam:PutRolePolicy"], "iam::{id}:role/other"),
    ("attaches a policy to itself", "user", "self", ["iam:AttachUserPolicy"], "iam::{id}:user/other"),
    ("writes a policy of its own", "user", "self", ["iam:PutUserPolicy"], "iam::{id}:user/other"),
    (
        "writes a new version of a policy that it has",
        "role",
        "self",
        ["iam:CreatePolicyVersion"],
        "iam::{id}:policy/other",
    ),
    (
        "changes the code of a Lambda function that has the role",
        "role",
        "lambda",
        ["lambda:UpdateFunctionCode"],
        "lambda:*:{id}:function:other",
    ),
    (
        "runs a command on an instance that has the role",
        "role",
        "ec2",
        ["ssm:SendCommand"],
        "ec2:*:{id}:instance/other",
    ),
    (
        "opens a session on an instance that has the role",
        "role",
        "ec2",
        ["ssm:StartSession"],
        "ec2:*:{id}:instance/other",
    ),
]
PASSED = [
    (
        "passes the role to a Lambda function and calls it",
        "lambda",
        ["lambda:CreateFunction", "lambda:InvokeFunction"],
    ),
    (
        "passes the role to a Lambda function that an event source starts",
        "lambda",
        ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ),
    ("passes the role to an EC2 instance", "ec2", ["ec2:RunInstances"]),
    ("passes the role to a CloudFormation stack", "cloudformation", ["cloudformation:CreateStack"]),
    ("passes the role to a CodeBuild project", "codebuild", ["codebuild:CreateProject", "codebuild:StartBuild"]),
    ("passes the role to an ECS task", "ecs-tasks", ["ecs:RegisterTaskDefinition", "ecs:RunTask"]),
    ("passes the role to a Glue job", "glue", ["glue:CreateJob", "glue:StartJobRun"]),
    ("passes the role to a Glue development endpoint", "glue", ["glue:CreateDevEndpoint"]),
    (
        "passes the role to a SageMaker notebook",
        "sagemaker",
        ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    (
        "passes the role to a Step Functions state machine",
        "states",
        ["states:CreateStateMachine", "states:StartExecution"],
    ),
    (
        "passes the role to a Data Pipeline",
        "datapipeline",
        ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
    ),
    ("passes the role to a Systems Manager automation", "ssm", ["ssm:StartAutomationExecution"]),
]


def found(organization, statements, *, holder="role", service="events", bound=None):
    """The escalations of somebody who holds these statements: how, and whom they become."""
    own = f"arn:aws:iam::{ids_of(organization)[WORK]}:policy"
    limits = {"permissions_boundary": f"{own}/bound"} if bound else {}
    resources = {
        "aws_iam_role": {"target": role("target", trust(Service=f"{service}.amazonaws.com"), allow("s3:*"))},
        "aws_iam_user": {"user": {"name": "user"}},
        "aws_iam_policy": {
            "own": {"name": "own", "policy": policy(*statements)},
            "bound": {"name": "bound", "policy": policy(*(bound or [allow("*")]))},
        },
    }
    if holder == "role":
        trusting = trust(Service="events.amazonaws.com")
        resources["aws_iam_role"]["who"] = role("who", trusting, managed=[f"{own}/own"], **limits)
    else:
        resources["aws_iam_user"]["who"] = {"name": "who", **limits}
        resources["aws_iam_user_policy_attachment"] = {"own": {"user": "who", "policy_arn": f"{own}/own"}}
    questions = questions_of(organization, workload_0000=resources)
    who = questions.named(f"{holder}:{WORK}/who")
    return {(step.how, step.target.name) for step in questions.graph.escalations(who)}


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    return small(tmp_path_factory.mktemp("twins") / "organization")


@pytest.mark.parametrize(("how", "holder", "becomes", "actions", "elsewhere"), ON_OTHERS)
def test_what_changes_somebody_or_something(organization, how, holder, becomes, actions, elsewhere):
    service = becomes if becomes in ("lambda", "ec2") else "events"
    who = f"{holder}:{WORK}/who (unlimited)"
    step = (how, {"user": f"user:{WORK}/user", "self": who}.get(becomes, f"role:{WORK}/target"))
    about = {"holder": holder, "service": service}
    elsewhere = "arn:aws:" + elsewhere.format(id=ids_of(organization)[WORK])
    everything_else = {"Effect": "Allow", "NotAction": actions, "Resource": "*"}

    assert step in found(organization, [allow(actions)], **about)
    assert step not in found(organization, [allow(actions, elsewhere)], **about)
    assert step not in found(organization, [allow(actions, **OTHER_ARN)], **about)
    assert step not in found(organization, [allow(actions)], bound=[everything_else], **about)
    assert step not in found(organization, [allow(actions), {**allow(actions), "Effect": "Deny"}], **about)
    assert step in found(organization, [allow(actions)], bound=[allow(actions)], **about)


@pytest.mark.parametrize(("how", "service", "actions"), PASSED)
def test_what_is_given_the_role(organization, how, service, actions):
    step = (how, f"role:{WORK}/target")
    iam = f"arn:aws:iam::{ids_of(organization)[WORK]}:role"
    passing = allow("iam:PassRole", f"{iam}/target")
    other_service = {"StringEquals": {"iam:PassedToService": "apprunner.amazonaws.com"}}

    def steps(*statements, trusted=service, bound=None):
        return found(organization, statements, service=trusted, bound=bound)

    assert step in steps(passing, allow(actions))
    assert step not in steps(allow(actions))
    assert step not in steps(allow("iam:PassRole", f"{iam}/other"), allow(actions))
    assert step not in steps(allow("iam:PassRole", Condition=other_service), allow(actions))
    assert step not in steps(passing, allow(actions), trusted="apprunner")
    assert step not in steps(passing, allow(actions), bound=[allow(actions)])
    for missing in actions:
        rest = [each for each in actions if each != missing]
        assert step not in steps(passing, *([allow(rest)] if rest else []))


def test_the_table_is_of_the_whole_catalogue():
    entries = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["escalation"]
    named = {(how, "self-user" if holder == "user" else "") for how, holder, *_ in ON_OTHERS} | {
        (how, "") for how, *_ in PASSED
    }
    assert named == {(each["name"], "self-user" if each["on"] == "self-user" else "") for each in entries}
    assert len(ON_OTHERS) + len(PASSED) == len(entries)
