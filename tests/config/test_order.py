"""Stacks are deployed in the order of what they need of each other; circles are found before."""

import pytest
import yaml

import config
from config.loading.order import once_more, purposes, stages
from tests.organizations import write_organization

pytestmark = pytest.mark.row("E12")

NETWORK = {"cidr": "10.0.0.0/16", "subnets": {"a": {"cidr": "10.0.0.0/20", "zone": "a"}}}
OTHER = {"cidr": "10.1.0.0/16", "subnets": {"a": {"cidr": "10.1.0.0/20", "zone": "a"}}, "attachment": {}}
SHARE = {"account": "network-a", "transit_gateway": True, "principals": ["root"]}


class Case:
    def __init__(self, directory):
        self.path = directory
        (directory / "accounts").mkdir(parents=True)
        self.organization = {
            "name": "Case",
            "slug": "case",
            "email": "aws+{account}@example.com",
            "regions": {"home": "eu-central-1"},
            "trusted_services": ["ram.amazonaws.com"],
            "organizational_units": {"all": {}},
        }
        self.account("management", purpose="management", id="111111111111", ou=None)
        self.account("shop")

    def account(self, slug, **values):
        written = {"name": slug.title(), "ou": "all", **values}
        text = yaml.safe_dump({key: value for key, value in written.items() if value is not None})
        (self.path / "accounts" / f"{slug}.yaml").write_text(text)

    def load(self, **values):
        (self.path / "organization.yaml").write_text(yaml.safe_dump({**self.organization, **values}))
        return config.load(self.path)


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path / "config")


def test_by_purpose_where_nothing_is_needed(case):
    for slug in ("terraform", "security", "network"):
        case.account(slug, purpose=slug)
    assert stages(case.load()) == (("management",), ("terraform",), ("security",), ("network",), ("shop",))


def test_the_log_archive_comes_before_the_security_account_which_else_serves_as_one(case):
    case.account("security", purpose="security")
    organization = case.load()
    assert purposes(organization, [["security"], ["shop"]]) == {"log-archive", "security", "workload"}
    case.account("logs", purpose="log-archive")
    organization = case.load()
    assert stages(organization) == (("management",), ("logs",), ("security",), ("shop",))
    assert purposes(organization, [["security"], ["shop"]]) == {"security", "workload"}


def test_of_two_network_accounts_the_one_with_the_transit_gateway_comes_first(case):
    case.account("network-b", purpose="network", settings={"network": OTHER})
    case.account("network-a", purpose="network", settings={"transit_gateway": {"connect_all": True}})
    case.account("security", purpose="security")
    found = stages(case.load(shares={"s": SHARE}))
    assert found == (("management",), ("security",), ("network-a",), ("network-b",), ("shop",))


def test_a_transit_gateway_of_a_workload_comes_before_networks_that_attach_to_it(case):
    case.account("network-a", settings={"transit_gateway": {"connect_all": True}})
    case.account("security", purpose="security", settings={"network": OTHER})
    found = stages(case.load(shares={"s": SHARE}))
    assert found == (("management",), ("network-a",), ("security",), ("shop",))


def test_a_transit_gateway_with_route_tables_is_deployed_once_more_after_what_attaches_to_it(case):
    case.account("network-a", purpose="network", settings={"transit_gateway": {"preset": {"kind": "flat"}}})
    case.account("shop", settings={"network": OTHER})
    organization = case.load(shares={"s": SHARE})
    assert stages(organization) == (("management",), ("network-a",), ("shop",))
    assert once_more(organization, organization.accounts) == ("network-a",)
    assert once_more(organization, ["management", "network-a"]) == once_more(organization, ["shop"]) == ()


def test_whoever_is_shared_something_comes_after_it(case):
    case.account("shared", settings={"network": NETWORK})
    share = {"account": "shared", "subnets": ["a"], "principals": ["account:shop"]}
    assert stages(case.load(shares={"s": share})) == (("management",), ("shared",), ("shop",))


def test_shares_both_ways_are_no_circle(case):
    case.account("shared", settings={"network": NETWORK})
    case.account("shop", settings={"network": {**OTHER, "attachment": None}})
    shares = {
        "one": {"account": "shared", "subnets": ["a"], "principals": ["account:shop"]},
        "two": {"account": "shop", "subnets": ["a"], "principals": ["account:shared"]},
    }
    assert stages(case.load(shares=shares)) == (("management",), ("shared",), ("shop",))


def role(name, account, trusted, *names):
    return {
        "name": name,
        "accounts": [f"account:{account}"],
        "trusted_by": [{"account": trusted, "roles": list(names)}],
        "managed_policies": ["arn:aws:iam::aws:policy/SecurityAudit"],
    }


def test_a_role_comes_after_the_roles_that_it_trusts(case):
    case.account("tools")
    roles = {"deploy": role("Deploy", "shop", "tools", "Robot"), "robot": role("Robot", "tools", "management", "Admin")}
    assert stages(case.load(roles=roles)) == (("management",), ("tools",), ("shop",))
    del roles["robot"]  # made by somebody else: nobody here knows when
    assert stages(case.load(roles=roles)) == (("management",), ("shop", "tools"))


def test_a_circle_is_refused(case):
    case.account("tools")
    roles = {"deploy": role("Deploy", "shop", "tools", "Robot"), "robot": role("Robot", "tools", "shop", "Deploy")}
    with pytest.raises(config.ConfigError) as caught:
        case.load(roles=roles)
    (problem,) = caught.value.problems
    assert problem.key == "roles.deploy.trusted_by"
    assert problem.arrived == (
        "stacks that wait for each other: shop needs the role Robot of tools; tools needs the role Deploy of shop"
    )


def test_a_thousand_accounts(tmp_path):
    found = stages(config.load(write_organization(tmp_path, 1000)))
    assert [len(stage) for stage in found] == [1, 1, 1, 1, 996]
