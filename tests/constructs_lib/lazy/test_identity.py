"""The same app with and without lazy bindings, and where the lazy half cannot be had."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PROVIDER = next(
    Path(place, "cdktf_cdktf_provider_aws") for place in sys.path if Path(place, "cdktf_cdktf_provider_aws").is_dir()
)
ALL = sum((entry / "__init__.py").is_file() for entry in PROVIDER.iterdir())
INDEX = ".jsii.runtime.v1.json"


@dataclass
class Run:
    """A run of the app in a process of its own; it starts when made and has ended when its result is asked for."""

    out: Path
    arguments: tuple[str, ...] = ()
    library: Path = ROOT
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("JSII_", "CONSTRUCTS_LIB_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, HERE / "several_types.py", self.out, *self.arguments],
            env={**inherited, "PYTHONPATH": str(self.library), "PYTHONSAFEPATH": "1", **self.environment},
            cwd=self.out.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def report(self):
        output, errors = self.process.communicate(timeout=300) if self.process.returncode is None else self.ended
        self.ended = output, errors
        assert self.process.returncode == 0, errors
        return json.loads(output)

    @property
    def errors(self):
        assert self.report
        return self.ended[1]

    @property
    def files(self):
        assert self.report
        return {path.relative_to(self.out): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    # One for all runs: CDKTF writes the working directory into the JSON.
    return tmp_path_factory.mktemp("apps")


@pytest.fixture(scope="module")
def usual(directory):
    return Run(directory / "usual", environment={"CONSTRUCTS_LIB_LAZY": "0"})


@pytest.fixture(scope="module")
def lazy(directory):
    return Run(directory / "lazy")


def test_the_switch_turns_it_off(usual):
    assert usual.report["submodules"] >= ALL


def test_only_what_is_used_is_loaded(lazy):
    assert lazy.report["submodules"] < ALL / 100


def test_output_is_the_same_byte_for_byte(usual, lazy):
    assert len(lazy.files) >= 3  # two stacks and the manifest
    assert lazy.files == usual.files


def test_node_options_stay_in_the_kernel(lazy):
    assert lazy.report["child"] == ""
    assert lazy.report["own"] is None


def test_the_banner_about_nodes_age_is_silent(lazy):
    assert lazy.errors == ""


def test_cdktf_imported_first(usual, directory):
    late = Run(directory / "late", ("cdktf-first",))
    assert late.report["submodules"] < ALL / 100
    assert late.files == usual.files


def test_path_with_spaces_and_quotes(lazy, directory):
    library = directory / 'a "quoted" \\ path'
    shutil.copytree(ROOT / "constructs_lib", library / "constructs_lib", ignore=shutil.ignore_patterns("__pycache__"))
    other = Run(directory / "spaces", library=library, environment={"NODE_OPTIONS": "--no-deprecation"})
    assert other.files == lazy.files
    assert other.errors == ""  # the preload was found, or the banner would be there
    assert other.report["own"] == other.report["child"] == "--no-deprecation"


def test_cold_cache_two_at_once_then_complete(lazy, directory):
    cache = directory / "cache"
    both = [Run(directory / f"cold-{n}", environment={"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache)}) for n in range(2)]
    for run in both:
        assert run.files == lazy.files
        assert run.errors == ""
    packages = [path.parent for path in cache.rglob(".jsii-runtime-package-cache")]
    assert {path.relative_to(cache).parts[:-2] for path in packages} == {
        ("@cdktf", "provider-aws"),
        ("cdktf",),
        ("constructs",),
    }
    assert all((path / INDEX).is_file() for path in packages)


def test_cache_that_cannot_be_written(lazy, directory):
    blocked = directory / "blocked"
    blocked.write_text("a file where the directory would be")
    run = Run(directory / "uncached", environment={"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(blocked / "cache")})
    assert run.files == lazy.files
