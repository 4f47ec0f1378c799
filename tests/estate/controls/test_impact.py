"""What changes do, in words and as data."""

import json
import re
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from config import load
from estate.cli import app
from estate.controls.impact import impact
from estate.controls.impact_report import as_json, as_markdown, as_text
from estate.controls.revisions import BaseError, organization_at
from tests.config.conftest import Directory
from tests.organizations import SAMPLE, write_organization

pytestmark = pytest.mark.row("A7", "B7", "C7", "C14")


@pytest.fixture
def before(tmp_path):
    (tmp_path / "before").mkdir()
    directory = Directory(tmp_path / "before")
    directory.append("organization.yaml", "policy_types: [service_control_policy, resource_control_policy]\n")
    return directory


@pytest.fixture
def after(before, tmp_path):
    shutil.copytree(before.path, tmp_path / "after")
    found = Directory.__new__(Directory)
    found.path = tmp_path / "after"
    return found


def policy(*statements, targets=("ou:workloads",), kind="service_control_policy", **more):
    return json.dumps({"type": kind, "targets": list(targets), "statements": list(statements), **more})


def deny(actions, conditions=None, **more):
    return {"effect": "Deny", "actions": actions, "conditions": conditions or {}, **more}


def compare(before, after):
    return impact(load(before.path), load(after.path))


def text(before, after):
    return as_text(compare(before, after), "main")


def test_nothing(before, after):
    assert not compare(before, after)
    assert text(before, after).startswith("Nothing changes compared with main")


def test_an_order_that_means_nothing(before, after):
    before.write("policies/guard.yaml", policy(deny(["ecs:*", "eks:*"]), deny("lambda:*")))
    after.write("policies/guard.yaml", policy(deny("lambda:*"), deny(["eks:*", "ecs:*"])))
    assert not compare(before, after)


class TestAccess:
    def test_a_new_deny_is_a_loss(self, before, after):
        after.write("policies/guard.yaml", policy(deny(["ecs:*", "lambda:InvokeA*"])))
        (access,) = compare(before, after).access
        assert (access.accounts, access.policies, access.gains) == (("shop", "test"), ("guard",), ())
        (line,) = access.loses
        assert (line.callers, line.where) == ("everybody", "everywhere")
        assert line.actions == ("ecs:*", "lambda:InvokeAsync")
        assert compare(after, before).access[0].gains == access.loses

    def test_what_is_denied_twice_is_lost_once(self, before, after):
        before.write("policies/one.yaml", policy(deny("ecs:*"), targets=["root"]))
        after.write("policies/one.yaml", policy(deny("ecs:*"), targets=["root"]))
        after.write("policies/two.yaml", policy(deny(["ecs:*", "eks:CreateCluster"])))
        (access,) = compare(before, after).access
        assert [line.actions for line in access.loses] == [("eks:CreateCluster",)]

    def test_regions(self, before, after):
        def regions(*names):
            return policy(deny("ecs:*", {"StringNotEquals": {"aws:RequestedRegion": list(names)}}))

        before.write("policies/guard.yaml", regions("eu-central-1", "us-east-1"))
        after.write("policies/guard.yaml", regions("eu-central-1", "eu-west-1"))
        (access,) = compare(before, after).access
        assert [(line.actions, line.where) for line in access.loses] == [(("ecs:*",), "us-east-1")]
        assert [(line.actions, line.where) for line in access.gains] == [(("ecs:*",), "eu-west-1")]

    def test_a_region_says_nothing_of_what_another_one_answers(self, before, after):
        not_here = {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
        after.write(
            "policies/guard.yaml",
            policy(
                deny("*", {**not_here, "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/TerraformExecutionRole", "arn:aws:iam::*:role/OrganizationAccountAccessRole"]}})
            ),
        )  # fmt: skip
        (access,) = compare(before, after).access
        everywhere = next(line for line in access.loses if line.where == "everywhere")
        elsewhere = next(line for line in access.loses if line.where != "everywhere")
        assert "iam:*" in everywhere.actions
        assert (elsewhere.actions, elsewhere.where) == (("*",), "all regions but eu-central-1")
        assert elsewhere.callers == "everybody but OrganizationAccountAccessRole and TerraformExecutionRole"

    def test_the_root_user(self, before, after):
        after.write(
            "policies/guard.yaml",
            json.dumps({"type": "service_control_policy", "targets": ["root"], "guardrail": "deny-root-user"}),
        )
        (access,) = compare(before, after).access
        assert {line.callers for line in access.loses} == {"the root user"}

    def test_roles_that_policies_name_are_looked_at(self, before, after):
        but = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}}
        before.write("policies/guard.yaml", policy(deny("ecs:*")))
        after.write("policies/guard.yaml", policy(deny("ecs:*", but)))
        (access,) = compare(before, after).access
        assert [(line.callers, line.actions) for line in access.gains] == [("deploy-x", ("ecs:*",))]
        assert access.loses == ()

    def test_conditions_are_told_in_words(self, before, after):
        tokens = {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}
        after.write(
            "policies/guard.yaml",
            policy(deny("ec2:RunInstances", tokens, resources="arn:aws:ec2:*:*:instance/*", sid="Tokens")),
        )
        (access,) = compare(before, after).access
        assert (access.loses, access.gains) == ((), ())
        assert [each.sentence for each in access.adds] == [
            "ec2:RunInstances on arn:aws:ec2:*:*:instance/* where ec2:MetadataHttpTokens is not required"
        ]
        assert [each.sentence for each in compare(after, before).access[0].removes] == [access.adds[0].sentence]

    def test_conditions_on_what_is_denied_anyway_are_not(self, before, after):
        everything = policy(deny("ecs:*"), targets=["root"])
        for directory in (before, after):
            directory.write("policies/all.yaml", everything)
        after.write("policies/some.yaml", policy(deny("ecs:RunTask", {"Null": {"aws:RequestTag/owner": "true"}})))
        (access,) = compare(before, after).access
        assert (access.adds, access.loses) == ((), ())

    def test_a_move_changes_what_is_in_force(self, before, after):
        for directory in (before, after):
            directory.write("policies/guard.yaml", policy(deny("ecs:*"), targets=["ou:workloads/production"]))
        after.replace("accounts/test.yaml", "workloads/staging", "workloads/production")
        found = compare(before, after)
        assert found.moved == (("test", "ou:workloads/staging", "ou:workloads/production"),)
        assert [(each.accounts, each.loses[0].actions) for each in found.access] == [(("test",), ("ecs:*",))]

    def test_resource_control_policies(self, before, after):
        plain_text = {"Bool": {"aws:SecureTransport": "false"}}
        after.write(
            "policies/tls.yaml", policy(deny("s3:*", plain_text, principals="*"), kind="resource_control_policy")
        )
        assert "its resources deny s3:* where aws:SecureTransport is false (tls)" in text(before, after)

    def test_the_management_account_is_exempt(self, before, after):
        after.write("policies/guard.yaml", policy(deny("ecs:*"), targets=["root"]))
        assert [each.accounts for each in compare(before, after).access] == [("security", "shop", "test")]


def test_accounts_come_and_go(before, after):
    after.write("accounts/new.yaml", "name: New\nou: workloads\n")
    (after.path / "accounts/test.yaml").unlink()
    found = compare(before, after)
    assert (found.added, found.removed) == (("new",), ("test",))
    assert {"management", "new"} <= set(found.stacks)
    assert "test" not in found.stacks


def test_an_account_under_another_slug_is_neither_new_nor_gone(before, after):
    for directory, slug in ((before, "old-shop"), (after, "new-shop")):
        directory.write(f"accounts/{slug}.yaml", 'name: Old shop\nou: workloads\nid: "555555555555"\n')
    found = text(before, after)
    assert "old-shop has another slug, new-shop" in found
    assert "is new" not in found
    assert "is gone" not in found


def test_what_comes_near_a_quota(before, after):
    before.write("policies/guard.yaml", policy(deny("ecs:*")))
    many = [f"ec2:Create{letter}{other}*" for letter in "CDFILNPRSTV" for other in "aehlnoru"]
    names = [name for name in many if load_actions(name)]
    after.write(
        "policies/guard.yaml", policy(deny("ecs:*"), *(deny(names, sid=f"S{index}{'x' * 60}") for index in range(19)))
    )
    for number in range(8):
        after.write(f"policies/more{number}.yaml", policy(deny("eks:*", sid=f"S{number}"), targets=["account:shop"]))
    near = {each.what: each for each in compare(before, after).near}
    assert set(near) == {"policy guard"}
    assert (near["policy guard"].limit, near["policy guard"].unit) == (10_240, "bytes")
    assert near["policy guard"].before < 200
    after.write("policies/more8.yaml", policy(deny("eks:*", sid="S8"), targets=["account:shop"]))
    assert {each.what: (each.measured, each.limit, each.before) for each in compare(before, after).near}[
        "SCPs on account:shop"
    ] == (9, 9, 0)


def load_actions(pattern):
    from constructs_lib.policies import names  # noqa: PLC0415

    service, _, name = pattern.partition(":")
    return names.matching_actions(service, name)


class TestStacks:
    def test_a_policy_changes_the_organization_only(self, before, after):
        after.write("policies/guard.yaml", policy(deny("ecs:*")))
        assert compare(before, after).stacks == ("management",)

    def test_settings_change_their_account_and_a_name_the_organization(self, before, after):
        after.append("accounts/shop.yaml", "tags: {team: shop}\n")
        assert compare(before, after).stacks == ("management", "shop")

    def test_what_is_for_everybody_changes_everybody(self, before, after):
        after.append("organization.yaml", "execution_role: {external_id: other-id}\n")
        assert compare(before, after).stacks == ("management", "security", "shop", "test")

    def test_a_role_changes_both_sides(self, before, after):
        role = "roles: {audit: {name: Audit, accounts: ['account:shop'], trusted_by: [{account: security}], managed_policies: ['arn:aws:iam::aws:policy/SecurityAudit']}}\n"
        for directory in (before, after):
            directory.append("organization.yaml", role)
        after.replace("organization.yaml", "policy/SecurityAudit", "policy/ReadOnlyAccess")
        assert compare(before, after).stacks == ("security", "shop")


class TestReports:
    @pytest.fixture
    def found(self, before, after):
        after.write("policies/guard.yaml", policy(deny("ecs:*")))
        return compare(before, after)

    def test_text(self, found):
        assert as_text(found, "main").splitlines() == [
            "Who may do what",
            "  shop and test (by guard)",
            "      everybody loses ecs:* everywhere",
            "",
            "Stacks that may change (1)",
            "  management",
        ]

    def test_markdown(self, found):
        assert as_markdown(found, "main").splitlines()[:4] == [
            "### Who may do what",
            "",
            "- shop and test (by guard)",
            "  - everybody loses ecs:* everywhere",
        ]

    def test_json(self, found):
        data = json.loads(as_json(found, "main"))
        assert data["access"][0]["loses"] == [{"callers": "everybody", "actions": ["ecs:*"], "where": "everywhere"}]
        assert (data["base"], data["stacks"]) == ("main", ["management"])


class TestBase:
    @pytest.fixture
    def repository(self, tmp_path):
        root = tmp_path / "repository"
        directory = Directory(root / "config")
        self.git(root, "init", "-q", "-b", "main")
        self.commit(root)
        directory.write("policies/guard.yaml", policy(deny("ecs:*")))
        return directory

    def git(self, root, *arguments):
        subprocess.run(
            ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], check=True
        )

    def commit(self, root):
        self.git(root, "add", ".")
        self.git(root, "commit", "-q", "-m", "First")

    def test_a_revision(self, repository, monkeypatch):
        monkeypatch.setenv("ESTATE_CONFIG", str(repository.path))
        result = CliRunner().invoke(app, ["impact", "main"])
        assert result.exit_code == 0
        assert "everybody loses ecs:* everywhere" in result.stdout

    def test_a_directory(self, repository, before, monkeypatch):
        monkeypatch.setenv("ESTATE_CONFIG", str(repository.path))
        result = CliRunner().invoke(app, ["impact", str(before.path), "--format", "json"])
        assert json.loads(result.stdout)["access"][0]["policies"] == ["guard"]

    def test_no_such_thing(self, repository, tmp_path):
        with pytest.raises(BaseError, match="neither a directory nor a revision"):
            organization_at("mian", repository.path)
        with pytest.raises(BaseError, match="in no git repository"):
            organization_at("main", tmp_path)

    def test_a_base_with_errors(self, repository, before, monkeypatch):
        monkeypatch.setenv("ESTATE_CONFIG", str(repository.path))
        before.append("organization.yaml", "nonsense: true\n")
        result = CliRunner().invoke(app, ["impact", str(before.path)])
        assert result.exit_code == 1
        assert re.search("The configuration of .*before has errors", result.output)


def test_a_thousand_accounts(tmp_path):
    old = load(write_organization(tmp_path / "old", accounts=1000))
    directory = write_organization(tmp_path / "new", accounts=1000)
    (directory / "policies" / "guard.yaml").write_text(policy(deny("ecs:*")))
    new = load(directory)
    found = impact(old, new)
    assert sum(len(each.accounts) for each in found.access) == 996


def test_the_sample_compared_with_itself():
    assert not impact(load(SAMPLE), load(SAMPLE))


def test_what_resource_controls_take_from_outsiders_is_told(before, after):
    for name, guardrail in (("identities", "deny-foreign-identities"), ("deputies", "deny-confused-deputies")):
        entry = {"type": "resource_control_policy", "targets": ["ou:workloads"], "guardrail": guardrail}
        after.write(f"policies/{name}.yaml", json.dumps(entry))
    (access,) = compare(before, after).access
    lost = {line.callers: line.actions for line in access.loses}
    assert set(lost) == {"somebody outside the organization", "an AWS service on behalf of somebody outside"}
    assert {"s3:*", "sts:AssumeRole"} <= set(lost["somebody outside the organization"])
    assert "sts:*" not in lost["somebody outside the organization"]
    assert not any(
        "RetireGrant" in action for action in lost["somebody outside the organization"] if "not" not in action
    )
    assert "s3:*" in lost["an AWS service on behalf of somebody outside"]
    (back,) = compare(after, before).access
    assert {line.callers for line in back.gains} == set(lost)
