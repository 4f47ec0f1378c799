"""Where `cdktf` would crash for want of its terminal binding, one line says so."""

import pytest

from estate import cdktf


@pytest.fixture
def node(tmp_path, monkeypatch):
    """A Node that says that it is on some machine, and the bindings for two."""
    for name in ("linux-x64/node.abi115.node", "linux-x64/node.abi127.node", "win32-x64/abi115/pty.node"):
        (tmp_path / "binding/prebuilds" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "binding/prebuilds" / name).touch()
    monkeypatch.setattr(cdktf, "_BINDING", tmp_path / "binding")

    def on(machine):
        program = tmp_path / "node"
        program.write_text(f"#!/bin/sh\necho {machine}\n")
        program.chmod(0o755)
        return str(program)

    return on


def test_this_machine_is_fine():
    assert cdktf.unusable() == ""


@pytest.mark.parametrize("machine", ["linux x64 115 v20.20.2", "linux x64 127 v22.1.0", "win32 x64 115 v20.20.2"])
def test_machines_with_a_binding(node, machine):
    assert cdktf.unusable(node(machine)) == ""


@pytest.mark.parametrize("machine", ["linux x64 137 v24.1.0", "linux arm64 115 v20.20.2", "darwin x64 115 v20.20.2"])
def test_machines_without(node, machine):
    said = cdktf.unusable(node(machine))
    platform, architecture, _, version = machine.split()
    assert said.startswith(f"cdktf has no terminal binding for Node {version} on {platform} {architecture}: ")
    assert "`estate deploy`" in said
    assert "\n" not in said


def test_a_binding_that_was_built_here(node, tmp_path):
    (tmp_path / "binding/build/Release").mkdir(parents=True)
    (tmp_path / "binding/build/Release/pty.node").touch()
    assert cdktf.unusable(node("linux arm64 137 v24.1.0")) == ""
