"""Every policy of synthesized stacks is found and checked, whoever wrote it."""

import json

import pytest

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.findings import Severity
from constructs_lib.policies.lint import Around, lint_output, lint_stack, lint_stacks, role_sides
from constructs_lib.policies.synthesized import ARGUMENTS, Stack

ACCOUNT, OTHER = "111122223333", "444455556666"
BAD = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObjct","Resource":"*"}]}'
ANYBODY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'
EC2 = PolicyDocument.of(allow("sts:AssumeRole", principals={"Service": "ec2.amazonaws.com"})).to_json()
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def stack(resource, *, data=None, account=ACCOUNT, region="eu-west-1", name="production"):
    provider = {"aws": [{"region": region, "allowed_account_ids": [account]}]}
    return Stack(name, {"provider": provider, "resource": resource, "data": data or {}})


def codes(*args, **more):
    return [(finding.code, finding.policy) for finding in lint_stack(stack(*args, **more))]


def trust(*principals, **conditions):
    return PolicyDocument.of(
        allow("sts:AssumeRole", principals={"AWS": principals}, conditions=conditions)
    ).to_terraform()


@pytest.mark.parametrize("type_", ARGUMENTS)
def test_every_policy_argument_is_checked(type_):
    found = codes({type_: {"x": {ARGUMENTS[type_].name: BAD}}})
    assert ("unknown-action", f"production:{type_}.x") in found or ("trust-action", f"production:{type_}.x") in found


def test_a_name_that_aws_has_once_is_asked_for_once():
    resource = {
        "aws_iam_role": {
            "one": {"name": "Deploy"},
            "other": {"name": "deploy"},  # IAM refuses it whatever its case
            "elsewhere": {"name": "Deploy", "provider": "aws.other_account"},
            "many": {"name": "Deploy", "count": 2},
        },
        "aws_kms_alias": {
            "one": {"name": "alias/logs"},
            "other": {"name": "alias/Logs"},
            "abroad": {"name": "alias/logs", "provider": "aws.us_east_1"},
            "again": {"name": "alias/logs", "provider": "aws.us_east_1"},
        },
        "aws_s3_bucket": {"one": {"bucket": "logs"}, "other": {"bucket": "logs", "provider": "aws.us_east_1"}},
        "aws_sns_topic": {"one": {"name_prefix": "x"}, "other": {"name_prefix": "x"}},
    }
    providers = [
        {"region": "eu-west-1", "allowed_account_ids": [ACCOUNT]},
        {"region": "us-east-1", "allowed_account_ids": [ACCOUNT], "alias": "us_east_1"},
        {"region": "eu-west-1", "allowed_account_ids": [OTHER], "alias": "other_account"},
    ]
    found = lint_stack(Stack("production", {"provider": {"aws": providers}, "resource": resource}))
    assert [finding.policy for finding in found if finding.code == "name-clash"] == [
        "production:aws_iam_role.other",
        "production:aws_s3_bucket.other",
        "production:aws_kms_alias.again",
    ]


def test_organization_policies_are_checked_by_their_type():
    principal = ANYBODY.replace("sts:AssumeRole", "s3:GetObject")
    found = codes(
        {
            "aws_organizations_policy": {
                "scp": {"content": principal},
                "tags": {"type": "TAG_POLICY", "content": '{"tag":{}}'},
                "new": {"type": "S3_POLICY", "content": "{}"},
                "token": {"content": "${local.policy}"},
            }
        }
    )
    assert found == [
        ("principal", "production:aws_organizations_policy.scp"),
        ("no-resource", "production:aws_organizations_policy.scp"),
        ("management-root", "production:aws_organizations_policy.tags"),
        ("management-empty", "production:aws_organizations_policy.tags"),
        ("policy-type-needs-provider", "production:aws_organizations_policy.new"),
    ]


def test_who_may_assume_a_role_is_checked():
    assert codes({"aws_iam_role": {"r": {"assume_role_policy": ANYBODY}}}) == [
        ("everybody", "production:aws_iam_role.r")
    ]


def test_everybody_is_nothing_unusual_at_an_endpoint():
    text = PolicyDocument.of(allow("s3:GetObject", "*", principals="*")).to_json()
    assert codes({"aws_vpc_endpoint": {"e": {"policy": text}}}) == []
    assert codes({"aws_s3_bucket_policy": {"e": {"policy": text}}}) == [
        ("everybody", "production:aws_s3_bucket_policy.e")
    ]


def test_what_is_no_policy_is_said():
    assert codes({"aws_iam_policy": {"p": {"policy": "{"}}}) == [("not-a-policy", "production:aws_iam_policy.p")]


def test_inline_policies_of_roles_are_checked():
    role = {"assume_role_policy": EC2, "inline_policy": [{"name": "a", "policy": BAD}]}
    assert codes({"aws_iam_role": {"r": role}}) == [("unknown-action", "production:aws_iam_role.r")]


def test_policy_variables_and_expressions_are_told_apart():
    document = PolicyDocument.of(allow("s3:GetObject", "arn:aws:s3:::${aws_s3_bucket.b.id}/${aws:username}/*"))
    assert codes({"aws_iam_policy": {"p": {"policy": document.to_terraform()}}}) == []
    quoted = '"${data.terraform_remote_state.o.outputs.account_ids["a"]}"'
    text = trust("AAAA").replace('"AAAA"', quoted)
    assert codes({"aws_iam_role": {"r": {"assume_role_policy": text}}}) == []


def data_source(**statement):
    return {"aws_iam_policy_document": {"d": {"statement": [statement]}}}


@pytest.mark.parametrize(
    ("type_", "argument", "statement", "code"),
    [
        ("aws_iam_policy", "policy", {"actions": ["s3:GetObjct"], "resources": ["*"]}, "unknown-action"),
        ("aws_iam_policy", "policy", {"effect": "Deny", "not_actions": ["a"], "resources": ["*"]}, "action-form"),
        ("aws_iam_policy", "policy", {"actions": ["s3:*"], "not_resources": ["bucket"]}, "arn-form"),
        (
            "aws_iam_role",
            "assume_role_policy",
            {"actions": ["sts:AssumeRole"], "principals": [{"type": "*", "identifiers": ["*"]}]},
            "everybody",
        ),
        (
            "aws_iam_role",
            "assume_role_policy",
            {"actions": ["sts:AssumeRole"], "not_principals": {"type": "AWS", "identifiers": [ACCOUNT]}},
            "not-principal",
        ),
        (
            "aws_iam_policy",
            "policy",
            {
                "actions": ["s3:*"],
                "resources": ["*"],
                "condition": [{"test": "StringEqual", "variable": "aws:PrincipalOrgID", "values": ["o-abcdefghij"]}],
            },
            "unknown-operator",
        ),
        (
            "aws_iam_policy",
            "policy",
            {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::b/&{aws:username}"]},
            None,
        ),
    ],
)
def test_policies_of_data_sources_are_checked(type_, argument, statement, code):
    reference = "${data.aws_iam_policy_document.d.json}"
    found = codes({type_: {"x": {argument: reference}}}, data=data_source(**statement))
    assert (code in [found for found, _ in found]) if code else found == []


def test_data_sources_that_take_others_in_are_left_alone():
    reference = {"aws_iam_policy": {"x": {"policy": "${data.aws_iam_policy_document.d.json}"}}}
    data = {"aws_iam_policy_document": {"d": {"statement": [{"actions": ["x"]}], "source_policy_documents": ["{}"]}}}
    assert codes(reference, data=data) == []


@pytest.mark.parametrize(
    ("block", "refused"),
    [
        ({"principal": "*"}, True),
        ({"principal": "*", "function_url_auth_type": "NONE"}, True),
        ({"principal": "*", "function_url_auth_type": "AWS_IAM"}, False),
        ({"principal": "*", "principal_org_id": "o-abcdefghij"}, False),
        ({"principal": "*", "source_arn": "arn:aws:s3:::b"}, False),
        ({"principal": "s3.amazonaws.com"}, False),
    ],
)
def test_functions_are_not_open_to_everybody(block, refused):
    found = codes({"aws_lambda_permission": {"p": block}})
    assert found == ([("everybody", "production:aws_lambda_permission.p")] if refused else [])


def test_own_account_is_known_from_the_provider():
    role = {"r": {"assume_role_policy": trust(f"arn:aws:iam::{ACCOUNT}:root")}}
    assert codes({"aws_iam_role": role}) == []
    assert codes({"aws_iam_role": role}, account=OTHER) == [("whole-account", "production:aws_iam_role.r")]
    caller = {"r": {"assume_role_policy": trust("${data.aws_caller_identity.me.account_id}")}}
    assert codes({"aws_iam_role": caller}) == []


def test_long_sessions_of_chained_roles_are_warned_about():
    role = {"assume_role_policy": trust(f"arn:aws:iam::{OTHER}:role/ci"), "max_session_duration": 7200}
    assert codes({"aws_iam_role": {"r": role}}) == [("chained-session", "production:aws_iam_role.r")]
    assert codes({"aws_iam_role": {"r": {**role, "max_session_duration": 3600}}}) == []


@pytest.mark.parametrize(
    "more",
    [
        {"aws_iam_role_policy_attachment": {"a": {"role": "${aws_iam_role.r.name}", "policy_arn": ADMIN}}},
        {"aws_iam_role_policy_attachment": {"a": {"role": "admin", "policy_arn": ADMIN}}},
        {
            "aws_iam_role_policy": {
                "p": {"role": "${aws_iam_role.r.id}", "policy": PolicyDocument.of(allow("*", "*")).to_json()}
            }
        },
        {
            "aws_iam_policy": {"p": {"policy": PolicyDocument.of(allow("*", "*")).to_json()}},
            "aws_iam_role_policy_attachment": {
                "a": {"role": "${aws_iam_role.r.name}", "policy_arn": "${aws_iam_policy.p.arn}"}
            },
        },
    ],
)
def test_admins_have_a_boundary(more):
    role = {"name": "admin", "assume_role_policy": EC2}
    assert codes({"aws_iam_role": {"r": role}, **more}) == [("admin-without-boundary", "production:aws_iam_role.r")]
    assert codes({"aws_iam_role": {"r": {**role, "permissions_boundary": "arn"}}, **more}) == []
    assert codes({"aws_iam_role": {"r": {**role, "name": "x"}, "s": role}, **more})[0][0] == "admin-without-boundary"


def test_thumbprints_of_known_providers_are_out_of_use():
    provider = {"url": "https://token.actions.githubusercontent.com", "thumbprint_list": ["00"]}
    assert codes({"aws_iam_openid_connect_provider": {"p": provider}}) == [
        ("thumbprint", "production:aws_iam_openid_connect_provider.p")
    ]


def test_findings_can_be_accepted_in_one_place_or_everywhere():
    built = stack({"aws_iam_role": {"r": {"assume_role_policy": trust(f"arn:aws:iam::{OTHER}:root")}}})
    for accepted, left in (
        ("whole-account", 0),
        ("whole-account@production:aws_iam_role.r", 0),
        ("whole-account@aws_iam_role.r", 0),
        ("whole-account@staging:aws_iam_role.r", 1),
        ("everybody", 1),
    ):
        assert len(lint_stack(built, Around(accepted=(accepted,)))) == left


def role_stack(account, name, role, **more):
    return stack({"aws_iam_role": {"r": role}, **more}, account=account, name=name)


@pytest.mark.row("D4")
def test_both_sides_are_compared_over_all_stacks():
    target = f"arn:aws:iam::{OTHER}:role/team/deploy"
    trusting = role_stack(
        OTHER, "b", {"name": "deploy", "path": "/team/", "assume_role_policy": trust(f"arn:aws:iam::{ACCOUNT}:role/ci")}
    )
    permission = PolicyDocument.of(allow("sts:AssumeRole", target)).to_json()
    one_sided = role_stack(ACCOUNT, "a", {"name": "ci", "assume_role_policy": EC2})
    paired = role_stack(
        ACCOUNT,
        "a",
        {"name": "ci", "assume_role_policy": EC2},
        aws_iam_role_policy={"p": {"role": "${aws_iam_role.r.id}", "policy": permission}},
    )
    assert [role.arn for role in role_sides(trusting)] == [target]
    assert lint_stacks([paired, trusting]) == []
    (finding,) = lint_stacks([one_sided, trusting])
    assert (finding.code, finding.policy, finding.severity) == ("trust-without-permission", target, Severity.WARN)
    assert lint_stacks([one_sided, trusting], Around(accepted=["trust-without-permission"])) == []


def test_a_role_s_own_arn_is_filled_in():
    role = {"name": "ci", "assume_role_policy": EC2}
    other = {"name": "inner", "assume_role_policy": trust("${aws_iam_role.ci.arn}")}
    built = stack({"aws_iam_role": {"ci": role, "inner": other}}, region="us-gov-west-1")
    assert "arn:aws-us-gov:iam::111122223333:role/ci" in list(role_sides(built))[1].trust.to_json()


def test_the_output_of_an_app_is_read_by_its_manifest(tmp_path):
    (tmp_path / "manifest.json").write_text(
        json.dumps({"stacks": {"a": {"synthesizedStackPath": "stacks/a/cdk.tf.json"}}})
    )
    for name in ("a", "stale"):
        (tmp_path / "stacks" / name).mkdir(parents=True)
        config = {"resource": {"aws_iam_policy": {"p": {"policy": BAD}}}}
        (tmp_path / "stacks" / name / "cdk.tf.json").write_text(json.dumps(config))
    assert [finding.policy for finding in lint_output(tmp_path)] == ["a:aws_iam_policy.p"]
