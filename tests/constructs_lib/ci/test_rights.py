"""From a stack's JSON to what its execution role may do: names, tags, boundary, and what is kept."""

import fnmatch
import json

import pytest

from constructs_lib.ci import boundary as bounds
from constructs_lib.ci.boundary import Kept, boundary, denials
from constructs_lib.ci.contents import CONTENTS, without_contents
from constructs_lib.ci.naming import _DATA as _NAMES
from constructs_lib.ci.naming import StackNames
from constructs_lib.ci.packing import measured, pack
from constructs_lib.ci.permissions import _DATA
from constructs_lib.ci.rights import (
    BOUNDED,
    CHOSEN_BY_AWS,
    NO_RESOURCES,
    TOUCHES_OTHERS,
    Stack,
    handed,
    is_read,
    rights,
    statements,
)
from constructs_lib.policies import names
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from estate.paths import CHECKOUT

_RESOURCES = json.loads(_NAMES.read_text(encoding="utf-8"))
ACCOUNT = "333333333333"
OWN = Principal.of(f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole")
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/TerraformBoundary"
OPEN_TO_ITS_ACCOUNT = PolicySet.of(
    PolicyDocument.of(allow("kms:*", "*", principals={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
)
JSON = {
    "resource": {
        "aws_iam_role": {
            "app_Role_1": {"name": "app"},
            "deep_Role_1": {"name": "deep", "path": "/team/"},
            "execution-role_Role_1": {"name": "TerraformExecutionRole"},
        },
        "aws_iam_role_policy": {
            "app_Policy_1": {"name": "own", "role": "${aws_iam_role.app_Role_1.id}", "policy": "{}"}
        },
        "aws_iam_role_policy_attachment": {
            "app_ro_1": {
                "role": "${aws_iam_role.app_Role_1.name}",
                "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            }
        },
        "aws_iam_policy": {"execution-role_Policy1_1": {"name": "TerraformExecutionRole-1"}},
        "aws_cloudwatch_event_rule": {"a_1": {"name": "a"}, "b_1": {"name": "b", "event_bus_name": "bus"}},
        "aws_cloudwatch_event_target": {"a_1": {"rule": "${aws_cloudwatch_event_rule.a_1.name}"}},
        "aws_kms_key": {"key_1": {"description": "x"}},
        "aws_kms_alias": {"key_1": {"name": "alias/x", "target_key_id": "${aws_kms_key.key_1.key_id}"}},
        "aws_s3_bucket": {"log-archive_1": {"bucket": "logs"}, "own_1": {"bucket": "own"}},
        "aws_s3_bucket_policy": {"log-archive_1": {"bucket": "${aws_s3_bucket.log-archive_1.id}"}},
        "aws_vpc": {"network_1": {"cidr_block": "10.0.0.0/16"}},
        "aws_ebs_encryption_by_default": {"x_1": {"enabled": True}},
    }
}


def is_kept(address):
    return address.startswith(("execution-role", "log-archive"))


def stack(content=JSON, types=None, **changed):
    found = StackNames(content, partition="aws", account_id=changed.get("account_id", ACCOUNT))
    return Stack(
        "shop",
        found,
        types or content["resource"],
        **{"boundary": BOUNDARY, "kept": is_kept, "account_id": ACCOUNT, **changed},
    )


def may(action, resource="*", *, of=None, **context):
    one = of or stack()
    documents = pack([*statements(rights(one)), *handed(one)])
    policies = Policies(
        identity=PolicySet.of(*documents), resource=OPEN_TO_ITS_ACCOUNT if ":key/" in resource else None
    )
    return evaluate(Request(OWN, action, resource, context=context), policies).allowed


@pytest.mark.row("C12", "E1")
@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("events:PutRule", f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/a", True),
        ("events:PutRule", f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/bus/b", True),
        ("events:PutRule", f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/b", False),
        ("events:PutTargets", f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/bus/b", False),
        ("s3:DeleteBucket", "arn:aws:s3:::own", True),
        ("s3:DeleteBucket", "arn:aws:s3:::logs", False),
        ("s3:GetBucketPolicy", "arn:aws:s3:::logs", True),
        ("s3:PutBucketPolicy", "arn:aws:s3:::logs", False),
        ("s3:GetObject", "arn:aws:s3:::own/x", False),
        ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole", True),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole", False),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/app", True),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/team/deep", True),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/deep", False),
        ("ec2:CreateVpc", f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc/*", True),
        ("ec2:EnableEbsEncryptionByDefault", "*", True),
        ("ec2:RunInstances", "*", False),
    ],
)
def test_by_name(action, resource, allowed):
    assert may(action, resource) is allowed


@pytest.mark.row("E1")
@pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])
def test_roles_are_bounded(action):
    role = f"arn:aws:iam::{ACCOUNT}:role/app"
    assert may(action, role, **{"iam:PermissionsBoundary": BOUNDARY})
    assert not may(action, role)
    assert not may(action, role, **{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"})
    assert not may("iam:DeleteRolePermissionsBoundary", role, **{"iam:PermissionsBoundary": BOUNDARY})


@pytest.mark.row("E1")
def test_what_is_attached_is_what_the_stack_attaches():
    bounded = {"iam:PermissionsBoundary": BOUNDARY}
    role = f"arn:aws:iam::{ACCOUNT}:role/app"
    assert may("iam:AttachRolePolicy", role, **bounded, **{"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
    assert not may(
        "iam:AttachRolePolicy", role, **bounded, **{"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
    )


@pytest.mark.row("E1")
def test_roles_are_handed_by_name_and_service():
    to_events = {"iam:PassedToService": "events.amazonaws.com"}
    assert may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/app", **to_events)
    assert not may(
        "iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/app", **{"iam:PassedToService": "lambda.amazonaws.com"}
    )
    assert not may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/TerraformExecutionRole", **to_events)
    assert not may("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/other", **to_events)


@pytest.mark.row("E1")
def test_keys_go_by_their_tag():
    key = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1"
    assert may("kms:CreateKey", "*", **{"aws:RequestTag/stack": "shop"})
    assert not may("kms:CreateKey", "*")
    assert may("kms:ScheduleKeyDeletion", key, **{"aws:ResourceTag/stack": "shop"})
    assert not may("kms:ScheduleKeyDeletion", key, **{"aws:ResourceTag/stack": "other"})
    assert may("kms:DescribeKey", key)


NETWORK = {
    "resource": {
        "aws_default_security_group": {"a_1": {}},
        "aws_internet_gateway": {"a_1": {}},
        "aws_route": {"a_1": {"route_table_id": "${aws_route_table.a_1.id}"}},
        "aws_route_table": {"a_1": {}},
        "aws_subnet": {"a_1": {}},
        "aws_vpc": {"a_1": {}},
    }
}


@pytest.mark.row("C12", "E1")
@pytest.mark.parametrize(
    "action",
    [
        "ec2:CreateRoute",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:ModifyVpcAttribute",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:CreateTags",
    ],
)
def test_networks_of_another_stack_are_left_alone(action):
    one = stack(NETWORK)
    assert may(action, of=one, **{"aws:ResourceTag/stack": "shop"})
    assert may(action, of=one)  # a default that nobody has tagged, or something to be taken over
    assert not may(action, of=one, **{"aws:ResourceTag/stack": "other"})
    assert may(action, of=stack(NETWORK, tagged=False), **{"aws:ResourceTag/stack": "other"})


@pytest.mark.row("E1")
def test_nothing_is_tagged_as_another_stacks():
    one = stack(NETWORK)
    assert may("ec2:CreateTags", of=one, **{"aws:RequestTag/stack": "shop"})
    assert not may("ec2:CreateTags", of=one, **{"aws:RequestTag/stack": "other"})


@pytest.mark.parametrize("action", ["ec2:AttachInternetGateway", "ec2:CreateRouteTable", "ec2:CreateSubnet"])
def test_what_touches_anothers_network_is_not_confined_by_tags(action):
    assert may(action, of=stack(NETWORK), **{"aws:ResourceTag/stack": "other"})


@pytest.mark.parametrize("table", ["rtb-0123456789abcdef0", "${data.aws_route_table.main.id}", None])
def test_routes_in_another_stacks_table_can_be_made(table):
    content = {"resource": {"aws_route": {"a_1": {"route_table_id": table}}}}
    assert may("ec2:CreateRoute", of=stack(content), **{"aws:ResourceTag/stack": "other"})
    in_own = {"resource": {"aws_route": NETWORK["resource"]["aws_route"]}}
    assert not may("ec2:CreateRoute", of=stack(in_own), **{"aws:ResourceTag/stack": "other"})
    module = stack({"resource": {}}, types=["aws_route"], hidden=True)
    assert may("ec2:CreateRoute", of=module, **{"aws:ResourceTag/stack": "other"})


@pytest.mark.parametrize("type_", sorted(_RESOURCES["kinds"]))
def test_each_kind_that_goes_by_its_tag_is_one_that_aws_knows_by_it(type_):
    owner = _RESOURCES["of"].get(type_)
    block = {name: f"${{{of}.a_1.id}}" for name, of in owner.items()} if owner else {}
    found = rights(stack({"resource": {type_: {"a_1": block}}}))
    tags = () if type_ == "aws_ec2_tag" else ("ec2:CreateTags", "ec2:DeleteTags")  # it is nothing but a tag
    assert [right.action for right in found if right.conditions and right.action not in tags]


def test_everything_says_why_it_is_on_everything():
    found = {right.action: right.reason for right in rights(stack(NETWORK)) if right.resources == ("*",)}
    assert found["ec2:AttachInternetGateway"] == TOUCHES_OTHERS
    assert found["ec2:DeleteInternetGateway"] == CHOSEN_BY_AWS
    found = {right.action: right for right in rights(stack()) if right.resources == ("*",)}
    assert found["ec2:DeleteVpc"].reason == CHOSEN_BY_AWS
    assert found["ec2:EnableEbsEncryptionByDefault"].reason == NO_RESOURCES
    assert all(right.reason for right in found.values())
    assert found["ec2:DeleteVpc"].types == ("aws_vpc",)


@pytest.mark.row("B4")
def test_of_a_shared_template_names_begin_with_the_stacks():
    one = stack(types=[*JSON["resource"], "aws_sns_topic", "aws_subnet", "data.aws_region", "data.aws_vpc"])
    topic = f"arn:aws:sns:eu-central-1:{ACCOUNT}"
    assert may("sns:CreateTopic", f"{topic}:shop-alerts", of=one)
    assert not may("sns:CreateTopic", f"{topic}:alerts", of=one)
    assert not may("ec2:CreateSubnet", of=one)
    assert may("ec2:DescribeVpcs", of=one)


def test_an_account_whose_id_is_still_an_expression():
    account = '${data.terraform_remote_state.organization.outputs.account_ids["shop-1"]}'
    found = rights(stack(account_id=account))
    (rule,) = {arn for right in found if right.action == "events:PutTargets" for arn in right.resources}
    assert rule == f"arn:aws:events:*:{account}:rule/a"
    key = next(right for right in found if right.action == "kms:CreateAlias")
    assert key.resources == (f"arn:aws:kms:*:{account}:alias/x", f"arn:aws:kms:*:{account}:key/*")


@pytest.mark.parametrize("value", ["${aws_vpc.network_1.id}", None, {"a": 1}])
def test_a_name_that_only_terraform_knows_is_none(value):
    content = {"resource": {"aws_sns_topic": {"a_1": {"name": value}}, "aws_vpc": {"network_1": {}}}}
    (topic, _) = StackNames(content, partition="aws", account_id=ACCOUNT).each()
    assert topic.arns == ()


KEPT = Kept(
    ACCOUNT,
    "aws",
    roles=("OrganizationAccountAccessRole", "TerraformExecutionRole", "aws-reserved/*"),
    arns=("arn:aws:s3:::logs", f"arn:aws:kms:*:{ACCOUNT}:alias/logs", f"arn:aws:dynamodb:*:{ACCOUNT}:table/locks"),
    boundary="TerraformBoundary",
)
# What changes nothing about a resource that exists, or is none of an account's own business.
_HARMLESS = {
    "iam": {
        "AcceptDelegationRequest",
        "AssociateDelegationRequest",
        "ChangePassword",
        "DisableOrganizationsRootCredentialsManagement",
        "DisableOrganizationsRootSessions",
        "DisableOutboundWebIdentityFederation",
        "RejectDelegationRequest",
        "SendDelegationToken",
        "SimulateCustomPolicy",
    },
    "s3": set(),  # all but reading is denied
    "dynamodb": {"ExportTableToPointInTime", "InjectError", "PurchaseReservedCapacityOfferings", "StartAwsBackupJob"},
}


@pytest.mark.row("E1")
@pytest.mark.parametrize("service", _HARMLESS)
def test_no_change_of_what_is_kept_is_forgotten(service):
    def matches(action, patterns):
        return any(fnmatch.fnmatchcase(f"{service}:{action}", pattern) for pattern in patterns)

    denied = [one for one in denials(KEPT) if service == "s3" or not one.not_actions]
    missing = {
        action
        for action in names.actions(service).values()
        if not is_read(f"{service}:{action}")
        and not any(
            not matches(action, one.not_actions) if one.not_actions else matches(action, one.actions) for one in denied
        )
    }
    assert missing <= _HARMLESS[service]


@pytest.mark.row("E1")
def test_the_boundary_says_so_to_whom_it_bounds():
    own = (f"arn:aws:iam::{ACCOUNT}:role/app",)
    document = boundary(KEPT, roles=own)
    everything = PolicySet.of(PolicyDocument.of(allow("*", "*")))

    def may_bounded(action, resource="*", **context):
        request = Request(Principal.of(own[0]), action, resource, context=context)
        return evaluate(request, Policies(identity=everything, boundary=PolicySet.of(document))).allowed

    assert may_bounded("ec2:RunInstances")
    assert may_bounded("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/x", **{"iam:PermissionsBoundary": BOUNDARY})
    assert not may_bounded("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/x")
    assert not may_bounded("iam:CreatePolicyVersion", BOUNDARY)
    assert not may_bounded("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/other")
    assert may_bounded("iam:PassRole", own[0])
    assert not may_bounded("sts:AssumeRole", "arn:aws:iam::444444444444:role/TerraformExecutionRole")
    assert not may_bounded("s3:PutBucketPolicy", "arn:aws:s3:::logs")
    assert not may_bounded(
        "kms:DisableKey", f"arn:aws:kms:x:{ACCOUNT}:key/1", **{"kms:ResourceAliases": ["alias/logs"]}
    )
    assert not may_bounded("iam:TagRole", f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/x")
    assert measured(document.statements) < 6144
    assert set(bounds.BOUNDED) == set(BOUNDED)


@pytest.mark.row("E1")
def test_a_plan_reads_descriptions():
    reads = [right for right in rights(stack()) if is_read(right.action)]
    documents = pack(
        without_contents([*statements(reads), allow("ssm:GetParameter", f"arn:aws:ssm:*:{ACCOUNT}:parameter/own")])
    )

    def may_plan(action, resource="*"):
        return evaluate(Request(OWN, action, resource), Policies(identity=PolicySet.of(*documents))).allowed

    assert may_plan("ec2:DescribeVpcs")
    assert may_plan("ssm:GetParameter", f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/own")
    assert not may_plan("ssm:GetParameter", f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/other")
    assert not may_plan("ec2:CreateVpc")
    for action in CONTENTS:
        if "*" not in action:
            service, _, name = action.partition(":")
            assert names.action_details(service, name)
            assert not may_plan(action)


@pytest.mark.row("C12")
def test_three_times_the_types_still_fit():
    many = {
        type_: {f"{name}{number}_x": _renamed(block, number) for number in range(3) for name, block in found.items()}
        for type_, found in JSON["resource"].items()
    }
    every = json.loads(_DATA.read_text(encoding="utf-8"))["types"]
    assert len(pack(statements(rights(stack({"resource": many}, types=list(every)))))) <= 10


def _renamed(block, number):
    return {
        key: f"{value}{number}" if key in ("name", "bucket") and "${" not in str(value) else value
        for key, value in block.items()
    }


@pytest.mark.row("E6", "C12")
@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("sqs:CreateQueue", f"arn:aws:sqs:eu-central-1:{ACCOUNT}:jobs", True),
        ("sqs:CreateQueue", "arn:aws:sqs:eu-central-1:444444444444:jobs", False),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/web-worker", True),
        ("iam:UpdateAssumeRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/webmaster", False),
        ("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/another", False),
        ("ec2:CreateVpc", f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc/*", True),
    ],
)
def test_what_a_module_holds_is_in_no_json(action, resource, allowed):
    types = {"aws_sqs_queue", "aws_iam_role", "aws_vpc"}
    assert may(action, resource, of=stack({}, types, prefix="web-", hidden=True)) is allowed


@pytest.mark.row("C12")
def test_contents_that_a_type_needs_are_read_where_it_is():
    """`s3:GetObject*` is denied, but where `s3:GetObject` is what a refresh needs."""
    document = PolicyDocument.of(*without_contents([allow("s3:GetObject", "arn:aws:s3:::own/*")]))
    policies = Policies(identity=PolicySet.of(document))
    assert evaluate(Request(OWN, "s3:GetObject", "arn:aws:s3:::own/x"), policies).allowed
    assert document.statements[-1].not_resources == ("arn:aws:s3:::own/*",)


@pytest.mark.row("C12", "E4")
def test_without_default_tags_no_tag_is_asked_for():
    assert not may("kms:ScheduleKeyDeletion", f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/x")
    assert may("kms:ScheduleKeyDeletion", f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/x", of=stack(tagged=False))


SAMPLE = sorted((CHECKOUT / "tests/snapshots/test_sample").glob("test_json*.json"))


@pytest.mark.row("C12", "E1")
@pytest.mark.parametrize("file", SAMPLE, ids=lambda file: file.stem)
def test_three_times_the_samples_types_fit_in_what_a_role_may_have(file):
    made = {
        type_: found for type_, found in json.loads(file.read_text())["resource"].items() if type_.startswith("aws_")
    }
    known = [type_ for type_ in json.loads(_DATA.read_text())["types"] if not type_.startswith("data.")]
    further = [type_ for type_ in known if type_ not in made][: 2 * len(made)]
    assert len(further) == 2 * len(made)
    one = stack({"resource": {**made, **{type_: {"a_1": {}} for type_ in further}}})
    documents = pack([*statements(rights(one)), *handed(one), *denials(KEPT)])
    assert len(documents) <= 10
    assert all(measured(document.statements) <= 6144 for document in documents)
