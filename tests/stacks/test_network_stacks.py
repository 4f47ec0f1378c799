"""Networks and shared services where the sample does not go: other accounts' attachments, zones of others, other switches."""

import json

import pytest


def of_type(stack, kind):
    return stack["resource"].get(kind, {})


def names(stack, kind, key):
    return {resource[key] for resource in of_type(stack, kind).values()}


@pytest.mark.row("A8")
def test_a_workload_attaches_its_own_vpc_to_the_gateway_that_it_is_shared(synthesize_changed):
    def change(data):
        data["settings"] = {
            "network": {
                "cidr": "10.17.0.0/16",
                "subnets": {"a": {"cidr": "10.17.0.0/20", "zone": "a"}, "more": {"cidr": "10.17.16.0/20", "zone": "a"}},
                "attachment": {"destinations": ["10.0.0.0/8"]},
                "endpoints": {"gateways": [], "interfaces": ["ssm"]},
                "flow_logs": {"traffic": "REJECT"},
            }
        }

    stack = synthesize_changed(change, ["production"], "accounts/production.yaml")["production"]
    (gateway,) = stack["data"]["aws_ec2_transit_gateway"].values()
    filters = {one["name"]: one["values"] for one in gateway["filter"]}
    assert set(filters) == {"owner-id", "state"}
    (attachment,) = of_type(stack, "aws_ec2_transit_gateway_vpc_attachment").values()
    assert attachment["transit_gateway_id"].startswith("${data.aws_ec2_transit_gateway.")
    assert len(attachment["subnet_ids"]) == 1
    (route,) = of_type(stack, "aws_route").values()
    assert route["destination_cidr_block"] == "10.0.0.0/8"
    (endpoint,) = of_type(stack, "aws_vpc_endpoint").values()
    assert (endpoint["service_name"], len(endpoint["subnet_ids"])) == ("com.amazonaws.eu-central-1.ssm", 1)
    (log,) = of_type(stack, "aws_flow_log").values()
    assert log["traffic_type"] == "REJECT"
    assert not of_type(stack, "aws_internet_gateway")


@pytest.mark.row("A8", "D6")
def test_the_samples_network(synthesized):
    stack = synthesized["network"]
    (log,) = of_type(stack, "aws_flow_log").values()
    assert log["log_destination"].startswith("arn:aws:s3:::example-log-archive-")
    assert len(of_type(stack, "aws_nat_gateway")) == 1
    shared = names(stack, "aws_ram_resource_association", "resource_arn")
    kinds = {arn.removeprefix("${").partition(".")[0] for arn in shared}
    assert kinds == {"aws_ec2_transit_gateway", "aws_subnet", "aws_vpc_ipam_pool"}
    for endpoint in of_type(stack, "aws_vpc_endpoint").values():
        (statement,) = json.loads(endpoint["policy"])["Statement"]
        assert set(statement["Condition"]["StringEquals"]) == {"aws:PrincipalOrgID"}


@pytest.mark.row("A9")
def test_a_subdomain_is_delegated_to_the_name_servers_that_are_written_down(synthesize_changed):
    def change(data):
        zone = data["settings"]["dns"]["public_zones"]["main"]
        zone["delegations"] = {
            "partner": {"domain": "partner.cloud.example.org", "name_servers": ["ns2.example.net", "ns1.example.net"]}
        }

    stack = synthesize_changed(change, ["shared-services"], "accounts/shared-services.yaml")["shared-services"]
    (record,) = of_type(stack, "aws_route53_record").values()
    assert record["records"] == ["ns1.example.net", "ns2.example.net"]
    assert stack["output"]["name_servers_main"]["value"].startswith("${aws_route53_zone.")


@pytest.mark.row("A9")
def test_private_zones_are_in_the_vpc_and_others_may_join(synthesize_changed):
    def change(data):
        data["settings"]["dns"] = {
            "private_zones": {
                "internal": {
                    "domain": "internal.example.org",
                    "other_vpcs": {"production": {"vpc": "vpc-0a1b2c3d", "region": "us-east-1"}},
                }
            },
            "joined_zones": {"theirs": "Z0123456789ABC"},
        }

    stack = synthesize_changed(change, ["network"], "accounts/network.yaml")["network"]
    (zone,) = of_type(stack, "aws_route53_zone").values()
    assert zone["vpc"][0]["vpc_id"].startswith("${aws_vpc.")
    (authorization,) = of_type(stack, "aws_route53_vpc_association_authorization").values()
    assert (authorization["vpc_id"], authorization["vpc_region"]) == ("vpc-0a1b2c3d", "us-east-1")
    (joined,) = of_type(stack, "aws_route53_zone_association").values()
    assert joined["zone_id"] == "Z0123456789ABC"


@pytest.mark.row("A8")
def test_shares_from_outside_are_accepted_in_their_region(synthesize_changed):
    arn = "arn:aws:ram:us-east-1:999999999999:resource-share/7ab63972-b505-7e2a-420d-6f5d3a1b2c3d"

    def change(data):
        data["settings"] = {"accepted_shares": {"shares": {"partner": arn}}}

    def accept(data):
        """The baseline keeps shares from outside out."""
        meant = {"case": "deploy", "accounts": ["account:staging"], "reason": "A partner shares with it."}
        data["accepted_lockouts"] = [meant]

    also = {"policies/baseline-data.yaml": accept}
    stack = synthesize_changed(change, ["staging"], "accounts/staging.yaml", also)["staging"]
    (accepter,) = of_type(stack, "aws_ram_resource_share_accepter").values()
    assert (accepter["share_arn"], accepter["provider"]) == (arn, "aws.us-east-1")


def test_the_gateway_and_the_pools_can_be_switched_off(synthesize_changed):
    def without_share(data):
        del data["shares"]["routing"]

    def off(data):
        settings = data["settings"]
        for capability in (settings["transit_gateway"], settings["ipam"], settings["network"]["attachment"]):
            capability["enabled"] = False

    stack = synthesize_changed(without_share, ["network"], also={"accounts/network.yaml": off})["network"]
    assert not {kind for kind in stack["resource"] if kind.startswith(("aws_ec2_transit_gateway", "aws_vpc_ipam"))}
    assert of_type(stack, "aws_vpc")


def of_hub(**gateway):
    """The hub has a VPC for the way out, and another account a VPC of its own."""

    def change(data):
        settings = data["settings"]
        settings["transit_gateway"] = gateway
        settings["network"]["vpcs"] = {
            "egress": {
                "cidr": "10.18.0.0/16",
                "subnets": {
                    "private-a": {"cidr": "10.18.0.0/20", "zone": "a"},
                    "public-a": {"cidr": "10.18.16.0/20", "zone": "a", "public": True},
                },
                "nat": "single",
                "attachment": {"destinations": ["10.0.0.0/8"]},
            }
        }

    def spoke(data):
        data["settings"] = {
            "network": {
                "cidr": "10.17.0.0/16",
                "subnets": {"a": {"cidr": "10.17.0.0/20", "zone": "a"}},
                "attachment": {"destinations": ["0.0.0.0/0"]},
            }
        }

    return change, {f"accounts/{slug}.yaml": spoke for slug in ("production",)}


@pytest.mark.row("A8")
def test_a_preset_is_the_route_tables_that_it_stands_for(synthesize_changed):
    change, also = of_hub(preset={"kind": "central-egress", "egress": "egress", "shared": ["vpc:main"]})
    stack = synthesize_changed(change, ["network"], "accounts/network.yaml", also)["network"]
    tables = {one["tags"]["Name"] for one in of_type(stack, "aws_ec2_transit_gateway_route_table").values()}
    assert tables == {"example-spokes", "example-shared", "example-egress"}
    assert names(stack, "aws_ec2_transit_gateway_route", "destination_cidr_block") == {
        "0.0.0.0/0",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
    }
    (gateway,) = of_type(stack, "aws_ec2_transit_gateway").values()
    assert gateway["default_route_table_association"] == "disable"
    for attachment in of_type(stack, "aws_ec2_transit_gateway_vpc_attachment").values():
        assert attachment["transit_gateway_default_route_table_association"] is False
    (looked_up,) = stack["data"]["aws_ec2_transit_gateway_attachments"].values()
    assert looked_up["filter"][0]["name"] == "resource-owner-id"


@pytest.mark.row("A8", "C12")
def test_who_has_a_transit_gateway_may_read_attachments_and_nobody_else(synthesized):
    """A plan that adds route tables reads before it can permit anything."""

    def may(stack):
        return "ec2:DescribeTransitGatewayAttachments" in json.dumps(stack["resource"]["aws_iam_policy"])

    assert {name for name, stack in synthesized.items() if may(stack)} == {"network"}


@pytest.mark.row("A8")
def test_route_tables_go_without_a_trace(synthesize_changed):
    """Back to a gateway that connects everybody, with the VPCs as they are."""
    change, also = of_hub(connect_all=True)
    stack = synthesize_changed(change, ["network"], "accounts/network.yaml", also)["network"]
    assert not {kind for kind in stack["resource"] if kind.startswith("aws_ec2_transit_gateway_route")}
    assert "aws_ec2_transit_gateway_attachments" not in stack["data"]


@pytest.mark.row("A8")
def test_further_vpcs_are_beside_the_first_which_stays_as_it_is(synthesized, synthesize_changed):
    change, also = of_hub(connect_all=True)
    before, after = (
        synthesized["network"],
        synthesize_changed(change, ["network"], "accounts/network.yaml", also)["network"],
    )
    rights = ("aws_iam_policy", "aws_iam_role_policy_attachment")
    for kind, found in before["resource"].items():
        if kind not in rights:
            assert {name: after["resource"][kind][name] for name in found} == found
    new = {
        name
        for kind, found in after["resource"].items()
        for name in found
        if kind not in rights and name not in before["resource"].get(kind, {})
    }
    parts = ("vpc-egress_", "internet-egress_", "endpoints-egress_", "flow-logs-egress_", "attachment-egress_")
    assert {next((part for part in parts if name.startswith(part)), name) for name in new} == set(parts)
    tags = [one["tags"]["Name"] for one in of_type(after, "aws_vpc").values()]
    assert sorted(tags) == ["example", "example-egress"]


@pytest.mark.row("A8")
def test_tiers_have_route_tables_of_their_own(synthesize_changed):
    def change(data):
        data["settings"] = {
            "network": {
                "cidr": "10.17.0.0/16",
                "zones": ["a", "b"],
                "tiers": {
                    "private": {"tags": {"kubernetes.io/role/internal-elb": "1"}},
                    "public": {},
                    "data": {},
                    "attachment": {},
                },
                "secondary_cidrs": {"pods": "100.64.0.0/16"},
                "subnets": {"pods": {"cidr": "100.64.0.0/20", "zone": "a", "name": "pods of shop"}},
                "nat": "single",
                "attachment": {"destinations": ["10.0.0.0/8"]},
                "endpoints": {"interfaces": ["ssm"]},
            }
        }

    stack = synthesize_changed(change, ["production"], "accounts/production.yaml")["production"]
    tables = {name: one["tags"]["Name"] for name, one in of_type(stack, "aws_route_table").items()}
    zones = {f"example-{tier}{zone}" for tier in ("", "data-", "attachment-") for zone in "ab"}
    assert set(tables.values()) == {"example-public", *zones}
    ways = {
        (tables[one["route_table_id"].split(".")[1]], one["destination_cidr_block"])
        for one in of_type(stack, "aws_route").values()
    }
    out = {"example-public", *(name for name in zones if "data" not in name)}
    assert ways == {(name, "0.0.0.0/0") for name in out} | {(name, "10.0.0.0/8") for name in tables.values()}
    subnets = {one["tags"]["Name"]: one for one in of_type(stack, "aws_subnet").values()}
    assert subnets["pods of shop"]["cidr_block"] == "100.64.0.0/20"
    assert subnets["pods of shop"]["depends_on"][0].startswith(
        "aws_vpc_ipv4_cidr_block_association.vpc_secondary-pods_"
    )
    tagged = {name for name, one in subnets.items() if "kubernetes.io/role/internal-elb" in one["tags"]}
    assert tagged == {"example-private-a", "example-private-b"}
    (attachment,) = of_type(stack, "aws_ec2_transit_gateway_vpc_attachment").values()
    assert all("subnet-attachment-" in id_ for id_ in attachment["subnet_ids"])
    (endpoint,) = [
        one for one in of_type(stack, "aws_vpc_endpoint").values() if one["vpc_endpoint_type"] == "Interface"
    ]
    assert all("subnet-p" in id_ for id_ in endpoint["subnet_ids"])


@pytest.mark.row("A8")
def test_subnets_of_a_further_vpc_are_shared(synthesize_changed):
    change, also = of_hub(connect_all=True)

    def share(data):
        data["shares"]["egress"] = {
            "account": "network",
            "vpc": "egress",
            "subnets": ["private-a"],
            "principals": ["account:production"],
        }

    stack = synthesize_changed(share, ["network"], also={"accounts/network.yaml": change, **also})["network"]
    shared = names(stack, "aws_ram_resource_association", "resource_arn")
    (subnet,) = [arn for arn in shared if "vpc-egress_" in arn]
    assert subnet.startswith("${aws_subnet.vpc-egress_subnet-private-a_")


@pytest.mark.row("A8")
def test_endpoints_have_the_policies_that_are_written_for_them(synthesized, synthesize_changed):
    """With the account's own id in them, and for the organization only, as the sample says it of all its endpoints."""

    def policies(data):
        arn = "arn:$(partition):s3:::data-$(account_id)/*"
        statement = {"effect": "Allow", "actions": "s3:GetObject", "resources": arn, "principals": "*"}
        data["endpoint_policies"] = {"own-data": {"statements": [statement]}}

    def network(data):
        data["settings"]["network"]["endpoints"]["policies"] = {"s3": "own-data"}

    stack = synthesize_changed(policies, ["network"], also={"accounts/network.yaml": network})["network"]
    found = {one["service_name"].rpartition(".")[2]: one for one in of_type(stack, "aws_vpc_endpoint").values()}
    read, others = json.loads(found["s3"]["policy"])["Statement"]
    assert read["Resource"].startswith("arn:aws:s3:::data-${")
    assert others["Condition"]["StringNotEquals"].keys() == {"aws:PrincipalOrgID"}
    before = {
        one["service_name"].rpartition(".")[2]: one
        for one in of_type(synthesized["network"], "aws_vpc_endpoint").values()
    }
    assert found["dynamodb"] == before["dynamodb"]
    others_of = {kind: body for kind, body in stack["resource"].items() if kind != "aws_vpc_endpoint"}
    assert others_of == {
        kind: body for kind, body in synthesized["network"]["resource"].items() if kind != "aws_vpc_endpoint"
    }


@pytest.mark.row("A8")
def test_ipv6_of_the_samples_network_changes_no_address_and_goes_without_a_trace(synthesized, synthesize_changed):
    def change(**ipv6):
        def run(data):
            data["settings"]["network"]["ipv6"] = ipv6

        return synthesize_changed(run, ["network"], "accounts/network.yaml")["network"]["resource"]

    before, on = synthesized["network"]["resource"], change(egress=True)
    new = {(kind, name) for kind, found in on.items() for name in found} - {
        (kind, name) for kind, found in before.items() for name in found
    }
    assert {kind for kind, _ in new} == {"aws_egress_only_internet_gateway", "aws_route"}
    assert all(one["ipv6_cidr_block"] for one in on["aws_subnet"].values())
    assert change(enabled=False) == before
