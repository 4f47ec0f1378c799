"""A configuration is written as a whole: killed at any moment before, there is none, and nothing else is lost."""

import os
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from estate.adoption.files import as_a_whole
from estate.cli import app
from estate.paths import CHECKOUT
from tests.estate.adoption.test_view import snapshot
from tests.estate.adoption.test_writing import ACCOUNTS, POLICIES, UNITS

pytestmark = pytest.mark.row("E4")
KILLED = """
import os, signal, sys
from pathlib import Path
from estate.adoption.files import as_a_whole

with as_a_whole(Path(sys.argv[1])) as draft:
    (draft / "organization.yaml").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def texts(directory):
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_killed_while_it_writes_there_is_no_configuration_and_the_next_one_is_whole(tmp_path):
    directory = tmp_path / "config"
    killed = subprocess.run([sys.executable, "-c", KILLED, directory], cwd=CHECKOUT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not directory.exists()
    with as_a_whole(directory) as draft:
        assert list(draft.iterdir()) == []  # nothing of the half is left
        (draft / "organization.yaml").write_text("whole")
    assert texts(tmp_path) == {"config/organization.yaml": "whole"}


def test_organization_yaml_appears_last(tmp_path, monkeypatch):
    written = []
    replace = os.replace
    monkeypatch.setattr("os.replace", lambda source, target: (written.append(target.name), replace(source, target)))
    with as_a_whole(tmp_path / "config") as draft:
        (draft / "accounts").mkdir()
        for name in ("zone.yaml", "organization.yaml", "accounts/shop.yaml"):
            (draft / name).write_text(name)
    assert written == ["shop.yaml", "zone.yaml", "organization.yaml"]


def fail_half_way(directory):
    with as_a_whole(directory) as draft:
        (draft / "gone.json").unlink()
        (draft / "new.yaml").write_text("new")
        raise ValueError("no")


def test_an_error_keeps_what_was_written_and_what_is_not_written_stays_as_it_is(tmp_path):
    for name in (".estate/kept", "README.md", "gone.json"):
        (tmp_path / "config" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "config" / name).write_text(name)
    before = (tmp_path / "config/README.md").stat()
    with pytest.raises(ValueError, match="no"):
        fail_half_way(tmp_path / "config")
    assert texts(tmp_path) == {
        "config/.estate/kept": ".estate/kept",
        "config/README.md": "README.md",
        "config/new.yaml": "new",
    }
    after = (tmp_path / "config/README.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_is_no_yaml_is_told_as_check_tells_it_and_stays(tmp_path):
    kept, directory = tmp_path / "kept.json", tmp_path / "config"
    snapshot(UNITS, ACCOUNTS, POLICIES).save(kept)
    assert CliRunner().invoke(app, ["adopt", "--snapshot", str(kept), "--into", str(directory)]).exit_code == 0
    path = directory / "accounts/prod.yaml"
    path.write_text("name: [")
    before = texts(directory)
    result = CliRunner().invoke(app, ["adopt", "--snapshot", str(kept), "--into", str(directory)])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "accounts/prod.yaml" in result.output
    assert texts(directory) == before
