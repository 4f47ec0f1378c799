"""Where `cdktf` would crash for want of its terminal binding, one line says so."""

import json

import pytest

from estate import cdktf
from estate.paths import CHECKOUT


@pytest.fixture
def binding(tmp_path, monkeypatch):
    """A binding that is this JavaScript."""

    def is_what(source):
        (tmp_path / "index.js").write_text(source)
        monkeypatch.setattr(cdktf, "_BINDING", tmp_path / "index.js")

    return is_what


def test_this_machine_is_fine():
    assert cdktf.unusable() == ""


def test_a_binding_that_can_be_loaded(binding):
    binding("module.exports = {}")
    assert cdktf.unusable() == ""


def test_a_binding_without_a_binary_for_the_machine(binding):
    binding("throw new Error('no prebuilt binary')")
    said = cdktf.unusable()
    assert said.startswith("cdktf has no terminal binding for Node v")
    assert "`estate deploy`" in said
    assert "\n" not in said


def test_the_locked_binding_serves_every_version_of_node():
    """Binaries of another interface are for one version of Node each, and crash in the others."""
    packages = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    binding = packages["node_modules/@cdktf/node-pty-prebuilt-multiarch"]
    machines = {f"{system}-{processor}" for system in ("darwin", "linux", "win32") for processor in ("arm64", "x64")}
    assert binding["name"] == "@lydell/node-pty"
    assert set(binding["optionalDependencies"]) == {f"@lydell/node-pty-{machine}" for machine in machines}
    assert not [name for name, package in packages.items() if "node-pty" in name and package.get("hasInstallScript")]
