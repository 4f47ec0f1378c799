"""The app run as a program: which stacks, in how many processes, and always the same bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.organizations import copy_sample

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run main.py; gives its exit code, its message and the files it wrote."""

    def synthesize(before=(), app=CHECKOUT, **environment):
        out = tmp_path_factory.mktemp("app") / "cdktf.out"
        for name in before:
            (out / name).parent.mkdir(parents=True)
            (out / name).write_text("kept")
        done = subprocess.run(
            [sys.executable, app / "main.py"],
            env={**os.environ, "CDKTF_OUTDIR": str(out), "ESTATE_CACHE": "0", **environment},
            cwd=CHECKOUT,
            check=False,
            capture_output=True,
            text=True,
        )
        files = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        return done.returncode, done.stderr, files

    return synthesize


@pytest.fixture(scope="module")
def serial(run):
    code, errors, files = run(ESTATE_PROCESSES="1")
    assert code == 0, errors
    return files


@pytest.mark.row("A3", "A11")
def test_several_processes_write_the_same_bytes(run, serial):
    """What Terraform left in a stack stays there."""
    assert len(serial) > 10
    kept = "stacks/network/.terraform/providers"
    assert run(ESTATE_PROCESSES="3", before=[kept]) == (0, "", {**serial, kept: b"kept"})


def test_only_the_stacks_asked_for_wherever_the_checkout_is(run, serial, tmp_path):
    checkout = tmp_path / """a "team's" checkout"""
    checkout.mkdir()
    for name in ("config", "constructs_lib", "stacks"):
        ignored = shutil.ignore_patterns("__pycache__", "*.yaml", "accounts", "policies" if name == "config" else "")
        shutil.copytree(CHECKOUT / name, checkout / name, ignore=ignored)
    copy_sample(checkout / "config")
    for name in ("main.py", ".terraform.lock.hcl"):
        shutil.copy(CHECKOUT / name, checkout)
    asked = {"network", "security"}
    code, errors, files = run(ESTATE_STACKS=",".join(sorted(asked)), ESTATE_CONFIG="", app=checkout)
    assert (code, errors) == (0, "")  # without the lazy half in JavaScript, its kernel would say something about Node
    assert {name for name in files if name != "manifest.json"} == {
        name for name in serial if name.split("/")[1:2] and name.split("/")[1] in asked
    }
    assert all(files[name] == serial[name] for name in files if name != "manifest.json")


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_stack_that_there_is_not(run, processes):
    code, errors, files = run(ESTATE_STACKS="security,netwrk", ESTATE_PROCESSES=processes)
    assert code == 1
    assert errors.startswith("There is no stack 'netwrk'.")
    assert "Traceback" not in errors
    assert not any(".parts-" in name for name in files)
