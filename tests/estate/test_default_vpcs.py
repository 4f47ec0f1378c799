"""Default VPCs of a new account on the local AWS, found and removed."""

import pytest
import yaml
from typer.testing import CliRunner

from config import load
from estate.cli import app
from estate.default_vpcs import find, remove
from estate.local import running_local_aws
from tests.organizations import copy_sample


@pytest.fixture(scope="module")
def local():
    with running_local_aws() as found:
        found.session().client("organizations").create_organization(FeatureSet="ALL")
        yield found


@pytest.fixture
def account(local):
    """A new account's id and session."""
    organizations = local.session().client("organizations")
    number = len(organizations.list_accounts()["Accounts"])
    made = organizations.create_account(Email=f"a{number}@example.com", AccountName=f"a{number}")
    id_ = made["CreateAccountStatus"]["AccountId"]
    return id_, local.session(id_)


@pytest.fixture
def run(account, tmp_path, monkeypatch, local):
    """Run the command for an organization whose production account is the new account, and wants no default VPCs."""
    directory = copy_sample(tmp_path / "config")
    file = directory / "accounts" / "production.yaml"
    data = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump({**data, "id": account[0], "settings": {"baseline": {"default_vpc": "removed"}}}))
    for name, value in {**local.variables(), "ESTATE_CONFIG": str(directory)}.items():
        monkeypatch.setenv(name, value)
    assert load(directory).accounts["production"].id == account[0]
    return lambda *arguments: CliRunner().invoke(app, ["default-vpcs", *arguments])


def vpcs(session):
    return list(find(session, ["eu-central-1", "us-east-1"]))


def test_listing_removes_nothing(account, run):
    result = run()
    assert result.exit_code == 0, result.output
    assert result.stdout.count("can be removed") == 2
    assert len(vpcs(account[1])) == 2


def test_they_go_with_their_subnets_and_gateways(account, run):
    result = run("--remove")
    assert result.exit_code == 0, result.output
    assert result.stdout.count(": removed") == 2
    assert vpcs(account[1]) == []
    assert not account[1].client("ec2", region_name="us-east-1").describe_subnets()["Subnets"]
    assert run("--remove").stdout == ""


def test_one_that_is_used_stays(account, run):
    ec2 = account[1].client("ec2", region_name="us-east-1")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    result = run("--remove")
    assert result.exit_code == 1
    assert f"in use by {interface}" in result.stdout
    (left,) = vpcs(account[1])
    assert (left.region, left.used_by) == ("us-east-1", (interface,))
    with pytest.raises(ValueError, match=interface):
        remove(account[1], left)
