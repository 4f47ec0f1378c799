"""`estate account close`: nothing refers to it, nothing lives in it, AWS closes it, Terraform forgets it, its slug stays its own."""

import pytest
import yaml
from typer.testing import CliRunner

import config as configuration
from config.lock import read_lock, write_lock
from config.model.lock import Lock
from estate.accounts.closing import CloseError
from estate.accounts.closing import close as close_account
from estate.cli import app
from estate.terraform import living
from tests.config.conftest import Directory

pytestmark = pytest.mark.row("E5")


@pytest.fixture
def directory(tmp_path, local, organizations, make_account, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    found = Directory(tmp_path / "config")
    monkeypatch.setenv("ESTATE_CONFIG", str(found.path))
    organization = organizations.describe_organization()["Organization"]
    lock = Lock(
        organization_id=organization["Id"],
        root_id=organizations.list_roots()["Roots"][0]["Id"],
        management_account_id=organization["MasterAccountId"],
        accounts={slug: make_account(slug) for slug in ("security", "shop", "test")},
    )
    write_lock(found.path, lock)
    return found


@pytest.fixture
def close(directory, monkeypatch, capfd):  # noqa: ARG001 - there is a configuration
    monkeypatch.setattr(living, "living", lambda *_: [])

    def close(*arguments, code=0):
        result = CliRunner().invoke(app, ["account", "close", *arguments])
        assert result.exit_code == code, result.output
        return " ".join((result.output + "".join(capfd.readouterr())).split())

    return close


def state(organizations, account_id):
    return organizations.describe_account(AccountId=account_id)["Account"]["State"]


def test_an_account_is_closed_and_forgotten(close, directory, organizations):
    id_ = read_lock(directory.path).accounts["shop"]
    printed = close("shop", "--yes")
    assert state(organizations, id_) == "SUSPENDED"
    lock = read_lock(directory.path)
    assert ("shop" in lock.accounts, dict(lock.closed)) == (False, {"shop": id_})
    assert not (directory.path / "accounts/shop.yaml").exists()
    assert "shop is gone" in printed
    assert "(rule account-gone): it is closed, not destroyed" in printed
    assert "estate deploy management" in printed
    assert configuration.load(directory.path).accounts.keys() == {"management", "security", "test"}


def test_a_closing_that_was_interrupted_goes_on(close, directory, organizations):
    id_ = read_lock(directory.path).accounts["shop"]
    organizations.close_account(AccountId=id_)
    close("shop", "--yes")
    assert read_lock(directory.path).closed == {"shop": id_}


def test_its_slug_is_nobody_elses_but_its_own_when_it_is_reopened(close, directory):
    id_ = read_lock(directory.path).accounts["shop"]
    close("shop", "--yes")
    path = directory.path / "accounts/shop.yaml"
    path.write_text("name: Shop\nou: workloads\n")
    with pytest.raises(configuration.ConfigError, match="a slug that no account had"):
        configuration.load(directory.path)
    path.write_text(yaml.safe_dump({"name": "Shop", "ou": "workloads", "id": id_}))
    assert configuration.load(directory.path).accounts["shop"].id == id_


def unchanged(directory, organizations):
    lock = read_lock(directory.path)
    return not lock.closed and all(state(organizations, id_) == "ACTIVE" for id_ in lock.accounts.values())


def test_what_refers_to_it_stands_in_the_way(close, directory, organizations):
    directory.append(
        "organization.yaml",
        "roles:\n  r: {name: R, accounts: ['account:test'], trusted_by: [{account: shop}], "
        "managed_policies: ['arn:aws:iam::aws:policy/SecurityAudit']}\n",
    )
    printed = close("shop", "--yes", code=1)
    assert "Something still refers to shop." in printed
    assert "roles.r.trusted_by" in printed
    assert unchanged(directory, organizations)


def test_what_lives_there_stands_in_the_way(close, directory, organizations, monkeypatch):
    monkeypatch.setattr(living, "living", lambda *_: ["aws_vpc.network"])
    printed = close("shop", "--yes", code=1)
    assert "shop still has 1 resources: aws_vpc.network" in printed
    assert unchanged(directory, organizations)
    close("shop", "--yes", "--leave")


def test_nobody_who_answers_means_no(close, directory, organizations):
    assert "Nobody is there to answer" in close("shop", code=1)
    assert unchanged(directory, organizations)


def test_a_dry_run_closes_nothing(close, directory, organizations):
    assert "Nothing was written." in close("shop", "--dry-run")
    assert unchanged(directory, organizations)


def test_the_management_account_stays(close, directory, organizations):
    assert "is the management account" in close("management", "--yes", code=1)
    assert unchanged(directory, organizations)


class Refusing:
    """Organizations that refuses, with a reason of AWS's."""

    def describe_account(self, AccountId):  # noqa: N803 - boto3's
        return {"Account": {"Id": AccountId, "State": "ACTIVE"}}

    def close_account(self, AccountId):  # noqa: N803
        from botocore.exceptions import ClientError  # noqa: PLC0415

        answer = {"Error": {"Code": "ConstraintViolationException", "Message": AccountId}}
        raise ClientError({**answer, "Reason": "CLOSE_ACCOUNT_QUOTA_EXCEEDED"}, "CloseAccount")


def test_a_refusal_says_what_helps():
    with pytest.raises(CloseError, match="Run this again when the oldest"):
        close_account(Refusing(), "111111111111")
