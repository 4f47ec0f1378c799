"""Accounts that are suspended or closed are neither locked nor taken over without a word."""

import json

import boto3
import pytest

import config
from config.loading.lock import write_lock
from config.model.lock import Closed, Lock
from estate.account_state import account_state, is_shut
from estate.bootstrap.finders import FINDERS, Known, NotAdoptableError, Place
from estate.deployed import DeployedError, deployed_lock
from estate.terraform.stack import Stack
from tests.config.conftest import Directory

pytestmark = pytest.mark.row("A6")


@pytest.mark.parametrize(
    ("answer", "state", "shut"),
    [
        ({"Status": "ACTIVE"}, "ACTIVE", False),
        ({"State": "ACTIVE"}, "ACTIVE", False),
        ({"State": "PENDING_ACTIVATION"}, "PENDING_ACTIVATION", False),
        ({"Status": "SUSPENDED"}, "SUSPENDED", True),
        ({"Status": "PENDING_CLOSURE"}, "PENDING_CLOSURE", True),
        ({"State": "CLOSED", "Status": "SUSPENDED"}, "CLOSED", True),
        ({"State": "CLOSED"}, "CLOSED", True),
    ],
)
def test_state_is_read_and_the_status_that_it_replaced(answer, state, shut):
    assert (account_state(answer), is_shut(answer)) == (state, shut)


@pytest.fixture
def accounts(local, make_account, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    return {slug: make_account(slug) for slug in ("security", "shop", "test")}


@pytest.fixture
def deployed(organizations, accounts, tmp_path):
    """The organization stack as Terraform's outputs tell of it."""
    found = organizations.describe_organization()["Organization"]
    outputs = {
        "organization_id": found["Id"],
        "root_id": organizations.list_roots()["Roots"][0]["Id"],
        "management_account_id": found["MasterAccountId"],
        "account_ids": {"management": found["MasterAccountId"], **accounts},
        "unit_ids": {},
    }
    stack = Stack("management", tmp_path / "cdktf.out")
    stack.directory.mkdir(parents=True)
    written = {"output": {name: {"value": value} for name, value in outputs.items()}}
    (stack.directory / "cdk.tf.json").write_text(json.dumps(written))
    stack.init()
    stack.plan()
    stack.apply()
    return stack


@pytest.fixture
def organization(tmp_path):
    return config.load(Directory(tmp_path / "config").path)


def test_open_accounts_are_locked(deployed, organization, accounts):
    assert dict(deployed_lock(organization, deployed).accounts) == accounts


def test_a_closed_account_that_is_to_be_used_is_not_locked(deployed, organization, accounts, organizations):
    organizations.close_account(AccountId=accounts["shop"])
    with pytest.raises(DeployedError, match=rf"shop \({accounts['shop']}, SUSPENDED\)\. AWS Support can reopen"):
        deployed_lock(organization, deployed)


def test_a_closed_account_that_the_configuration_has_no_more_leaves_the_lock(
    deployed, accounts, organizations, tmp_path
):
    directory = Directory(tmp_path / "config")
    (directory.path / "accounts" / "shop.yaml").unlink()
    organizations.close_account(AccountId=accounts["shop"])
    locked = deployed_lock(config.load(directory.path), deployed).accounts
    assert dict(locked) == {slug: accounts[slug] for slug in ("security", "test")}


@pytest.mark.row("E5")
def test_an_account_that_was_closed_by_command_stays_closed_in_the_lock(
    deployed, accounts, organizations, tmp_path, local
):
    """Also before Terraform has forgotten it, and when AWS does not know it any more."""
    directory = Directory(tmp_path / "config")
    (directory.path / "accounts" / "shop.yaml").unlink()
    root = organizations.list_roots()["Roots"][0]["Id"]
    organization_id = organizations.describe_organization()["Organization"]["Id"]
    closed = {"shop": Closed(id=accounts["shop"], email="shop@example.com", until="2027-02-27")}
    lock = Lock(
        organization_id=organization_id,
        root_id=root,
        management_account_id=local.management_account_id,
        closed=closed,
    )
    write_lock(directory.path, lock)
    organizations.close_account(AccountId=accounts["shop"])
    for days in (0, 90):
        local.pass_days(days)
        locked = deployed_lock(config.load(directory.path), deployed)
        assert dict(locked.accounts) == {slug: accounts[slug] for slug in ("security", "test")}
        assert locked.closed == closed


def test_a_closed_account_is_not_adopted(accounts, organizations, local):
    place = Place(boto3.Session(region_name="us-east-1"), local.management_account_id, "aws")

    def found():
        return [one.id for one in FINDERS["aws_organizations_account"](place, Known(email="Shop@example.com"))]

    assert found() == [accounts["shop"]]
    organizations.close_account(AccountId=accounts["shop"])
    with pytest.raises(NotAdoptableError, match=rf"shop@example\.com, {accounts['shop']}, is shut \(SUSPENDED\)"):
        found()
