"""What networks of other configurations than the universal one have: names, firewalls in order, VPCs that are of nobody here."""

import pytest

from config.capabilities.network import NETWORK
from config.capabilities.resolver import RESOLVER
from config.capabilities.transit_gateway import TRANSIT_GATEWAY
from estate.lza.importing import convert
from estate.lza.reading import LzaError, read
from tests.estate.lza.conftest import take

RESOLVING = """\
  route53Resolver:
    endpoints:
      - name: in
        type: INBOUND
        vpc: Meadow-endpoints
        subnets: [Meadow-endpoints-services-a, Meadow-endpoints-services-b]
        allowedCidrs: [172.16.0.0/12]
      - name: out
        type: OUTBOUND
        vpc: Meadow-endpoints
        subnets: [Meadow-endpoints-services-a, Meadow-endpoints-services-b]
        rules:
          - {name: Meadow-barn, domainName: barn.meadow.example, targetIps: [{ip: 172.16.0.2}, {ip: 172.16.0.3, port: 5353}]}
          - {name: Meadow-own, domainName: own.meadow.example, inboundEndpointTarget: in}
    firewallRuleGroups:
      - name: guard
        regions: ["{{ HomeRegion }}"]
        rules:
          - {name: Bad, action: BLOCK, priority: 200, customDomainList: firewall-rules/bad.txt, blockResponse: NXDOMAIN}
          - {name: Seen, action: ALERT, priority: 100, customDomainList: firewall-rules/bad.txt}
          - {name: Aws, action: BLOCK, priority: 300, managedDomainList: AWSManagedDomainsMalwareDomainList, blockResponse: NODATA}
    queryLogs: {name: all, destinations: [s3]}
  ipams:
"""
OPTIONS = """\
dhcpOptions:
  - {name: barn, accounts: [Network], regions: ["{{ HomeRegion }}"], domainName: meadow.example, domainNameServers: [AmazonProvidedDNS], ntpServers: [169.254.169.123]}
vpcs:
  - name: Meadow-endpoints
    dhcpOptions: barn
"""


def network(organization, slug, vpc="main"):
    return NETWORK.in_account(organization, organization.accounts[slug]).every[vpc]


def test_names_are_found_as_the_accelerators_resolver_has_it(changed, tmp_path):
    source = changed("network-config.yaml", ("  ipams:\n", RESOLVING), ("vpcs:\n  - name: Meadow-endpoints\n", OPTIONS))
    (source / "firewall-rules/bad.txt").write_text("bad.example\n*.worse.example\n")
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    resolver = RESOLVER.of(found.organization)
    said = found.draft.organization["resolver"]
    assert said["inbound"] == {"subnets": ["services-a", "services-b"], "allowed": ["172.16.0.0/12"]}
    assert said["outbound"] == {"subnets": ["services-a", "services-b"]}
    assert said["rules"] == {"barn": {"domain": "barn.meadow.example", "targets": ["172.16.0.2", "172.16.0.3:5353"]}}
    assert said["query_log"] is True
    assert [
        (slug, rule.action, rule.response)
        for slug, rule in sorted(resolver.firewall.items(), key=lambda each: each[1].priority)
    ] == [
        ("seen", "ALERT", "NODATA"),
        ("bad", "BLOCK", "NXDOMAIN"),
    ]
    options = network(found.organization, "network").dhcp_options
    assert (options.domain_name, options.domain_name_servers, options.ntp_servers) == (
        "meadow.example",
        (),
        ("169.254.169.123",),
    )
    differs = " ".join(found.result("network", "centralNetworkServices.route53Resolver").differs)
    assert "Left out: AWSManagedDomainsMalwareDomainList" in differs
    assert "an endpoint of our own" in differs
    assert "Not taken over" not in differs


def test_options_that_there_are_not_are_refused(changed):
    source = changed(
        "network-config.yaml",
        ("vpcs:\n  - name: Meadow-endpoints\n", OPTIONS.replace("dhcpOptions: barn", "dhcpOptions: brn")),
    )
    with pytest.raises(LzaError, match="Did you mean 'barn'"):
        convert(read(source, {}), name=None, slug=None, ids={})


def test_a_vpc_that_asks_for_central_endpoints_that_there_are_not_asks_for_nothing(changed, tmp_path):
    found = take(changed("network-config.yaml", ("      central: true\n", "")), tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert not network(found.organization, "perimeter").resolver
    assert "resolver" not in found.draft.organization


def test_rules_in_strict_order_stay_in_it(changed, tmp_path):
    source = changed(
        "network-config.yaml",
        (
            "statefulRuleGroups: [{name: Meadow-rules}]",
            (
                "statefulEngineOptions: STRICT_ORDER\n          statefulDefaultActions: [aws:drop_strict]\n"
                "          statefulRuleGroups: [{name: Meadow-rules, priority: 20}, {name: Meadow-sites, priority: 10}]"
            ),
        ),
        (
            "    rules:\n      - name: Meadow-rules\n",
            (
                "    rules:\n      - {name: Meadow-sites, regions: [eu-central-1], capacity: 10, type: STATEFUL, ruleGroup: {rulesSource: "
                "{rulesSourceList: {generatedRulesType: DENYLIST, targets: [.bad.example], targetTypes: [TLS_SNI]}}}}\n      - name: Meadow-rules\n"
            ),
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems] == []
    assert found.draft.organization["firewall_policies"]["policy"] == {
        "rule_groups": {
            "sites": {"priority": 1, "domains": "documents/policy-sites.txt", "type": "DENYLIST", "capacity": 10},
            "rules": {"priority": 2, "rules": "documents/policy-rules.txt", "capacity": 200},
        },
        "default_actions": ["drop_strict"],
        "home_net": ["10.0.0.0/8"],
    }
    rules = (found.directory / "policies/documents/policy-rules.txt").read_text().splitlines()
    assert [line.split()[0] for line in rules] == ["#", "drop", "pass"]


def test_vpcs_of_an_account_in_other_route_tables_are_told_apart(changed, tmp_path):
    source = changed(
        "network-config.yaml",
        (
            "vpcTemplates:\n",
            (
                "  - name: Meadow-ingress\n    account: Perimeter\n    region: eu-central-1\n    cidrs: [10.0.24.0/24]\n    subnets:\n"
                "      - {name: Meadow-ingress-tgw-a, availabilityZone: a, ipv4CidrBlock: 10.0.24.0/28}\n    transitGatewayAttachments:\n"
                "      - {name: in, transitGateway: {name: Meadow-tgw, account: Network}, routeTableAssociations: [Meadow-tgw-rt-spokes], "
                "subnets: [Meadow-ingress-tgw-a]}\nvpcTemplates:\n"
            ),
        ),
    )
    found = take(source, tmp_path / "config")
    assert [problem.key for problem in found.problems if problem.severity == "error"] == []
    assert {problem.key for problem in found.problems} == {
        "settings.network.attachment",
        "settings.network.vpcs.ingress.attachment",
    }
    gateway = TRANSIT_GATEWAY.in_account(found.organization, found.organization.accounts["network"])
    assert "vpc:perimeter/ingress" in gateway.route_tables["spokes"].associations
    assert "vpc:perimeter/main" in gateway.route_tables["inside"].associations
    differs = found.result("network", "transitGateways.routeTables").differs
    assert any("VPCs of perimeter are told apart by `attachment.id`" in each for each in differs)


def test_ipv6_of_a_vpc_is_awss_range_with_a_way_out(changed, tmp_path):
    source = changed(
        "network-config.yaml",
        (
            "    internetGateway: false\n",
            "    internetGateway: false\n    egressOnlyIgw: true\n    ipv6Cidrs: [{amazonProvidedIpv6CidrBlock: true}]\n",
        ),
    )
    found = take(source, tmp_path / "config")
    assert [str(problem) for problem in found.problems if problem.severity == "error"] == []
    assert network(found.organization, "network").ipv6.egress
    (warning,) = found.problems
    assert "beside `ipv6.egress`" in warning.arrived
