"""Whether the digests cover the code that made a stack: what a link leads to counts, wherever the link is."""

import sys
from types import ModuleType

import pytest

from stacks.kept.sources import covers


def module(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    made = ModuleType("helper")
    made.__file__ = str(path)
    return made


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Where packages are installed."""
    directory = tmp_path / "environment" / "site-packages"
    directory.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    return directory


def test_installed_code_is_covered_and_other_code_is_not(installed, tmp_path):
    assert covers([module(installed / "helper" / "__init__.py")])
    assert not covers([module(tmp_path / "elsewhere" / "helper.py")])


def test_a_package_or_file_that_is_linked_from_elsewhere_is_not_covered(installed, tmp_path):
    shared = tmp_path / "shared"
    module(shared / "helper" / "__init__.py")
    (installed / "helper").symlink_to(shared / "helper")
    (installed / "one.py").symlink_to(shared / "helper" / "__init__.py")
    for name in ("helper/__init__.py", "one.py"):
        linked = ModuleType("linked")
        linked.__file__ = str(installed / name)
        assert not covers([linked])
