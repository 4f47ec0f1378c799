"""`estate account transfer`: from one organization into another, with what ends there, and the way in handed over."""

import datetime as dt
import json

import pytest
import yaml
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from estate.accounts import transferring
from estate.accounts.transferring import prerequisites
from estate.cli import app
from estate.local.session import session
from tests.config.conftest import Directory

pytestmark = pytest.mark.row("E5")

ROLE = "OrganizationAccountAccessRole"


def inside(other, account_id):
    keys = other.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account_id}:role/{ROLE}", RoleSessionName="test")
    keys = keys["Credentials"]
    endpoint = other.client("sts").meta.endpoint_url
    return session(
        endpoint, keys["AccessKeyId"], keys["SecretAccessKey"], region="us-east-1", token=keys["SessionToken"]
    )


@pytest.fixture
def other(local, make_account):
    """Another organization's management account, which had stood alone."""
    found = local.session(make_account("bought"))
    client = found.client("organizations")
    local.pass_days(4)
    client.leave_organization()
    client.create_organization(FeatureSet="ALL")
    return found


@pytest.fixture
def theirs(other):
    """An account of the other organization."""
    client = other.client("organizations")
    status = client.create_account(Email="their-shop@example.com", AccountName="Their shop")["CreateAccountStatus"]
    return status["AccountId"]


@pytest.fixture
def config(tmp_path, local, organizations, other, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "250")
    directory = Directory(tmp_path / "config").path
    own = organizations.describe_organization()["Organization"]
    lock = {
        "organization_id": own["Id"],
        "root_id": organizations.list_roots()["Roots"][0]["Id"],
        "management_account_id": own["MasterAccountId"],
        "accounts": {"security": "222222222222", "shop": "333333333333", "test": "444444444444"},
        "organizational_units": {},
    }
    (directory / "organization.lock.yaml").write_text(yaml.safe_dump(lock))
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    keys = other.get_credentials()
    profile = f"aws_access_key_id = {keys.access_key}\naws_secret_access_key = {keys.secret_key}\naws_session_token = {keys.token}"
    (tmp_path / "credentials").write_text(f"[bought]\n{profile}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return directory


@pytest.fixture
def transfer(config, theirs, capfd, monkeypatch):  # noqa: ARG001 - there is a configuration
    monkeypatch.setattr(transferring, "_YOUNGEST", dt.timedelta())  # nobody waits for a week here

    def transfer(*arguments, code=0, id_=theirs):
        call = ["account", "transfer", "their-shop", "--id", id_, "--ou", "workloads", "--from", "bought", "--yes"]
        result = CliRunner().invoke(app, [*call, *arguments])
        assert result.exit_code == code, result.output
        return " ".join((result.output + "".join(capfd.readouterr())).split())

    return transfer


def test_it_comes_over_and_is_entered_by_the_new_management_account_alone(transfer, config, theirs, local, other):
    printed = transfer("--accept")
    assert "Waiting for" in printed
    written = yaml.safe_load((config / "accounts/their-shop.yaml").read_text())
    assert written == {"name": "Their shop", "ou": "workloads", "email": "their-shop@example.com", "id": theirs}
    assert local.session(theirs).client("sts").get_caller_identity()["Account"] == theirs
    with pytest.raises(ClientError, match="AccessDenied"):
        inside(other, theirs)
    assert theirs not in {each["Id"] for each in other.client("organizations").list_accounts()["Accounts"]}


def test_somebody_else_accepts(transfer, config, theirs, other):
    assert "Waiting for" in transfer()
    assert not (config / "accounts/their-shop.yaml").exists()
    client = inside(other, theirs).client("organizations")
    (handshake,) = client.list_handshakes_for_account()["Handshakes"]
    client.accept_handshake(HandshakeId=handshake["Id"])
    transfer()
    assert (config / "accounts/their-shop.yaml").exists()


@pytest.mark.parametrize(
    ("code", "message", "helps"),
    [
        ("ConstraintViolationException", "WAIT_PERIOD_ACTIVE: You must wait", "AWS made it less than four days ago."),
        (
            "ConstraintViolationException",
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG: It is one.",
            "End that, then run this again.",
        ),
        (
            "HandshakeConstraintViolationException",
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED: It is full.",
            "Ask for more in Service Quotas",
        ),
        ("InvalidHandshakeTransitionException", "It is EXPIRED.", "Run this again to send another."),
        ("ServiceException", "Something broke.", "Something broke."),
    ],
)
def test_what_aws_refuses_is_a_sentence_and_the_same_command_goes_on(transfer, config, local, code, message, helps):
    local.fault("organizations", "AcceptHandshake", code=code, message=message, times=1)
    printed = transfer("--accept", code=1)
    assert "AWS does not let" in printed
    assert helps in printed
    assert not (config / "accounts/their-shop.yaml").exists()
    transfer("--accept")
    assert (config / "accounts/their-shop.yaml").exists()


def test_killed_after_it_was_accepted_it_is_handed_over_by_the_next_run(transfer, config, theirs, other, monkeypatch):
    real, calls = transferring._trust, []

    def once(*arguments):
        calls.append(arguments)
        if len(calls) > 1:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(transferring, "_trust", once)
    transfer("--accept", code=130)
    assert not (config / "accounts/their-shop.yaml").exists()
    monkeypatch.setattr(transferring, "_trust", real)
    transfer("--accept")
    assert (config / "accounts/their-shop.yaml").exists()
    with pytest.raises(ClientError, match="AccessDenied"):
        inside(other, theirs)


def test_what_keeps_it_there_is_told_and_nothing_is_sent(transfer, theirs, other, organizations):
    client = other.client("organizations")
    client.enable_aws_service_access(ServicePrincipal="guardduty.amazonaws.com")
    client.register_delegated_administrator(AccountId=theirs, ServicePrincipal="guardduty.amazonaws.com")
    printed = transfer(code=1)
    assert (
        f"{theirs} administers guardduty.amazonaws.com: aws organizations deregister-delegated-administrator" in printed
    )
    assert organizations.list_handshakes_for_organization()["Handshakes"] == []


def test_one_that_is_too_young_or_manages_waits(other, theirs):
    client = other.client("organizations")
    made = client.describe_account(AccountId=theirs)["Account"]["JoinedTimestamp"]
    (young,) = prerequisites(client, theirs, made + dt.timedelta(days=3)).obstacles
    assert f"AWS lets it go from {(made + dt.timedelta(days=4)).date()} on" in young
    own = other.client("sts").get_caller_identity()["Account"]
    assert "is the management account" in prerequisites(client, own).obstacles[0]


def test_what_ends_is_told(other, theirs):
    client = other.client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    statement = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    policy = client.create_policy(
        Name="No S3",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Policy"]["PolicySummary"]["Id"]
    client.attach_policy(PolicyId=policy, TargetId=root)
    client.enable_aws_service_access(ServicePrincipal="ram.amazonaws.com")
    assert prerequisites(client, theirs).lines == (
        "SERVICE_CONTROL_POLICY that no longer hold for it: No S3",
        "Services that leave it, with what they share and assign there: ram.amazonaws.com",
    )
