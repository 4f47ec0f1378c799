"""Setting up a checkout: what is needed for what."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from estate.paths import CHECKOUT


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
