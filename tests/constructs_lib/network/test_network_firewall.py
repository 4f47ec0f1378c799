import pytest
from pydantic import TypeAdapter

from config.capabilities.network.firewall import EndpointService
from constructs_lib.errors import InvalidValueError
from constructs_lib.network.appliance_endpoints import ApplianceEndpointsConstruct
from constructs_lib.network.firewall_policy import FirewallPolicyConstruct, FirewallRuleGroup
from constructs_lib.network.firewall_route import FirewallRoute
from constructs_lib.network.network_firewall import NetworkFirewallConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")

RULES = 'pass tcp any any -> any 22 (msg: "SSH"; sid: 1;)'
GROUPS = {
    "names": FirewallRuleGroup(30, 10, domains=["example.org", ".example.com", "example.org"]),
    "bad": FirewallRuleGroup(20, 10, domains=["example.net"], type="DENYLIST"),
    "rules": FirewallRuleGroup(10, 5, rules=RULES),
    "botnets": FirewallRuleGroup(5, managed="ThreatSignaturesBotnetStrictOrder"),
}


def policy(stack, **changes):
    arguments = {"name": "hub-central", "region": "eu-central-1", "rule_groups": GROUPS, "home_net": ["10.0.0.0/8"]}
    return FirewallPolicyConstruct(stack, "policy", **{**arguments, **changes})


def firewall(stack, **changes):
    arguments = {
        "name": "hub",
        "vpc_id": "vpc-1",
        "policy_arn": "arn:policy",
        "subnet_ids": {"b": "subnet-b", "a": "subnet-a"},
        "routes": {"in-a": FirewallRoute("rtb-a", "a", "0.0.0.0/0"), "in-c": FirewallRoute("rtb-c", "c", "0.0.0.0/0")},
    }
    return NetworkFirewallConstruct(stack, "firewall", **{**arguments, **changes})


def test_rule_groups_are_looked_at_in_their_order_and_the_rest_is_dropped():
    template = synth(policy)
    said = template.only("aws_networkfirewall_firewall_policy")["firewall_policy"]
    assert said["stateless_default_actions"] == said["stateless_fragment_default_actions"] == ["aws:forward_to_sfe"]
    assert said["stateful_default_actions"] == ["aws:alert_established", "aws:drop_established"]
    assert said["stateful_engine_options"] == {"rule_order": "STRICT_ORDER", "stream_exception_policy": "REJECT"}
    order = {one["priority"]: one["resource_arn"] for one in said["stateful_rule_group_reference"]}
    assert order[5] == (
        "arn:aws:network-firewall:eu-central-1:aws-managed:stateful-rulegroup/ThreatSignaturesBotnetStrictOrder"
    )
    assert sorted(order) == [5, 10, 20, 30]
    (variable,) = said["policy_variables"]["rule_variables"]
    assert variable == {"key": "HOME_NET", "ip_set": {"definition": ["10.0.0.0/8"]}}
    groups = {one["name"]: one for one in template.resources("aws_networkfirewall_rule_group").values()}
    assert {name: one["rule_group"]["rules_source"] for name, one in groups.items()} == {
        "hub-central-names": {"rules_source_list": _list("ALLOWLIST", ".example.com", "example.org")},
        "hub-central-bad": {"rules_source_list": _list("DENYLIST", "example.net")},
        "hub-central-rules": {"rules_string": RULES},
    }
    assert {one["rule_group"]["stateful_rule_options"]["rule_order"] for one in groups.values()} == {"STRICT_ORDER"}


def test_rules_are_text_to_terraform():
    rules = 'drop http any any -> any any (content: "${jndi:"; pcre: "/%{x}/"; sid: 1;)'
    template = synth(lambda stack: policy(stack, rule_groups={"rules": FirewallRuleGroup(1, 5, rules=rules)}))
    (group,) = template.resources("aws_networkfirewall_rule_group").values()
    assert group["rule_group"]["rules_source"]["rules_string"] == rules.replace("${", "$${").replace("%{", "%%{")


def _list(type_, *targets):
    return {"generated_rules_type": type_, "target_types": ["HTTP_HOST", "TLS_SNI"], "targets": list(targets)}


def test_without_a_default_packets_pass():
    said = synth(lambda stack: policy(stack, default_actions=[], home_net=[])).only(
        "aws_networkfirewall_firewall_policy"
    )["firewall_policy"]
    assert "stateful_default_actions" not in said
    assert "policy_variables" not in said


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": "hub central"}, "name"),
        ({"default_actions": ["pass"]}, "default_actions"),
        ({"home_net": ["10.0.0.1/8"]}, "home_net"),
        ({"rule_groups": {"a": FirewallRuleGroup(1), "b": FirewallRuleGroup(1)}}, "rule_groups"),
        ({"rule_groups": {"a": FirewallRuleGroup(1)}}, "rule_groups['a']"),
        ({"rule_groups": {"a": FirewallRuleGroup(1, rules="x", domains=["y"])}}, "rule_groups['a']"),
        ({"rule_groups": {"a": FirewallRuleGroup(0, rules="x")}}, "rule_groups['a'].priority"),
        ({"rule_groups": {"a": FirewallRuleGroup(1, 30_001, rules="x")}}, "rule_groups['a'].capacity"),
    ],
)
def test_policies_that_aws_would_refuse(changes, name):
    with pytest.raises(InvalidValueError) as refused:
        synth(lambda stack: policy(stack, **changes))
    assert refused.value.name == name


def test_routes_lead_to_the_endpoint_of_their_zone_or_the_first():
    template = synth(firewall)
    made = template.only("aws_networkfirewall_firewall")
    assert made["delete_protection"] is True
    assert [one["subnet_id"] for one in made["subnet_mapping"]] == ["subnet-a", "subnet-b"]
    routes = {one["route_table_id"]: one["vpc_endpoint_id"] for one in template.resources("aws_route").values()}
    assert routes["rtb-a"] == routes["rtb-c"]
    assert routes["rtb-a"].endswith('.attachment[0].subnet_id == "subnet-a"])}')
    assert not template.resources("aws_networkfirewall_logging_configuration")


def test_logs_go_to_the_bucket():
    template = synth(lambda stack: firewall(stack, logs=["FLOW", "ALERT"], log_bucket="acme-logs"))
    said = template.only("aws_networkfirewall_logging_configuration")["logging_configuration"]
    assert said["log_destination_config"] == [
        {"log_type": kind, "log_destination_type": "S3", "log_destination": {"bucketName": "acme-logs"}}
        for kind in ("ALERT", "FLOW")
    ]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"subnet_ids": {}}, "subnet_ids"),
        ({"logs": ["ALERT"]}, "log_bucket"),
        ({"logs": ["ALL"], "log_bucket": "acme-logs"}, "logs"),
        ({"routes": {"in": FirewallRoute("rtb-a", "a", "10.0.0.1/8")}}, "routes['in'].destination"),
    ],
)
def test_firewalls_that_aws_would_refuse(changes, name):
    with pytest.raises(InvalidValueError) as refused:
        synth(lambda stack: firewall(stack, **changes))
    assert refused.value.name == name


SERVICE = "com.amazonaws.vpce.eu-central-1.vpce-svc-0a1b2c3d"


def appliances(stack, **changes):
    arguments = {
        "name": "hub",
        "vpc_id": "vpc-1",
        "service_name": SERVICE,
        "subnet_ids": {"b": "subnet-b", "a": "subnet-a"},
        "routes": {"in-b": FirewallRoute("rtb-b", "b", "0.0.0.0/0"), "in-c": FirewallRoute("rtb-c", "c", "0.0.0.0/0")},
    }
    return ApplianceEndpointsConstruct(stack, "appliances", **{**arguments, **changes})


def test_routes_lead_to_the_appliances_of_their_zone_or_of_the_first_one():
    template = synth(appliances)
    endpoints = template.resources("aws_vpc_endpoint")
    zones = {one["subnet_ids"][0]: name for name, one in endpoints.items()}
    assert {(one["vpc_endpoint_type"], one["service_name"]) for one in endpoints.values()} == {
        ("GatewayLoadBalancer", SERVICE)
    }
    ways = {one["route_table_id"]: one["vpc_endpoint_id"] for one in template.resources("aws_route").values()}
    assert ways == {
        "rtb-b": f"${{aws_vpc_endpoint.{zones['subnet-b']}.id}}",
        "rtb-c": f"${{aws_vpc_endpoint.{zones['subnet-a']}.id}}",
    }


def test_in_china_services_are_called_otherwise():
    service = f"cn.{SERVICE.replace('eu-central-1', 'cn-north-1')}"
    template = synth(lambda stack: appliances(stack, service_name=service))
    assert {one["service_name"] for one in template.resources("aws_vpc_endpoint").values()} == {service}
    assert TypeAdapter(EndpointService).validate_python(service) == service


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"service_name": "com.amazonaws.eu-central-1.s3"}, "the name of an endpoint service"),
        ({"subnet_ids": {}}, "a subnet in each zone"),
        ({"routes": {"a": FirewallRoute("rtb", "a", "10.0.0.1/8")}}, "destination"),
    ],
)
def test_appliances_that_could_not_be_reached_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: appliances(stack, **changes))
