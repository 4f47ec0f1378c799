"""Accounts that join, leave and are closed, as AWS documents it."""

import pytest
from botocore.exceptions import ClientError

from estate.local.services.organizations_closing import most_closed

pytestmark = pytest.mark.row("E5")


@pytest.fixture
def alone(local, make_account):
    """An account that stands alone, and its own client."""
    account_id = make_account("shop")
    client = local.session(account_id).client("organizations")
    local.pass_days(4)
    client.leave_organization()
    return account_id, client


def members(organizations):
    return {one["Id"]: one for one in organizations.list_accounts()["Accounts"]}


def invite(organizations, account_id):
    return organizations.invite_account_to_organization(Target={"Id": account_id, "Type": "ACCOUNT"})["Handshake"]


def test_an_account_that_is_invited_joins_when_it_accepts(organizations, alone):
    account_id, client = alone
    assert account_id not in members(organizations)
    sent = organizations.invite_account_to_organization(
        Target={"Id": "Shop@example.com", "Type": "EMAIL"}, Notes="Welcome", Tags=[{"Key": "a", "Value": "b"}]
    )["Handshake"]
    assert (sent["State"], sent["Action"]) == ("OPEN", "INVITE")
    assert [one["Id"] for one in client.list_handshakes_for_account()["Handshakes"]] == [sent["Id"]]
    assert client.accept_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "ACCEPTED"
    joined = members(organizations)[account_id]
    assert (joined["JoinedMethod"], joined["State"]) == ("INVITED", "ACTIVE")
    root = organizations.list_roots()["Roots"][0]["Id"]
    assert organizations.list_parents(ChildId=account_id)["Parents"] == [{"Id": root, "Type": "ROOT"}]
    policies = organizations.list_policies_for_target(TargetId=account_id, Filter="SERVICE_CONTROL_POLICY")["Policies"]
    assert [one["Name"] for one in policies] == ["FullAWSAccess"]
    assert organizations.list_handshakes_for_organization()["Handshakes"][0]["State"] == "ACCEPTED"


def test_what_an_invitation_cannot_do(local, organizations, alone, make_account):
    account_id, client = alone
    lab = make_account("lab")
    with pytest.raises(ClientError, match="ALREADY_IN_AN_ORGANIZATION"):
        invite(organizations, lab)
    sent = invite(organizations, account_id)
    with pytest.raises(ClientError, match="DuplicateHandshakeException"):
        invite(organizations, account_id)
    with pytest.raises(ClientError, match="another account's"):
        organizations.accept_handshake(HandshakeId=sent["Id"])
    with pytest.raises(ClientError, match="HandshakeNotFoundException"):
        local.session(lab).client("organizations").describe_handshake(HandshakeId=sent["Id"])
    client.decline_handshake(HandshakeId=sent["Id"])
    with pytest.raises(ClientError, match="HandshakeAlreadyInStateException"):
        client.decline_handshake(HandshakeId=sent["Id"])
    with pytest.raises(ClientError, match="InvalidHandshakeTransitionException"):
        client.accept_handshake(HandshakeId=sent["Id"])
    again = invite(organizations, account_id)
    assert organizations.cancel_handshake(HandshakeId=again["Id"])["Handshake"]["State"] == "CANCELED"


def test_an_invitation_expires(local, organizations, alone):
    account_id, client = alone
    sent = invite(organizations, account_id)
    local.pass_days(15)
    assert client.describe_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "EXPIRED"
    with pytest.raises(ClientError, match="EXPIRED"):
        client.accept_handshake(HandshakeId=sent["Id"])
    invite(organizations, account_id)


def test_an_account_that_was_just_made_does_not_leave(local, organizations, make_account):
    account_id = make_account("shop")
    client = local.session(account_id).client("organizations")
    with pytest.raises(ClientError, match="WAIT_PERIOD_ACTIVE"):
        client.leave_organization()
    with pytest.raises(ClientError, match="WAIT_PERIOD_ACTIVE"):
        organizations.remove_account_from_organization(AccountId=account_id)
    local.pass_days(4)
    client.leave_organization()
    assert account_id not in members(organizations)


def test_a_delegated_administrator_does_not_leave(local, organizations, make_account):
    account_id = make_account("security")
    organizations.register_delegated_administrator(AccountId=account_id, ServicePrincipal="guardduty.amazonaws.com")
    with pytest.raises(ClientError, match="CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"):
        organizations.remove_account_from_organization(AccountId=account_id)
    with pytest.raises(ClientError, match="CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG"):
        local.session(account_id).client("organizations").leave_organization()


def test_a_closed_account_is_suspended_for_90_days_and_gone_then(local, organizations, make_account):
    account_id = make_account("shop")
    organizations.close_account(AccountId=account_id)
    assert members(organizations)[account_id]["State"] == "SUSPENDED"
    with pytest.raises(ClientError, match="the account is suspended"):
        local.session(account_id)
    with pytest.raises(ClientError, match="AccountAlreadyClosedException"):
        organizations.close_account(AccountId=account_id)
    local.pass_days(89)
    assert account_id in members(organizations)
    local.pass_days(1)
    assert account_id not in members(organizations)
    again = organizations.create_account(Email="shop@example.com", AccountName="shop")["CreateAccountStatus"]
    assert again["FailureReason"] == "EMAIL_ALREADY_EXISTS"


def test_support_reopens_a_closed_account(local, organizations, make_account):
    account_id = make_account("shop")
    organizations.close_account(AccountId=account_id)
    local.reopen(account_id)
    assert members(organizations)[account_id]["State"] == "ACTIVE"
    assert local.session(account_id).client("sts").get_caller_identity()["Account"] == account_id


def test_the_management_account_is_not_closed(local, organizations):
    with pytest.raises(ClientError, match="CANNOT_CLOSE_MANAGEMENT_ACCOUNT"):
        organizations.close_account(AccountId=local.management_account_id)


@pytest.mark.parametrize(("members", "most"), [(5, 250), (1250, 250), (2000, 400), (9000, 1000)])
def test_the_quota_of_closing(members, most):
    assert most_closed(members) == most


def test_no_more_accounts_are_closed_in_30_days_than_the_quota(local, organizations, make_account):
    names = [f"a{number}" for number in range(251)]
    ids = [make_account(name) for name in names]
    for account_id in ids[:250]:
        organizations.close_account(AccountId=account_id)
    with pytest.raises(ClientError, match="CLOSE_ACCOUNT_QUOTA_EXCEEDED"):
        organizations.close_account(AccountId=ids[250])
    local.pass_days(30)
    organizations.close_account(AccountId=ids[250])
