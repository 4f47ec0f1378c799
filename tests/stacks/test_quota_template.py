"""The template of quotas: the management account's, and nobody else's."""

import pytest

from tests.stacks.test_switches import resources


@pytest.mark.row("C5", "C6")
def test_quotas_of_accounts_to_come_are_the_management_accounts(synthesized, synthesize_changed):
    def on(data):
        data["trusted_services"].append("servicequotas.amazonaws.com")
        data["quota_template"] = {"vpcs": {"service": "vpc", "quota": "L-F678F1CE", "value": 10}}

    found = synthesize_changed(on, ["management", "production"])
    added = resources(found["management"]).keys() - resources(synthesized["management"]).keys()
    assert sorted(address.partition(".")[0] for address in added) == [
        *["aws_servicequotas_template"] * 2,
        "aws_servicequotas_template_association",
    ]
    templates = found["management"]["resource"]["aws_servicequotas_template"].values()
    assert all(each["provider"] == "aws.us-east-1" for each in templates)
    assert sorted(each["region"] for each in templates) == ["eu-central-1", "us-east-1"]
    assert found["production"] == synthesized["production"]
