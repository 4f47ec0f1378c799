"""Guardrails that would lock out who must get in are refused, by a sentence that names the policy."""

import json
import re

import pytest

import config
from config.controls import Chains
from config.controls.lockout import prove
from config.registry import resource_types
from constructs_lib.policies.catalogue import ENTRIES
from tests.organizations import write_organization

pytestmark = pytest.mark.row("A7", "C7", "B2", "B3", "B4")

DELIVERY = """\
policy_types: [service_control_policy, resource_control_policy]
state: {backend: s3, bucket: acme-state, region: eu-central-1, lock: both, dynamodb_table: locks}
ci: {github: {owner: acme, repository: infra}}
"""


@pytest.fixture
def organization(directory):
    directory.append("organization.yaml", DELIVERY)
    directory.write("accounts/terraform.yaml", "name: Terraform\npurpose: terraform\nou: security\n")
    return directory


def scp(*statements, targets=("root",), kind="service_control_policy", **more):
    return json.dumps({"type": kind, "targets": list(targets), "statements": list(statements), **more})


def deny(actions, conditions=None, **more):
    return {"effect": "Deny", "actions": actions, "conditions": conditions or {}, **more}


def found(directory, severity="error"):
    _, problems = config.examine(directory.path)
    return [str(problem) for problem in problems if problem.severity == severity]


BUT_DEPLOYERS = {
    "ArnNotLike": {
        "aws:PrincipalArn": [
            f"arn:aws:iam::*:role/{name}" for name in ("TerraformExecutionRole", "OrganizationAccountAccessRole")
        ]
    }
}


def test_the_ordinary_organization_locks_nobody_out(organization):
    assert found(organization) == []


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        pytest.param(
            scp(deny("iam:CreateRole"), targets=["ou:workloads"]),
            "TerraformExecutionRole could not deploy the stack of shop and test, since the policy 'guard' on ou:workloads denies "
            "it iam:CreateRole (needed for aws_iam_role) in us-east-1",
            id="deploy",
        ),
        pytest.param(
            scp(deny("*", {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}), targets=["account:shop"]),
            "TerraformExecutionRole could not deploy the stack of shop, since the policy 'guard' on account:shop denies it "
            "iam:AttachRolePolicy (needed for aws_iam_role_policy_attachment)",
            id="deploy: the naive list of regions",
        ),
        pytest.param(
            scp(deny("sts:AssumeRole")),
            "TerraformCiDeployRole-core could not get into security and terraform to deploy, since the policy 'guard' on root "
            "denies it sts:AssumeRole in eu-central-1",
            id="assume: by an SCP on the account of the pipelines",
        ),
        pytest.param(
            scp(deny("sts:AssumeRole", principals="*"), targets=["account:shop"], kind="resource_control_policy"),
            "TerraformCiDeployRole could not get into shop to deploy",
            id="assume: by an RCP on the account of the role",
        ),
        pytest.param(
            scp(
                deny(
                    "sts:AssumeRoleWithWebIdentity",
                    {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefghij"}},
                    principals="*",
                ),
                kind="resource_control_policy",
            ),
            "GitHub could not get into terraform to deploy",
            id="assume: pipelines are in no organization",
        ),
        pytest.param(
            scp(deny("s3:DeleteObject", resources="arn:aws:s3:::acme-*"), targets=["account:terraform"]),
            "TerraformStateRole could not reach the states in terraform, since the policy 'guard' on account:terraform denies it "
            "s3:DeleteObject in eu-central-1",
            id="state: locks could not be given back",
        ),
        pytest.param(
            scp(deny("kms:GenerateDataKey"), targets=["ou:security"]),
            "TerraformStateRole could not reach the states in terraform",
            id="state: the key",
        ),
        pytest.param(
            scp(deny("dynamodb:PutItem"), targets=["ou:security"]),
            "TerraformStateRole could not reach the states in terraform",
            id="state: the table",
        ),
        pytest.param(
            scp(deny("iam:UpdateAssumeRolePolicy", {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/TerraformExecutionRole"}}), targets=["account:test"]),
            "OrganizationAccountAccessRole could not repair policies in test, since the policy 'guard' on account:test denies it "
            "iam:UpdateAssumeRolePolicy in us-east-1",
            id="repair",
        ),
        pytest.param(
            scp(deny("*", {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/TerraformExecutionRole"}}), targets=["account:test"]),
            "OrganizationAccountAccessRole could not take back test, shut to everybody else",
            id="recover",
        ),
    ],
)  # fmt: skip
def test_a_lockout_is_refused_in_a_sentence_that_names_the_policy(organization, policy, sentence):
    organization.write("policies/guard.yaml", policy)
    messages = [message for message in found(organization) if "a lockout" in message]
    assert any(sentence in message for message in messages), messages
    assert all(message.startswith("policies/guard.yaml:1: statements: found a lockout: ") for message in messages)
    assert all("accept the lockout" in message for message in messages)


def test_the_break_glass_role_is_the_configured_one(organization):
    organization.append("organization.yaml", "break_glass_role: BreakGlass\n")
    conditions = {
        "ArnNotLike": {
            "aws:PrincipalArn": [*BUT_DEPLOYERS["ArnNotLike"]["aws:PrincipalArn"], "arn:aws:iam::*:role/Other"]
        }
    }
    organization.write("policies/guard.yaml", scp(deny("iam:PutRolePolicy", conditions)))
    (message,) = found(organization)
    assert "BreakGlass could not repair policies in security, shop, terraform and test" in message


def test_people_can_bring_a_second_factor_and_pipelines_cannot(organization):
    no_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    organization.write("policies/guard.yaml", scp(deny("iam:PutRolePolicy", no_mfa), targets=["account:shop"]))
    assert found(organization) == []  # shop's stack needs no aws_iam_role_policy, and people sign in with a token
    organization.write("policies/guard.yaml", scp(deny("iam:CreateRole", no_mfa), targets=["account:shop"]))
    assert ["TerraformExecutionRole" in message for message in found(organization)] == [True]


class TestTags:
    """What stacks tag, and with what, is known."""

    def policy(self, key):
        return scp(deny("iam:CreateRole", {"Null": {f"aws:RequestTag/{key}": "true"}}), targets=["ou:workloads"])

    def test_a_tag_that_everything_gets(self, organization):
        organization.write("policies/guard.yaml", self.policy("environment"))
        assert found(organization) == []

    def test_a_tag_that_nothing_gets(self, organization):
        organization.write("policies/guard.yaml", self.policy("cost-center"))
        (message,) = found(organization)
        assert "TerraformExecutionRole could not deploy the stack of shop and test" in message

    def test_a_tag_that_some_accounts_give(self, organization):
        organization.append("accounts/shop.yaml", "tags: {cost-center: '17'}\n")
        organization.write("policies/guard.yaml", self.policy("cost-center"))
        (message,) = found(organization)
        assert "could not deploy the stack of test," in message


class TestConditionsThatAreTheCallersChoice:
    def test_one_of_them_is_no_lockout(self, organization):
        organization.write(
            "policies/guard.yaml",
            scp(deny("iam:PassRole", {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})),
        )
        assert found(organization) == []

    def test_two_that_leave_no_choice_are_one(self, organization):
        organization.write(
            "policies/one.yaml",
            scp(deny("iam:CreateRole", {"Null": {"iam:PermissionsBoundary": "true"}}), targets=["account:shop"]),
        )
        assert found(organization) == []
        organization.write(
            "policies/two.yaml",
            scp(
                deny("iam:CreateRole", {"ArnLike": {"iam:PermissionsBoundary": "arn:*:iam:*:*:policy/*"}}),
                targets=["account:shop"],
            ),
        )
        assert found(organization) == []  # a boundary that is no policy's ARN would pass both
        organization.write(
            "policies/two.yaml",
            scp(deny("iam:CreateRole", {"StringLike": {"iam:PermissionsBoundary": "*"}}), targets=["account:shop"]),
        )
        messages = found(organization)
        assert [
            re.search(r"since the policy '(\w+)' on account:shop together with (\w+)", each).groups()
            for each in messages
        ] == [
            ("one", "two"),
            ("two", "one"),
        ]

    def test_networks_are_warned_about(self, organization):
        organization.write(
            "policies/guard.yaml",
            scp(deny("*", {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), targets=["account:shop"]),
        )
        assert found(organization) == []
        warnings = [each for each in found(organization, "warning") if "locks" in each]
        assert len(warnings) == 1
        assert (
            "locks OrganizationAccountAccessRole and TerraformExecutionRole out where aws:SourceIp is not as it asks"
            in warnings[0]
        )


class TestAcceptance:
    def write(self, organization, case="deploy", accounts=("account:shop",)):
        accepted = [{"case": case, "accounts": list(accounts), "reason": "Nothing is deployed there any more."}]
        organization.write(
            "policies/guard.yaml", scp(deny("iam:CreateRole"), targets=["ou:workloads"], accepted_lockouts=accepted)
        )

    def test_one_account(self, organization):
        self.write(organization)
        (message,) = found(organization)
        assert "could not deploy the stack of test," in message

    def test_all_accounts(self, organization):
        self.write(organization, accounts=["ou:workloads"])
        assert found(organization) == []

    def test_another_case_is_no_excuse(self, organization):
        self.write(organization, case="repair", accounts=["ou:workloads"])
        assert len(found(organization)) == 1
        assert any(
            "an accepted lockout (repair) that does not happen" in each for each in found(organization, "warning")
        )

    def test_a_reason_is_needed(self, organization):
        organization.write(
            "policies/guard.yaml",
            scp(deny("iam:CreateRole"), accepted_lockouts=[{"case": "deploy", "accounts": ["root"], "reason": " "}]),
        )
        assert any("accepted_lockouts[0].reason" in each for each in found(organization))


SHUTTING = {
    "allow-services": {"state"},  # its example leaves out KMS and DynamoDB
    "deny-other-units": {"state"},  # its example is about another organization's OU
    "quarantine": {"assume", "deploy", "state"},
    "restrict-entry": {"assume", "state"},
    "suspend": {"assume", "deploy", "state"},
}


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES.values() if entry.kind.has_statements])
def test_the_catalogue_leaves_the_way_in_open_by_itself(organization, name):
    entry = ENTRIES[name]
    parameters = json.loads(json.dumps(dict(entry.example), default=list))
    policy = {
        "type": str(entry.kind.terraform_type).lower(),
        "targets": ["root"],
        "guardrail": name,
        "parameters": parameters,
    }
    organization.write("policies/guard.yaml", json.dumps(policy))
    cases = {re.search(r"accept the lockout '(\w+)'", message)[1] for message in found(organization)}
    # Those that shut accounts would shut the account of the pipelines too, if they hung on the root.
    assert cases == SHUTTING.get(name, set())


def test_a_policy_above_the_pipelines_can_single_out_one_account(organization):
    organization.append("accounts/shop.yaml", 'id: "333333333333"\n')
    organization.append("accounts/test.yaml", 'id: "444444444444"\n')
    role = "arn:aws:iam::444444444444:role/TerraformExecutionRole"
    organization.write(
        "policies/guard.yaml", scp(deny("sts:AssumeRole", resources=[role]), targets=["account:terraform"])
    )
    (problem,) = found(organization)
    assert "TerraformCiDeployRole could not get into test to deploy" in problem


def test_shut_accounts_can_be_taken_back_and_still_be_deployed(organization):
    organization.replace("organization.yaml", "  workloads:\n", "  suspended: {}\n  workloads:\n")
    organization.write("accounts/old.yaml", "name: Old\nou: suspended\n")
    policy = {"type": "service_control_policy", "targets": ["ou:suspended"], "guardrail": "suspend"}
    organization.write("policies/suspend.yaml", json.dumps(policy))
    (message,) = found(organization)
    assert "TerraformExecutionRole could not deploy the stack of old" in message
    policy["parameters"] = {"exempted_principal_arns": ["OrganizationAccountAccessRole", "TerraformExecutionRole"]}
    organization.write("policies/suspend.yaml", json.dumps(policy))
    assert found(organization) == []


def test_what_is_out_of_use_is_not_deployed_and_can_be_taken_back(organization):
    organization.append("accounts/shop.yaml", "state: suspended\n")
    policy = {"type": "service_control_policy", "targets": ["state:suspended"], "guardrail": "suspend"}
    organization.write("policies/suspend.yaml", json.dumps(policy))
    assert found(organization) == []
    policy["parameters"] = {"exempted_principal_arns": ["Nobody"]}
    organization.write("policies/suspend.yaml", json.dumps(policy))
    assert {re.search(r"accept the lockout '(\w+)'", message)[1] for message in found(organization)} == {"recover"}


def test_pipelines_that_cannot_log_in_are_not_told_to_have_an_arn(organization):
    denied = deny("sts:AssumeRoleWithWebIdentity", principals="*")
    organization.write("policies/guard.yaml", scp(denied, kind="resource_control_policy"))
    (message,) = found(organization)
    assert "GitHub could not get into terraform to deploy" in message
    assert "Leave sts:AssumeRoleWithWebIdentity out of it, attach it elsewhere, or, if it is meant, accept" in message


def test_without_pipelines_the_management_account_deploys(directory):
    directory.append("organization.yaml", "policy_types: [service_control_policy, resource_control_policy]\n")
    directory.write("policies/guard.yaml", scp(deny("sts:AssumeRole"), targets=["ou:security"]))
    assert found(directory) == []  # no SCP restricts the management account
    directory.write(
        "policies/guard.yaml",
        scp(deny("sts:AssumeRole", principals="*"), targets=["account:shop"], kind="resource_control_policy"),
    )
    assert any("could not get into shop to deploy" in each for each in found(directory))


def test_none_of_a_thousand_accounts_is_locked_out(tmp_path):
    organization = config.load(write_organization(tmp_path, accounts=1000))
    assert prove(Chains(organization), lambda account: resource_types(organization, account)) == ()


def guardrail(name, *targets, **parameters):
    return json.dumps(
        {
            "type": "service_control_policy",
            "guardrail": name,
            "targets": list(targets),
            **({"parameters": parameters} if parameters else {}),
        }
    )


@pytest.mark.parametrize("name", ["require-imdsv2", "deny-image-sharing", "deny-public-snapshots"])
@pytest.mark.parametrize(
    ("exempted", "role"),
    [
        (["TerraformExecutionRole"], "OrganizationAccountAccessRole could not deploy the stack of shop and test for the first"),
        (["OrganizationAccountAccessRole"], "TerraformExecutionRole could not deploy the stack of shop and test, since"),
        ([], "TerraformExecutionRole could not deploy the stack of shop and test, since"),
        (["TerraformExecutionRole", "OrganizationAccountAccessRole"], None),
    ],
)  # fmt: skip
def test_both_roles_that_deploy_are_spared_or_it_is_said(organization, name, exempted, role):
    organization.write("policies/guard.yaml", guardrail(name, "ou:workloads", exempted_principal_arns=exempted))
    organization.write("accounts/shop.yaml", "name: Shop\nou: workloads\nsettings: {baseline: {}}\n")
    organization.write("accounts/test.yaml", "name: Test\nou: workloads\nsettings: {baseline: {}}\n")
    messages = found(organization)
    if role is None:
        assert messages == []
    else:
        assert [role in message for message in messages] == [True], messages


def test_the_cure_of_one_role_names_the_other(organization):
    organization.write("policies/guard.yaml", scp(deny("iam:CreateRole"), targets=["ou:workloads"]))
    (message,) = found(organization)
    assert "Leave TerraformExecutionRole and OrganizationAccountAccessRole out of it" in message


def test_calls_that_no_policy_binds_lock_nobody_out(organization):
    organization.write("policies/guard.yaml", scp(deny("sts:GetCallerIdentity"), targets=["ou:workloads"]))
    assert found(organization) == []


def test_a_policy_on_accounts_themselves_is_named_where_it_is(organization):
    for slug in ("shop", "second"):
        organization.write(
            f"accounts/{slug}.yaml", f"name: {slug.title()}\nou: workloads/production\ntags: {{secret: x}}\n"
        )
    organization.write("policies/keys.yaml", scp(deny("iam:*"), targets=["tag:secret=x"]))
    message = next(each for each in found(organization) if "accept the lockout 'deploy'" in each)
    assert (
        "the stack of second and shop, since the policy 'keys' on account:second and account:shop denies it" in message
    )


def test_a_policy_on_the_pipelines_account_is_named_there_whoever_cannot_be_entered(organization):
    organization.write("policies/keys.yaml", scp(deny("sts:*"), targets=["account:terraform"]))
    messages = [each for each in found(organization) if "accept the lockout 'assume'" in each]
    assert messages
    assert all("on account:terraform denies it" in each for each in messages)
