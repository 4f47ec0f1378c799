"""Networks and shared services, looked at in the deployed organization."""

import json

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def network(demo):
    account = demo.organization.accounts["network"]
    return demo.local.session(account.id, region=account.region)


@pytest.fixture
def shared_services(demo):
    account = demo.organization.accounts["shared-services"]
    return demo.local.session(account.id, region=account.region)


def our_vpc(ec2):
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    return vpc["VpcId"], [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]


@pytest.mark.row("A8")
def test_public_subnets_reach_the_internet_directly_and_private_ones_by_nat(network):
    ec2 = network.client("ec2")
    _, ours = our_vpc(ec2)
    (gateway,) = [one for one in ec2.describe_nat_gateways(Filter=ours)["NatGateways"] if one["State"] == "available"]
    ways = {}
    for table in ec2.describe_route_tables(Filters=ours)["RouteTables"]:
        for subnet in filter(None, (one.get("SubnetId") for one in table["Associations"])):
            (way,) = [one for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0"]
            ways[subnet] = way.get("NatGatewayId") or way["GatewayId"]
    names = {
        subnet["SubnetId"]: next(tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "Name")
        for subnet in ec2.describe_subnets(Filters=ours)["Subnets"]
    }
    for subnet, way in ways.items():
        assert (way == gateway["NatGatewayId"]) == ("private" in names[subnet]), names[subnet]
        assert way.startswith(("igw-", "nat-"))
    assert set(ways) == set(names)


@pytest.mark.row("A8")
def test_s3_and_dynamodb_are_reached_inside_by_our_own_principals(network, demo):
    ec2 = network.client("ec2")
    _, ours = our_vpc(ec2)
    endpoints = ec2.describe_vpc_endpoints(Filters=ours)["VpcEndpoints"]
    assert {one["ServiceName"].rpartition(".")[2] for one in endpoints} == {"dynamodb", "s3"}
    for endpoint in endpoints:
        (statement,) = json.loads(endpoint["PolicyDocument"])["Statement"]
        wanted = {"StringEquals": {"aws:PrincipalOrgID": demo.organization.lock.organization_id}}
        assert statement["Condition"] == wanted


@pytest.mark.row("D6")
def test_flow_logs_go_to_the_log_archive(network, demo):
    (log,) = network.client("ec2").describe_flow_logs()["FlowLogs"]
    security = demo.organization.accounts["security"].id
    assert log["LogDestination"] == f"arn:aws:s3:::example-log-archive-{security}"
    assert log["TrafficType"] == "ALL"


@pytest.mark.row("A8")
def test_the_transit_gateway_and_the_pools_are_there_and_shared(network, demo):
    ec2, ram = network.client("ec2"), network.client("ram")
    (gateway,) = ec2.describe_transit_gateways()["TransitGateways"]
    (attachment,) = ec2.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert (attachment["TransitGatewayId"], attachment["VpcId"]) == (gateway["TransitGatewayId"], our_vpc(ec2)[0])
    pools = {pool.get("Locale"): pool for pool in ec2.describe_ipam_pools()["IpamPools"]}
    ranges = {
        region: ec2.get_ipam_pool_cidrs(IpamPoolId=pool["IpamPoolId"])["IpamPoolCidrs"][0]["Cidr"]
        for region, pool in pools.items()
    }
    wanted = demo.organization.settings["network"].ipam
    assert {region: ranges[region] for region in wanted.regions} == wanted.regions
    assert wanted.cidr in ranges.values()
    shared = {one["arn"] for one in ram.list_resources(resourceOwner="SELF")["resources"]}
    assert gateway["TransitGatewayArn"] in shared
    assert {pools[region]["IpamPoolArn"] for region in wanted.regions} < shared


@pytest.mark.row("A9")
def test_a_subdomain_is_delegated_and_a_domain_is_private_to_the_vpc(network, shared_services):
    def zone(route53):
        (found,) = route53.list_hosted_zones()["HostedZones"]
        return route53.get_hosted_zone(Id=found["Id"])

    public, private = shared_services.client("route53"), network.client("route53")
    records = public.list_resource_record_sets(HostedZoneId=zone(public)["HostedZone"]["Id"])["ResourceRecordSets"]
    (record,) = [one for one in records if one["Name"].startswith("partner.")]
    assert record["Type"] == "NS"
    assert {one["Value"].rstrip(".") for one in record["ResourceRecords"]} == {"ns1.example.net", "ns2.example.net"}
    inside = zone(private)
    assert inside["HostedZone"]["Config"]["PrivateZone"] is True
    assert [vpc["VPCId"] for vpc in inside["VPCs"]] == [our_vpc(network.client("ec2"))[0]]


@pytest.mark.row("A9")
def test_the_public_zone_is_signed_and_its_queries_are_logged(demo, shared_services):
    route53, account = shared_services.client("route53"), demo.organization.accounts["shared-services"].id
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    zone_id = zone["Id"].removeprefix("/hostedzone/")
    signed = route53.get_dnssec(HostedZoneId=zone_id)
    assert signed["Status"] == {"ServeSignature": "SIGNING"}
    (key,) = signed["KeySigningKeys"]
    assert key["Status"] == "ACTIVE"
    assert key["KmsArn"].startswith(f"arn:aws:kms:us-east-1:{account}:key/")
    assert demo.setup_stack("shared-services").outputs()["ds_record_main"] == key["DSRecord"]
    (log,) = route53.list_query_logging_configs()["QueryLoggingConfigs"]
    logs = shared_services.client("logs", region_name="us-east-1")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/aws/route53/")["logGroups"]
    assert (log["HostedZoneId"], log["CloudWatchLogsLogGroupArn"]) == (zone_id, group["arn"].removesuffix(":*"))
    assert group["retentionInDays"] == 365
    assert ":key/" in group["kmsKeyId"]


@pytest.mark.row("C1")
def test_every_account_pulls_images_and_no_other_organization(demo, shared_services):
    ecr = shared_services.client("ecr")
    (repository,) = ecr.describe_repositories()["repositories"]
    assert repository["repositoryName"] == "base/python"
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    statements = json.loads(ecr.get_repository_policy(repositoryName="base/python")["policyText"])["Statement"]
    organization = demo.organization.lock.organization_id
    assert {one["Sid"]: (one["Principal"], one["Condition"]) for one in statements} == {
        "OrganizationPulls": ("*", {"StringEquals": {"aws:PrincipalOrgID": organization}}),
        "FunctionsPull": ({"Service": "lambda.amazonaws.com"}, {"StringEquals": {"aws:SourceOrgID": organization}}),
    }
    rules = json.loads(ecr.get_lifecycle_policy(repositoryName="base/python")["lifecyclePolicyText"])["rules"]
    assert len(rules) == 2
