"""From resource types to permissions."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

import constructs_lib
from constructs_lib import InvalidValueError
from constructs_lib.ci.permissions import Permissions, _service_of
from constructs_lib.policies import names
from constructs_lib.policies.document import allow
from tests.template import type_of

LIBRARY = Path(constructs_lib.__file__).parent
DATA = json.loads((LIBRARY / "ci/data/permissions.json").read_text())
IMPORT = re.compile(r"^\s*from cdktf_cdktf_provider_aws\.(\w+) import", re.MULTILINE)


def used_types():
    files = [*LIBRARY.rglob("*.py"), *(LIBRARY.parent / "stacks").rglob("*.py")]
    found = {name for file in files for name in IMPORT.findall(file.read_text())} - {"provider"}
    return sorted(f"data.{name.removeprefix('data_')}" if name.startswith("data_") else type_of(name) for name in found)


def statements(documents):
    return [statement for document in documents for statement in document.statements]


def actions(documents):
    return {action for statement in statements(documents) for action in statement.actions}


@pytest.mark.row("B4", "C12")
@pytest.mark.parametrize("type_", used_types())
def test_every_type_that_the_library_uses_is_listed(type_):
    assert type_ in DATA["types"]


@pytest.mark.parametrize("type_", sorted(DATA["types"]))
def test_listed_actions_exist(type_):
    for service, found in DATA["types"][type_]["actions"].items():
        assert found.split() == sorted(set(found.split()))
        known = names.actions(service)
        assert [action for action in found.split() if action.lower() not in known] == []


ASKED_TOO = {
    "aws_cloudtrail": {"iam:GetRole"},
    "aws_config_organization_managed_rule": {"iam:CreateServiceLinkedRole"},
    "aws_flow_log": {
        "ecs:ListClusters",
        "ecs:ListContainerInstances",
        "ecs:ListServices",
        "ecs:ListTaskDefinitions",
        "ecs:ListTasks",
    },
    "aws_route53_resolver_query_log_config": {"ec2:DescribeVpcs"},
    "aws_securityhub_organization_admin_account": {"organizations:ListAWSServiceAccessForOrganization"},
    "aws_securitylake_aws_log_source": {"glue:CreateDatabase"},
    "aws_securitylake_data_lake": {
        "iam:DeleteRolePolicy",
        "organizations:ListDelegatedAdministrators",
        "s3:GetObject",
        "s3:GetObjectVersion",
    },
    "aws_servicequotas_service_quota": {"iam:GetAccountSummary", "dynamodb:DescribeLimits", "route53:GetAccountLimit"},
    "aws_servicequotas_template": {"organizations:DescribeOrganization"},
    "aws_servicequotas_template_association": {"organizations:EnableAWSServiceAccess"},
    "aws_ssm_document": {"iam:PassRole"},
}
"""Dependent actions in AWS's service authorization reference: AWS asks about them, too, when Terraform makes the type.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


@pytest.mark.row("B4", "C12")
@pytest.mark.parametrize(("type_", "asked"), ASKED_TOO.items())
def test_what_aws_asks_about_beside_is_permitted(type_, asked):
    assert asked <= actions(Permissions.of([type_]).documents())


def test_listed_services_exist():
    assert [prefix for prefix, service in DATA["services"].items() if service not in names.services()] == []


@pytest.mark.row("C12", "B4")
def test_only_what_the_types_need_is_permitted():
    (document,) = Permissions.of(["aws_sqs_queue"]).documents()
    assert [statement.to_dict() for statement in document.statements] == [
        {
            "Effect": "Allow",
            "Action": [
                "sqs:CreateQueue",
                "sqs:DeleteQueue",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ListQueueTags",
                "sqs:SetQueueAttributes",
                "sqs:TagQueue",
                "sqs:UntagQueue",
            ],
            "Resource": "*",
        }
    ]


@pytest.mark.row("C12")
def test_nothing_is_permitted_as_a_whole_that_is_listed():
    documents = Permissions.of(used_types()).documents()
    assert [action for action in actions(documents) if "*" in action] == []
    assert max(len(document.to_json()) for document in documents) <= 6144
    assert len(documents) <= 10


@pytest.mark.row("B4")
@pytest.mark.parametrize("types", [["aws_iam_policy"], used_types()])
def test_a_role_changes_policies_with_its_first_one_whatever_else_it_may(types):
    first, *others = Permissions.of(types).documents()
    own = set(first.statements[0].actions)
    assert {"iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:GetPolicyVersion"} <= own
    assert all(action.startswith("iam:") for action in own)
    # Beside the conditions under which roles are handed over and made.
    assert own & actions(others) <= {"iam:CreateServiceLinkedRole", "iam:PassRole"}


def test_roles_are_passed_to_the_services_that_need_them():
    found = statements(Permissions.of(["aws_flow_log", "aws_scheduler_schedule"]).documents())
    passing = next(statement for statement in found if statement.actions == ("iam:PassRole",))
    assert passing.resources == ("arn:aws:iam::*:role/*",)
    assert passing.conditions == {
        "StringEquals": {"iam:PassedToService": ("scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com")}
    }
    linked = next(statement for statement in found if statement.actions == ("iam:CreateServiceLinkedRole",))
    assert linked.resources == ("arn:aws:iam::*:role/aws-service-role/*",)


def test_the_partition_is_kept():
    found = statements(Permissions.of(["aws_flow_log"]).documents(partition="aws-us-gov"))
    assert "arn:aws-us-gov:iam::*:role/*" in {resource for statement in found for resource in statement.resources}


@pytest.mark.row("C4")
def test_planning_reads_and_changes_nothing():
    found = actions(Permissions.of(used_types()).reading())
    levels = {names.action_details(*action.split(":"))["accessLevel"] for action in found}
    assert levels == {"Read", "List"}
    assert "organizations:DescribeOrganization" in found


@pytest.mark.row("C12")
@pytest.mark.parametrize(
    ("type_", "some"),
    [
        ("aws_lambda_function", {"lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:TagResource"}),
        ("aws_sfn_state_machine", {"states:CreateStateMachine", "states:DeleteStateMachine"}),
        ("aws_cognito_user_pool", {"cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool"}),
        ("aws_db_instance", {"rds:CreateDBInstance", "rds:ModifyDBInstance"}),
        ("aws_servicecatalog_tag_option", {"servicecatalog:CreateTagOption"}),
        ("data.aws_ecs_cluster", {"ecs:DescribeClusters"}),
    ],
)
def test_other_types_get_the_actions_that_are_named_after_them(type_, some):
    found = Permissions.of([type_])
    assert found.derived == {type_}
    assert some <= found.actions
    assert all("*" not in action for action in actions(found.documents()))
    reads = actions(found.reading())
    assert all(names.action_details(*action.split(":"))["accessLevel"] in {"Read", "List"} for action in reads)


@pytest.mark.row("C12")
def test_a_data_source_gets_nothing_that_writes():
    (levels,) = [
        {
            names.action_details(*action.split(":"))["accessLevel"]
            for action in Permissions.of(["data.aws_ecs_cluster"]).actions
        }
    ]
    assert levels <= {"Read", "List"}


@pytest.mark.row("C12")
def test_what_somebody_has_listed_is_not_derived():
    found = Permissions.of(["aws_lb_listener"], listed={"aws_lb_listener": ["elasticloadbalancing:CreateListener"]})
    assert found == Permissions(frozenset({"elasticloadbalancing:CreateListener"}))


def test_a_type_that_no_action_is_named_after_is_refused():
    with pytest.raises(InvalidValueError, match=r"aws_api_gateway_rest_api.*List the actions"):
        Permissions.of(["aws_api_gateway_rest_api"])


def test_a_type_of_no_service_is_refused():
    with pytest.raises(InvalidValueError, match="aws_zzz_thing"):
        Permissions.of(["aws_zzz_thing"])


def test_further_statements_are_added():
    extra = allow("s3:GetObject", "arn:aws:s3:::artifacts/*")
    assert extra in statements(Permissions.of(["aws_vpc"]).documents(extra=[extra]))
    assert extra in statements(Permissions.of(["aws_vpc"]).reading(extra=[extra]))


def test_every_type_of_the_provider_has_a_service_and_most_have_actions():
    provider = Path(import_module("cdktf_cdktf_provider_aws").__file__).parent
    found = {path.name for path in provider.iterdir() if (path / "__init__.py").is_file()} - {"_jsii", "provider"}
    types = [f"data.{name[5:]}" if name.startswith("data_aws_") else f"aws_{name}" for name in found]
    retired = "aws_evidently_"
    assert len(types) > 2000
    known = [type_ for type_ in types if not type_.startswith(retired)]
    assert all(type_ in DATA["types"] or _service_of(type_) for type_ in known)
    derived = [type_ for type_ in known if has_actions(type_)]
    assert len(derived) > 0.7 * len(known)


def has_actions(type_):
    try:
        return bool(Permissions.of([type_]).actions)
    except InvalidValueError:
        return False
