"""Setting up a checkout: what is needed for what."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from estate.paths import CHECKOUT
from estate.setup import NODES, PYTHONS, TERRAFORMS, requirements, unfit


@pytest.fixture
def setup(tmp_path):
    """Run the set-up of a checkout whose Python packages are there, on a machine without Node, npm and Terraform."""
    (tmp_path / "estate").mkdir()
    (tmp_path / ".tools").mkdir()
    (tmp_path / ".venv").mkdir()
    script = shutil.copy(CHECKOUT / "estate" / "setup.py", tmp_path / "estate")
    lock = shutil.copy(CHECKOUT / "Pipfile.lock", tmp_path)
    for source, stamp in ((script, ".tools/pipenv.done"), (lock, ".venv/setup.done")):
        (tmp_path / stamp).write_text(hashlib.sha256(Path(source).read_bytes()).hexdigest())

    def setup(*arguments):
        command = [sys.executable, script, *arguments]
        environment = {**os.environ, "PATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return setup


def test_wheels_need_python_only(setup, tmp_path):
    done = setup("python")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "node_modules").exists()


def test_everything_else_needs_node_and_terraform(setup):
    done = setup()
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["Node", "npm", "Terraform"]


@pytest.mark.row("E2")
def test_deploying_needs_the_locked_packages_by_hash_and_nothing_else(setup, tmp_path):
    (tmp_path / ".venv/deploy.done").write_text(
        hashlib.sha256(
            (tmp_path / "Pipfile.lock").read_bytes() + (tmp_path / "estate/setup.py").read_bytes()
        ).hexdigest()
    )
    done = setup("deploy")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lock = json.loads((CHECKOUT / "Pipfile.lock").read_text())
    lines = requirements().splitlines()
    assert {re.split(r"[\[=]", line)[0] for line in lines} == set(lock["default"])
    assert all(" --hash=sha256:" in line for line in lines)
    assert not any(line.startswith(("moto", "pytest", "checkov")) for line in lines)


@pytest.mark.parametrize(
    ("versions", "found", "said"),
    [
        (PYTHONS, (3, 10), "X 3.11 or newer and before 3.15 is needed, this is 3.10: where"),
        (PYTHONS, (3, 11), ""),
        (PYTHONS, (3, 14), ""),
        (PYTHONS, (3, 15), "X 3.11 or newer and before 3.15 is needed, this is 3.15: where"),
        (NODES, (18, 20), "X 20.0 or newer and before 27.0 is needed, this is 18.20: where"),
        (NODES, (26, 10), ""),
        (NODES, (27, 0), "X 20.0 or newer and before 27.0 is needed, this is 27.0: where"),
        (TERRAFORMS, (1, 10), "X 1.11 or newer and before 2.0 is needed, this is 1.10: where"),
        (TERRAFORMS, (1, 14), ""),
        (NODES, ("no-such-program", "--version"), "X 20.0 or newer and before 27.0 is needed, none was found: where"),
    ],
)
def test_other_versions_are_refused_in_one_line(versions, found, said):
    assert unfit("X", versions, found, "where") == said


@pytest.mark.parametrize("wheel", [".", "wheels/app", "wheels/cdktn/library", "wheels/cdktn/app"])
def test_wheels_say_the_same(wheel):
    written = tomllib.loads((CHECKOUT / wheel / "pyproject.toml").read_text())["project"]["requires-python"]
    first, end = (".".join(map(str, version)) for version in PYTHONS)
    assert written == f">={first},<{end}"
    node = json.loads((CHECKOUT / "package.json").read_text())["engines"]["node"]
    assert node == f">={NODES[0][0]} <{NODES[1][0]}"
