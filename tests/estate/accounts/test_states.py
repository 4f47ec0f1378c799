"""`estate account quarantine`, `suspend` and `restore`: by the state in the account's file, and back exactly."""

import json

import pytest
from typer.testing import CliRunner

from config import load
from config.capabilities.workloads import held
from config.controls import Chains
from estate.cli import app
from estate.commands import pipeline
from estate.controls.explain import ANYBODY, explain
from estate.controls.impact import impact
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E5")


def account(*arguments, code=0):
    result = CliRunner().invoke(app, ["account", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def files(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*.yaml")}


@pytest.mark.parametrize(("command", "state"), [("quarantine", "quarantined"), ("suspend", "suspended")])
def test_out_of_use_and_back(config, command, state):
    before = files(config)
    printed = account(command, "production")
    assert f"production: in use → {state}; not deployed from now on: production" in printed
    assert "estate deploy management" in printed
    assert "estate deploy management production" not in printed
    assert load(config).accounts["production"].state == state
    assert held(load(config)) == {"production": state}
    assert "Nothing was written" in account(command, "production")
    printed = account("restore", "production")
    assert f"production: {state} → in use" in printed
    assert "(rule guardrail-weaker)" in printed
    assert files(config) == before
    assert "production is in use" in account("restore", "production")


def test_from_one_state_to_the_other(config):
    account("quarantine", "production")
    assert "production: quarantined → suspended" in account("suspend", "production")
    assert load(config).accounts["production"].state == "suspended"


@pytest.mark.parametrize(("ou", "state"), [("quarantine", "quarantined"), ("suspended", "suspended")])
def test_one_that_is_moved_there_has_to_say_so(config, ou, state):
    result = CliRunner().invoke(app, ["account", "move", "production", ou])
    assert result.exit_code == 1
    said = " ".join(result.output.split())
    assert f"If the account is to be out of use, write `state: {state}` into its file: it is not deployed then." in said
    account({"quarantined": "quarantine", "suspended": "suspend"}[state], "production")
    account("move", "production", ou)
    assert load(config).accounts["production"].unit.path == ou


def test_the_accounts_without_which_nothing_works_have_no_state(config):
    before = files(config)
    for slug in ("management", "security", "terraform"):
        account("quarantine", slug, code=1)
    assert files(config) == before


@pytest.mark.parametrize("command", ["quarantine", "suspend"])
def test_only_the_attachment_changes(config, command):
    """Not its OU, its own stack, nor anybody else's: nothing is to be made again when it is restored."""
    before = load(config)
    account(command, "production")
    after = load(config)
    assert impact(before, after).stacks == (before.management.slug,)
    assert after.accounts["production"].unit.path == before.accounts["production"].unit.path
    assert after.settings["production"] == before.settings["production"]


@pytest.mark.parametrize("command", ["quarantine", "suspend"])
def test_it_is_never_wider_than_before(config, command):
    """What the OU's own guardrails deny stays denied, and nobody works there whom the policy does not exempt."""
    account(command, "production")
    chains = Chains(load(config))
    of = chains.organization.accounts["production"]
    assert not explain(chains, of, "ec2:RunInstances", principal_name=ANYBODY).allowed
    before = {policy.slug for policy, _ in load(copy_sample(config.parent / "as-it-was")).policies_inherited(of)}
    assert before <= {policy.slug for policy, _ in chains.organization.policies_inherited(of)}


def test_jobs_are_not_given_its_stack(config, monkeypatch, tmp_path):
    account("quarantine", "production")
    monkeypatch.setattr("estate.terraform.synth.synthesize", lambda *_: None)
    monkeypatch.setattr("estate.terraform.synth.OUT", tmp_path)
    names = dict.fromkeys(load(config).accounts)
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": names}))
    assert pipeline._stacks("")[1] == sorted(names.keys() - {"production"})
