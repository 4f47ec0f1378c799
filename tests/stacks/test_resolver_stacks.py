"""The organization's Resolver in the sample: what it adds where, and that nothing of it is left when it is off."""

import json

import pytest

from tests.stacks.test_firewall import written_in_archive
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("A9", "E8")

OWN = ("resolver-inbound_", "resolver-outbound_", "resolver-rules_", "resolver-query-log_", "dns-firewall_")
USE = ("resolver-use_",)
STACKS = ["network", "production", "security"]


@pytest.fixture
def synthesize(synthesize_changed):
    def run(**resolver):
        def organization(data):
            data["resolver"] = {
                "account": "network",
                "inbound": {},
                "outbound": {},
                "rules": {"office": {"domain": "office.example.com", "targets": ["10.200.0.2"]}},
                "firewall": {"malware": {"list_id": "rslvr-fdl-0a1b2c3d", "priority": 1}},
                "query_log": True,
                **resolver,
            }
            data["shares"]["names"] = {"account": "network", "resolver": True, "principals": ["ou:workloads"]}

        def network(data):
            data["settings"]["network"]["resolver"] = True

        def production(data):
            data["settings"] = {
                "network": {
                    "cidr": "10.17.0.0/16",
                    "subnets": {"a": {"cidr": "10.17.0.0/20", "zone": "a"}},
                    "resolver": True,
                }
            }

        also = {"accounts/network.yaml": network, "accounts/production.yaml": production}
        return synthesize_changed(organization, STACKS, also=also)

    return run


def _added(stack, before):
    return {address.partition(".")[2] for address in set(resources(stack)) - set(resources(before))}


def test_on_it_adds_what_is_its_own_and_shares_it(synthesized, synthesize):
    on = synthesize()
    added = _added(on["network"], synthesized["network"])
    assert {name for name in added if not name.startswith((*OWN, *USE, "share-names_"))} == set()
    assert all(any(name.startswith(start) for name in added) for start in (*OWN, *USE))
    before = resources(synthesized["network"])
    assert {address: body for address, body in resources(on["network"]).items() if address in before} == before
    shared = [
        one["resource_arn"].removeprefix("${").partition(".")[0]
        for name, one in on["network"]["resource"]["aws_ram_resource_association"].items()
        if name.startswith("share-names_")
    ]
    kinds = ("firewall_rule_group", "query_log_config", "rule")
    assert sorted(shared) == [f"aws_route53_resolver_{kind}" for kind in kinds]
    assert written_in_archive(on["security"]) == {"vpcdnsquerylogs", "vpcflowlogs"}


def test_others_use_what_is_shared_with_them(synthesize):
    stack = synthesize()["production"]
    (share,) = stack["data"]["aws_ram_resource_share"].values()
    assert share["name"] == "names"
    for kind in ("rule_association", "firewall_rule_group_association", "query_log_config_association"):
        assert len(stack["resource"][f"aws_route53_resolver_{kind}"]) == 1


def test_who_has_a_vpc_may_read_shares_before_it_uses_one(synthesize, synthesized):
    def may(stack):
        return "ram:GetResourceShares" in json.dumps(stack["resource"]["aws_iam_policy"])

    assert may(synthesize()["production"])
    assert not may(synthesized["production"])


def test_a_resolver_that_decides_nothing_is_no_matter_of_vpcs(synthesize_changed):
    def alone(data):
        data["resolver"] = {"account": "network", "inbound": {}}

    def network(data):
        data["settings"]["network"]["resolver"] = True

    stack = synthesize_changed(alone, ["network"], also={"accounts/network.yaml": network})["network"]
    assert [address for address in resources(stack) if ".resolver-inbound_" in address]
    assert not [address for address in resources(stack) if ".resolver-use_" in address]


def test_central_endpoints_are_found_by_a_profile_that_is_shared(synthesize_changed):
    def organization(data):
        data["resolver"] = {"account": "network"}
        data["shares"]["names"] = {"account": "network", "resolver": True, "principals": ["ou:workloads"]}

    def network(data):
        data["settings"]["network"]["endpoints"] |= {"interfaces": ["ssm"], "central": True}

    def production(data):
        data["settings"] = {"network": {"cidr": "10.17.0.0/16", "resolver": True}}

    also = {"accounts/network.yaml": network, "accounts/production.yaml": production}
    stacks = synthesize_changed(organization, ["network", "production"], also=also)
    hub, spoke = stacks["network"]["resource"], stacks["production"]["resource"]
    (zone,) = (one for name, one in hub["aws_route53_zone"].items() if name.startswith("endpoint-zones_"))
    assert zone["name"] == "ssm.eu-central-1.amazonaws.com"
    assert len(hub["aws_route53profiles_resource_association"]) == 1
    opened = {one["cidr_ipv4"] for one in hub["aws_vpc_security_group_ingress_rule"].values()}
    assert opened == {"10.16.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
    (association,) = spoke["aws_route53profiles_association"].values()
    assert ":profile/" in association["for_each"]
    assert "aws_route53_resolver_rule_association" not in spoke


def test_rules_and_firewall_come_by_the_profile_and_queries_to_cloudwatch(synthesize):
    stacks = synthesize(profile=True, query_log=False, query_log_group={"retention_days": 30})
    hub, spoke = stacks["network"]["resource"], stacks["production"]["resource"]
    held = {one["name"] for one in hub["aws_route53profiles_resource_association"].values()}
    assert held == {"firewall", "resolver-rule-office"}
    assert set(spoke) >= {"aws_route53profiles_association", "aws_route53_resolver_query_log_config_association"}
    assert not {"aws_route53_resolver_rule_association", "aws_route53_resolver_firewall_rule_group_association"} & {
        *hub,
        *spoke,
    }
    (config,) = hub["aws_route53_resolver_query_log_config"].values()
    assert config["destination_arn"].startswith("${aws_cloudwatch_log_group.resolver-query-log-group_")
    assert written_in_archive(stacks["security"]) == {"vpcflowlogs"}


def test_vpcs_leave_the_profile_before_it_holds_less(synthesize):
    on, leaving, off = (
        synthesize(**said) for said in ({"profile": True}, {"profile": True, "leaving": ["profile"]}, {})
    )
    # First others are associated themselves, while the profile holds what it did; then what nobody sees any more goes.
    kind = "aws_route53profiles_resource_association"
    assert leaving["network"]["resource"][kind] == on["network"]["resource"][kind]
    assert kind not in off["network"]["resource"]
    for stack in ("network", "production"):
        used = [
            {address: body for address, body in resources(each[stack]).items() if ".resolver-use_" in address}
            for each in (leaving, off)
        ]
        assert used[0] == used[1]
        assert {address.partition(".")[0] for address in used[0]} == {
            "aws_route53_resolver_firewall_rule_group_association",
            "aws_route53_resolver_query_log_config_association",
            "aws_route53_resolver_rule_association",
        }


def test_vpcs_leave_a_query_log_that_is_there(synthesize):
    on, leaving = synthesize(), synthesize(leaving=["query_log"])
    kind = "aws_route53_resolver_query_log_config"
    assert leaving["network"]["resource"][kind] == on["network"]["resource"][kind]
    for stack in ("network", "production"):
        assert f"{kind}_association" in on[stack]["resource"]
        assert f"{kind}_association" not in leaving[stack]["resource"]


def test_a_central_zone_is_in_the_profile_and_goes_out_of_it_without_a_trace(synthesize_changed):
    def change(central):
        def organization(data):
            data["resolver"] = {"account": "network"}
            data["shares"]["names"] = {"account": "network", "resolver": True, "principals": ["ou:workloads"]}

        def network(data):
            zone = {"domain": "inside.example.org", "central": central}
            data["settings"]["dns"] = {"private_zones": {"inside": zone, "own": {"domain": "own.example.org"}}}
            if not central:
                data["settings"]["network"]["endpoints"] |= {"interfaces": ["ssm"], "central": True}

        also = {"accounts/network.yaml": network}
        return synthesize_changed(organization, ["network"], also=also)["network"]["resource"]

    on, off = change(central=True), change(central=False)
    (held,) = on["aws_route53profiles_resource_association"].values()
    assert held["resource_arn"].startswith("${aws_route53_zone.private-zone-inside_")
    (held,) = off["aws_route53profiles_resource_association"].values()
    assert "endpoint-zones" in held["resource_arn"]
    assert {name for name in on["aws_route53_zone"] if "private-zone" in name} == {
        name for name in off["aws_route53_zone"] if "private-zone" in name
    }


def test_dhcp_options_come_and_go(synthesized, synthesize_changed):
    def change(enabled):
        def run(data):
            data["settings"]["network"]["dhcp_options"] = {"domain_name": "internal.example.org", "enabled": enabled}

        return synthesize_changed(run, ["network"], "accounts/network.yaml")["network"]

    on = change(enabled=True)
    assert {address.partition(".")[0] for address in set(resources(on)) - set(resources(synthesized["network"]))} == {
        "aws_vpc_dhcp_options",
        "aws_vpc_dhcp_options_association",
    }


def test_off_nothing_of_it_is_left(synthesized, synthesize_changed):
    off = synthesize_changed(
        lambda data: data.__setitem__("resolver", {"enabled": False, "account": "network", "inbound": {}}), STACKS
    )
    for name in STACKS:
        assert off[name]["resource"] == synthesized[name]["resource"]
