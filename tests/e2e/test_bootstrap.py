"""A small organization from nothing, undisturbed and killed at random moments: the end is the same."""

import contextlib
import json
import os
import random
import re
import signal
import time

import pytest
import yaml

from estate.bootstrap.once import only_one
from estate.local import running_local_aws
from tests.small import BUCKET, Small

pytestmark = pytest.mark.e2e

# Ten kills take minutes, so there are fewer unless asked for: ESTATE_KILLS=10 pytest tests/e2e/test_bootstrap.py
KILLS = int(os.environ.get("ESTATE_KILLS", "3"))
SEED = int(os.environ.get("ESTATE_SEED", "4"))
# A kill comes after so many calls to AWS at most: a moment that does not depend on the machine. A run makes more of them,
# even when nothing is left to do.
CALLS = 100
STACKS = ("management", "shop", "terraform")


def calls(small):
    return small.local.log.read_text().count("\n")


def kill_after(small, process, count):
    """Kill a bootstrap after so many calls to AWS: the machine loses power, or the command alone dies."""
    end = calls(small) + count
    while calls(small) < end:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        if count % 2:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def terraform_account(small):
    return small.local.session(small.organization.accounts["terraform"].id, region="eu-central-1")


def states(small):
    client = terraform_account(small).client("s3")
    keys = [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
    return {key: json.loads(client.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys}


def resources(small):
    """All that there is, seen from AWS, with slugs for ids."""
    lock = small.organization.lock
    organizations = small.local.session().client("organizations")
    parents = lock.organizational_units.values()
    found = {
        "accounts": [
            (one["Id"], one["Email"], organizations.list_parents(ChildId=one["Id"])["Parents"][0]["Id"])
            for one in organizations.list_accounts()["Accounts"]
        ],
        "units": [
            (one["Id"], one["Name"], parent)
            for parent in (lock.root_id, *parents)
            for one in organizations.list_organizational_units_for_parent(ParentId=parent)["OrganizationalUnits"]
        ],
        "policies": [
            (one["Name"], organizations.list_targets_for_policy(PolicyId=one["Id"])["Targets"])
            for one in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]
            if not one["AwsManaged"]
        ],
    }
    for slug, id_ in lock.accounts.items():
        session = small.local.session(id_, region="eu-central-1")
        iam, kms = session.client("iam"), session.client("kms")
        found[slug] = {
            "roles": [
                (
                    role["Arn"],
                    role["AssumeRolePolicyDocument"],
                    iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"],
                    iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"],
                )
                for role in iam.list_roles()["Roles"]
            ],
            "policies": [one["Arn"] for one in iam.list_policies(Scope="Local")["Policies"]],
            "keys": [
                kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]["Description"] for one in kms.list_keys()["Keys"]
            ],
            "buckets": [one["Name"] for one in session.client("s3").list_buckets()["Buckets"]],
        }
    text = json.dumps(found, sort_keys=True, default=str)
    ids = {lock.organization_id: "organization", lock.root_id: "root"}
    ids |= {id_: slug for slug, id_ in (*lock.accounts.items(), *lock.organizational_units.items())}
    for id_, slug in ids.items():
        text = text.replace(id_, f"<{slug}>")
    return ordered(json.loads(re.sub(r"\bp-[0-9a-z]{8,}", "<policy>", text)))


def ordered(found):
    if isinstance(found, dict):
        return {key: ordered(value) for key, value in found.items()}
    return sorted(map(ordered, found), key=json.dumps) if isinstance(found, list) else found


def addresses(small):
    return {
        key: sorted(f"{one['mode']}.{one['type']}.{one['name']}" for one in state["resources"] if one["instances"])
        for key, state in states(small).items()
    }


def plans_are_empty(small):
    return {name: small.stack(name).plan() for name in STACKS} == dict.fromkeys(STACKS, False)


@pytest.mark.row("A10", "C2")
@pytest.mark.usefixtures("bootstrapping")
def test_killed_again_and_again_it_ends_as_if_undisturbed(request, tmp_path):
    moments = random.Random(SEED)
    with running_local_aws() as local:
        killed = Small.write(tmp_path, local)
        for _ in range(KILLS):
            kill_after(killed, killed.start("bootstrap", "--yes"), moments.randint(1, CALLS))
        killed.estate("bootstrap", "--yes")
        small = request.getfixturevalue("small")
        assert resources(killed) == resources(small)
        assert addresses(killed) == addresses(small)
        assert plans_are_empty(killed)
        assert "No state is locked" in killed.estate("unlock")


@pytest.mark.row("A10", "A11", "B1", "B3")
def test_states_are_in_the_bucket_and_nowhere_else(small):
    assert set(states(small)) == {f"stacks/{name}.tfstate" for name in STACKS}
    assert all(found["resources"] for found in states(small).values())
    assert not [found for found in (small.directory / "state").rglob("*") if found.is_file()]
    assert not list(small.directory.rglob("*_override.tf.json"))


def test_plans_are_empty_and_a_second_run_changes_nothing(small):
    before = small.journal.read_text()
    printed = small.estate("bootstrap", "--yes")
    assert printed.count("as it should be") == len(STACKS)
    events = [json.loads(line)["event"] for line in small.journal.read_text()[len(before) :].splitlines()]
    assert events == ["begin", "end"]


def test_without_a_terminal_and_yes_nothing_is_applied(small):
    with changed_tag(small):
        assert "say --yes" in small.estate("bootstrap", code=1)
        assert small.stack("shop").plan() is True


@pytest.mark.row("C3")
def test_the_guard_stops_a_plan_before_it_is_applied(small):
    path = small.config / "accounts/shop.yaml"
    text = path.read_text()
    path.unlink()
    try:
        printed = small.estate("bootstrap", "--yes", code=1)
    finally:
        path.write_text(text)
    assert "STOP management aws_organizations_account.account-shop" in printed
    assert small.organization.lock.accounts["shop"] in {
        found["Id"] for found in small.local.session().client("organizations").list_accounts()["Accounts"]
    }


@contextlib.contextmanager
def changed_tag(small):
    """A change that makes AWS calls in one account."""
    path = small.config / "accounts/shop.yaml"
    text = path.read_text()
    path.write_text(yaml.safe_dump({**yaml.safe_load(text), "tags": {"color": "green"}}))
    try:
        yield
    finally:
        path.write_text(text)


def test_aws_that_fails_for_a_while(small):
    with changed_tag(small):
        # An error that the SDK does not repeat; what it repeats, it repeats for minutes before it gives up.
        small.local.fault("iam", "Tag*", code="ServiceFailure", message="try later")
        try:
            printed = small.estate("bootstrap", "--yes", code=1)
        finally:
            small.local.clear_faults()
        assert "shop failed" in printed
        assert re.search(r"resource: aws_iam_\w+\.", printed)
        assert "run the command again in a few minutes" in printed
        assert str(small.stack("shop").log) in printed.replace("\n", "")
        # Throttled for a few calls only, nobody notices.
        small.local.fault("iam", "*", code="Throttling", times=4)
        assert "deployed" in small.estate("bootstrap", "--yes")
    # An account that loses a tag is stopped by the guard, unless somebody approved it.
    approval = {"stack": "management", "address": "aws_organizations_account.account-shop", "rule": "tags-lost"}
    approvals = small.config / "approvals.yaml"
    entries = [approval | {"until": "2999-12-31", "reason": "It was only a test."}]
    approvals.write_text(yaml.safe_dump({"approvals": entries}))
    try:
        printed = small.estate("bootstrap", "--yes")
    finally:
        approvals.unlink()
    assert "deployed" in printed
    assert "approved until 2999-12-31 (It was only a test.)" in printed
    assert plans_are_empty(small)


@pytest.mark.row("D5")
def test_expired_credentials_are_called_that(small):
    iam = small.local.session().client("iam")
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="operator", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="operator", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    sts = small.local.session().client("sts")
    given = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    small.local.expire_sessions()
    keys = {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
    printed = small.estate("bootstrap", "--yes", code=1, **keys)
    assert "The credentials have expired. Sign in again" in printed
    assert "Traceback" not in printed


def test_one_bootstrap_at_a_time(small):
    with only_one(small.journal.parent):
        printed = small.estate("bootstrap", "--yes", code=1)
    assert f"Another bootstrap works in this checkout: process {os.getpid()}" in printed
