"""Real Terraform, the real provider: apply, a second plan without changes, destroy."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from estate.paths import LOCK_FILE
from estate.terraform.providers import environment

pytestmark = pytest.mark.e2e

CONFIGURATIONS = Path(__file__).parent / "terraform"
NO_CHANGES = 0


@pytest.fixture
def terraform(local, tmp_path):
    """Run Terraform on one of the configurations, in a copy."""

    def run(name, *arguments):
        directory = tmp_path / name
        if not directory.exists():
            shutil.copytree(CONFIGURATIONS / name, directory)
        variables = environment(local.environment())
        command = ["terraform", f"-chdir={directory}", *arguments]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == NO_CHANGES, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.mark.row("A1", "A4", "A5", "A6", "A7", "A8", "D2")
def test_organization(terraform, local):
    terraform("organization", "init", "-input=false")
    terraform("organization", "apply", "-auto-approve", "-input=false")
    terraform("organization", "plan", "-detailed-exitcode", "-input=false")

    network = json.loads(terraform("organization", "output", "-json", "network"))
    buckets = local.session(network).client("s3").list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["bucket-without-path-style-argument"]
    assert local.session().client("s3").list_buckets()["Buckets"] == []
    local.session(network, region="eu-central-1").client("ec2").describe_vpcs()
    with pytest.raises(ClientError, match="SCP 'regions' at Workloads"):
        local.session(network, region="us-east-1").client("ec2").describe_vpcs()

    local.pass_days(4)  # AWS lets no younger account go
    terraform("organization", "destroy", "-auto-approve", "-input=false")


def test_a_provider_that_the_lock_file_does_not_know_is_refused(tmp_path):
    """By `terraform init`, the one command of these tests that compares them (tests/provider.py)."""
    shutil.copy(CONFIGURATIONS / "services" / "main.tf", tmp_path)
    known = re.sub(r'"(h1|zh):[^"]*"', f'"h1:{"A" * 43}="', LOCK_FILE.read_text())
    (tmp_path / ".terraform.lock.hcl").write_text(known)
    command = ["terraform", f"-chdir={tmp_path}", "init", "-input=false", "-no-color"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "doesn't match any of the checksums" in " ".join(re.sub("[│╷╵]", " ", done.stderr).split())


@pytest.mark.row("C9")
def test_services(terraform):
    terraform("services", "init", "-input=false")
    terraform("services", "apply", "-auto-approve", "-input=false")
    terraform("services", "plan", "-detailed-exitcode", "-input=false")
    terraform("services", "destroy", "-auto-approve", "-input=false")


@pytest.mark.row("A10", "B3")
@pytest.mark.parametrize("lock", ["use_lockfile=true", "dynamodb_table=locks"])
def test_state_in_a_bucket_through_a_role(terraform, local, make_account, lock):
    account = make_account("terraform")
    session = local.session(account)
    session.client("s3").create_bucket(Bucket="state-bucket")
    session.client("dynamodb").create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    settings = [
        "bucket=state-bucket",
        "key=network/state",
        "region=us-east-1",
        lock,
        f'assume_role={{role_arn="{role}"}}',
    ]
    terraform("state", "init", "-input=false", *(f"-backend-config={setting}" for setting in settings))
    terraform("state", "apply", "-auto-approve", "-input=false")
    kept = json.loads(session.client("s3").get_object(Bucket="state-bucket", Key="network/state")["Body"].read())
    assert kept["resources"][0]["instances"][0]["attributes"]["input"]["value"] == "kept in the bucket"
    terraform("state", "plan", "-detailed-exitcode", "-input=false")


@pytest.mark.row("C5", "E2")
@pytest.mark.parametrize("before", ["locked=false", "born_locked=true"])
def test_a_bucket_that_exists_is_locked_and_not_replaced(terraform, local, before):
    terraform("lock", "init", "-input=false")
    terraform("lock", "apply", "-auto-approve", "-input=false", f"-var={before}")
    s3 = local.session().client("s3")
    s3.put_object(Bucket="logs", Key="older", Body=b"{}")
    terraform("lock", "apply", "-auto-approve", "-input=false")  # prevent_destroy refuses to replace it
    terraform("lock", "plan", "-detailed-exitcode", "-input=false")
    newer = s3.put_object(Bucket="logs", Key="newer", Body=b"{}")["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="logs", Key="newer", VersionId=newer)
    if before == "locked=false":  # what was there before has no lock of its own
        (older,) = s3.list_object_versions(Bucket="logs", Prefix="older")["Versions"]
        s3.delete_object(Bucket="logs", Key="older", VersionId=older["VersionId"])
