"""Names and addresses that Terraform leaves alone: never in silence, and changed by AWS's account API."""

import dataclasses

import boto3
import pytest

from config import load
from estate.accounts import TRUSTED
from estate.accounts.renaming import rename_accounts
from estate.guard.plan import Plan
from estate.guard.summary import summarize
from estate.local.services.account import CODE
from tests.estate.guard.plans import change, plan
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("C3", "E5")

ACCOUNT = "aws_organizations_account.account-"


def account(slug, id_="444444444444", actions=("no-op",), imported=None, **wanted):
    before = {"id": id_, "name": slug, "email": f"{slug}@example.com"}
    after = None if actions == ("delete",) else before
    return change(f"{ACCOUNT}{slug}", actions, before, after, imported=imported, constants=wanted)


def planned(*changes):
    return Plan.from_json("management", plan(*changes))


def test_what_the_configuration_has_otherwise_is_a_rename():
    (name, email) = planned(account("shop", name="Web shop", email="web@example.com")).renames
    assert (name.slug, name.account, name.argument, name.deployed, name.wanted) == (
        "shop",
        "444444444444",
        "name",
        "shop",
        "Web shop",
    )
    assert str(email) == "its e-mail address becomes 'web@example.com' (now 'shop@example.com')"


def test_it_is_in_the_summary_though_terraform_changes_nothing():
    found = summarize(planned(account("shop", name="Web shop")))
    assert (found.created, found.updated, found.destroyed, found.empty) == (0, 0, 0, False)
    assert [str(note) for note in found.notes] == [
        f"~ {ACCOUNT}shop: its name becomes 'Web shop' (now 'shop'), by AWS's account API"
    ]


@pytest.mark.parametrize(
    "found",
    [
        account("shop", name="shop", email="Shop@Example.com"),
        account("${x} %{y}", name="$${x} %%{y}", email="$${x} %%{y}@example.com"),
        account("shop", actions=("delete",), name="Web shop"),
        change(f"{ACCOUNT}new", ("create",), None, {"name": "New"}, constants={"name": "New"}),
        change("aws_iam_role.a", ("no-op",), {"name": "a"}, {"name": "a"}, constants={"name": "b"}),
        change(f"{ACCOUNT}a", ("update",), {"name": "a"}, {"name": "b"}, constants={"name": "b"}),
    ],
    ids=["the same", "the same, escaped", "gone", "new", "no account", "terraform renames it itself"],
)
def test_what_is_none(found):
    assert planned(found).renames == ()


@pytest.fixture
def organization():
    return load(SAMPLE)


@pytest.fixture
def aws(local, organizations, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    organizations.enable_aws_service_access(ServicePrincipal=TRUSTED)
    return organizations


def known(organizations, account_id):
    found = organizations.describe_account(AccountId=account_id)["Account"]
    return found["Name"], found["Email"]


def test_a_name_changes_at_once(organization, aws, make_account):
    id_ = make_account("shop")
    (found,) = rename_accounts(organization, planned(account("shop", id_, name="Web shop")))
    assert (str(found), found.done, found.failed) == ("shop: its name is 'Web shop' now", True, False)
    assert known(aws, id_)[0] == "Web shop"


def test_an_address_waits_for_the_code(organization, aws, make_account):
    id_ = make_account("shop")
    (found,) = rename_accounts(organization, planned(account("shop", id_, email="web@example.com")))
    assert (found.done, found.failed) == (False, False)
    assert str(found).endswith("estate account email shop --code CODE")
    boto3.client("account", region_name="us-east-1").accept_primary_email_update(
        AccountId=id_, PrimaryEmail="web@example.com", Otp=CODE
    )
    assert known(aws, id_)[1] == "web@example.com"


@pytest.mark.usefixtures("aws")
def test_addresses_that_two_accounts_swap_wait_and_say_what_helps(organization, make_account):
    shop, lab = make_account("shop"), make_account("lab")
    found = rename_accounts(
        organization,
        planned(account("shop", shop, email="lab@example.com"), account("lab", lab, email="Shop@example.com")),
    )
    assert [one.done for one in found] == [False, False]
    assert all("give one of them a third address first" in str(one) for one in found)


def test_without_the_trust_of_the_service_names_change_and_addresses_say_what_is_missing(
    organization, aws, make_account
):
    aws.disable_aws_service_access(ServicePrincipal=TRUSTED)
    services = tuple(name for name in organization.trusted_services if name != TRUSTED)
    untrusting = dataclasses.replace(organization, trusted_services=services)
    id_ = make_account("shop")
    name, email = rename_accounts(untrusting, planned(account("shop", id_, name="Web shop", email="web@example.com")))
    assert (name.done, email.done, email.failed) == (True, False, True)
    assert "Add that to `trusted_services`" in str(email)
    assert known(aws, id_) == ("Web shop", "shop@example.com")


@pytest.mark.usefixtures("aws")
def test_a_refusal_is_a_sentence(organization, make_account):
    id_ = make_account("shop")
    make_account("lab")
    (found,) = rename_accounts(organization, planned(account("shop", id_, email="lab@example.com")))
    assert found.failed
    assert "AWS refuses: The address lab@example.com is used by an account already." in str(found)
