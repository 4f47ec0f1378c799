"""`estate account close`: nothing refers to it, nothing lives in it, AWS closes it, Terraform forgets it, its slug stays its own."""

import datetime as dt

import pytest
import yaml
from typer.testing import CliRunner

import config as configuration
from config.loading.lock import read_lock, write_lock
from config.model.lock import Closed, Lock
from estate.accounts.closing import GRACE, elsewhere, left
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
def run(directory, monkeypatch, capfd):  # noqa: ARG001 - there is a configuration
    monkeypatch.setattr(living, "living", lambda names: {name: {} for name in names})

    def run(*arguments, code=0):
        result = CliRunner().invoke(app, ["account", *arguments])
        assert result.exit_code == code, result.output
        return " ".join((result.output + "".join(capfd.readouterr())).split())

    return run


@pytest.fixture
def close(run):
    """Close an account that is closing already."""
    run("close", "shop")
    return lambda *arguments, code=0: run("close", *arguments, code=code)


def closed(id_):
    return {"shop": Closed(id=id_, email="aws+shop@example.com", until=dt.datetime.now(dt.UTC).date() + GRACE)}


def state(organizations, account_id):
    return organizations.describe_account(AccountId=account_id)["Account"]["State"]


def test_first_it_is_marked_and_others_let_go_of_it(run, directory, organizations):
    path = directory.path / "accounts/shop.yaml"
    before = path.read_text()
    printed = run("close", "shop")
    assert "shop: in use → closing; not deployed from now on: shop" in printed
    assert "estate account close shop again, as the management account" in printed
    assert path.read_text() == f"{before}closing: true\n"
    assert unchanged(directory, organizations)
    run("restore", "shop")
    assert path.read_text() == before


def test_an_account_is_closed_and_forgotten(close, directory, organizations):
    id_ = read_lock(directory.path).accounts["shop"]
    printed = close("shop", "--yes")
    assert state(organizations, id_) == "SUSPENDED"
    lock = read_lock(directory.path)
    assert ("shop" in lock.accounts, dict(lock.closed)) == (False, closed(id_))
    assert not (directory.path / "accounts/shop.yaml").exists()
    assert "shop is gone" in printed
    assert "(rule account-gone): it is closed, not destroyed" in printed
    assert "estate deploy management" in printed
    assert configuration.load(directory.path).accounts.keys() == {"management", "security", "test"}
    assert "shop is closed. Until" in close("shop")


def test_a_closing_that_was_interrupted_goes_on(close, directory, organizations):
    id_ = read_lock(directory.path).accounts["shop"]
    organizations.close_account(AccountId=id_)
    close("shop", "--yes")
    assert read_lock(directory.path).closed == closed(id_)


def test_killed_between_the_lock_and_the_file_it_goes_on(close, directory):
    path = directory.path / "accounts/shop.yaml"
    text = path.read_text()
    close("shop", "--yes")
    path.write_text(text)
    assert "shop is closed. Until" in close("shop", "--yes")
    assert not path.exists()
    assert "shop" not in configuration.load(directory.path).accounts


def test_its_slug_and_its_address_are_nobody_elses(close, run, directory):
    close("shop", "--yes")
    path = directory.path / "accounts/shop.yaml"
    path.write_text("name: Shop\nou: workloads\n")
    with pytest.raises(configuration.ConfigError, match="a slug that no account had"):
        configuration.load(directory.path)
    path.unlink()
    assert "A slug is never used again" in run("new", "shop", "--ou", "workloads", code=1)
    printed = run("new", "store", "--ou", "workloads", "--email", "AWS+shop@example.com", code=1)
    assert "an address that no AWS account had" in printed


def test_support_reopens_it_and_it_is_taken_back_by_its_id(close, run, directory, organizations, local):
    id_ = read_lock(directory.path).accounts["shop"]
    close("shop", "--yes")
    assert f"{id_} is SUSPENDED. Until" in run("restore", "shop", code=1)
    local.reopen(id_)
    printed = run("restore", "shop")
    assert "estate deploy management" in printed
    written = yaml.safe_load((directory.path / "accounts/shop.yaml").read_text())
    # As AWS has it: in this organization nothing was deployed, so it is in the root.
    assert written == {"name": "shop", "email": "shop@example.com", "id": id_}
    assert configuration.load(directory.path).accounts["shop"].id == id_
    assert state(organizations, id_) == "ACTIVE"


def test_what_is_gone_for_good_is_not_taken_back(close, run, local):
    close("shop", "--yes")
    local.pass_days(90)
    assert "is gone for good" in run("restore", "shop", code=1)


def unchanged(directory, organizations):
    lock = read_lock(directory.path)
    return not lock.closed and all(state(organizations, id_) == "ACTIVE" for id_ in lock.accounts.values())


def test_what_refers_to_it_stands_in_the_way(run, directory, organizations):
    directory.append(
        "organization.yaml",
        "roles:\n  r: {name: R, accounts: ['account:test'], trusted_by: [{account: shop}], "
        "managed_policies: ['arn:aws:iam::aws:policy/SecurityAudit']}\n",
    )
    printed = run("close", "shop", "--yes", code=1)
    assert "Something still refers to shop." in printed
    assert "roles.r.trusted_by" in printed
    assert "closing" not in (directory.path / "accounts/shop.yaml").read_text()
    assert unchanged(directory, organizations)


def test_what_others_have_for_it_goes_first(run, directory, organizations, monkeypatch):
    """No name of it is anywhere: a role that its OU offers, and an assignment of people to it."""
    directory.append(
        "organization.yaml",
        "roles:\n  r: {name: R, accounts: ['ou:workloads'], trusted_by: [{account: security, roles: [Auditor]}], external_id: acme-shop, "
        "managed_policies: ['arn:aws:iam::aws:policy/SecurityAudit']}\n",
    )
    in_use = configuration.load(directory.path)
    run("close", "shop")
    shop = in_use.accounts["shop"]
    others = elsewhere(in_use, configuration.load(directory.path), shop)
    assert list(others) == ["security"]
    states = {"security": dict.fromkeys(others["security"], f'"{shop.id}"')}
    monkeypatch.setattr(living, "living", lambda names: {name: states.get(name, {}) for name in names})
    printed = run("close", "shop", "--yes", code=1)
    assert f"Others still have what is for shop: security: {next(iter(others['security']))}" in printed
    assert "estate deploy security" in printed
    assert unchanged(directory, organizations)
    states["security"] = dict.fromkeys(others["security"], "of others")
    run("close", "shop", "--yes")


@pytest.mark.parametrize(("goes", "mine", "late"), [(True, False, True), (False, True, True), (False, False, False)])
def test_what_is_left_of_it_elsewhere(directory, goes, mine, late):
    accounts = configuration.load(directory.path).accounts
    others, state = {"security": {"aws_iam_policy.a": goes}}, str(accounts["shop" if mine else "test"].id)
    found = left(others, {"security": {"aws_iam_policy.a": state}}, accounts["shop"])
    assert found == ({"security": ["aws_iam_policy.a"]} if late else {})
    assert left(others, {"security": {}}, accounts["shop"]) == {}


def test_what_lives_there_stands_in_the_way(close, directory, organizations, monkeypatch):
    monkeypatch.setattr(living, "living", lambda names: {name: {"aws_vpc.network": ""} for name in names})
    printed = close("shop", "--yes", code=1)
    assert "shop still has 1 resources: aws_vpc.network" in printed
    assert "TF_VAR_deploy_role=OrganizationAccountAccessRole cdktf destroy shop" in printed
    assert unchanged(directory, organizations)
    close("shop", "--yes", "--leave")


def test_a_delegated_administrator_that_only_aws_knows_is_not_closed(close, directory, organizations):
    id_ = read_lock(directory.path).accounts["shop"]
    organizations.enable_aws_service_access(ServicePrincipal="guardduty.amazonaws.com")
    organizations.register_delegated_administrator(AccountId=id_, ServicePrincipal="guardduty.amazonaws.com")
    printed = close("shop", "--yes", code=1)
    assert f"deregister-delegated-administrator --account-id {id_} --service-principal guardduty" in printed
    assert unchanged(directory, organizations)
    organizations.deregister_delegated_administrator(AccountId=id_, ServicePrincipal="guardduty.amazonaws.com")
    close("shop", "--yes")


def test_nobody_who_answers_means_no(close, directory, organizations):
    assert "Nobody is there to answer" in close("shop", code=1)
    assert unchanged(directory, organizations)


def test_a_dry_run_closes_nothing(run, close, directory, organizations):
    assert "Nothing was written." in close("shop", "--dry-run")
    assert "Nothing was written." in run("close", "test", "--dry-run")
    assert "closing" not in (directory.path / "accounts/test.yaml").read_text()
    assert unchanged(directory, organizations)


@pytest.mark.parametrize(
    ("slug", "said"),
    [("management", "is the management account"), ("security", "Something still refers to security")],
)
def test_without_which_nothing_works_stays(run, directory, organizations, slug, said):
    assert said in run("close", slug, "--yes", code=1)
    assert unchanged(directory, organizations)


@pytest.mark.parametrize(
    ("reason", "helps"),
    [
        ("CLOSE_ACCOUNT_QUOTA_EXCEEDED", "250, or a fifth of the member accounts if that is more, and 1,000 at most."),
        ("CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED", "AWS is still closing others. Run this again in a few minutes."),
        ("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", "It is still a delegated administrator of a service."),
        ("You must wait seven days.", "You must wait seven days. Nothing was written."),
    ],
)
def test_what_aws_refuses_is_a_sentence_and_the_same_command_goes_on(
    close, directory, organizations, local, reason, helps
):
    local.fault("organizations", "CloseAccount", code="ConstraintViolationException", message=reason, times=1)
    assert helps in close("shop", "--yes", code=1)
    assert unchanged(directory, organizations)
    close("shop", "--yes")
    assert "shop" in read_lock(directory.path).closed
