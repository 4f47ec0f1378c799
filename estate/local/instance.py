"""A running local AWS: start it, find it, use it, stop it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.partitions import partition_of
from estate.local.environment import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    LocalAwsError,
    loopback_port,
    variables,
    without_aws,
)
from estate.paths import CHECKOUT, WORK
from estate.private import UMASK, open_private, private_directory, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIRECTORY = WORK / "local"
MANAGEMENT_ACCOUNT_ID = "111111111111"
_START_SECONDS = 60
_STOP_SECONDS = 10


@dataclass(frozen=True)
class LocalAws:
    """A local AWS that answers.

    Args:
        endpoint: Its URL on the loopback address.
        management_account_id: The account whose administrator's key `environment()` holds.
        directory: Where its state file, log and (empty) AWS configuration files are.
        pid: Its process.
    """

    endpoint: str
    management_account_id: str
    directory: Path
    pid: int

    @property
    def log(self) -> Path:
        """The log file: one line per call."""
        return self.directory / "log.txt"

    def variables(self, *, region: str = "us-east-1") -> dict[str, str]:
        """Return the variables to export for Terraform, cdktf, boto3 and the AWS CLI."""
        return variables(self.endpoint, self.directory, region=region)

    def environment(self, base: Mapping[str, str] | None = None, *, region: str = "us-east-1") -> dict[str, str]:
        """Return a whole environment for a subprocess: `base` (by default this process's) without real AWS."""
        return without_aws(base) | self.variables(region=region)

    def session(
        self,
        account_id: str | None = None,
        *,
        role: str = "OrganizationAccountAccessRole",
        region: str = "us-east-1",
        external_id: str | None = None,
    ) -> Any:
        """Return a boto3 session for an account: the management account's administrator, or a role assumed by it.

        Args:
            account_id: The account; by default the management account.
            role: Name of the role to assume in another account.
            region: The session's region.
            external_id: Sent with AssumeRole.
        """
        from estate.local.session import session  # noqa: PLC0415 - boto3 costs half a second

        management: Any = session(self.endpoint, ACCESS_KEY_ID, SECRET_ACCESS_KEY, region=region)
        if account_id in (None, self.management_account_id):
            return management
        optional = {"ExternalId": external_id} if external_id else {}
        given = management.client("sts").assume_role(
            RoleArn=f"arn:{partition_of(region)}:iam::{account_id}:role/{role}", RoleSessionName="local", **optional
        )["Credentials"]
        keys = given["AccessKeyId"], given["SecretAccessKey"]
        return session(self.endpoint, *keys, region=region, token=given["SessionToken"])

    def reset(self) -> None:
        """Empty it: no organization, no accounts, no resources, no faults."""
        self._control("POST", "reset")

    def fault(self, service: str = "*", operation: str = "*", **settings: Any) -> None:
        """Let calls fail for a while; `estate.local.faults.Fault` has the settings."""
        self._control("POST", "faults", {"service": service, "operation": operation, **settings})

    def clear_faults(self) -> None:
        """End all faults."""
        self._control("DELETE", "faults")

    def pass_days(self, days: float) -> None:
        """Let days pass: invitations expire, closed accounts go."""
        self._control("POST", "pass-days", {"days": days})

    def reopen(self, account_id: str) -> None:
        """Reopen a closed account, as AWS Support does within 90 days when its root user asks for it."""
        self._control("POST", "reopen", {"account": account_id})

    def expire_sessions(self) -> None:
        """End all sessions that AssumeRole has given out, as if their time were over."""
        self._control("POST", "expire-sessions")

    def status(self) -> dict[str, Any]:
        """Return what the local AWS says of itself."""
        status: dict[str, Any] = self._control("GET", "status")
        return status

    def _control(self, method: str, action: str, content: object = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - http to loopback, checked where the endpoint is made
            f"{self.endpoint}/estate-local/{action}", method=method, data=json.dumps(content).encode()
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise LocalAwsError(f"The local AWS refused {action}: {error.read().decode()}") from error
        except OSError as error:
            raise LocalAwsError(f"The local AWS at {self.endpoint} does not answer: {error}") from error


def find(directory: Path | None = None) -> LocalAws | None:
    """Return the local AWS that runs for a directory (by default the checkout's), or None."""
    directory = directory or DIRECTORY
    try:
        state = json.loads((directory / "state.json").read_text())
        local = LocalAws(
            endpoint=f"http://127.0.0.1:{int(state['port'])}",
            management_account_id=state["management_account_id"],
            directory=directory,
            pid=int(state["pid"]),
        )
        # Another program may have the port by now: the account and the process tell.
        same = local.status()["pid"] == local.pid
    except (OSError, ValueError, KeyError, LocalAwsError):
        return None
    return local if same else None


def running(directory: Path | None = None) -> LocalAws:
    """Return the local AWS that runs for a directory.

    Raises:
        LocalAwsError: if none does.
    """
    local = find(directory)
    if local is None:
        raise LocalAwsError("No local AWS is running. Start one: `pipenv run estate local up`.")
    return local


def start(
    directory: Path | None = None,
    *,
    management_account_id: str = MANAGEMENT_ACCOUNT_ID,
    port: int = 0,
    permissions: bool = True,
    until_parent_ends: bool = False,
) -> LocalAws:
    """Start a local AWS in the background, or return the one that runs already.

    Args:
        directory: Where its files go; by default the checkout's `.estate/local`.
        management_account_id: 12 digits; the account that the organization will be created in.
        port: A port on the loopback address; 0 for a free one.
        permissions: Whether callers need permissions for what they do. To assume a role they always do.
        until_parent_ends: Whether it ends with the process that calls this.

    Raises:
        LocalAwsError: if it does not start, or one runs for another management account.
    """
    directory = directory or DIRECTORY
    private_directory(directory)
    with _lock(directory):
        local = find(directory)
        if local is not None:
            if local.management_account_id != management_account_id:
                raise LocalAwsError(
                    f"A local AWS with management account {local.management_account_id} is running, not with "
                    f"{management_account_id}. Stop it first: `pipenv run estate local down`."
                )
            return local
        for name in ("aws-config", "aws-credentials"):
            write_private(directory / name, "")
        (directory / "state.json").unlink(missing_ok=True)
        command = [sys.executable, "-m", "estate.local.server", "--directory", str(directory)]
        command += ["--management-account", management_account_id, "--port", str(port)]
        command += [] if permissions else ["--no-permissions"]
        command += ["--until-parent-ends"] if until_parent_ends else []
        with open_private(directory / "log.txt", "w") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                cwd=CHECKOUT,
                env=without_aws(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # it outlives the shell that started it
                umask=UMASK,
            )
        return _wait(process, directory)


def stop(directory: Path | None = None) -> bool:
    """Stop the local AWS of a directory; return whether there was one."""
    directory = directory or DIRECTORY
    local = find(directory)
    if local is None:
        (directory / "state.json").unlink(missing_ok=True)
        return False
    os.kill(local.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while find(directory) is not None:
        if time.monotonic() > deadline:
            os.kill(local.pid, signal.SIGKILL)
            break
        time.sleep(0.05)
    (directory / "state.json").unlink(missing_ok=True)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(local.pid, 0)
    return True


def environment(directory: Path | None = None, *, region: str = "us-east-1") -> dict[str, str]:
    """Return the environment for subprocesses that are to use the running local AWS, and nothing else."""
    return running(directory).environment(region=region)


@contextlib.contextmanager
def running_local_aws(*, management_account_id: str = MANAGEMENT_ACCOUNT_ID) -> Iterator[LocalAws]:
    """Run a local AWS of one's own for a while, for tests: with its own port, directory and state."""
    with tempfile.TemporaryDirectory(prefix="local-aws-") as directory:
        local = start(Path(directory), management_account_id=management_account_id, until_parent_ends=True)
        try:
            yield local
        finally:
            stop(Path(directory))


def _wait(process: subprocess.Popen[bytes], directory: Path) -> LocalAws:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if local := find(directory):
            loopback_port(local.endpoint)
            return local
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    last = (directory / "log.txt").read_text().strip().splitlines()[-3:]
    raise LocalAwsError(f"The local AWS did not start. {' | '.join(last)} (log: {directory / 'log.txt'})")


@contextlib.contextmanager
def _lock(directory: Path) -> Iterator[None]:
    with (directory / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
