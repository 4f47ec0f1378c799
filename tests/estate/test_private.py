"""Plans, states, logs and journals are their owner's alone."""

import json
import os

import pytest

from estate.bootstrap.journal import Journal
from estate.private import open_private, private_directory
from estate.terraform.providers import environment
from estate.terraform.stack import Stack

SECRET = {"terraform_data": {"one": {"input": "a secret"}}}


@pytest.fixture
def generous():
    """A umask that gives everybody everything."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(directory):
    return {
        str(path)
        for path in (directory, *directory.rglob("*"))
        if path.lstat().st_mode & 0o077 and not path.is_symlink()
    }


@pytest.mark.row("B6")
@pytest.mark.usefixtures("generous")
def test_what_terraform_writes_is_private(tmp_path):
    stack = Stack("one", tmp_path / "cdktf.out", environment())
    stack.directory.mkdir(parents=True)
    backend = {"local": {"path": str(tmp_path / "state" / "one.tfstate")}}
    (stack.directory / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": backend}, "resource": SECRET}))
    stack.init()
    assert stack.plan()
    stack.apply()
    Journal(stack.work / "bootstrap" / "journal.jsonl").write("begin")
    written = {path.name for path in (*stack.work.rglob("*"), *(tmp_path / "state").rglob("*")) if path.is_file()}
    assert written >= {"one.tfplan", "one.log", "one.tfstate", "journal.jsonl"}
    assert open_to_others(stack.work) == set()
    assert open_to_others(tmp_path / "state") == set()


@pytest.mark.usefixtures("generous")
def test_what_was_open_is_shut(tmp_path):
    directory, file = tmp_path / "a", tmp_path / "a" / "b"
    directory.mkdir()
    file.write_text("old")
    assert open_to_others(directory)
    private_directory(directory)
    with open_private(file, "a") as opened:
        opened.write(" and new")
    assert open_to_others(directory) == set()
    assert file.read_text() == "old and new"
