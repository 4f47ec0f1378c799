"""From a configuration to a running organization and back, with real Terraform against the local AWS.

The tests run in the order of the file: what one deploys, the next ones look at.
"""

import json
import re
import shutil
import subprocess
import sys

import pytest

from estate.pipeline.local import execution_session
from estate.terraform.stack import Stack, TerraformError
from tests.deployed import edit, planned_actions, resynthesize, tree
from tests.versions import FIXED, Row, terraform

pytestmark = pytest.mark.e2e


@pytest.fixture
def config(demo):
    """The demonstration's configuration; changes are taken back afterwards."""
    backup = demo.directory / "config.backup"
    shutil.copytree(demo.config, backup)
    yield demo.config
    shutil.rmtree(demo.config)
    backup.rename(demo.config)
    resynthesize(demo)


@pytest.mark.row("A4", "A5", "A6", "C1", "C2", "D2", "D3")
def test_the_organization_is_there(demo):
    found = tree(demo)
    assert len(found.pop("")) == 1  # the management account, under the name it was registered with
    assert found == {
        "Infrastructure": ["Network", "Shared Services", "Terraform"],
        "Quarantine": [],
        "Security": ["Security"],
        "Suspended": [],
        "Workloads": [],
        "Workloads/Development": ["Development"],
        "Workloads/Production": ["Production"],
        "Workloads/Staging": ["Staging"],
    }
    client = demo.local.session().client("organizations")
    assert client.describe_organization()["Organization"]["FeatureSet"] == "ALL"
    emails = {
        account["Email"] for page in client.get_paginator("list_accounts").paginate() for account in page["Accounts"]
    }
    assert {"aws+production@example.com", "aws+shared-services@example.com"} < emails
    services = client.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert set(demo.organization.trusted_services) <= {service["ServicePrincipal"] for service in services}


@pytest.mark.row("A7", "C7", "C9")
def test_policies_are_attached_as_configured(demo):
    client = demo.local.session().client("organizations")
    lock = demo.organization.lock
    for policy in demo.organization.policies.values():
        kind = policy.type.upper()
        found = {one["Name"]: one["Id"] for one in client.list_policies(Filter=kind)["Policies"]}
        targets = {one["TargetId"] for one in client.list_targets_for_policy(PolicyId=found[policy.name])["Targets"]}
        wanted = {
            lock.root_id
            if node.kind == "root"
            else (lock.organizational_units if node.kind == "ou" else lock.accounts)[node.slug]
            for node in policy.targets
        }
        assert targets == wanted
        content = client.describe_policy(PolicyId=found[policy.name])["Policy"]["Content"]
        assert json.loads(content) == json.loads(policy.content)


@pytest.mark.row("A1", "A2", "D1", "D4")
def test_each_account_has_its_own_resources_and_no_others(demo):
    organization = demo.organization
    for account in organization.accounts.values():
        if account is organization.management:
            continue
        # Through the execution role, the way that the second and every later deploy goes.
        session = execution_session(demo.local, organization, account.slug)
        identity = session.client("sts").get_caller_identity()
        assert identity["Account"] == account.id
        assert ":assumed-role/TerraformExecutionRole/" in identity["Arn"]
        role = session.client("iam").get_role(RoleName="SecurityAudit")["Role"]
        assert role["Arn"] == f"arn:aws:iam::{account.id}:role/SecurityAudit"
        vpcs = session.client("ec2", region_name=account.region).describe_vpcs(
            Filters=[{"Name": "owner-id", "Values": [account.id]}, {"Name": "is-default", "Values": ["false"]}]
        )["Vpcs"]
        wanted = [network.cidr] if (network := organization.settings[account.slug].network) else []
        assert [vpc["CidrBlock"] for vpc in vpcs] == wanted, account.slug


@pytest.mark.row("A8")
def test_subnets_are_shared_with_the_workloads(demo):
    network = demo.organization.accounts["network"]
    session = demo.local.session(network.id)
    ram = session.client("ram", region_name=network.region)
    (share,) = [
        one
        for one in ram.get_resource_shares(resourceOwner="SELF")["resourceShares"]
        if one["name"] == "Workload subnets"
    ]
    assert share["allowExternalPrincipals"] is False
    entities = {
        kind: {
            one["associatedEntity"]
            for one in ram.get_resource_share_associations(
                associationType=kind, resourceShareArns=[share["resourceShareArn"]]
            )["resourceShareAssociations"]
        }
        for kind in ("RESOURCE", "PRINCIPAL")
    }
    subnets = session.client("ec2", region_name=network.region).describe_subnets()["Subnets"]
    private = {
        one["SubnetArn"]
        for one in subnets
        if any(tag["Value"].endswith(("private-a", "private-b")) for tag in one.get("Tags", ()))
    }
    assert entities["RESOURCE"] == private
    # RAM says who may use them; EC2 shows them there.
    production = demo.organization.accounts["production"]
    seen = demo.local.session(production.id).client("ec2", region_name=production.region).describe_subnets()["Subnets"]
    assert private <= {one["SubnetArn"] for one in seen}
    (workloads,) = entities["PRINCIPAL"]
    assert workloads.endswith(
        f":ou/{demo.organization.lock.organization_id}/{demo.organization.lock.organizational_units['workloads']}"
    )


@pytest.mark.row("A11", "C14")
def test_a_second_plan_is_empty(demo, ran):
    assert {one.account: (one.changes, one.confirmed) for one in demo.found()} == dict.fromkeys(
        demo.organization.accounts, (False, True)
    )
    ran(Row(FIXED, "the sample deployed to the local AWS, its second plan empty", engine=terraform()))


@pytest.mark.row("C3")
def test_an_account_survives_a_rename_a_move_new_tags_and_reordered_files(demo, config):
    # By the role of its tier: it moves to another's, whose role is let in by the terraform account's stack.
    before = demo.stack("staging")
    edit(
        config / "accounts/staging.yaml",
        lambda data: data.update(name="Pre-production", ou="workloads/production", tags={"tier": "gold"}),
    )

    def reorder(data):
        for key in ("organizational_units", "shares", "roles", "tags"):
            data[key] = dict(reversed(list(data[key].items())))
        data["trusted_services"].reverse()

    edit(config / "organization.yaml", reorder)
    resynthesize(demo)
    organization = planned_actions(demo.stack("management"))
    assert set(organization) == {"aws_organizations_account.account-staging"}
    assert organization["aws_organizations_account.account-staging"] == ["update"]
    staging = planned_actions(before)
    # Production's machines run at night too: the schedule of the machines goes with the move, and nothing else but the rights to
    # plan it, after which the others may need a policy less.
    gone = {address.split(".")[1]: taken for address, taken in staging.items() if taken != ["update"]}
    rights = {name for name in gone if re.fullmatch(r"plan-role_(Policy|Role_policy-)\d_\w+", name)}
    assert {name.split("_")[0] for name in gone.keys() - rights} == {"scheduled-scaling"}
    assert all(gone[name] == ["delete"] for name in rights)
    assert planned_actions(demo.stack("production")) == {}


@pytest.mark.row("B5")
def test_the_wrong_account_is_refused_before_anything_is_read(demo, tmp_path):
    """A stack of staging whose role was edited by hand, or by a merge gone wrong, to that of another account of its tier."""
    accounts = demo.organization.accounts
    directory = tmp_path / "cdktf.out/stacks/staging"
    shutil.copytree(demo.out / "stacks/staging", directory, ignore=shutil.ignore_patterns(".terraform"))
    path = directory / "cdk.tf.json"
    content = json.loads(path.read_text())
    for provider in content["provider"]["aws"]:
        (role,) = provider["assume_role"]
        role["role_arn"] = role["role_arn"].replace(accounts["staging"].id, accounts["development"].id)
    content["terraform"]["backend"] = {"local": {"path": str(tmp_path / "staging.tfstate")}}
    path.write_text(json.dumps(content))
    stack = Stack("staging", tmp_path / "cdktf.out", demo.stack("staging").variables)
    stack.init()
    with pytest.raises(TerraformError, match=f"AWS account ID not allowed: {accounts['development'].id}"):
        stack.plan()


@pytest.mark.row("C14")
def test_the_cdktf_command_line_works_as_in_any_project(demo):
    def cdktf(*arguments):
        command = [sys.executable, "-m", "estate.cdktf", *arguments]
        return subprocess.run(
            command, env=demo.stack("staging").variables, capture_output=True, text=True, check=True
        ).stdout

    listed = cdktf("list")
    assert all(re.search(rf"^{name}\s", listed, re.MULTILINE) for name in demo.organization.accounts)
    assert "No changes" in cdktf("diff", "staging")
    assert "account_id" in cdktf("deploy", "staging", "--auto-approve")
