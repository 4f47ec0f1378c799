"""The sample with a change in it, as a report."""

import json

import pytest

from config.controls import Chains
from config.loading.loader import load_with_levels
from estate.controls.revisions import organization_at
from estate.report.gathering import Sources, report
from estate.terraform.synth import stacks_of
from stacks.reach.questions import Questions
from stacks.reach.world import World
from tests.organizations import SAMPLE, copy_sample

NAME = "Dev <script>document.title='run'</script> & \"co\""
"""An account's name that must stay text."""


def changed(directory):
    """Write the sample with a change: a name, an account more, one that moves, a guardrail less, another policy elsewhere."""
    copy_sample(directory)
    accounts, policies = directory / "accounts", directory / "policies"
    path = accounts / "development.yaml"
    path.write_text(path.read_text().replace("name: Development", f"name: {json.dumps(NAME)}"))
    lease = "lease: {until: 2099-12-31, emails: [ada@example.com], then: pool}\nsettings: {budget: {limit: 50}}\n"
    (accounts / "sandbox.yaml").write_text(f"name: Sandbox\nou: workloads/development\n{lease}")
    path = accounts / "staging.yaml"
    path.write_text(path.read_text().replace("ou: workloads/staging", "ou: quarantine\nstate: quarantined"))
    path = policies / "baseline-data.yaml"
    path.write_text(path.read_text().replace("  deny-public-function-urls:\n", ""))
    (policies / "no-long-lived-keys.yaml").unlink()


def before(organization, stacks):
    """The questions about the sample: as its stacks are now, without the role that deploys one of them."""
    found = {name: json.loads(json.dumps(content)) for name, content in stacks.items() if name in organization.accounts}
    roles = found["production"]["resource"]["aws_iam_role"]
    deploying = next(key for key, block in roles.items() if block["name"] == organization.execution_role.name)
    del roles[deploying]
    return Questions(World(Chains(organization), found))


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """What the report is made from."""
    directory = tmp_path_factory.mktemp("report") / "organization"
    directory.mkdir()
    changed(directory)
    configuration, levels = load_with_levels(directory, prove_access=False)
    stacks, sample = stacks_of(directory), organization_at(str(SAMPLE), directory)
    base = {"base": ("the sample", sample), "base_questions": before(sample, stacks)}
    return Sources(directory, configuration, levels, stacks, **base)


@pytest.fixture(scope="session")
def document(sources):
    """The report of it."""
    return report(sources)
