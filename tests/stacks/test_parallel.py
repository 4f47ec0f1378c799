"""The app run as a program: which stacks, in how many processes, and always the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run main.py; gives its exit code, its message and the files it wrote."""

    def synthesize(before=(), **environment):
        out = tmp_path_factory.mktemp("app") / "cdktf.out"
        for name in before:
            (out / name).parent.mkdir(parents=True)
            (out / name).write_text("kept")
        done = subprocess.run(
            [sys.executable, CHECKOUT / "main.py"],
            env={**os.environ, "CDKTF_OUTDIR": str(out), **environment},
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
    assert len(serial) > 10
    assert run(ESTATE_PROCESSES="3") == (0, "", serial)


def test_what_terraform_left_in_a_stack_stays(run, serial):
    kept = "stacks/network/.terraform/providers"
    assert run(ESTATE_PROCESSES="2", before=[kept])[2] == {**serial, kept: b"kept"}


def test_only_the_stacks_asked_for(run, serial):
    asked = {"network", "security"}
    code, _, files = run(ESTATE_STACKS=",".join(sorted(asked)))
    assert code == 0
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
    assert not any(".part-" in name for name in files)
