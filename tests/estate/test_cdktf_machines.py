"""Where `cdktf` would crash for want of its terminal binding, one line says so."""

import json
import re

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


@pytest.mark.parametrize(
    ("version", "fine"), [("v20.20.2", False), ("v22.18.0", False), ("v22.19.0", True), ("v26.10.0", True)]
)
def test_the_command_line_of_cdk_terrain_says_which_node_it_needs(tmp_path, version, fine):
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    said = cdktf.too_old(str(node))
    assert fine == (said == "")
    assert fine or said.startswith(f"cdktn needs Node 22.19 or newer, this is {version}: ")
    assert "\n" not in said


def test_that_node_is_the_one_its_repositories_ask_for():
    package = json.loads((CHECKOUT / "wheels/cdktn/app/template/package.json").read_text())
    command_line = json.loads((CHECKOUT / "wheels/cdktn/app/template/package-lock.json").read_text())["packages"]
    first = ".".join(map(str, cdktf._NODE_OF_CDKTN))
    assert package["engines"]["node"] == f">={first} <27"
    assert re.fullmatch(rf">={first}(\.0)?", command_line["node_modules/cdktn-cli"]["engines"]["node"])


def test_the_locked_binding_serves_every_version_of_node():
    """Binaries of another interface are for one version of Node each, and crash in the others."""
    packages = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    binding = packages["node_modules/@cdktf/node-pty-prebuilt-multiarch"]
    machines = {f"{system}-{processor}" for system in ("darwin", "linux", "win32") for processor in ("arm64", "x64")}
    assert binding["name"] == "@lydell/node-pty"
    assert set(binding["optionalDependencies"]) == {f"@lydell/node-pty-{machine}" for machine in machines}
    assert not [name for name, package in packages.items() if "node-pty" in name and package.get("hasInstallScript")]
