"""Where the benchmark works, and what is prepared there."""

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from bench import specification
from bench.measure import Case, run
from tests.organizations import SAMPLE, copy_sample, write_organization

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parent.parent
WORK = CHECKOUT / ".estate" / "bench"
PEERS = CHECKOUT / "bench" / "peers"
TYPESCRIPT = CHECKOUT / "bench" / "typescript"
_PINNED = ("cdktf", "cdktf-cdktf-provider-aws", "constructs", "jsii")
_UNITS = ("production", "staging", "development")
_LOCKED = "organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\n"
_LIMITS = itertools.count(6000)
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
_PROVIDER = {"aws": [{"region": "eu-central-1"}]}
_ONE_ROLE = {
    "role": {
        "provider": _PROVIDER,
        "resource": {"aws_iam_role": {"role": {"name": "example", "assume_role_policy": "{}"}}},
    }
}
# Types that the library does not use.
_FOREIGN = {
    "foreign": {
        "provider": _PROVIDER,
        "resource": {
            "aws_sqs_queue": {"queue": {"name": "example"}},
            "aws_glue_catalog_database": {"catalogue": {"name": "example"}},
            "aws_athena_workgroup": {"group": {"name": "example"}},
        },
    }
}


@dataclass(frozen=True)
class Workload:
    """The same resources for every peer.

    Args:
        name: Names its directory.
        resources: How many there are.
        variables: What makes the app synthesize just these.
        environment: The Python of an environment that the library is installed in; else it is this checkout's.
    """

    name: str
    resources: int
    variables: dict[str, str]
    environment: Path | None = None

    @property
    def directory(self) -> Path:
        """Where its specifications are and its output goes."""
        return WORK / self.name

    def app(self, name: str, *flags: str, **variables: str) -> Case:
        """This app, which makes all stacks anew unless it is given a cache."""
        always = {"CDKTF_OUTDIR": str(self.directory / "app"), "ESTATE_CACHE": "0"}
        return Case(
            name, [sys.executable, *flags, CHECKOUT / "main.py"], CHECKOUT, {**always, **self.variables, **variables}
        )

    @property
    def cache(self) -> dict[str, str]:
        """What gives the app a cache, of its own for this workload."""
        return {"ESTATE_CACHE": str(self.directory / "cache")}

    def python(self, name: str, peer: str, *flags: str, **variables: str) -> Case:
        """A Python peer: `usual`, `lazy` or `plain`."""
        spec = self.directory / ("plain.json" if peer == "plain" else "python.json")
        python, path = (self.environment, "") if self.environment else (sys.executable, str(CHECKOUT))
        command: Sequence[str | Path] = [python, *flags, PEERS / f"{peer}.py", spec, self.directory / peer]
        return Case(name, command, self.directory, {"PYTHONPATH": path, **variables})

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


def foreign() -> Workload:
    """One stack with three resources, of somebody else's app: in an environment of its own, with the wheel."""
    python = _environment(WORK / "environment")
    workload = Workload("foreign", 3, {}, python)
    workload.directory.mkdir(parents=True, exist_ok=True)
    specification.write(_FOREIGN, workload.directory)
    return workload


def _environment(directory: Path) -> Path:
    """Make an environment with the wheel, and of what it needs the versions that this one has; give its Python."""
    python = directory / "bin" / "python"
    if not python.exists():
        venv.create(directory, with_pip=True)
    shutil.rmtree(WORK / "dist", ignore_errors=True)
    _quietly(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", WORK / "dist", CHECKOUT)
    (wheel,) = (WORK / "dist").glob("*.whl")
    pins = [f"{package}=={metadata.version(package)}" for package in _PINNED]
    _quietly(python, "-m", "pip", "install", "--quiet", wheel, *pins)
    _quietly(python, "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", wheel)
    return python


def _quietly(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def sample() -> Workload:
    """The sample organization."""
    return _of_this_app("sample", SAMPLE)


def accounts(number: int) -> Workload:
    """A generated organization with so many accounts of thirty resources and more; of one, only that account's stack."""
    directory = WORK / f"organization-{number}"
    shutil.rmtree(directory, ignore_errors=True)
    write_organization(directory, max(number, CORE_ACCOUNTS + 1))
    with (directory / "organization.yaml").open("a") as file:
        file.write(_ROLES)
    return _of_this_app(f"accounts-{number}", directory, "workload-0000" if number == 1 else "")


def realistic(number: int) -> Workload:
    """The sample organization, deployed, with so many more accounts, which have its settings and none of their own."""
    # Outside of the checkout: every revision of it has this configuration, none has one of its own.
    directory = Path(tempfile.mkdtemp(prefix="organization-"))
    copy_sample(directory)
    for index in range(number):
        text = f"name: Workload {index:04}\nou: workloads/{_UNITS[index % len(_UNITS)]}\n"
        (directory / "accounts" / f"workload-{index:04}.yaml").write_text(text)
    slugs = sorted(path.stem for path in (directory / "accounts").iterdir() if path.stem != "management")
    ids = "".join(f"  {slug}: '{id_:012}'\n" for id_, slug in enumerate(slugs, 200_000_000_000))
    (directory / "organization.lock.yaml").write_text(f"{_LOCKED}accounts:\n{ids}")
    return _of_this_app(f"sample-and-{number}-accounts", directory)


def set_budget(work: Workload, account: str) -> None:
    """Give an account another budget than it had."""
    path = Path(work.variables["ESTATE_CONFIG"]) / "accounts" / f"{account}.yaml"
    kept = path.read_text().partition("settings:")[0]
    path.write_text(f"{kept}settings:\n  budget:\n    limit: {next(_LIMITS)}\n")


def forget_bases() -> None:
    """Remove what `--base` has made of other revisions."""
    shutil.rmtree(CHECKOUT / ".estate" / "bases", ignore_errors=True)


def _of_this_app(name: str, config: Path, only: str = "") -> Workload:
    """Synthesize with this app, and give its peers the same to build."""
    variables = {"ESTATE_CONFIG": str(config), "ESTATE_STACKS": only}
    directory = WORK / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    out = directory / "app"
    subprocess.run(
        [sys.executable, CHECKOUT / "main.py"],
        env={**os.environ, **variables, "CDKTF_OUTDIR": str(out), "ESTATE_CACHE": "0"},
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
