"""Two deploys of one stack at once, and deploys that are killed, with each kind of lock."""

import json
import os
import signal
import subprocess
import sys
import time

import boto3
import pytest

from estate.local import running_local_aws
from estate.paths import CHECKOUT
from estate.terraform.failures import explain
from estate.terraform.providers import environment
from estate.terraform.stack import Stack, TerraformError
from estate.terraform.states import state_of

pytestmark = [pytest.mark.e2e, pytest.mark.row("A10")]

BUCKET, TABLE, KEY = "states", "locks", "stacks/one.tfstate"
DEPLOY = """
from pathlib import Path
from estate.terraform.stack import Stack
stack = Stack("one", Path({out!r}))
stack.plan("-lock-timeout={wait}s")
stack.apply()
"""


@pytest.fixture(scope="module")
def local():
    with running_local_aws() as found:
        yield found


@pytest.fixture(params=["s3", "dynamodb", "both"])
def stack(request, tmp_path, local, monkeypatch):
    """A stack with nothing but Terraform's own resource, which takes as long as it is told to."""
    local.reset()
    local.session().client("s3").create_bucket(Bucket=BUCKET)
    local.session().client("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    variables = environment(local.environment())
    for name in set(os.environ) - set(variables):
        monkeypatch.delenv(name)
    for name, value in {**variables, "CDKTF_OUTDIR": str(tmp_path / "cdktf.out")}.items():
        monkeypatch.setenv(name, value)
    boto3.DEFAULT_SESSION = None  # it remembers another test's credentials
    found = Stack("one", tmp_path / "cdktf.out")
    found.directory.mkdir(parents=True)
    (found.out / "manifest.json").write_text('{"stacks": {"one": {}}}')
    backend = {"bucket": BUCKET, "key": KEY, "region": "us-east-1"}
    if request.param != "dynamodb":
        backend["use_lockfile"] = True
    if request.param != "s3":
        backend["dynamodb_table"] = TABLE
    write(found, backend, {"first": False})
    found.init()
    return found


def write(stack, backend, resources):
    """Name the resources, and for each whether it takes until `finish` is called."""
    backend = backend or json.loads((stack.directory / "cdk.tf.json").read_text())["terraform"]["backend"]["s3"]
    wait = f"until [ -e '{finished(stack)}' ]; do sleep 0.1; done"
    made = {
        name: {"input": name, "provisioner": [{"local-exec": {"command": wait if waits else "true"}}]}
        for name, waits in resources.items()
    }
    content = {"terraform": {"backend": {"s3": backend}}, "resource": {"terraform_data": made}}
    (stack.directory / "cdk.tf.json").write_text(json.dumps(content))


def finished(stack):
    return stack.out / "finished"


def finish(stack):
    """Let resources be done that wait for it."""
    finished(stack).touch()


def deploy(stack, wait=0):
    """Deploy in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", DEPLOY.format(out=str(stack.out), wait=wait)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_apply(stack, process):
    while not any(holder.operation == "apply" for holder in state_of(stack).holders()):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)


def unlock(*arguments, answer=""):
    command = [sys.executable, "-m", "estate", "unlock", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, input=answer, capture_output=True, text=True, check=False).stdout


def test_the_second_is_told_who_works_there_or_waits_and_nothing_is_lost(stack):
    write(stack, None, {"first": True})
    first = deploy(stack)
    wait_for_apply(stack, first)
    with pytest.raises(TerraformError) as refused:
        stack.plan()
    told = explain(refused.value)
    (who,) = {holder.who for holder in state_of(stack).holders()}
    assert who in told.message
    assert "estate unlock one" in told.cure
    shown = unlock("one")
    assert who in shown
    assert "Terraform is still at work on it here" in shown
    write(stack, None, {"first": True, "second": False})
    second = deploy(stack, wait=600)
    finish(stack)
    assert second.wait() == 0, second.communicate()[0]
    assert first.wait() == 0, first.communicate()[0]
    assert sorted(stack.addresses()) == ["terraform_data.first", "terraform_data.second"]
    assert stack.plan() is False


def test_killed_in_the_middle_of_an_apply_it_is_unlocked_and_run_again(stack):
    stack.plan()
    stack.apply()
    write(stack, None, {"first": False, "second": True})
    killed = deploy(stack)
    wait_for_apply(stack, killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    forget_checksum()
    with pytest.raises(TerraformError, match="Error acquiring the state lock"):
        stack.plan()
    places = {holder.place for holder in state_of(stack).holders()}
    backend = json.loads((stack.directory / "cdk.tf.json").read_text())["terraform"]["backend"]["s3"]
    assert len(places) == len({"use_lockfile", "dynamodb_table"} & set(backend))
    assert "Removed" not in unlock("one", answer="n\nn\n")
    assert {holder.place for holder in state_of(stack).holders()} == places
    assert "Removed" in unlock("one", answer="y\ny\n")
    assert unlock().strip() == "No state is locked."
    assert stack.addresses() == ["terraform_data.first"]
    write(stack, None, {"first": False, "second": False})
    stack.plan()
    stack.apply()
    assert stack.plan() is False


def forget_checksum():
    """As if it had been killed between the state and its checksum, which only a table holds."""
    table = boto3.resource("dynamodb", region_name="us-east-1").Table(TABLE)
    if "Item" in table.get_item(Key={"LockID": f"{BUCKET}/{KEY}-md5"}):
        table.put_item(Item={"LockID": f"{BUCKET}/{KEY}-md5", "Digest": "0" * 32})
