"""Start, find and stop; and no way from here to the real AWS."""

import os
import shlex
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from estate.commands.local import app
from estate.local import LocalAwsError, environment, find, instance, stop
from estate.local.environment import loopback_port, without_aws
from estate.paths import CHECKOUT


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A directory of its own for the commands, stopped at the end."""
    monkeypatch.setattr(instance, "DIRECTORY", tmp_path)
    yield tmp_path
    stop()


def run(*arguments):
    return CliRunner().invoke(app, arguments)


def test_up_status_env_reset_down(here, monkeypatch):
    assert run("status").exit_code == 1
    first = run("up", "--management-account", "999999999999")
    assert first.exit_code == 0, first.output
    assert run("up", "--management-account", "999999999999").output == first.output
    other = run("up")
    assert other.exit_code == 1
    assert "with management account 999999999999 is running, not with 111111111111" in other.output
    assert "999999999999" in run("status").output

    real = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "real"}
    for name, value in real.items():
        monkeypatch.setenv(name, value)
    who = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    script = f'{run("env").output}{shlex.quote(sys.executable)} -c "{who}"'
    shell = {"PATH": os.environ["PATH"], **real}
    answer = subprocess.run(["bash", "-c", script], env=shell, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "arn:aws:iam::999999999999:user/local-administrator"

    assert run("fault", "sts", "--times", "1").exit_code == 0
    assert find(here).status()["faults"] == 1
    assert run("fault", "--clear").exit_code == 0
    assert find(here).status()["faults"] == 0
    assert run("reset").exit_code == 0
    assert run("down").exit_code == 0
    assert run("env").exit_code == 1
    assert not (here / "state.json").exists()


def test_up_refuses_what_is_no_account_id():
    result = run("up", "--management-account", "12345")
    assert result.exit_code == 1
    assert "expected 12 digits" in result.output


def test_it_outlives_the_shell_that_started_it(tmp_path):
    script = f"from pathlib import Path; from estate.local import start; print(start(Path({str(tmp_path)!r})).pid)"
    subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, check=True, capture_output=True)
    try:
        assert find(tmp_path) is not None
    finally:
        assert stop(tmp_path)


def test_a_test_that_is_killed_takes_its_local_aws_along(tmp_path):
    script = (
        "import time; from pathlib import Path; from estate.local import start;"
        f"print(start(Path({str(tmp_path)!r}), until_parent_ends=True).pid, flush=True); time.sleep(60)"
    )
    test = subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert int(test.stdout.readline())
    test.kill()
    test.wait()
    deadline = time.monotonic() + 20
    while find(tmp_path) is not None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert find(tmp_path) is None


def test_two_starts_at_once_make_one(tmp_path):
    script = f"from pathlib import Path; from estate.local import start; print(start(Path({str(tmp_path)!r})).pid)"
    starts = [
        subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        pids = {process.communicate()[0].strip() for process in starts}
        assert len(pids) == 1
    finally:
        stop(tmp_path)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://sts.amazonaws.com",
        "http://sts.amazonaws.com:80",
        "http://localhost.example.com:1",
        "http://10.0.0.1:4566",
        "https://127.0.0.1:443",
        "http://127.0.0.1",
    ],
)
def test_nothing_but_loopback(endpoint):
    with pytest.raises(LocalAwsError, match="is not the local AWS"):
        loopback_port(endpoint)


def test_the_environment_holds_nothing_of_the_real_aws(local):
    real = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_SESSION_TOKEN": "real",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
        "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x",
        "http_proxy": "http://proxy:3128",
    }
    assert without_aws(real) == {"PATH": "/bin"}
    variables = local.environment(real)
    assert {name: value for name, value in variables.items() if value in set(real.values())} == {"PATH": "/bin"}
    assert variables["AWS_ENDPOINT_URL"] == local.endpoint
    assert variables["AWS_EC2_METADATA_DISABLED"] == "true"
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert variables[name].startswith(str(local.directory))


def test_commands_without_a_local_aws_say_how_to_start_one(tmp_path):
    with pytest.raises(LocalAwsError, match="estate local up"):
        environment(tmp_path)
