import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.dns_firewall import DnsFirewallConstruct, DnsFirewallRule
from constructs_lib.network.query_log_group import QueryLogGroupConstruct
from constructs_lib.network.resolver_endpoint import ResolverEndpointConstruct
from constructs_lib.network.resolver_query_log import ResolverQueryLogConstruct
from constructs_lib.network.resolver_rules import ForwardingRule, ResolverRulesConstruct
from constructs_lib.network.resolver_use import ResolverUseConstruct, SharedResolverUseConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A9")


def endpoint(stack, **changes):
    arguments = {"name": "hub", "direction": "OUTBOUND", "vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b"]}
    return ResolverEndpointConstruct(stack, "endpoint", **{**arguments, **changes})


def rules(stack, **changes):
    arguments = {
        "name": "hub",
        "endpoint_id": "rslvr-out-1",
        "rules": {"office": ForwardingRule("office.example.com", ["10.200.0.2", "10.200.0.3:5353"])},
    }
    return ResolverRulesConstruct(stack, "rules", **{**arguments, **changes})


def firewall(stack, **rules_):
    return DnsFirewallConstruct(stack, "firewall", name="hub", rules=rules_)


def test_an_outbound_endpoint_asks_those_whom_it_may_and_nobody_else():
    template = synth(lambda stack: endpoint(stack, targets=["10.200.0.3:5353", "10.200.0.2", "10.200.0.2"]))
    opened = {
        (one["cidr_ipv4"], one["from_port"], one["to_port"], one["ip_protocol"])
        for one in template.resources("aws_vpc_security_group_egress_rule").values()
    }
    assert opened == {
        (f"{address}/32", port, port, protocol)
        for address, port in (("10.200.0.2", 53), ("10.200.0.3", 5353))
        for protocol in ("tcp", "udp")
    }
    assert not template.resources("aws_vpc_security_group_ingress_rule")
    assert template.only("aws_route53_resolver_endpoint")["direction"] == "OUTBOUND"


def test_an_inbound_endpoint_answers_those_who_may_ask():
    template = synth(lambda stack: endpoint(stack, direction="INBOUND", allowed=["10.200.0.0/16"]))
    opened = template.resources("aws_vpc_security_group_ingress_rule").values()
    assert {(one["cidr_ipv4"], one["to_port"], one["ip_protocol"]) for one in opened} == {
        ("10.200.0.0/16", 53, "tcp"),
        ("10.200.0.0/16", 53, "udp"),
    }
    assert not template.resources("aws_vpc_security_group_egress_rule")


def test_a_rule_asks_its_targets():
    rule = synth(rules).only("aws_route53_resolver_rule")
    assert (rule["rule_type"], rule["domain_name"], rule["name"]) == ("FORWARD", "office.example.com", "hub-office")
    assert rule["target_ip"] == [{"ip": "10.200.0.2", "port": 53}, {"ip": "10.200.0.3", "port": 5353}]


def test_dns_firewall_decides_by_lists_of_its_own_and_of_aws():
    template = synth(
        lambda stack: firewall(
            stack,
            own=DnsFirewallRule(10, domains=["*.example.net", "example.org"], response="NXDOMAIN"),
            aws=DnsFirewallRule(20, list_id="rslvr-fdl-1", action="ALERT"),
        )
    )
    # With the dot that AWS adds: without, the provider would take it away with each plan.
    domains = template.only("aws_route53_resolver_firewall_domain_list")["domains"]
    assert domains == ["*.example.net.", "example.org."]
    found = {one["priority"]: one for one in template.resources("aws_route53_resolver_firewall_rule").values()}
    assert (found[10]["action"], found[10]["block_response"]) == ("BLOCK", "NXDOMAIN")
    assert (found[20]["firewall_domain_list_id"], "block_response" in found[20]) == ("rslvr-fdl-1", False)


def test_vpcs_of_the_account_are_associated_with_all_of_it():
    arguments = {"rule_ids": {"office": "rslvr-rr-1"}, "rule_group_id": "rslvr-frg-1", "query_log_id": "rqlc-1"}
    template = synth(
        lambda stack: ResolverUseConstruct(
            stack, "use", name="hub", vpc_ids={"main": "vpc-1", "egress": "vpc-2"}, **arguments
        )
    )
    for kind, key in (
        ("rule_association", "vpc_id"),
        ("firewall_rule_group_association", "vpc_id"),
        ("query_log_config_association", "resource_id"),
    ):
        found = template.resources(f"aws_route53_resolver_{kind}").values()
        assert {one[key] for one in found} == {"vpc-1", "vpc-2"}


def test_what_another_account_shares_is_looked_up_by_kind():
    def shared(stack):
        ResolverQueryLogConstruct(stack, "log", name="hub", bucket_arn="arn:aws:s3:::acme-logs")
        SharedResolverUseConstruct(stack, "use", name="shop", share="names", vpc_ids={"main": "vpc-1"}, query_log=False)

    template = synth(shared)
    ((name, found),) = template.data("aws_ram_resource_share").items()
    assert (found["name"], found["resource_owner"]) == ("names", "OTHER-ACCOUNTS")
    rule = template.only("aws_route53_resolver_rule_association")
    arns = f"data.aws_ram_resource_share.{name}.resource_arns"
    assert rule["for_each"] == f'${{toset([for arn in {arns} : arn if strcontains(arn, ":resolver-rule/")])}}'
    assert rule["resolver_rule_id"] == '${element(split("/", each.value), 1)}'
    group = template.only("aws_route53_resolver_firewall_rule_group_association")
    assert ":firewall-rule-group/" in group["for_each"]
    assert not template.resources("aws_route53_resolver_query_log_config_association")


def test_queries_can_be_in_a_log_group_that_only_the_delivery_of_logs_of_this_account_writes_to():
    def build(stack):
        group = QueryLogGroupConstruct(stack, "group", name="hub", region="eu-central-1", account_id="222222222222")
        ResolverQueryLogConstruct(stack, "log", name="hub", log_group_arn=group.log_group_arn)

    template = synth(build)
    group = template.only("aws_cloudwatch_log_group")
    assert (group["name"], group["retention_in_days"]) == ("/aws/route53resolver/hub", 365)
    assert "aws_kms_key" in group["kms_key_id"]
    assert group["depends_on"][0].startswith("aws_cloudwatch_log_resource_policy.")
    policy = template.only("aws_cloudwatch_log_resource_policy")["policy_document"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Resource"].endswith(":222222222222:log-group:/aws/route53resolver/hub:log-stream:*")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "222222222222"}
    config = template.only("aws_route53_resolver_query_log_config")
    assert config["destination_arn"].startswith("${aws_cloudwatch_log_group.")


def test_a_log_group_is_of_its_partition_with_all_that_is_around_it():
    def build(stack):
        QueryLogGroupConstruct(
            stack, "group", name="hub", region="us-gov-west-1", account_id="222222222222", partition="aws-us-gov"
        )

    template = synth(build)
    policies = (
        template.only("aws_kms_key")["policy"],
        template.only("aws_cloudwatch_log_resource_policy")["policy_document"],
    )
    for policy in policies:
        assert "arn:aws-us-gov:" in policy
        assert "arn:aws:" not in policy


def log(stack, **where):
    return ResolverQueryLogConstruct(stack, "log", name="hub", **where)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda stack: endpoint(stack, subnet_ids=["subnet-a"]), "subnet_ids"),
        (lambda stack: endpoint(stack, direction="BOTH"), "direction"),
        (lambda stack: endpoint(stack, allowed=["10.0.0.1/8"]), "allowed"),
        (lambda stack: endpoint(stack, targets=["office"]), "targets"),
        (lambda stack: endpoint(stack, targets=["10.0.0.2:dns"]), "targets"),
        (lambda stack: rules(stack, rules={"a": ForwardingRule("example.com", [])}), "rules['a'].targets"),
        (lambda stack: firewall(stack, a=DnsFirewallRule(1)), "rules['a']"),
        (lambda stack: firewall(stack, a=DnsFirewallRule(1, ["x.org"], "rslvr-fdl-1")), "rules['a']"),
        (lambda stack: firewall(stack, a=DnsFirewallRule(0, ["x.org"])), "rules['a'].priority"),
        (lambda stack: firewall(stack, a=DnsFirewallRule(1, ["x.org"]), b=DnsFirewallRule(1, ["y.org"])), "rules"),
        (lambda stack: ResolverUseConstruct(stack, "use", name="hub", vpc_ids={}, priority=100), "priority"),
        (log, "bucket_arn"),
        (lambda stack: log(stack, bucket_arn="arn:bucket", log_group_arn="arn:group"), "bucket_arn"),
        (
            lambda stack: QueryLogGroupConstruct(
                stack, "g", name="hub", region="eu-central-1", account_id="222222222222", retention_days=2
            ),
            "retention_days",
        ),
    ],
)
def test_what_aws_would_refuse(make, name):
    with pytest.raises(InvalidValueError) as refused:
        synth(make)
    assert refused.value.name == name
