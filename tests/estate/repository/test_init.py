"""`estate init`: everything or nothing."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from estate.cli import app
from estate.repository import writing

FILES = {"a.txt": b"a", "below/b.txt": b"b", ".hidden": b""}


def init(directory):
    return CliRunner().invoke(app, ["init", str(directory)])


def names(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


@pytest.mark.row("E6")
@pytest.mark.parametrize("prepare", [lambda _: None, Path.mkdir, lambda path: (path / ".git").mkdir(parents=True)])
def test_it_writes_to_a_new_an_empty_and_a_cloned_empty_directory(tmp_path, prepare):
    directory = tmp_path / "organization"
    prepare(directory)
    result = init(directory)
    assert result.exit_code == 0, result.output
    wanted = {"cdktf.json", "main.py", "Pipfile", "package-lock.json", ".terraform.lock.hcl", ".gitignore", "Makefile"}
    wanted |= {
        "config/organization.yaml",
        "config/schema/account.schema.json",
        "extensions/README.md",
        "tests/conftest.py",
    }
    assert wanted <= names(directory)
    assert [path.name for path in tmp_path.iterdir()] == ["organization"]


def test_the_working_directory_stays_the_same_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert init(".").exit_code == 0
    assert Path("cdktf.json").is_file()  # through the directory that the shell is in


def test_what_holds_something_is_refused_and_stays(tmp_path):
    for name in ("b", "a", "d", "c"):
        (tmp_path / name).write_text(name)
    result = init(tmp_path)
    assert result.exit_code == 1
    assert result.output == (
        f"{tmp_path} is not empty: it holds a, b, c and 1 more. Name a new or an empty directory.\n"
    )
    assert names(tmp_path) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("name", ["file", "file/below/it"])
def test_a_file_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("mine")
    result = init(tmp_path / name)
    assert (result.exit_code, result.output) == (1, f"{tmp_path}/file is a file. Name a new or an empty directory.\n")
    assert names(tmp_path) == {"file"}


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("failing", range(3))
def test_when_a_write_fails_nothing_is_left(tmp_path, monkeypatch, there, failing):
    directory = tmp_path / "organization"
    if there:
        directory.mkdir()
    rename, write, left = Path.rename, Path.write_bytes, [failing]

    def fails_once(function):
        def called(self, *arguments):
            left[0] -= 1
            if left[0] == -1:
                raise OSError(28, os.strerror(28), str(self))
            return function(self, *arguments)

        return called

    monkeypatch.setattr(Path, "rename" if there else "write_bytes", fails_once(rename if there else write))
    with pytest.raises(OSError, match="No space left"):
        writing.write(directory, FILES)
    assert names(tmp_path) == ({"organization"} if there else set())
