"""Rules, runbooks and backups of other configurations than the universal one: what they reach is what they can work in."""

from config.capabilities.config_recorder import CONFIG_RECORDER
from tests.estate.lza.conftest import take


def rules(organization, slug):
    return CONFIG_RECORDER.in_account(organization, organization.accounts[slug]).rules


def test_a_runbook_is_in_no_account_that_could_not_run_it(changed, tmp_path):
    source = changed(
        "security-config.yaml",
        (
            '- deploymentTargets: {organizationalUnits: [Root]}\n      rules:\n        - name: "{{ AcceleratorPrefix }}-trail"',
            '- deploymentTargets: {organizationalUnits: [Root], excludedAccounts: [Perimeter]}\n      rules:\n        - name: "{{ AcceleratorPrefix }}-trail"',
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert rules(found.organization, "shop-live")["Meadow-profiles"].remediation.document == "Give-Profile"
    assert "Meadow-profiles" not in rules(found.organization, "perimeter")


def test_rules_of_the_management_account_alone_are_there_without_what_mends(changed, tmp_path):
    source = changed(
        "security-config.yaml",
        (
            "- deploymentTargets: {organizationalUnits: [Root]}\n      rules:",
            "- deploymentTargets: {accounts: [Management, Network]}\n      rules:",
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert rules(found.organization, "management")["Meadow-profiles"].remediation is None
    assert rules(found.organization, "network")["Meadow-profiles"].remediation.role == "Meadow-profiles-mends"


def test_documents_may_be_called_as_nothing_else_is(changed, tmp_path):
    source = changed(
        "security-config.yaml",
        ("name: Give-Profile", "name: AWSGive-Profile"),
        ("targetId: Give-Profile", "targetId: AWSGive-Profile"),
    )
    found = take(source, tmp_path / "config")
    errors = [problem for problem in found.problems if problem.severity == "error"]
    assert [problem.key for problem in errors] == [
        "ssm_documents.awsgive-profile.name"
    ]  # AWS takes no such name either


def test_a_backup_policy_reaches_those_who_have_its_vault_and_role(changed, tmp_path):
    source = changed(
        "organization-config.yaml",
        (
            "policy: backup-policies/plan.json\n    deploymentTargets: {organizationalUnits: [Work]}",
            "policy: backup-policies/plan.json\n    deploymentTargets: {organizationalUnits: [Root]}",
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert [node.selector for node in found.organization.policies["backup"].targets] == ["ou:parked", "ou:work"]
    assert any(
        "does not reach audit, log-archive, management, network, perimeter, shared-services" in each
        for each in found.draft.told
    )


def test_the_management_account_has_a_role_for_backups_with_its_vault(changed, tmp_path):
    source = changed(
        "organization-config.yaml",
        (
            "policy: backup-policies/plan.json\n    deploymentTargets: {organizationalUnits: [Work]}",
            "policy: backup-policies/plan.json\n    deploymentTargets: {organizationalUnits: [Work], accounts: [Management]}",
        ),
    )
    changed(
        "global-config.yaml",
        (
            "deploymentTargets: {organizationalUnits: [Work/Live, Work/Trial]}",
            "deploymentTargets: {organizationalUnits: [Work/Live, Work/Trial], accounts: [Management]}",
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert found.draft.accounts["management"]["settings"]["backup"] == {"vaults": {"vault": {}}, "role": "Backups"}


def test_a_vault_is_locked_no_longer_than_backups_are_kept(changed, tmp_path):
    source = changed("backup-policies/plan.json", ('"30"', '"3"'))
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    vault = found.draft.organization["organizational_units"]["work"]["organizational_units"]["live"]["defaults"][
        "backup"
    ]["vaults"]["vault"]
    assert vault == {"lock": {"min_days": 3}}
