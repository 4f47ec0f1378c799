"""Names and addresses of accounts, by the account API: as AWS has them, and refused as AWS refuses."""

import pytest
from botocore.exceptions import ClientError

from estate.local.services.account import CODE

pytestmark = pytest.mark.row("E5")


@pytest.fixture
def client(local, organizations):
    organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")
    return local.session().client("account")


def known(organizations, account_id):
    found = organizations.describe_account(AccountId=account_id)["Account"]
    return found["Name"], found["Email"]


def test_an_account_gets_another_name(client, organizations, make_account):
    account_id = make_account("shop")
    client.put_account_name(AccountId=account_id, AccountName="Web shop")
    assert known(organizations, account_id)[0] == "Web shop"


def test_an_address_changes_when_the_code_is_entered(client, organizations, make_account):
    account_id = make_account("shop")
    new = "web@example.com"
    assert client.start_primary_email_update(AccountId=account_id, PrimaryEmail=new)["Status"] == "PENDING"
    assert known(organizations, account_id)[1] == "shop@example.com"
    with pytest.raises(ClientError, match="not the code"):
        client.accept_primary_email_update(AccountId=account_id, PrimaryEmail=new, Otp="111111")
    with pytest.raises(ClientError, match="not the code"):
        client.accept_primary_email_update(AccountId=account_id, PrimaryEmail="other@example.com", Otp=CODE)
    accepted = client.accept_primary_email_update(AccountId=account_id, PrimaryEmail=new, Otp=CODE)
    assert accepted["Status"] == "ACCEPTED"
    assert known(organizations, account_id)[1] == client.get_primary_email(AccountId=account_id)["PrimaryEmail"] == new


def test_an_address_serves_one_account(client, make_account):
    make_account("lab")
    with pytest.raises(ClientError, match="used by an account already"):
        client.start_primary_email_update(AccountId=make_account("shop"), PrimaryEmail="Lab@example.com")


def test_other_accounts_need_the_trust_of_the_service(local, organizations, make_account):
    account_id = make_account("shop")
    for session in (local.session(), local.session(make_account("lab"))):
        with pytest.raises(ClientError, match="trusted access"):
            session.client("account").put_account_name(AccountId=account_id, AccountName="Web shop")
    local.session(account_id).client("account").put_account_name(AccountName="Web shop")
    assert known(organizations, account_id)[0] == "Web shop"
