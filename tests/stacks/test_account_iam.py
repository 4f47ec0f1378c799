"""Roles for services, outsiders and federated people, policies and identity providers of accounts, in the accounts' stacks."""

import json
import re

import pytest

from config import load
from config.controls import Chains
from constructs_lib.policies.document import PolicyDocument
from stacks.app import synthesize
from stacks.judging import around, judge, judge_pairs
from stacks.reach.questions import Questions
from stacks.reach.world import World
from stacks.trespass import trespasses
from tests.config.conftest import Directory
from tests.stacks.conftest import CHECKOUT

GITHUB = "token.actions.githubusercontent.com"
BUILDS = "pipeline:repo:acme/shop:ref:refs/heads/main"
IAM = """\
customer_policies:
  team: {name: TeamReads, path: /teams/, accounts: ["ou:workloads"], document: documents/team.json}
  logs:
    name: WriteLogs
    accounts: ["account:shop"]
    statements: [{effect: Allow, actions: "logs:PutLogEvents", resources: "arn:aws:logs:*:*:log-group:*"}]
identity_providers:
  okta: {accounts: ["ou:workloads"], saml: {name: Okta, metadata: documents/okta.xml}}
  github: {accounts: ["ou:workloads"], oidc: {issuer: token.actions.githubusercontent.com, audiences: [sts.amazonaws.com]}}
roles:
  machines:
    name: Machines
    accounts: ["ou:workloads"]
    trusted_by: [{service: ec2.amazonaws.com}]
    instance_profile: true
    managed_policies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    customer_policies: [team]
  vendor:
    name: Vendor
    accounts: ["account:shop"]
    external_id: acme-1234
    trusted_by: [{outside_account: "999988887777"}, {account: security}]
    managed_policies: ["arn:aws:iam::aws:policy/SecurityAudit"]
  people:
    name: People
    accounts: ["ou:workloads"]
    trusted_by:
      - identity_provider: okta
        conditions: {StringEquals: {"SAML:sub": [ada, grace]}}
    customer_policies: [team]
  builds:
    name: Builds
    accounts: ["ou:workloads"]
    trusted_by: [{identity_provider: github, subjects: ["repo:acme/shop:ref:refs/heads/main"]}]
    customer_policies: [team]
"""
TEAM = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-${aws:PrincipalTag/team}/*"}
    ],
}
METADATA = f"<EntityDescriptor><IDPSSODescriptor >${{x}}{'A' * 1200}</IDPSSODescriptor></EntityDescriptor>"


def write(path, text=IAM):
    directory = Directory(path / "config")
    directory.write("policies/documents/team.json", json.dumps(TEAM))
    directory.write("policies/documents/okta.xml", METADATA)
    directory.append("organization.yaml", text)
    return directory


def synthesized(path, directory, only=()):
    organization = load(directory.path)
    synthesize(organization, CHECKOUT / ".terraform.lock.hcl", only, outdir=path / "out")
    found = {file.parent.name: json.loads(file.read_text()) for file in (path / "out").glob("stacks/*/cdk.tf.json")}
    return organization, found


@pytest.fixture(scope="module")
def deployable(tmp_path_factory):
    path = tmp_path_factory.mktemp("iam")
    return synthesized(path, write(path))


@pytest.fixture(scope="module")
def shop(deployable):
    return deployable[1]["shop"]["resource"]


def named(blocks, name):
    (found,) = [block for block in blocks.values() if block["name"] == name]
    return found


def trust(shop, role):
    return json.loads(named(shop["aws_iam_role"], role)["assume_role_policy"])["Statement"]


@pytest.mark.row("D4")
def test_each_trust_says_what_its_entry_says(shop):
    (machines,), (people,), (builds,) = trust(shop, "Machines"), trust(shop, "People"), trust(shop, "Builds")
    assert machines == {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert people["Action"] == "sts:AssumeRoleWithSAML"
    assert people["Principal"]["Federated"].startswith("${aws_iam_saml_provider.identity-provider-okta_")
    assert people["Condition"] == {
        "StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:sub": ["ada", "grace"]}
    }
    assert builds["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert builds["Condition"] == {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:acme/shop:ref:refs/heads/main"}
    }
    inside, outside = trust(shop, "Vendor")
    assert "aws:PrincipalOrgID" in inside["Condition"]["StringEquals"]
    assert outside["Principal"] == {"AWS": "arn:aws:iam::999988887777:root"}
    assert outside["Condition"] == {"StringEquals": {"sts:ExternalId": "acme-1234"}}


def test_what_an_account_has_stands_in_its_stack_alone(deployable, shop):
    stacks = deployable[1]
    assert named(shop["aws_iam_instance_profile"], "Machines")["role"].startswith("${aws_iam_role.role-machines_")
    policy = named(shop["aws_iam_policy"], "TeamReads")
    assert policy["path"] == "/teams/"
    assert "${aws:PrincipalTag/team}" in policy["policy"].replace("$${", "${"), "a policy variable is left to IAM"
    (provider,) = shop["aws_iam_saml_provider"].values()
    assert provider["saml_metadata_document"].startswith("<EntityDescriptor><IDPSSODescriptor >$${x}AAAA"), "text"
    assert "WriteLogs" not in json.dumps(stacks["test"]["resource"])
    for name in ("management", "security"):
        assert "role-machines" not in json.dumps(stacks[name])
        assert "identity-provider" not in json.dumps(stacks[name])


def test_the_last_look_at_the_stacks_finds_nothing(deployable):
    organization, stacks = deployable
    judged = {name: judge(name, content, around(organization)) for name, content in stacks.items()}
    assert [finding for each in judged.values() for finding in each.findings] == []
    assert judge_pairs(judged.values(), organization) == []


def test_every_role_is_bounded(shop):
    roles = {block["name"]: block for block in shop["aws_iam_role"].values()}
    bounds = {name: role.get("permissions_boundary", "") for name, role in roles.items()}
    assert {name for name, bound in bounds.items() if bound.startswith("${aws_iam_policy.boundary_")} == {
        "Builds",
        "Machines",
        "People",
        "Vendor",
    }


@pytest.mark.row("B4")
def test_the_execution_role_is_permitted_them_by_name(shop):
    documents = [
        json.loads(re.sub(r"\$\{[^}]*\}", "111111111111", block["policy"]))
        for name, block in shop["aws_iam_policy"].items()
        if name.startswith("execution-role_")
    ]
    allowed = {}
    for statement in (each for document in documents for each in document["Statement"] if each["Effect"] == "Allow"):
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions:
            allowed.setdefault(action, []).extend(each.rpartition("111111111111:")[2] for each in resources)
    assert allowed["iam:CreateSAMLProvider"] == ["saml-provider/Okta"]
    assert allowed["iam:CreateOpenIDConnectProvider"] == [f"oidc-provider/{GITHUB}"]
    assert allowed["iam:CreateInstanceProfile"] == ["instance-profile/Machines"]
    assert sorted(allowed["iam:CreatePolicy"]) == ["policy/WriteLogs", "policy/teams/TeamReads"]
    assert "role/Machines" in allowed["iam:PassRole"]
    assert all("*" not in allowed[action] for action in allowed if action.startswith("iam:Create"))


BOUNDED = """\
customer_policies:
  limit:
    name: Limit
    accounts: ["account:shop"]
    statements: [{effect: Allow, actions: ["s3:*", "iam:*"]}]
roles:
  wide:
    name: Wide
    accounts: ["account:shop"]
    trusted_by: [{service: ec2.amazonaws.com}]
    managed_policies: ["arn:aws:iam::aws:policy/AdministratorAccess"]
    boundary: limit
"""


@pytest.mark.row("E1")
def test_a_policy_of_the_accounts_bounds_a_role_beside_what_bounds_them_all(tmp_path):
    organization, stacks = synthesized(tmp_path, write(tmp_path, BOUNDED))
    made = stacks["shop"]["resource"]
    assert named(made["aws_iam_role"], "Wide")["permissions_boundary"].startswith("${aws_iam_policy.boundary-limit_")
    number = Chains(organization).account_id(organization.accounts["shop"])
    iam = f"arn:aws:iam::{number}"
    world = World(Chains(organization), stacks)

    def may(action, resource, **said):
        return world.decide(world.identities["role:shop/Wide"], action, resource, owner=number, said=said).possible

    def bounded(name):
        return may("iam:CreateRole", f"{iam}:role/x", **{"iam:PermissionsBoundary": f"{iam}:policy/{name}"})

    assert may("s3:CreateBucket", "arn:aws:s3:::any")
    assert not may("ec2:RunInstances", f"arn:aws:ec2:eu-central-1:{number}:instance/*"), "not within it"
    assert not may("iam:DeleteRole", f"{iam}:role/TerraformExecutionRole"), "a deployment right"
    assert not may("iam:CreatePolicyVersion", f"{iam}:policy/TerraformBoundary-limit")
    assert bounded("TerraformBoundary-limit")
    assert not bounded("TerraformBoundary"), "nobody it makes is bounded less than itself"

    deploys = [
        PolicyDocument.from_terraform(block["policy"])
        for name, block in made["aws_iam_policy"].items()
        if name.startswith("execution-role_")
    ]
    (makes,) = [
        each
        for one in deploys
        for each in one.statements
        if each.effect == "Allow" and "iam:CreateRole" in each.actions
    ]
    bounds = makes.conditions["StringEquals"]["iam:PermissionsBoundary"]
    assert [each.rpartition("/")[2] for each in bounds] == ["TerraformBoundary", "TerraformBoundary-limit"]


@pytest.fixture(scope="module")
def questions(deployable):
    organization, stacks = deployable
    return Questions(World(Chains(organization), stacks))


@pytest.mark.row("E7")
@pytest.mark.parametrize("account", ["shop", "test"])
@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("service:ec2.amazonaws.com", "Machines"),
        ("federated:Okta/ada", "People"),
        ("federated:Okta/grace", "People"),
        (BUILDS, "Builds"),
    ],
)
def test_ways_into_every_account_that_has_a_provider(questions, account, source, role):
    """Each account has a provider of its own: the way is by that one."""
    ways = questions.paths(questions.named(source), questions.organization.accounts[account])
    assert [[step.target.name for step in way] for way in ways] == [[f"role:{account}/{role}"]]


def test_an_outsider_has_to_say_the_external_id(questions):
    account = questions.organization.accounts["shop"]
    ((step,),) = questions.paths(questions.named("outside:999988887777"), account)
    assert (step.target.name, step.needs) == ("role:shop/Vendor", ("sts:ExternalId StringEquals acme-1234",))


@pytest.mark.row("E7")
def test_a_way_to_a_jewel_is_refused(tmp_path):
    jewel = IAM + (
        'jewels:\n  payroll: {account: shop, actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-payroll/list.csv"]}\n'
    )
    directory = write(tmp_path, jewel)
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    directory.write("policies/documents/team.json", json.dumps(wide))
    organization, stacks = synthesized(tmp_path, directory)
    refused, _ = trespasses(organization, stacks, whole=True)
    assert any("federated:Okta/ada" in line and "payroll" in line for line in refused)


def test_switched_off_nothing_is_left_of_them(tmp_path, deployable):
    _, without = synthesized(tmp_path, write(tmp_path, ""))
    its_own = ("customer-policy-", "identity-provider-", "instance-profile-", "role-")
    for name, stack in deployable[1].items():
        left = {
            f"{type_}.{address}": block
            for type_, blocks in stack["resource"].items()
            for address, block in blocks.items()
            if not address.startswith((*its_own, "boundary_", "execution-role_"))
        }
        there = {
            f"{type_}.{address}": block
            for type_, blocks in without[name]["resource"].items()
            for address, block in blocks.items()
            if not address.startswith(("boundary_", "execution-role_"))
        }
        assert left == there
    text = json.dumps(without)
    assert not any(word in text for word in ("Okta", "TeamReads", "Machines"))


def test_a_policy_of_the_accounts_is_there_for_permission_sets(tmp_path):
    center = """\
identity_center:
  management:
    users: {ada: {given_name: Ada, family_name: L, email: ada@example.com}}
    administrators: {users: [ada]}
  groups: {team: {}}
  permission_sets: {reads: {customer_policies: [NAME]}}
  assignments: {a: {permission_set: reads, groups: [team], accounts: ["account:shop"]}}
"""
    trusted = ("ram.amazonaws.com, guardduty", "ram.amazonaws.com, sso.amazonaws.com, guardduty")
    for name, count in (("/teams/TeamReads", 0), ("TeamReads", 1)):
        directory = write(tmp_path / name.strip("/").replace("/", "-"), IAM + center.replace("NAME", name))
        directory.replace("organization.yaml", *trusted)
        warnings = [str(problem) for problem in load(directory.path).warnings if "TeamReads" in str(problem)]
        assert len(warnings) == count


def test_the_example_of_the_documentation(tmp_path):
    text = (CHECKOUT / "docs/iam.md").read_text(encoding="utf-8")
    directory = write(tmp_path, re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    directory.write("policies/documents/team-reads.json", json.dumps(TEAM))
    assert load(directory.path).warnings == ()
