"""A small organization that finds names by one Resolver: deployed, and what its VPCs use read back from AWS."""

import pytest

from estate.local import running_local_aws
from tests.ring import Ring

pytestmark = [pytest.mark.e2e, pytest.mark.row("A9")]

NAMES = "# trackers\n*.example.net\nexample.org\n"
RESOLVER = {
    "account": "network",
    "inbound": {"allowed": ["10.200.0.0/16"]},
    "outbound": {"subnets": ["private-a", "private-b"]},
    "rules": {"office": {"domain": "office.example.com", "targets": ["10.200.0.2", "10.200.0.3:5353"]}},
    "firewall": {
        "trackers": {"domains": "documents/trackers.txt", "priority": 10, "response": "NXDOMAIN"},
        "malware": {"list_id": "rslvr-fdl-0a1b2c3d", "priority": 20, "action": "ALERT"},
    },
}
ORGANIZATION = {
    "name": "Book",
    "slug": "book",
    "email": "aws+{account}@example.com",
    "regions": {"home": "eu-central-1", "governed": ["eu-central-1"]},
    "trusted_services": ["ram.amazonaws.com"],
    "organizational_units": {"infrastructure": {}, "spokes": {}},
    "resolver": RESOLVER,
    "shares": {"names": {"account": "network", "resolver": True, "principals": ["ou:spokes"]}},
}


def network(number, **more):
    return {
        "network": {
            "cidr": f"10.{number}.0.0/16",
            "zones": ["a", "b"],
            "tiers": {"private": {}},
            "endpoints": {"enabled": False},
            "resolver": True,
            **more,
        }
    }


HUB = network(
    0,
    endpoints={"gateways": [], "interfaces": ["ssm", "ecr.api"], "central": True},
    dhcp_options={"domain_name": "book.example.com", "ntp_servers": ["10.0.0.4"]},
)
ACCOUNTS = {
    "management": {"name": "Management", "purpose": "management", "id": "111111111111", "email": "aws@example.com"},
    "network": {"name": "Network", "purpose": "network", "ou": "infrastructure", "settings": HUB},
    "lab": {"name": "Lab", "ou": "spokes", "settings": network(2)},
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with running_local_aws() as local:
        policies = {"documents/trackers.txt": NAMES}
        found = Ring(tmp_path_factory.mktemp("book"), local, ORGANIZATION, ACCOUNTS, policies)
        found.write()
        found.deploy_all()
        yield found


def client(book, name):
    accounts = book.local.session().client("organizations").list_accounts()["Accounts"]
    (account,) = (each["Id"] for each in accounts if each["Name"] == name)
    return book.local.session(account, region="eu-central-1").client("route53resolver")


def used(book, account):
    """What the VPC of an account uses, by the addresses of its associations."""
    found = book.state(account)["resources"]
    kinds = {
        "aws_route53_resolver_firewall_rule_group_association": ("firewall_rule_group_id", "vpc_id"),
        "aws_route53_resolver_rule_association": ("resolver_rule_id", "vpc_id"),
        "aws_route53profiles_association": ("profile_id", "resource_id"),
    }
    return {
        (one["type"], *(instance["attributes"][key] for key in kinds[one["type"]]))
        for one in found
        if one["type"] in kinds
        for instance in one["instances"]
    }


def test_one_run_deploys_the_resolver_and_those_who_use_it(book):
    for name in ("network", "lab"):
        assert not book.stack(name).plan(), name


def test_all_vpcs_use_the_same_rule_firewall_and_profile(book):
    hub, spoke = used(book, "network"), used(book, "lab")
    assert {kind_id[:2] for kind_id in hub} == {kind_id[:2] for kind_id in spoke}
    assert len(hub) == len(spoke) == 3
    assert {one[2] for one in hub}.isdisjoint({one[2] for one in spoke})
    (rule,) = client(book, "Network").list_resolver_rules()["ResolverRules"]
    assert {(one["Ip"], one["Port"]) for one in rule["TargetIps"]} == {("10.200.0.2", 53), ("10.200.0.3", 5353)}


def test_what_is_asked_for_is_decided_in_order(book):
    resolver = client(book, "Network")
    (group,) = {one[1] for one in used(book, "network") if "firewall" in one[0]}
    rules = resolver.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]
    found = [(one["Priority"], one["Action"], one.get("BlockResponse")) for one in rules]
    assert sorted(found) == [(10, "BLOCK", "NXDOMAIN"), (20, "ALERT", None)]
    (own,) = (one["FirewallDomainListId"] for one in rules if one["Action"] == "BLOCK")
    assert set(resolver.list_firewall_domains(FirewallDomainListId=own)["Domains"]) == {
        "*.example.net.",
        "example.org.",
    }


def test_the_profile_holds_a_zone_for_each_central_endpoint(book):
    found = book.state("network")["resources"]
    zones = {
        instance["attributes"]["arn"]: instance["attributes"]["name"]
        for one in found
        if one["type"] == "aws_route53_zone"
        for instance in one["instances"]
    }
    held = [
        instance["attributes"]["resource_arn"]
        for one in found
        if one["type"] == "aws_route53profiles_resource_association"
        for instance in one["instances"]
    ]
    assert sorted(zones[arn] for arn in held) == [
        "api.ecr.eu-central-1.amazonaws.com",
        "ssm.eu-central-1.amazonaws.com",
    ]


@pytest.mark.row("C12")
def test_a_rule_more_comes_to_everybody_by_the_stacks_own_roles(book):
    more = {**RESOLVER["rules"], "lab": {"domain": "lab.example.com", "targets": ["10.200.0.4"]}}
    book.organization = {**ORGANIZATION, "resolver": {**RESOLVER, "rules": more}}
    book.write()
    for name in ("network", "lab"):
        assert not book.deploy(name, TF_VAR_deploy_role="TerraformExecutionRole").plan(), name
    assert len(used(book, "network")) == len(used(book, "lab")) == 4


def attributes(book, account, kind):
    found = book.state(account)["resources"]
    return [instance["attributes"] for one in found if one["type"] == kind for instance in one["instances"]]


def test_rules_come_by_the_profile_with_a_zone_for_all_and_queries_are_in_cloudwatch(book):
    book.organization = {**ORGANIZATION, "resolver": {**RESOLVER, "profile": True, "query_log_group": {}}}
    zones = {"private_zones": {"inside": {"domain": "inside.example.com", "central": True}}}
    book.write(network={**HUB, "dns": zones})
    for name in ("network", "lab"):
        assert not book.deploy(name).plan(), name
        assert {one[0] for one in used(book, name)} == {"aws_route53profiles_association"}
        (log,) = attributes(book, name, "aws_route53_resolver_query_log_config_association")
        assert log["resolver_query_log_config_id"]
    held = {one["name"]: one for one in attributes(book, "network", "aws_route53profiles_resource_association")}
    assert set(held) == {"firewall", "main-ecr-api", "main-ssm", "private-zone-inside", "resolver-rule-office"}
    assert held["firewall"]["resource_properties"] == '{"priority":101}'
    (group,) = attributes(book, "network", "aws_cloudwatch_log_group")
    (config,) = attributes(book, "network", "aws_route53_resolver_query_log_config")
    assert (group["name"], config["destination_arn"]) == ("/aws/route53resolver/book", group["arn"])
    assert (group["retention_in_days"], ":key/" in group["kms_key_id"]) == (365, True)


def test_off_again_nothing_of_it_is_left(book):
    book.organization = {key: value for key, value in ORGANIZATION.items() if key not in ("resolver", "shares")}
    book.write(lab=network(2, resolver=False), network=network(0, resolver=False))
    for name in ("lab", "network"):
        stack = book.deploy(name)
        assert not stack.plan()
        assert not [
            address
            for address in stack.addresses()
            if "resolver" in address
            or "ram_" in address
            or "profiles" in address
            or "_log_" in address
            or "kms" in address
        ]
