"""What `cdktf` is called with decides which stacks are synthesized."""

import pytest

from estate.cdktf import stacks_named


@pytest.fixture(autouse=True)
def accounts(tmp_path, monkeypatch):
    (tmp_path / "accounts").mkdir()
    for slug in ("management", "network", "production"):
        (tmp_path / "accounts" / f"{slug}.yaml").touch()
    monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path))


@pytest.mark.parametrize("command", ["deploy", "diff", "destroy", "output"])
def test_stacks_that_are_named(command):
    assert stacks_named([command, "network", "--auto-approve", "production"]) == ["network", "production"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["synth"],
        ["deploy"],
        ["deploy", "*"],
        ["deploy", "net*"],
        ["list", "network"],
        ["deploy", "network", "--parallelism", "2"],
    ],
)
def test_all_if_in_doubt(arguments):
    assert stacks_named(arguments) == []
