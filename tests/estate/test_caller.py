"""Who is about to change what: shown, and refused where it cannot be meant."""

import io
import os

import pytest
from rich.console import Console

from config.model.lock import Lock
from estate import caller
from estate.caller import introduce, is_loopback
from estate.local import running_local_aws
from estate.local.environment import ACCESS_KEY_ID
from estate.terraform.screen import Screen
from estate.terraform.stopped import StoppedError
from tests.small import Small

OTHER = Lock(organization_id="o-a1b2c3d4e5", root_id="r-ab12", management_account_id="111111111111")


@pytest.fixture(scope="module")
def server():
    with running_local_aws() as local:
        yield local


@pytest.fixture
def local(server, monkeypatch):
    server.reset()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in server.variables().items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture
def organization(local, tmp_path):
    """One whose accounts all have an id."""
    small = Small.write(tmp_path, local)
    for number, slug in enumerate(("terraform", "shop"), 2):
        path = small.config / "accounts" / f"{slug}.yaml"
        path.write_text(f"{path.read_text()}id: '{str(number) * 12}'\n")
    return small.organization


@pytest.fixture
def shown():
    return io.StringIO()


@pytest.fixture
def ask(organization, shown):
    def ask(lock=None, **variables):
        found = organization if lock is None else with_lock(organization, lock)
        return introduce(found, Screen(yes=True, console=Console(file=shown, width=200)), variables)

    return ask


def with_lock(organization, lock):
    object.__setattr__(organization, "lock", lock)
    return organization


@pytest.mark.row("B5", "B7")
def test_account_caller_endpoint_region_role_and_route_are_shown(ask, local, shown):
    assert ask().is_local
    lines = dict(line.split(maxsplit=1) for line in shown.getvalue().splitlines())
    assert lines == {
        "account": "111111111111 (management)",
        "caller": lines["caller"],
        "endpoint": f"{local.endpoint} (the local AWS: nothing real is changed)",
        "region": "us-east-1",
        "role": "TerraformExecutionRole, in each account",
        "route": "through the execution role",
    }
    assert lines["caller"].startswith("arn:aws:iam::111111111111:")


def test_another_role_is_another_route(ask, shown):
    ask(TF_VAR_deploy_role="OrganizationAccountAccessRole")
    assert "role      OrganizationAccountAccessRole, in each account" in shown.getvalue()
    assert "route     around the execution role" in shown.getvalue()


@pytest.mark.row("B5")
@pytest.mark.usefixtures("organization")
def test_the_wrong_account_is_refused(local, tmp_path, shown):
    path = tmp_path / "config/accounts/management.yaml"
    path.write_text(path.read_text().replace("111111111111", "999999999999"))
    other = Small(tmp_path, local).organization
    with pytest.raises(StoppedError, match="These credentials are of account 111111111111, which is none of small"):
        introduce(other, Screen(yes=True, console=Console(file=shown, width=200)), {})
    assert "account   111111111111\n" in shown.getvalue()


@pytest.mark.row("B5")
def test_a_real_organization_is_not_deployed_to_the_local_aws(ask, local):
    with pytest.raises(StoppedError, match=r"The local AWS answers for no organization, and .* is of o-a1b2c3d4e5"):
        ask(OTHER)
    local.session().client("organizations").create_organization(FeatureSet="ALL")
    with pytest.raises(StoppedError, match=r"The local AWS answers for o-\w+, and .* is of o-a1b2c3d4e5"):
        ask(OTHER)


def test_the_organization_of_the_lock_is_taken(ask, local):
    made = local.session().client("organizations").create_organization(FeatureSet="ALL")["Organization"]["Id"]
    assert ask(OTHER.model_copy(update={"organization_id": made})).account == "111111111111"


@pytest.mark.row("B5")
def test_the_local_aws_organization_is_not_deployed_to_aws(ask, local, monkeypatch):
    """Nothing real answers here: the local AWS does, and is taken for AWS."""
    local.session().client("organizations").create_organization(FeatureSet="ALL")
    monkeypatch.setattr(caller, "is_loopback", lambda _url: False)
    monkeypatch.setattr(caller, "ACCESS_KEY_ID", "another")
    with pytest.raises(StoppedError, match=r"AWS answers for o-\w+, and organization.lock.yaml is of o-a1b2c3d4e5"):
        ask(OTHER)


@pytest.mark.parametrize("service", ["STS", "ORGANIZATIONS", "IAM", "S3"])
def test_half_of_the_calls_to_this_machine_are_refused(ask, monkeypatch, service):
    monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", "https://example.com")
    with pytest.raises(StoppedError, match=f"others do not \\({service.lower()}: https://example.com\\)"):
        ask()


def test_the_local_credentials_are_not_taken_to_aws(ask, monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    assert os.environ["AWS_ACCESS_KEY_ID"] == ACCESS_KEY_ID
    with pytest.raises(StoppedError, match="The credentials are the local AWS's, and the calls go to AWS"):
        ask()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:80", True),
        ("http://localhost:80", True),
        ("http://s3.localhost", True),
        ("https://sts.eu-central-1.amazonaws.com", False),
        ("https://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("", False),
    ],
)
def test_what_leads_to_this_machine(url, expected):
    assert is_loopback(url) is expected
