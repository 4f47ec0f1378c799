"""Remediations: what mends, and what it works with, is there before AWS Config may begin."""

import pytest

pytestmark = pytest.mark.row("C6")

RUNBOOK = (
    'schemaVersion: "0.3"\nparameters: {AutomationAssumeRole: {type: String}, Bucket: {type: String}}\nmainSteps: []\n'
)


def test_a_remediation_comes_after_its_runbook_and_its_role(synthesize_changed, tmp_path):
    def change(data):
        directory = tmp_path / "config/policies/documents"
        directory.mkdir(exist_ok=True)
        (directory / "mend.yaml").write_text(RUNBOOK)
        data["ssm_documents"] = {
            "mend": {"name": "Mend-Bucket", "document": "documents/mend.yaml", "accounts": ["ou:workloads"]}
        }
        data["roles"]["mends"] = {
            "name": "Mends",
            "accounts": ["ou:workloads"],
            "trusted_by": [{"service": "ssm.amazonaws.com"}],
            "managed_policies": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"],
        }
        rule = {
            "identifier": "S3_DEFAULT_ENCRYPTION_KMS",
            "remediation": {"document": "Mend-Bucket", "role": "Mends", "parameters": {"Bucket": "RESOURCE_ID"}},
        }
        data["organizational_units"]["workloads"]["defaults"]["config_recorder"] = {"rules": {"encrypted": rule}}

    stack = synthesize_changed(change, ["production"])["production"]["resource"]
    found = stack["aws_config_remediation_configuration"].values()
    runbooks = {one["provider"]: f"${{aws_ssm_document.{key}.name}}" for key, one in stack["aws_ssm_document"].items()}
    assert {one["provider"]: one["target_id"] for one in found} == runbooks
    assert len(runbooks) == 2
    roles = {f"${{aws_iam_role.{key}.arn}}" for key, role in stack["aws_iam_role"].items() if role["name"] == "Mends"}
    assert {one["parameter"][0]["static_value"] for one in found} == roles
