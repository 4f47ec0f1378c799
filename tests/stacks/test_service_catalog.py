"""Portfolios: in the stack of whoever administers Service Catalog; without one, nothing is there."""

import pytest
import yaml

from config import load
from tests.organizations import copy_sample
from tests.stacks.conftest import _synthesize
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C5", "C6")
SERVICE = "servicecatalog.amazonaws.com"
TEMPLATE = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"
ENTRY = {
    "name": "Web",
    "provider_name": "Platform team",
    "shared_with": ["ou:workloads", "account:network"],
    "roles": ["CatalogUser"],
    "products": {
        "topic": {
            "name": "Topic",
            "owner": "Platform team",
            "template": "documents/topic.yaml",
            "versions": {"v2": "documents/topic.yaml"},
            "launch_role": "CatalogLaunch",
        }
    },
}
ROLE = {
    "name": "CatalogLaunch",
    "accounts": ["ou:workloads", "account:network"],
    "trusted_by": [{"service": SERVICE}],
    "managed_policies": ["arn:aws:iam::aws:policy/AmazonSNSFullAccess"],
}


def stacks_of(directory, entries, **delegated):
    config = copy_sample(directory / "config")
    (config / "policies" / "documents").mkdir(exist_ok=True)
    (config / "policies" / "documents" / "topic.yaml").write_text(TEMPLATE)
    path = config / "organization.yaml"
    data = yaml.safe_load(path.read_text())
    data["trusted_services"].append(SERVICE)
    data["delegated_administrators"].update(delegated)
    data["roles"]["launch"] = ROLE
    if entries is not None:
        data["service_catalog"] = entries
    path.write_text(yaml.safe_dump(data))
    return _synthesize(load(config), directory / "out", ("management", "shared-services", "production"))


def added(found, without):
    return {
        name: {address.partition(".")[0] for address in resources(found[name]).keys() - resources(without[name]).keys()}
        for name in found
    }


def test_who_administers_it_has_the_portfolios_and_the_management_account_lets_them_be_shared(tmp_path):
    without = stacks_of(tmp_path / "without", {}, **{SERVICE: "shared-services"})
    assert without == stacks_of(tmp_path / "never", None, **{SERVICE: "shared-services"})
    found = stacks_of(tmp_path / "with", {"web": ENTRY}, **{SERVICE: "shared-services"})
    types = added(found, without)
    assert types["management"] == {"aws_servicecatalog_organizations_access"}
    assert types["production"] == set()
    assert {
        "aws_s3_bucket",
        "aws_s3_object",
        "aws_servicecatalog_constraint",
        "aws_servicecatalog_portfolio",
        "aws_servicecatalog_portfolio_share",
        "aws_servicecatalog_principal_portfolio_association",
        "aws_servicecatalog_product",
        "aws_servicecatalog_product_portfolio_association",
        "aws_servicecatalog_provisioning_artifact",
    } <= types["shared-services"]
    shares = found["shared-services"]["resource"]["aws_servicecatalog_portfolio_share"].values()
    assert sorted(share["type"] for share in shares) == ["ACCOUNT", "ORGANIZATIONAL_UNIT"]


def test_without_an_administrator_the_management_account_has_them(tmp_path):
    found = stacks_of(tmp_path, {"web": ENTRY})
    shares = found["management"]["resource"]["aws_servicecatalog_portfolio_share"].values()
    assert all(
        any(each.startswith("aws_servicecatalog_organizations_access.") for each in share["depends_on"])
        for share in shares
    )
