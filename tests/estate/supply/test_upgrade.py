"""`make upgrade`: what it writes into locks, and what it tells a reviewer. (That pipenv and npm write locks is theirs to test.)"""

import json
import subprocess

import pytest

from estate.paths import CHECKOUT
from estate.supply import upgrade
from estate.supply.upgrade import CHECKS, Check, clean, look, raise_versions, report, versions

LOCK = {
    "_meta": {"hash": {"sha256": "x"}, "sources": [{"name": "here", "url": "https://example.com/simple"}]},
    "default": {"one": {"hashes": ["sha256:1"], "index": "here", "version": "==1.0"}},
    "develop": {"two": {"hashes": ["sha256:2"], "version": "==2.0"}},
}


def test_a_lock_names_no_index_afterwards_and_nothing_else_changes():
    found = clean(LOCK)
    assert found["_meta"] == {"hash": {"sha256": "x"}, "sources": []}
    assert found["default"] == {"one": {"hashes": ["sha256:1"], "version": "==1.0"}}
    assert found["develop"] == LOCK["develop"]
    ours = json.loads((CHECKOUT / "Pipfile.lock").read_text())
    assert clean(ours) == ours


def test_every_locked_package_has_a_version():
    found = versions()
    assert found["pip cdktf-cdktf-provider-aws"] == "20.1.0"
    assert found["npm cdktf-cli"] == "0.21.0"


def test_a_reviewer_is_told_what_was_raised_and_what_differs():
    text = report(
        {"pip a": "1", "pip b": "1", "npm c": "1"},
        {"pip a": "2", "pip b": "1", "npm d": "1"},
        [Check("x", same=True), Check("y", same=False, said="1 failed\nwhy")],
    )
    assert "| pip a | 1 | 2 |\n" in text
    assert "| npm c | 1 | none |\n| npm d | none | 1 |\n" in text
    assert "pip b" not in text
    assert text.endswith("- x: as before\n- y: **differs**\n      1 failed\n      why\n")
    assert "No package has another version." in report({"pip a": "1"}, {"pip a": "1"}, [])


def test_what_is_looked_at_is_there():
    assert [tests for _, tests in CHECKS if not (CHECKOUT / tests).exists()] == []


def test_a_test_that_fails_is_a_difference_and_its_words_are_kept(tmp_path):
    (tmp_path / "test_same.py").write_text("def test(): pass\n")
    (tmp_path / "test_other.py").write_text("def test(): assert 1 == 2\n")
    same, other = look([(name, str(tmp_path / f"test_{name}.py")) for name in ("same", "other")])
    assert same == Check("same", same=True)
    assert not other.same
    assert "assert 1 == 2" in other.said


@pytest.fixture
def commands(monkeypatch, tmp_path):
    """A checkout of locks, and commands that only say that they ran."""
    monkeypatch.setattr(upgrade, "CHECKOUT", tmp_path)
    for name in ("Pipfile.lock", "package-lock.json", "estate/report/page/package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    ran = []

    def run(*command):
        ran.append(" ".join(command[-2:]))
        if "pipenv" in command:
            (tmp_path / "Pipfile.lock").write_text(json.dumps(LOCK))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(upgrade, "_run", run)
    return ran


def test_locks_are_written_then_installed(commands, tmp_path):
    raise_versions()
    ran = [command.split()[-1].removeprefix(str(tmp_path)) for command in commands]
    assert [ran[0], *ran[1:3], ran[3].rpartition("/")[2]] == ["lock", "", "/estate/report/page", "setup.py"]
    assert json.loads((tmp_path / "Pipfile.lock").read_text())["_meta"]["sources"] == []


@pytest.mark.usefixtures("commands")
def test_where_one_fails_the_locks_are_as_they_were(tmp_path, monkeypatch):
    run = upgrade._run
    failed = subprocess.CompletedProcess((), 1, "", "no network")
    monkeypatch.setattr(upgrade, "_run", lambda *command: failed if "npm" in command else run(*command))
    with pytest.raises(SystemExit, match="no network"):
        raise_versions()
    assert (tmp_path / "Pipfile.lock").read_text() == "{}"
