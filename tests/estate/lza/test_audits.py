"""Audit Manager of the Accelerator's configuration."""

from config.capabilities.security import SECURITY
from tests.estate.lza.conftest import take

BEFORE = "centralSecurityServices:\n"
AUDITS = """centralSecurityServices:
  auditManager:
    enable: true
    excludeRegions: [REGION]
    defaultReportsConfiguration: {enable: true, destinationType: S3}
    lifecycleRules: []
"""


def taken(changed, tmp_path, region):
    return take(changed("security-config.yaml", (BEFORE, AUDITS.replace("REGION", region))), tmp_path / "config")


def test_it_is_on_in_the_security_account_but_where_it_is_left_out(changed, tmp_path):
    governed = take(changed("security-config.yaml"), tmp_path / "0").organization.governed_regions
    found = taken(changed, tmp_path, governed[-1])
    assert [str(problem) for problem in found.problems] == []
    organization = found.organization
    assert set(SECURITY.of(organization).audit_manager.regions) == {*governed[:-1]}
    (owner,) = organization.with_purpose("security")
    assert organization.delegated_administrators["auditmanager.amazonaws.com"] is owner
    (note,) = [note.text for note in found.draft.notes if "Audit Manager" in note.text]
    assert note.startswith("Left out: ")
