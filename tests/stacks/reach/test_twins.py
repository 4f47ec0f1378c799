"""Each published escalation is found, and its twins, which differ in the one thing that makes them harmless, are not."""

import tomllib
from pathlib import Path

import pytest

import stacks.reach.steps
from tests.estate.access.worlds import WORK, allow, ids_of, policy, questions_of, role, small, trust

CATALOGUE = Path(stacks.reach.steps.__file__).with_name("escalations.toml")
OTHER_ARN = {"Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/somebody-else"}}}

# As the sources that the catalogue gives name them:
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
        "changes the configuration of a Lambda function that has the role",
        "role",
        "lambda",
        ["lambda:UpdateFunctionConfiguration"],
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
    (
        "makes another version of a policy that it has the one that counts",
        "role",
        "self",
        ["iam:SetDefaultPolicyVersion"],
        "iam::{id}:policy/other",
    ),
    (
        "changes an App Runner service that has the role",
        "role",
        "tasks.apprunner",
        ["apprunner:UpdateService"],
        "apprunner:*:{id}:service/other/1",
    ),
    (
        "runs code in a code interpreter of Bedrock AgentCore that has the role",
        "role",
        "bedrock-agentcore",
        ["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"],
        "bedrock-agentcore:*:{id}:code-interpreter/other",
    ),
    (
        "changes a CloudFormation stack that has the role",
        "role",
        "cloudformation",
        ["cloudformation:UpdateStack"],
        "cloudformation:*:{id}:stack/other/1",
    ),
    (
        "changes a CloudFormation stack that has the role, by a change set",
        "role",
        "cloudformation",
        ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        "cloudformation:*:{id}:stack/other/1",
    ),
    (
        "starts a CodeBuild project that has the role with another build",
        "role",
        "codebuild",
        ["codebuild:StartBuild"],
        "codebuild:*:{id}:project/other",
    ),
    (
        "starts a batch of a CodeBuild project that has the role with another build",
        "role",
        "codebuild",
        ["codebuild:StartBuildBatch"],
        "codebuild:*:{id}:project/other",
    ),
    (
        "changes what an instance that has the role runs when it starts",
        "role",
        "ec2",
        ["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        "ec2:*:{id}:instance/other",
    ),
    (
        "changes the launch template of instances that have the role",
        "role",
        "ec2",
        ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        "ec2:*:{id}:launch-template/other",
    ),
    (
        "gives an instance that has the role a key for SSH",
        "role",
        "ec2",
        ["ec2-instance-connect:SendSSHPublicKey"],
        "ec2:*:{id}:instance/other",
    ),
    (
        "runs a command in an ECS task that has the role",
        "role",
        "ecs-tasks",
        ["ecs:ExecuteCommand"],
        "ecs:*:{id}:task/other/1",
    ),
    (
        "changes the key of a Glue development endpoint that has the role",
        "role",
        "glue",
        ["glue:UpdateDevEndpoint"],
        "glue:*:{id}:devEndpoint/other",
    ),
    (
        "opens a SageMaker notebook that has the role",
        "role",
        "sagemaker",
        ["sagemaker:CreatePresignedNotebookInstanceUrl"],
        "sagemaker:*:{id}:notebook-instance/other",
    ),
    (
        "changes what a SageMaker notebook that has the role runs when it starts",
        "role",
        "sagemaker",
        [
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ],
        "sagemaker:*:{id}:notebook-instance/other",
    ),
]
# What gives somebody else rights, and lets one become them: the calls, and an ARN that they could be confined to.
GIVEN = [
    ("attaches a policy to the role, and assumes it", "target", ["iam:AttachRolePolicy"], "role/other"),
    ("writes a policy of the role, and assumes it", "target", ["iam:PutRolePolicy"], "role/other"),
    (
        "writes a new version of a policy of the role, and assumes it",
        "target",
        ["iam:CreatePolicyVersion"],
        "policy/other",
    ),
    (
        "writes a new version of a policy of the role, and changes whom it trusts",
        "target",
        ["iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"],
        "policy/other",
    ),
    (
        "attaches a policy to the role, and changes whom it trusts",
        "target",
        ["iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"],
        "role/other",
    ),
    (
        "writes a policy of the role, and changes whom it trusts",
        "target",
        ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"],
        "role/other",
    ),
    (
        "attaches a policy to the user, and makes an access key",
        "user",
        ["iam:AttachUserPolicy", "iam:CreateAccessKey"],
        "user/other",
    ),
    (
        "writes a policy of the user, and makes an access key",
        "user",
        ["iam:PutUserPolicy", "iam:CreateAccessKey"],
        "user/other",
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
        ["sagemaker:CreateNotebookInstance"],
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
    (
        "passes the role to a Lambda function that others may call",
        "lambda",
        ["lambda:CreateFunction", "lambda:AddPermission"],
    ),
    ("passes the role to an App Runner service", "tasks.apprunner", ["apprunner:CreateService"]),
    (
        "passes the role to a code interpreter of Bedrock AgentCore",
        "bedrock-agentcore",
        [
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
    ),
    (
        "passes the role to a CloudFormation stack set",
        "cloudformation",
        ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
    ),
    (
        "passes the role to a CloudFormation stack set that is there",
        "cloudformation",
        ["cloudformation:UpdateStackSet"],
    ),
    (
        "passes the role to a CodeBuild project and starts a batch",
        "codebuild",
        ["codebuild:CreateProject", "codebuild:StartBuildBatch"],
    ),
    ("passes the role to an EC2 spot instance", "ec2", ["ec2:RequestSpotInstances"]),
    (
        "passes the role to an Auto Scaling group, by a launch configuration",
        "ec2",
        ["autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
    ),
    (
        "passes the role to an Auto Scaling group that is there, by a launch configuration",
        "ec2",
        ["autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"],
    ),
    (
        "passes the role to an Auto Scaling group, by a launch template",
        "ec2",
        ["ec2:CreateLaunchTemplate", "autoscaling:CreateAutoScalingGroup"],
    ),
    (
        "passes the role to an Auto Scaling group that is there, by a launch template",
        "ec2",
        ["ec2:CreateLaunchTemplate", "autoscaling:UpdateAutoScalingGroup"],
    ),
    ("passes the role to an ECS service", "ecs-tasks", ["ecs:RegisterTaskDefinition", "ecs:CreateService"]),
    ("passes the role to an ECS task on an instance", "ecs-tasks", ["ecs:RegisterTaskDefinition", "ecs:StartTask"]),
    ("passes the role to an ECS task whose definition is there", "ecs-tasks", ["ecs:RunTask"]),
    ("passes the role to an ECS task on an instance, whose definition is there", "ecs-tasks", ["ecs:StartTask"]),
    ("passes the role to a Glue job that a trigger starts", "glue", ["glue:CreateJob", "glue:CreateTrigger"]),
    ("passes the role to a Glue job that is there", "glue", ["glue:UpdateJob", "glue:StartJobRun"]),
    (
        "passes the role to a Glue job that is there and that a trigger starts",
        "glue",
        ["glue:UpdateJob", "glue:CreateTrigger"],
    ),
    ("passes the role to a Glue session", "glue", ["glue:CreateSession", "glue:RunStatement"]),
    ("passes the role to a SageMaker training job", "sagemaker", ["sagemaker:CreateTrainingJob"]),
    ("passes the role to a SageMaker processing job", "sagemaker", ["sagemaker:CreateProcessingJob"]),
]


# What frees somebody of a limit: the call, and what they are then.
FREED = [
    ("takes its own boundary away", "iam:Delete{}PermissionsBoundary", "without its boundary"),
    ("gives itself another boundary", "iam:Put{}PermissionsBoundary", "without its boundary"),
    ("detaches a policy that denies from itself", "iam:Detach{}Policy", "without attached denials"),
    ("deletes a policy of its own that denies", "iam:Delete{}Policy", "without inline denials"),
]
# What is done to a group: the call, and what a user is then that is in `own` and not in `other`.
OF_GROUPS = [
    ("joins a group", "iam:AddUserToGroup", "other", "in other"),
    ("attaches a policy to a group that it is in", "iam:AttachGroupPolicy", "own", "unlimited"),
    ("writes a policy of a group that it is in", "iam:PutGroupPolicy", "own", "unlimited"),
]


def found(organization, statements, *, holder="role", service="events", bound=None, trusts_them=False):
    """The escalations of somebody who holds these statements: how, and whom they become."""
    them = f"arn:aws:iam::{ids_of(organization)[WORK]}:role/who"
    trusted = trust(AWS=them) if trusts_them else trust(Service=f"{service}.amazonaws.com")
    own = f"arn:aws:iam::{ids_of(organization)[WORK]}:policy"
    limits = {"permissions_boundary": f"{own}/bound"} if bound else {}
    resources = {
        "aws_iam_role": {"target": role("target", trusted, managed=[f"{own}/of-target"])},
        "aws_iam_user": {"user": {"name": "user"}},
        "aws_iam_policy": {
            "own": {"name": "own", "policy": policy(*statements)},
            "of-target": {"name": "of-target", "policy": policy(allow("s3:*"))},
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
    service = "events" if becomes in ("target", "user", "self") else becomes
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


@pytest.mark.parametrize(("how", "becomes", "actions", "elsewhere"), GIVEN)
def test_what_gives_somebody_else_rights(organization, how, becomes, actions, elsewhere):
    step = (how, f"{'user' if becomes == 'user' else 'role'}:{WORK}/{becomes} (unlimited)")
    elsewhere = f"arn:aws:iam::{ids_of(organization)[WORK]}:{elsewhere}"
    assumed = how.endswith("assumes it")

    def steps(*statements, bound=None, trusts_them=assumed):
        return found(organization, statements, bound=bound, trusts_them=trusts_them)

    assert step in steps(allow(actions))
    assert step not in steps(allow(actions, elsewhere))
    assert step not in steps(allow(actions, **OTHER_ARN))
    assert step not in steps(allow(actions), {**allow(actions), "Effect": "Deny"})
    assert step not in steps(allow(actions), bound=[allow("s3:*")])
    if assumed:
        assert step not in steps(allow(actions), trusts_them=False)
        assert step not in steps(allow(actions), {**allow("sts:AssumeRole"), "Effect": "Deny"})
    for missing in actions[1:]:
        assert step not in steps(allow([each for each in actions if each != missing]))


@pytest.mark.parametrize("kind", ["role", "user"])
@pytest.mark.parametrize(("how", "action", "then"), FREED)
def test_what_frees_somebody_of_a_limit(organization, how, action, then, kind):
    action, number = action.format(kind.capitalize()), ids_of(organization)[WORK]
    step = (how, f"{kind}:{WORK}/who ({then})")
    iam, denying = f"arn:aws:iam::{number}:policy", {**allow("s3:*"), "Effect": "Deny"}

    def steps(own, attached=(), inline=(), bound=("iam:*",)):
        resources = {
            f"aws_iam_{kind}": {
                "who": {"name": "who"} | ({"permissions_boundary": f"{iam}/bound"} if bound else {}),
            },
            "aws_iam_policy": {
                "own": {"name": "own", "policy": policy(own, *attached)},
                "bound": {"name": "bound", "policy": policy(allow(list(bound) or "*"))},
            },
            f"aws_iam_{kind}_policy_attachment": {"own": {kind: "who", "policy_arn": f"{iam}/own"}},
            f"aws_iam_{kind}_policy": {
                "inline": {kind: "who", "name": "inline", "policy": policy(allow("ec2:*"), *inline)}
            },
        }
        questions = questions_of(organization, workload_0000=resources)
        who = questions.named(f"{kind}:{WORK}/who")
        return {(each.how, each.target.name) for each in questions.graph.escalations(who)}

    limited = {"attached denials": {"attached": [denying]}, "inline denials": {"inline": [denying]}}
    there = limited.get(then.removeprefix("without "), {})
    assert step in steps(allow(action), **there)
    assert step not in steps(allow(action, f"arn:aws:iam::{number}:{kind}/other"), **there)
    assert step not in steps(allow("iam:GetUser"), **there)
    if action.startswith("iam:Put"):
        own = {"StringEquals": {"iam:PermissionsBoundary": f"{iam}/bound"}}
        assert step not in steps(allow(action, Condition=own))
    assert step not in steps(allow(action), **there, bound=("s3:*",))
    if there:  # those of the other kind stay where they are
        assert step not in steps(allow(action))
        assert step not in steps(allow(action), **{"inline" if "attached" in there else "attached": [denying]})
    else:
        assert step not in steps(allow(action), bound=())


@pytest.mark.parametrize(("how", "action", "group", "then"), OF_GROUPS)
def test_what_is_done_to_a_group(organization, how, action, group, then):
    iam, step = f"arn:aws:iam::{ids_of(organization)[WORK]}", (how, f"user:{WORK}/who ({then})")

    def steps(*statements, member="who", **limits):
        resources = {
            "aws_iam_user": {"who": {"name": "who", **limits}},
            "aws_iam_user_policy": {"x": {"user": "who", "name": "x", "policy": policy(*statements)}},
            "aws_iam_group": {"own": {"name": "own"}, "other": {"name": "other"}},
            "aws_iam_group_membership": {"own": {"name": "x", "group": "own", "users": [member]}},
            "aws_iam_group_policy": {"other": {"group": "other", "name": "y", "policy": policy(allow("s3:*"))}},
            "aws_iam_policy": {"bound": {"name": "bound", "policy": policy(allow("s3:*"))}},
        }
        questions = questions_of(organization, workload_0000=resources)
        who = questions.named(f"user:{WORK}/who")
        return {(each.how, each.target.name) for each in questions.graph.escalations(who)}

    assert step in steps(allow(action))
    assert step in steps(allow(action, f"{iam}:group/{group}"))
    assert step not in steps(allow(action, f"{iam}:group/{'own' if group == 'other' else 'other'}"))
    assert step not in steps(allow(action), {**allow(action), "Effect": "Deny"})
    assert step not in steps(allow(action), permissions_boundary=f"{iam}:policy/bound")
    if group == "own":
        assert step not in steps(allow(action), member="somebody-else")
    else:
        assert steps(allow(action)) == {step}  # not the one that it is in


def test_the_second_of_ones_policies_counts_as_the_first_does(organization):
    own = f"arn:aws:iam::{ids_of(organization)[WORK]}:policy"
    resources = {
        "aws_iam_role": {"who": role("who", trust(Service="events.amazonaws.com"), managed=[f"{own}/a", f"{own}/b"])},
        "aws_iam_policy": {
            "a": {"name": "a", "policy": policy(allow("s3:*"))},
            "b": {"name": "b", "policy": policy(allow("iam:CreatePolicyVersion", f"{own}/b"))},
        },
    }
    questions = questions_of(organization, workload_0000=resources)
    steps = questions.graph.escalations(questions.named(f"role:{WORK}/who"))
    assert [step.how for step in steps] == ["writes a new version of a policy that it has"]


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


def test_the_tables_are_of_the_whole_catalogue():
    entries = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["escalation"]
    named = [(how, "self-user" if holder == "user" else "") for how, holder, *_ in ON_OTHERS]
    named += [(how, "") for how, *_ in (*PASSED, *GIVEN)]
    named += [(how, of) for how, *_ in FREED for of in ("", "self-user")]
    named += [(how, "self-user") for how, *_ in OF_GROUPS]
    assert sorted(named) == sorted((each["name"], "self-user" if each["on"] == "self-user" else "") for each in entries)
