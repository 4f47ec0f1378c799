"""FullAWSAccess is detached and attached again in AWS, when the policies that take its place are there."""

import json

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

import config
from config.loading.lock import write_lock
from config.model.lock import Lock
from constructs_lib.policies.attachments import FULL_ACCESS_ID
from estate.adoption.clients import Clients
from estate.adoption.drift import drifts
from estate.adoption.reading import Reader
from estate.adoption.snapshot import Snapshot
from estate.cli import app
from estate.local import running_local_aws

pytestmark = pytest.mark.row("E3", "E4")
SCP = "SERVICE_CONTROL_POLICY"
LIST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*"}]}


@pytest.fixture(scope="module")
def server():
    with running_local_aws() as local:
        yield local


@pytest.fixture
def aws(server, tmp_path, monkeypatch):
    """An organization with one OU and one account in it, its configuration, and the environment of a person in it."""
    server.reset()
    for name, value in server.environment({}).items():
        monkeypatch.setenv(name, value)
    client = server.session().client("organizations")
    organization = client.create_organization(FeatureSet="ALL")["Organization"]
    root = client.list_roots()["Roots"][0]["Id"]
    client.enable_policy_type(RootId=root, PolicyType=SCP)
    unit = client.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    account = client.create_account(Email="shop@example.com", AccountName="Shop")["CreateAccountStatus"]["AccountId"]
    client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=unit)
    files = {
        "organization.yaml": (
            "name: Acme\nslug: acme\nemail: aws+{account}@example.com\nregions: {home: eu-central-1}\n"
            'without_full_access: ["ou:workloads"]\norganizational_units: {workloads: {}}\n'
        ),
        "accounts/management.yaml": f'name: Management\npurpose: management\nid: "{organization["MasterAccountId"]}"\n',
        "accounts/shop.yaml": "name: Shop\nou: workloads\n",
        "policies/list.yaml": json.dumps(
            {
                "type": "service_control_policy",
                "targets": ["ou:workloads"],
                "document": "documents/list.json",
                "accepted_lockouts": [
                    {"case": case, "accounts": ["ou:workloads"], "reason": "A test."}
                    for case in ("deploy", "repair", "recover")
                ],
            }
        ),
        "policies/documents/list.json": json.dumps(LIST),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    write_lock(
        tmp_path,
        Lock(
            organization_id=organization["Id"],
            root_id=root,
            management_account_id=organization["MasterAccountId"],
            organizational_units={"workloads": unit},
            accounts={"shop": account},
        ),
    )
    monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path))
    return server, client, unit, account, tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["full-access", *arguments])


def attached(client, target):
    return {each["Id"] for each in client.list_policies_for_target(TargetId=target, Filter=SCP)["Policies"]}


def deploy_list(client, unit):
    policy = client.create_policy(Content=json.dumps(LIST), Description="", Name="list", Type=SCP)["Policy"]
    client.attach_policy(PolicyId=policy["PolicySummary"]["Id"], TargetId=unit)


def test_it_stays_until_what_takes_its_place_is_there(aws):
    _, client, unit, _, _ = aws
    result = run("--apply", "--yes")
    assert result.exit_code == 2, result.output
    assert "ou:workloads: stays, until list is attached: deploy the management stack first" in result.output
    assert attached(client, unit) == {FULL_ACCESS_ID}


def test_it_is_detached_and_attached_again(aws):
    server, client, unit, account, directory = aws
    deploy_list(client, unit)
    member = server.session(account).client("ec2", region_name="eu-central-1")
    member.describe_instances()

    shown = run()
    assert shown.exit_code == 2
    assert "ou:workloads: to be detached; then only what the policies there allow is possible" in shown.output
    assert FULL_ACCESS_ID in attached(client, unit)
    asked = CliRunner().invoke(app, ["full-access", "--apply"], input="n\n")
    assert asked.exit_code == 1
    assert FULL_ACCESS_ID in attached(client, unit)

    done = run("--apply", "--yes")
    assert done.exit_code == 0, done.output
    assert FULL_ACCESS_ID not in attached(client, unit)
    with pytest.raises(ClientError, match=r"UnauthorizedOperation|AccessDenied"):
        member.describe_instances()
    server.session(account).client("s3").list_buckets()
    assert "FullAWSAccess is attached as the configuration says." in run().output

    path = directory / "organization.yaml"
    path.write_text(path.read_text().replace('without_full_access: ["ou:workloads"]\n', ""))
    for file in ("policies/list.yaml", "policies/documents/list.json"):
        (directory / file).unlink()
    again = run("--apply", "--yes")
    assert "ou:workloads: to be attached; then all is allowed there that nothing denies" in again.output
    assert again.exit_code == 0
    member.describe_instances()


def test_drift_tells_where_it_is_otherwise(aws):
    server, client, unit, _, directory = aws
    deploy_list(client, unit)

    def found():
        read = Snapshot("eu-central-1", done=["identity-center", "inside"])
        session = server.session()
        Reader(Clients(session, "eu-central-1"), read, directory / "drift.json", (), lambda _: None).read()
        return [str(each.message) for each in drifts(config.load(directory), read) if each.kind == "full-access"]

    assert found() == ["FullAWSAccess is attached to ou:workloads."]
    run("--apply", "--yes")
    assert found() == []
