"""`estate impact` names every stack that a change really changes."""

import json
from pathlib import Path

import pytest

from config import load
from estate.controls.fingerprint import changed_stacks
from stacks.app import synthesize
from tests.organizations import SAMPLE, copy_sample

pytestmark = pytest.mark.row("B7", "C14")
CHECKOUT = Path(__file__).parents[2]
POLICY = "type: service_control_policy\ntargets: [root]\nstatements: [{effect: Deny, actions: 'ecs:*'}]\n"


def synthesized(configuration, out):
    organization = load(configuration)
    synthesize(organization, CHECKOUT / ".terraform.lock.hcl", outdir=out)
    contents = {}
    for name in organization.accounts:
        content = json.loads((out / "stacks" / name / "cdk.tf.json").read_text())
        contents[name] = json.dumps(content, sort_keys=True)
    return organization, contents


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return synthesized(SAMPLE, tmp_path_factory.mktemp("before"))


def replace(directory, name, old, new):
    text = (directory / name).read_text()
    assert old in text
    (directory / name).write_text(text.replace(old, new, 1))


EDITS = {
    "a policy": (lambda at: (at / "policies" / "guard.yaml").write_text(POLICY), {"management"}),
    "an account's name": (lambda at: replace(at, "accounts/staging.yaml", "name: ", "name: New "), {"management"}),
    "the external id": (lambda at: replace(at, "organization.yaml", "external_id: example-terraform", "external_id: other-id"), None),
    "an owner": (lambda at: replace(at, "organization.yaml", "owner: platform-team", "owner: somebody-else"), None),
    "a role": (lambda at: replace(at, "organization.yaml", "policy/SecurityAudit", "policy/ReadOnlyAccess"), None),
    "a new account": (lambda at: (at / "accounts" / "lab.yaml").write_text("name: Lab\nou: workloads/development\n"), None),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_no_stack_that_changes_is_left_out(before, tmp_path, edit):
    configuration = copy_sample(tmp_path / "config")
    change, expected = EDITS[edit]
    change(configuration)
    old_organization, old = before
    organization, new = synthesized(configuration, tmp_path / "out")
    really = {name for name, content in new.items() if content != old.get(name)}
    named = set(changed_stacks(old_organization, organization))
    assert really
    assert really <= named
    assert expected is None or named == expected
