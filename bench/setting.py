"""Where the benchmark works, and what is prepared there."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import specification
from bench.measure import Case, run
from tests.organizations import write_organization

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parent.parent
WORK = CHECKOUT / ".estate" / "bench"
PEERS = CHECKOUT / "bench" / "peers"
TYPESCRIPT = CHECKOUT / "bench" / "typescript"
CORE_ACCOUNTS = 4  # management, security, terraform, network: what every generated organization has

# Thirty resources for each account: ten roles with two policies.
_ROLES = "".join(
    f"""\
  role-{number}:
    name: Role{number}
    accounts: ["ou:workloads", "ou:infrastructure"]
    trusted_by: [{{account: security}}]
    managed_policies: ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/SecurityAudit"]
"""
    for number in range(10)
)
_ONE_ROLE = {
    "role": {
        "provider": {"aws": [{"region": "eu-central-1"}]},
        "resource": {"aws_iam_role": {"role": {"name": "example", "assume_role_policy": "{}"}}},
    }
}


@dataclass(frozen=True)
class Workload:
    """The same resources for every peer.

    Args:
        name: Names its directory.
        resources: How many there are.
        variables: What makes the app synthesize just these.
    """

    name: str
    resources: int
    variables: dict[str, str]

    @property
    def directory(self) -> Path:
        """Where its specifications are and its output goes."""
        return WORK / self.name

    def app(self, name: str, *flags: str, **variables: str) -> Case:
        """This app."""
        out = {"CDKTF_OUTDIR": str(self.directory / "app")}
        return Case(
            name, [sys.executable, *flags, CHECKOUT / "main.py"], CHECKOUT, {**out, **self.variables, **variables}
        )

    def python(self, name: str, peer: str, *flags: str, **variables: str) -> Case:
        """A Python peer: `usual`, `lazy` or `plain`."""
        spec = self.directory / ("plain.json" if peer == "plain" else "python.json")
        command: Sequence[str | Path] = [sys.executable, *flags, PEERS / f"{peer}.py", spec, self.directory / peer]
        return Case(name, command, self.directory, {"PYTHONPATH": str(CHECKOUT), **variables})

    def verify(self, peer: str, case: Case) -> None:
        """Stop unless a peer synthesizes the same resources as the app.

        Args:
            peer: Its output directory's name.
            case: How to run it.
        """
        run(case)
        app, other = (specification.documents(self.directory / name) for name in ("app", peer))
        if not specification.identical(app, other):
            raise RuntimeError(f"{case.name} does not make the same resources as the app: see {self.directory}.")

    def typescript(self, name: str) -> Case:
        """The TypeScript peer."""
        program, spec = TYPESCRIPT / "build" / "main.js", self.directory / "typescript.json"
        return Case(name, ["node", program, spec, self.directory / "ts"], self.directory)


def empty(name: str) -> Case:
    """The empty CDKTF app."""
    return Case(name, [sys.executable, PEERS / "empty.py", WORK / "empty"], WORK)


def one_role() -> Workload:
    """One stack with one role."""
    workload = Workload("one-role", 1, {})
    workload.directory.mkdir(parents=True, exist_ok=True)
    specification.write(_ONE_ROLE, workload.directory)
    return workload


def sample() -> Workload:
    """The sample organization of this checkout."""
    return _of_this_app("sample", CHECKOUT / "config")


def accounts(number: int) -> Workload:
    """A generated organization with so many accounts of thirty resources and more; of one, only that account's stack."""
    directory = WORK / f"organization-{number}"
    shutil.rmtree(directory, ignore_errors=True)
    write_organization(directory, max(number, CORE_ACCOUNTS + 1))
    with (directory / "organization.yaml").open("a") as file:
        file.write(_ROLES)
    return _of_this_app(f"accounts-{number}", directory, "workload-0000" if number == 1 else "")


def _of_this_app(name: str, config: Path, only: str = "") -> Workload:
    """Synthesize with this app, and give its peers the same to build."""
    variables = {"ESTATE_CONFIG": str(config), "ESTATE_STACKS": only}
    directory = WORK / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    out = directory / "app"
    subprocess.run(
        [sys.executable, CHECKOUT / "main.py"],
        env={**os.environ, **variables, "CDKTF_OUTDIR": str(out)},
        cwd=CHECKOUT,
        check=True,
    )
    found = specification.documents(out)
    specification.write(found, directory)
    return Workload(name, specification.resources(found), variables)


def build_typescript() -> None:
    """Install and compile the TypeScript peer."""
    if not (TYPESCRIPT / "node_modules").is_dir():
        subprocess.run(["npm", "ci"], cwd=TYPESCRIPT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["node", "node_modules/typescript/bin/tsc"], cwd=TYPESCRIPT, check=True)
