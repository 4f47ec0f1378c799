"""What must hold for the repository as a whole."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import readme
from estate.paths import config_directory
from tests.organizations import SAMPLE

CHECKOUT = Path(__file__).parent.parent


def test_python_lock_names_no_index():
    lock = json.loads((CHECKOUT / "Pipfile.lock").read_text())
    assert lock["_meta"]["sources"] == []
    packages = lock["default"] | lock["develop"]
    assert [name for name, entry in packages.items() if "index" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("hashes")] == []


@pytest.mark.parametrize(
    "name", ["tests/checkov/requirements", "tests/bases/cdktn", "tests/bases/provider-6", "docs/site/requirements"]
)
def test_locks_of_other_environments_pin_and_verify_every_package_and_name_no_index(name):
    text = (CHECKOUT / f"{name}.txt").read_text()
    lines = [line for line in text.replace("\\\n", "").splitlines() if not line.startswith("#")]
    assert lines
    assert [
        line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.+!-]+( ; [^@]+?)?( +--hash=sha256:\w{64})+", line)
    ] == []


@pytest.mark.parametrize(
    "name",
    [
        "package-lock.json",
        "estate/report/page/package-lock.json",
        "bench/typescript/package-lock.json",
        "wheels/cdktn/app/template/package-lock.json",
    ],
)
def test_node_lock_names_no_address(name):
    lock = json.loads((CHECKOUT / name).read_text())
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    unverified = [path for path, entry in packages.items() if "integrity" not in entry and not entry.get("inBundle")]
    assert unverified == []


def test_the_readmes_figures_are_those_of_the_benchmark():
    figures = readme.written(CHECKOUT / "README.md")
    assert figures
    assert figures in (CHECKOUT / "bench" / "results.md").read_text(encoding="utf-8")


@pytest.mark.row("C14")
def test_no_generated_or_secret_file_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    forbidden = (".tfstate", ".tfplan", ".pem", "cdktf.out/", ".env", ".terraform/")
    assert [path for path in tracked.splitlines() if path.endswith(forbidden) or "cdktf.out/" in path] == []


@pytest.mark.row("A9")
def test_constructs_configuration_stacks_and_commands_are_kept_apart():
    """Constructs know no account, configuration knows no construct: the contracts in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("name", ["organization.yaml", "organization.lock.yaml", "accounts/production.yaml"])
def test_no_test_reads_a_users_configuration(name):
    """What tests/conftest.py sees to."""
    with pytest.raises(AssertionError, match="is a user's"):
        (CHECKOUT / "config" / name).read_text()
    assert config_directory() == SAMPLE
