"""Security Lake: in the account that keeps the logs, in the regions that it names."""

import pytest
import yaml

from config import load
from tests.organizations import copy_sample
from tests.stacks.conftest import _synthesize
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C6")


def stacks_of(directory, names, *, archive="security", **lake):
    config = copy_sample(directory / "config")
    path = config / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["security"]["security_lake"] = {"sources": {"SH_FINDINGS": {}}, **lake}
    data["trusted_services"].append("securitylake.amazonaws.com")
    data["delegated_administrators"]["securitylake.amazonaws.com"] = archive
    path.write_text(yaml.safe_dump(data))
    if archive != "security":
        account = {"name": archive, "email": f"{archive}@example.com", "ou": "security", "purpose": "log-archive"}
        (config / "accounts" / f"{archive}.yaml").write_text(yaml.safe_dump(account))
    return _synthesize(load(config), directory / "out", names)


def of_type(stack, type_):
    return list(stack["resource"].get(type_, {}).values())


def test_it_is_in_the_account_that_keeps_the_logs_apart_from_the_security_account(tmp_path):
    found = stacks_of(tmp_path, ("management", "security", "logs"), archive="logs")
    assert len(of_type(found["logs"], "aws_securitylake_data_lake")) == 2  # the governed regions
    assert not of_type(found["security"], "aws_securitylake_data_lake")
    roles = of_type(found["management"], "aws_iam_service_linked_role")
    assert "securitylake.amazonaws.com" in {role["aws_service_name"] for role in roles}


def test_sources_name_the_accounts_that_are_meant_and_the_regions_of_the_lake(tmp_path, synthesized):
    sources = {"SH_FINDINGS": {}, "VPC_FLOW": {"version": "1.0", "targets": ["account:network", "ou:workloads"]}}
    found = stacks_of(tmp_path, ("security",), regions=["us-east-1"], sources=sources, encryption="S3_MANAGED_KEY")
    bodies = {
        source["source_name"]: source
        for body in of_type(found["security"], "aws_securitylake_aws_log_source")
        for source in body["source"]
    }
    assert bodies["SH_FINDINGS"] == {
        "source_name": "SH_FINDINGS",
        "source_version": "2.0",
        "regions": ["us-east-1"],
    }
    assert bodies["VPC_FLOW"]["source_version"] == "1.0"
    assert len(bodies["VPC_FLOW"]["accounts"]) > 1
    added = resources(found["security"]).keys() - resources(synthesized["security"]).keys()
    assert not [address for address in added if address.startswith("aws_kms_")]


def test_the_execution_role_may_make_what_security_lake_makes_and_only_where_the_lake_is(tmp_path, synthesized):
    found = stacks_of(tmp_path, ("security",))
    assert "securitylake:CreateDataLake" in str(found["security"])
    assert "aws-security-data-lake-*" in str(found["security"])
    assert "securitylake:CreateDataLake" not in str(synthesized["security"])
