"""The command line and Terraform, against the local AWS: what a user waits for before a plan."""

import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import yaml

from bench import setting
from bench.measure import Case, Samples, interleaved, run
from estate.local import running_local_aws
from estate.terraform.providers import environment, find_mirror
from tests.organizations import copy_sample

STACK = "management"
_PROVIDER = "registry.terraform.io/hashicorp/aws"


def commands(rounds: int, say: Callable[[str], None]) -> tuple[Samples, float, float]:
    """Synth and plan through `cdktf` and directly; the medians, and MiB on disk after the two ways to initialize."""
    with running_local_aws() as local:
        config = {
            "ESTATE_CONFIG": str(_sample_with_local_state()),
            "ESTATE_CACHE": "0",
        }  # as after an edit of everything
        variables = environment({**os.environ, **local.environment(), **config})
        python, out = sys.executable, {"CDKTF_OUTDIR": str(setting.CHECKOUT / "cdktf.out")}
        only = {**variables, "ESTATE_STACKS": STACK}

        def case(name: str, *command: str | Path, directory: Path = setting.CHECKOUT, **added: str) -> Case:
            return Case(name, command, directory, {**variables, **added})

        plans = [
            Case("main.py", [python, "main.py"], setting.CHECKOUT, {**variables, **out}),
            case("cdktf synth", python, "-m", "estate.cdktf", "synth"),
            case("estate plan", python, "-m", "estate", "plan", STACK),
            Case("cdktf diff", [python, "-m", "estate.cdktf", "diff", STACK], setting.CHECKOUT, only),
        ]
        for warm in plans:
            run(warm)
        shared, packed = _initializations(variables)
        found = interleaved([*plans, shared, packed], rounds, say)
        return found, _size(shared.directory), _size(packed.directory)


def _sample_with_local_state() -> Path:
    """The sample's configuration before anything is deployed: there is no bucket for states yet."""
    directory = setting.WORK / "sample-config"
    shutil.rmtree(directory, ignore_errors=True)
    copy_sample(directory)
    file = directory / "organization.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**content, "state": {"backend": "local"}}), encoding="utf-8")
    return directory


def _initializations(variables: dict[str, str]) -> tuple[Case, Case]:
    """`terraform init` as this project does it, and as it is with a packed mirror and nothing else."""
    config = setting.WORK / "packed.rc"
    config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{_packed_mirror()}"\n  }}\n}}\n')
    plain = {key: value for key, value in variables.items() if key != "TF_PLUGIN_CACHE_DIR"}
    shared = _initialization("init", variables, seeded=True)
    packed = _initialization("init, packed mirror", {**plain, "TF_CLI_CONFIG_FILE": str(config)}, seeded=False)
    return shared, packed


def _initialization(name: str, variables: dict[str, str], *, seeded: bool) -> Case:
    directory = setting.WORK / name.replace(", ", "-").replace(" ", "-")
    directory.mkdir(parents=True, exist_ok=True)

    def prepare() -> None:
        shutil.rmtree(directory / ".terraform", ignore_errors=True)
        shutil.copy(setting.CHECKOUT / "cdktf.out" / "stacks" / STACK / "cdk.tf.json", directory)
        lock = directory / ".terraform.lock.hcl"
        lock.unlink(missing_ok=True)
        if seeded:
            shutil.copy(setting.CHECKOUT / lock.name, lock)

    return Case(name, ["terraform", "init", "-input=false"], directory, variables, prepare)


def _packed_mirror() -> Path:
    """A mirror as `terraform providers mirror` makes it: zip files."""
    mirror = setting.WORK / "mirror"
    target = mirror / _PROVIDER
    if not target.is_dir():
        (unpacked,) = (find_mirror(os.environ.get("ESTATE_PROVIDER_MIRROR")) / _PROVIDER).glob("*/*_*")
        target.mkdir(parents=True)
        name = f"terraform-provider-aws_{unpacked.parent.name}_{unpacked.name}.zip"
        with zipfile.ZipFile(target / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for file in unpacked.iterdir():
                archive.write(file, file.name)
    return mirror


def _size(directory: Path) -> float:
    """MiB that a directory takes, links not followed."""
    files = (path for path in directory.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 2**20
