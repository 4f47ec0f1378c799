"""`estate account invite`: sent, awaited, taken over; the same command goes on from wherever it is."""

import boto3
import pytest
import yaml
from typer.testing import CliRunner

from estate.accounts.inviting import InviteError
from estate.accounts.inviting import invite as send
from estate.cli import app
from tests.config.conftest import Directory

pytestmark = pytest.mark.row("E5")


@pytest.fixture
def outside(local, make_account):
    """An account that stands alone: its id, and what it calls Organizations with."""
    account_id = make_account("old-shop")
    client = local.session(account_id).client("organizations")
    local.pass_days(4)
    client.leave_organization()
    return account_id, client


@pytest.fixture
def config(tmp_path, local, monkeypatch):
    for name, value in local.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "200")
    directory = Directory(tmp_path / "config").path
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    return directory


@pytest.fixture
def invite(config, outside, capfd):  # noqa: ARG001 - there is a configuration
    def invite(*arguments, code=0, slug="old-shop", ou="workloads", id_=outside[0]):
        result = CliRunner().invoke(app, ["account", "invite", slug, "--id", id_, "--ou", ou, *arguments])
        assert result.exit_code == code, result.output
        return " ".join((result.output + "".join(capfd.readouterr())).split())

    return invite


def test_an_account_is_invited_awaited_and_taken_over(invite, config, outside, organizations):
    account_id, client = outside
    path = config / "accounts/old-shop.yaml"
    printed = invite("--yes")
    (handshake,) = organizations.list_handshakes_for_organization()["Handshakes"]
    assert f"Waiting for {account_id}." in printed
    assert f"aws organizations accept-handshake --handshake-id {handshake['Id']}" in printed
    assert "Waiting" in invite()  # the open one is awaited, and no other is sent
    assert len(organizations.list_handshakes_for_organization()["Handshakes"]) == 1
    assert not path.exists()
    client.accept_handshake(HandshakeId=handshake["Id"])
    printed = invite()
    assert yaml.safe_load(path.read_text()) == {
        "name": "old-shop",
        "ou": "workloads",
        "email": "old-shop@example.com",
        "id": account_id,
    }
    assert f"In {account_id}, make the role OrganizationAccountAccessRole" in printed


def test_one_that_expired_is_sent_again(invite, local, organizations):
    invite("--yes")
    local.pass_days(16)
    invite("--yes")
    states = sorted(one["State"] for one in organizations.list_handshakes_for_organization()["Handshakes"])
    assert states == ["EXPIRED", "OPEN"]


def test_one_that_was_declined_is_sent_again_if_told_so(invite, outside, organizations):
    invite("--yes")
    (handshake,) = organizations.list_handshakes_for_organization()["Handshakes"]
    outside[1].decline_handshake(HandshakeId=handshake["Id"])
    assert "has declined the invitation" in invite("--yes", code=1)
    assert "Waiting" in invite("--yes", "--again")


def test_nothing_is_sent_before_the_configuration_takes_it(invite, organizations):
    assert "There is no OU 'workload'. Did you mean 'workloads'?" in invite("--yes", code=1, ou="workload")
    assert "accounts/shop.yaml is there already" in invite("--yes", code=1, slug="shop")
    assert "12 digits" in invite("--yes", code=1, id_="1234")
    assert organizations.list_handshakes_for_organization()["Handshakes"] == []


def test_nobody_who_answers_means_no(invite, organizations):
    assert "Nobody is there to answer" in invite(code=1)
    assert organizations.list_handshakes_for_organization()["Handshakes"] == []


@pytest.mark.usefixtures("config")
def test_what_aws_refuses_is_a_sentence_that_helps(make_account):
    client = boto3.client("organizations", region_name="us-east-1")
    with pytest.raises(InviteError, match="in this organization already"):
        send(client, make_account("lab"), "")


@pytest.mark.parametrize(
    ("reason", "helps"),
    [
        ("ACCOUNT_NUMBER_LIMIT_EXCEEDED", "Ask for more in Service Quotas"),
        ("HANDSHAKE_RATE_LIMIT_EXCEEDED", "Run this again tomorrow."),
        ("PAYMENT_INSTRUMENT_REQUIRED", "needs a means of payment first."),
    ],
)
def test_after_a_refusal_the_same_command_goes_on(invite, local, organizations, config, reason, helps):
    code = "HandshakeConstraintViolationException"
    local.fault("organizations", "InviteAccountToOrganization", code=code, message=reason, times=1)
    assert helps in invite("--yes", code=1)
    assert organizations.list_handshakes_for_organization()["Handshakes"] == []
    assert not (config / "accounts/old-shop.yaml").exists()
    assert "Waiting" in invite("--yes")
