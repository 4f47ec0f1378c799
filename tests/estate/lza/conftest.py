"""A small configuration of the Landing Zone Accelerator, taken over."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config import examine
from estate.lza.importing import convert
from estate.lza.reading import read
from estate.lza.writing import files

MEADOW = Path(__file__).parent / "meadow"


@dataclass(frozen=True)
class Taken:
    """What was written, as `estate check` reads it."""

    directory: Path
    draft: Any
    results: Any
    organization: Any
    problems: Any

    def result(self, file, key):
        return next(each for each in self.results if (each.file, each.key) == (f"{file}-config.yaml", key))


def take(source, target, **given):
    """Convert a configuration, and read what was written."""
    draft, results = convert(read(source, {}), name=None, slug=None, ids=given)
    for path, content in files(draft, "page").items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(content)
    organization, problems = examine(target)
    return Taken(target, draft, results, organization, problems)


@pytest.fixture(scope="session")
def meadow(tmp_path_factory):
    """Meadow's configuration, taken over once."""
    return take(MEADOW, tmp_path_factory.mktemp("meadow"))


@pytest.fixture
def changed(tmp_path):
    """Meadow's configuration with a file's text changed; its directory."""

    def run(file, *changes):
        source = tmp_path / "lza"
        if not source.exists():
            shutil.copytree(MEADOW, source)
        path = source / file
        text = path.read_text()
        for before, after in changes:
            assert text.count(before) >= 1, before
            text = text.replace(before, after, 1)
        path.write_text(text)
        return source

    return run
