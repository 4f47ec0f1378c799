"""The sample, on each base, synthesized by every supported Python that can be had and by Node 22, 24 and 26: byte by byte what this machine's make.

Each Python gets an environment of the locked packages; one that is not here is Debian's, where this is Debian. Each Node comes as a
package of npm. All are kept below `.tools/machines/`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from estate.paths import CHECKOUT
from estate.repository.sources import renamed
from estate.repository.terrain import terrain
from estate.setup import PYTHONS, requirements
from tests.machines.debian import unpacked
from tests.organizations import EXTENSIONS, SAMPLE
from tests.packages import FOR_CDKTN, build_wheels
from tests.versions import CDK_TERRAIN, FIXED, PROVIDER_6, Row

pytestmark = pytest.mark.row("E9")

HOME = CHECKOUT / ".tools" / "machines"
NODES = (22, 24, 26)
(MAJOR, FIRST), (_, END) = PYTHONS
OTHERS = [f"{MAJOR}.{minor}" for minor in range(FIRST, END) if (MAJOR, minor) != sys.version_info[:2]]
SAME = "the sample synthesized, to the same bytes"


def run(*command, **variables):
    return subprocess.run(
        list(map(str, command)),
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def done(*command, **variables):
    finished = run(*command, **variables)
    assert finished.returncode == 0, finished.stdout


def installed(version):
    """The program of a Python: in the path, kept by pyenv beside the one that it gives, or Debian's; None if it cannot be had."""
    name = f"python{version}"
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv").glob(f"versions/{version}.*/bin/{name}")
    found = [shutil.which(name), *sorted(kept)]
    here = next((each for each in found if each and run(each, "--version").returncode == 0), None)
    return here or unpacked(version, HOME / f"debian-{version}")


def environment(version):
    """A Python with the locked packages."""
    home = HOME / f"python{version}"
    python = home / "bin" / "python"
    if not (home / "done").exists():
        HOME.mkdir(parents=True, exist_ok=True)
        program = installed(version) or pytest.skip(
            f"There is no python{version} in the path, kept by pyenv, or to be had of Debian."
        )
        listed = HOME / "packages.txt"
        listed.write_text(requirements(), encoding="utf-8")
        done(program, "-m", "venv", "--clear", "--without-pip", home)
        # Not compiled: of 2,400 modules the app loads a few dozen.
        pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile")
        done(*pip, "--no-deps", "--require-hashes", "-r", listed)
        (home / "done").touch()
    return python


def path_with(node):
    """The path with this version of Node first, and this Python."""
    home = HOME / f"node{node}"
    found = home / "node_modules" / "node" / "bin"
    if not (found / "node").exists():
        done("npm", "install", "--silent", "--no-save", "--prefix", home, f"node@{node}")
    return os.pathsep.join([str(found), str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory):
    """Synthesize the sample: the digest of all files, by their names and bytes."""

    def run_app(*command, **variables):
        out = tmp_path_factory.mktemp("out")
        done(*command, CDKTF_OUTDIR=str(out), ESTATE_CACHE="0", ESTATE_CONFIG=str(SAMPLE), **variables)
        files = sorted(path for path in out.rglob("*") if path.is_file())
        assert len(files) > len(list((SAMPLE / "accounts").glob("*.yaml")))
        return hashlib.sha256(
            b"".join(f"{path.relative_to(out)}\0".encode() + path.read_bytes() for path in files)
        ).hexdigest()

    return run_app


def bindings(name):
    """Where the bindings of another base are: nothing in them is of one Python, so that each may read them."""
    (found,) = (CHECKOUT / ".tools" / "bases" / name).glob("lib/python*/site-packages")
    return str(found)


@pytest.fixture(scope="session")
def bases(tmp_path_factory):
    """What each base is run with: arguments of Python, and variables."""
    place = tmp_path_factory.mktemp("cdktn")
    for wheel in build_wheels(tmp_path_factory.mktemp("dist"), sources=FOR_CDKTN):
        zipfile.ZipFile(wheel).extractall(place)
    for path in EXTENSIONS.rglob("*.py"):
        copy = place / path.relative_to(CHECKOUT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(terrain(renamed(path), path.name))
    app = "from pathlib import Path; from aws_organization.app import main; main(Path.cwd())"
    of_cdktn = {
        "PYTHONPATH": os.pathsep.join([str(place), bindings("cdktn")]),
        "PYTHONSAFEPATH": "1",
        "ESTATE_EXTENSIONS": str(place / EXTENSIONS.relative_to(CHECKOUT)),
    }
    return {
        FIXED: (("main.py",), {}),
        PROVIDER_6: (("main.py",), {"PYTHONPATH": bindings("provider-6")}),
        CDK_TERRAIN: (("-c", app), of_cdktn),
    }


@pytest.fixture(scope="session")
def here(synthesized, bases, ran):
    """What this Python and Node make of each base."""
    found = {
        base: synthesized(sys.executable, *arguments, **variables) for base, (arguments, variables) in bases.items()
    }
    assert len(set(found.values())) == len(bases)
    ran(Row(FIXED, SAME))
    return found


@pytest.mark.parametrize("version", OTHERS)
def test_a_python_synthesizes_the_same(here, bases, synthesized, ran, version):
    python = environment(version)
    for base, (arguments, variables) in bases.items():
        assert synthesized(python, *arguments, **variables) == here[base], base
        ran(Row(base, SAME, python=version))


def test_no_python_is_to_be_had_where_debians_packages_are_not(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert unpacked("3.14", tmp_path / "home") is None
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("version", NODES)
def test_a_node_synthesizes_the_same_and_runs_the_command_line(here, bases, synthesized, ran, version, tmp_path):
    path = path_with(version)
    for base, (arguments, variables) in bases.items():
        assert synthesized(sys.executable, *arguments, PATH=path, **variables) == here[base], base
        if base != FIXED:
            ran(Row(base, SAME, node=str(version)))
    listed = run(
        CHECKOUT / "node_modules" / ".bin" / "cdktf",
        "list",
        "--output",
        tmp_path,
        PATH=path,
        ESTATE_CONFIG=str(SAMPLE),
        CHECKPOINT_DISABLE="1",
    )
    assert listed.returncode == 0, listed.stdout
    assert "production" in listed.stdout
    ran(Row(FIXED, f"{SAME}; `cdktf list`", node=str(version)))
