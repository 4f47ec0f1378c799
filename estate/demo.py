"""The sample organization, deployed from nothing to a local AWS, and looked at.

It takes the steps that a user takes, in the same order and with the same programs; only the AWS is another one.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from config import Configuration, load
from estate.local import LocalAws, start, stop
from estate.parallel import in_parallel
from estate.paths import CHECKOUT, config_directory
from estate.pipeline.local import foundation_variables, pipeline_variables
from estate.terraform.planning import room
from estate.terraform.providers import environment
from estate.terraform.stack import Stack

ACCESS_ROLE = "OrganizationAccountAccessRole"
_ESTATE = (sys.executable, "-m", "estate")


@dataclass(frozen=True)
class Found:
    """What the demonstration found of one account.

    Args:
        account: Its slug, which is its stack's name too.
        account_id: Its id, as AWS knows it.
        path: The path of its OU; empty for the root.
        resources: How many resources its stack made.
        changes: Whether a second plan wants to change anything; it must not.
        confirmed: Whether AWS answers, through a role in the account, that it is this account.
    """

    account: str
    account_id: str
    path: str
    resources: int
    changes: bool
    confirmed: bool


@dataclass(frozen=True)
class Demo:
    """One demonstration in a directory of its own.

    Args:
        directory: Holds a copy of the configuration, the synthesized stacks, the states and the local AWS's files.
        configuration: The directory of what is copied: `ESTATE_CONFIG`, else `config/` of this checkout.

    Example:
        >>> demo = Demo(Path(".estate/demo"))
        >>> for step in demo.run():
        ...     print(step)
        >>> demo.found()
    """

    directory: Path
    configuration: Path = field(default_factory=config_directory)

    @property
    def config(self) -> Path:
        """The configuration: a copy, so that the lock of a local AWS is never taken for that of a real organization."""
        return self.directory / "config"

    @property
    def out(self) -> Path:
        """Where the stacks are synthesized to."""
        return self.directory / "cdktf.out"

    @property
    def organization(self) -> Configuration:
        """The configuration as it is now."""
        return load(self.config)

    @cached_property
    def local(self) -> LocalAws:
        """The local AWS of this demonstration."""
        management = load(self.configuration).management.id
        return start(self.directory / "aws", management_account_id=str(management))

    @cached_property
    def variables(self) -> dict[str, str]:
        """The environment of every program that the demonstration runs."""
        base = environment(self.local.environment())
        return {**base, "ESTATE_CONFIG": str(self.config), "CDKTF_OUTDIR": str(self.out)}

    def run(self) -> Iterator[str]:
        """Deploy everything, telling before each step what it will do."""
        yield "Start a local AWS, empty"
        stop(self.directory / "aws")
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self._copy_config()
        _ = self.local
        yield from self.bootstrap()

    def bootstrap(self) -> Iterator[str]:
        """Run `estate bootstrap --yes`, and pass on what it says.

        Raises:
            subprocess.CalledProcessError: If it fails.
        """
        with subprocess.Popen(  # noqa: S603 - our own command
            [*_ESTATE, "bootstrap", "--yes"],
            cwd=CHECKOUT,
            env={**self.variables, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            printed = []
            for line in process.stdout or ():
                printed.append(line)
                if line.strip():
                    yield line.rstrip()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, "estate bootstrap", "".join(printed))

    def found(self) -> list[Found]:
        """Plan every stack again, now through the roles it made, and look at each account."""
        found = in_parallel(self._look, self.organization.accounts, room())
        return sorted(found, key=lambda one: one.account)

    def stack(self, name: str) -> Stack:
        """A synthesized stack, with the credentials that its pipeline has; without pipelines, the administrator's."""
        organization = self.organization
        found = pipeline_variables(self.local, organization, name) if organization.ci else {}
        return Stack(name, self.out, {**self.variables, **found})

    def setup_stack(self, name: str) -> Stack:
        """A synthesized stack, to be deployed by the administrator through the role that AWS made in the account."""
        return Stack(name, self.out, {**self.variables, "TF_VAR_deploy_role": ACCESS_ROLE})

    def estate(self, *arguments: str, stack: str = "", foundation: bool = False) -> str:
        """Run an operator's command against the local AWS.

        Args:
            arguments: The command and what it is given.
            stack: Whose pipeline runs it; the administrator does if not said.
            foundation: Whether the pipeline takes the foundation route.

        Raises:
            subprocess.CalledProcessError: If it fails.
        """
        variables = dict(self.stack(stack).variables if stack else self.variables)
        if foundation:
            variables |= foundation_variables(self.local, self.organization, stack)
        return subprocess.run(  # noqa: S603 - our own command
            [*_ESTATE, *arguments],
            cwd=CHECKOUT,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def report(self) -> Path:
        """Write the organization as one page, and tell where.

        Raises:
            subprocess.CalledProcessError: If it fails.
        """
        path = self.directory / "report.html"
        self.estate("report", "--output", str(path))
        return path

    def end(self) -> None:
        """Stop the local AWS."""
        stop(self.directory / "aws")

    def _copy_config(self) -> None:
        shutil.copytree(
            self.configuration,
            self.config,
            ignore=lambda _, names: [
                name for name in names if name.endswith(".py") or name == "organization.lock.yaml"
            ],
        )

    def _look(self, name: str) -> Found:
        account = self.organization.accounts[name]
        stack = self.stack(name)
        caller = self.local.session(account.id).client("sts").get_caller_identity()
        return Found(
            account=name,
            account_id=caller["Account"],
            path=account.unit.path if account.unit else "",
            resources=sum(not address.startswith("data.") for address in stack.addresses()),
            changes=stack.plan(),
            confirmed=caller["Account"] == account.id,
        )
