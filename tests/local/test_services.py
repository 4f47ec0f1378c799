"""Each service that the local AWS adds to: create, read, delete through boto3."""

import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from estate.local.services import load


def refused(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"]


@pytest.fixture
def place(local, make_account):
    """The management account and a member, each with clients of its own."""
    member = make_account("member")
    management_session, member_session = local.session(), local.session(member)
    return SimpleNamespace(
        member=member,
        other=make_account("other"),
        management=management_session.client,
        client=member_session.client,
        local=local,
    )


def trust(organizations):
    """Let the management account work on other accounts' settings."""
    organizations.enable_aws_service_access(ServicePrincipal="account.amazonaws.com")


def account(place):
    client = place.management("account")
    contact = {"FullName": "A", "AddressLine1": "x", "City": "B", "CountryCode": "DE", "PostalCode": "1"}
    contact["PhoneNumber"] = "+491"
    trust(place.management("organizations"))
    assert refused(client.get_contact_information, AccountId=place.member) == "ResourceNotFoundException"
    client.put_contact_information(AccountId=place.member, ContactInformation=contact)
    assert client.get_contact_information(AccountId=place.member)["ContactInformation"] == contact
    client.enable_region(AccountId=place.member, RegionName="eu-south-1")
    assert client.get_region_opt_status(AccountId=place.member, RegionName="eu-south-1")["RegionOptStatus"] == "ENABLED"
    assert refused(client.disable_region, RegionName="us-east-1") == "ValidationException"
    client.put_account_name(AccountId=place.member, AccountName="renamed")
    described = place.management("organizations").describe_account(AccountId=place.member)["Account"]
    assert described["Name"] == "renamed"


def accessanalyzer(place):
    client = place.client("accessanalyzer")
    assert refused(client.create_analyzer, analyzerName="org", type="ORGANIZATION") == "ValidationException"
    place.management("organizations").register_delegated_administrator(
        AccountId=place.member, ServicePrincipal="access-analyzer.amazonaws.com"
    )
    arn = client.create_analyzer(analyzerName="org", type="ORGANIZATION", tags={"a": "b"})["arn"]
    assert client.get_analyzer(analyzerName="org")["analyzer"]["tags"] == {"a": "b"}
    client.create_archive_rule(analyzerName="org", ruleName="r", filter={"isPublic": {"eq": ["false"]}})
    assert [rule["ruleName"] for rule in client.list_archive_rules(analyzerName="org")["archiveRules"]] == ["r"]
    client.untag_resource(resourceArn=arn, tagKeys=["a"])
    client.delete_analyzer(analyzerName="org")
    assert client.list_analyzers()["analyzers"] == []


def application_autoscaling(place):
    place.client("dynamodb").create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    client = place.client("application-autoscaling")
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/t",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    arn = client.register_scalable_target(**target, MinCapacity=1, MaxCapacity=4, Tags={"a": "b"})["ScalableTargetARN"]
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"a": "b"}
    client.deregister_scalable_target(**target)


def budgets(place):
    client, account_id = place.client("budgets"), place.member
    budget = {"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    notification = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    first, second = ({"SubscriptionType": "EMAIL", "Address": f"{name}@example.com"} for name in "ab")
    client.create_budget(
        AccountId=account_id,
        Budget={**budget, "BudgetLimit": {"Amount": "1", "Unit": "USD"}},
        NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": [first]}],
        ResourceTags=[{"Key": "a", "Value": "b"}],
    )
    client.update_budget(AccountId=account_id, NewBudget={**budget, "BudgetLimit": {"Amount": "2", "Unit": "USD"}})
    seen = client.describe_budget(AccountId=account_id, BudgetName="b")["Budget"]
    assert seen["BudgetLimit"]["Amount"] == "2"
    place_of = {"AccountId": account_id, "BudgetName": "b", "Notification": notification}
    client.create_subscriber(**place_of, Subscriber=second)
    client.delete_subscriber(**place_of, Subscriber=first)
    assert client.describe_subscribers_for_notification(**place_of)["Subscribers"] == [second]
    arn = f"arn:aws:budgets::{account_id}:budget/b"
    assert client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == [{"Key": "a", "Value": "b"}]
    client.delete_budget(AccountId=account_id, BudgetName="b")


def ce(place):
    client = place.management("ce")
    activate = client.update_cost_allocation_tags_status
    on, unheard_of = ({"TagKey": key, "Status": "Active"} for key in ("team", "unheard-of"))
    assert refused(activate, CostAllocationTagsStatus=[on]) == "ValidationException"
    tags = {"TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "team", "Value": "a"}]}]}
    place.client("ec2", region_name="us-west-2").create_vpc(CidrBlock="10.0.0.0/16", **tags)
    assert [one["Status"] for one in client.list_cost_allocation_tags()["CostAllocationTags"]] == ["Inactive"]
    (error,) = activate(CostAllocationTagsStatus=[on, unheard_of])["Errors"]
    assert (error["TagKey"], error["Code"]) == ("unheard-of", "TagKeysNotFoundException")
    assert client.list_cost_allocation_tags(Status="Active")["CostAllocationTags"][0]["TagKey"] == "team"
    place.client("kms").create_key(Tags=[{"TagKey": "of-a-key", "TagValue": "a"}])
    place.client("logs").create_log_group(logGroupName="g", tags={"of-a-group": "a"})
    assert {one["TagKey"] for one in client.list_cost_allocation_tags()["CostAllocationTags"]} >= {
        "of-a-key",
        "of-a-group",
    }
    monitor = client.create_anomaly_monitor(
        AnomalyMonitor={"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    )["MonitorArn"]
    subscription = client.create_anomaly_subscription(
        AnomalySubscription={
            "SubscriptionName": "s",
            "MonitorArnList": [monitor],
            "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
            "Frequency": "DAILY",
        }
    )["SubscriptionArn"]
    client.update_anomaly_subscription(SubscriptionArn=subscription, Frequency="WEEKLY")
    assert client.get_anomaly_subscriptions(MonitorArn=monitor)["AnomalySubscriptions"][0]["Frequency"] == "WEEKLY"
    client.delete_anomaly_subscription(SubscriptionArn=subscription)
    client.delete_anomaly_monitor(MonitorArn=monitor)
    assert client.get_anomaly_monitors()["AnomalyMonitors"] == []


def cloudtrail(place):
    client = place.management("cloudtrail")
    client.register_organization_delegated_admin(MemberAccountId=place.member)
    assert _administrators(place, "cloudtrail.amazonaws.com") == [place.member]
    _trail_of_the_organization(place)
    client.deregister_organization_delegated_admin(DelegatedAdminAccountId=place.member)
    assert _administrators(place, "cloudtrail.amazonaws.com") == []


def _trail_of_the_organization(place):
    """Members see it, that it logs and what it selects; they can neither stop nor delete it."""
    own, other = place.client("cloudtrail"), place.local.session(place.other).client("cloudtrail")
    place.client("s3").create_bucket(Bucket="logs")
    assert other.describe_trails()["trailList"] == []
    arn = own.create_trail(Name="all", S3BucketName="logs", IsOrganizationTrail=True, IsMultiRegionTrail=True)[
        "TrailARN"
    ]
    own.start_logging(Name="all")
    (seen,) = other.describe_trails()["trailList"]
    assert (seen["TrailARN"], seen["HomeRegion"]) == (arn, "us-east-1")
    assert other.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert other.describe_trails(trailNameList=["else"])["trailList"] == []
    assert other.get_trail_status(Name=arn)["IsLogging"] is True
    assert other.get_event_selectors(TrailName=arn)["TrailARN"] == arn
    for attempt in (other.stop_logging, other.delete_trail):
        refused(attempt, Name=arn)
    assert own.get_trail_status(Name="all")["IsLogging"] is True
    own.delete_trail(Name="all")


def config(place):
    client = place.client("config")
    recorder = {"name": "default", "roleARN": f"arn:aws:iam::{place.member}:role/config"}
    client.put_configuration_recorder(ConfigurationRecorder=recorder)
    channel = {"name": "default", "s3BucketName": "archive-of-another-account"}
    assert refused(client.put_delivery_channel, DeliveryChannel=channel) == "NoSuchBucketException"
    place.management("s3").create_bucket(Bucket="archive-of-another-account")
    client.put_delivery_channel(DeliveryChannel=channel)
    assert client.describe_delivery_channels()["DeliveryChannels"] == [channel]
    rule = {
        "OrganizationConfigRuleName": "r",
        "OrganizationManagedRuleMetadata": {"RuleIdentifier": "ENCRYPTED_VOLUMES"},
    }
    assert refused(client.put_organization_config_rule, **rule) == "OrganizationAccessDeniedException"
    place.management("organizations").register_delegated_administrator(
        AccountId=place.member, ServicePrincipal="config-multiaccountsetup.amazonaws.com"
    )
    client.put_organization_config_rule(**rule)
    seen = client.describe_organization_config_rules(OrganizationConfigRuleNames=["r"])["OrganizationConfigRules"]
    assert [one["OrganizationConfigRuleName"] for one in seen] == ["r"]
    details = client.get_organization_config_rule_detailed_status(OrganizationConfigRuleName="r")
    found = {one["AccountId"]: one.get("ErrorCode") for one in details["OrganizationConfigRuleDetailedStatus"]}
    assert found[place.other] == "NoAvailableConfigurationRecorder"
    (status,) = client.describe_organization_config_rule_statuses()["OrganizationConfigRuleStatuses"]
    assert status["OrganizationRuleStatus"] == "CREATE_FAILED"
    client.delete_organization_config_rule(OrganizationConfigRuleName="r")
    client.put_conformance_pack(ConformancePackName="p", TemplateBody="x")
    assert client.describe_conformance_packs()["ConformancePackDetails"][0]["ConformancePackName"] == "p"
    client.delete_conformance_pack(ConformancePackName="p")
    client.put_organization_conformance_pack(OrganizationConformancePackName="p", TemplateBody="x")
    client.delete_organization_conformance_pack(OrganizationConformancePackName="p")


def athena(place):
    client = place.client("athena")
    assert refused(client.get_work_group, WorkGroup="queries") == "InvalidRequestException"
    results = {"OutputLocation": "s3://results/", "ExpectedBucketOwner": place.member}
    limits = {"BytesScannedCutoffPerQuery": 10**9, "ResultConfiguration": results}
    client.create_work_group(Name="queries", Configuration=limits, Tags=[{"Key": "a", "Value": "b"}])
    changed = {"ExpectedBucketOwner": place.other, "RemoveOutputLocation": True}
    updates = {"EnforceWorkGroupConfiguration": True, "ResultConfigurationUpdates": changed}
    client.update_work_group(WorkGroup="queries", State="DISABLED", ConfigurationUpdates=updates)
    shown = client.get_work_group(WorkGroup="queries")["WorkGroup"]
    assert (shown["State"], shown["Configuration"]["BytesScannedCutoffPerQuery"]) == ("DISABLED", 10**9)
    assert shown["Configuration"]["ResultConfiguration"] == {"ExpectedBucketOwner": place.other}
    client.update_work_group(WorkGroup="queries", ConfigurationUpdates={"RemoveBytesScannedCutoffPerQuery": True})
    shown = client.get_work_group(WorkGroup="queries")["WorkGroup"]["Configuration"]
    assert (shown["EnforceWorkGroupConfiguration"], "BytesScannedCutoffPerQuery" in shown) == (True, False)
    client.delete_work_group(WorkGroup="queries")


def cur(place):
    client = place.management("cur")
    report = {"ReportName": "r", "TimeUnit": "DAILY", "Format": "Parquet", "Compression": "Parquet"}
    report |= {"AdditionalSchemaElements": ["RESOURCES"], "S3Bucket": "b", "S3Prefix": "p", "S3Region": "us-east-1"}
    client.put_report_definition(ReportDefinition=report)
    assert refused(client.put_report_definition, ReportDefinition=report) == "DuplicateReportNameException"
    assert client.describe_report_definitions()["ReportDefinitions"] == [report]
    client.delete_report_definition(ReportName="r")


def detective(place):
    place.management("detective").enable_organization_admin_account(AccountId=place.member)
    client = place.client("detective")
    arn = client.create_graph(Tags={"a": "b"})["GraphArn"]
    client.update_organization_configuration(GraphArn=arn, AutoEnable=True)
    assert client.describe_organization_configuration(GraphArn=arn)["AutoEnable"] is True
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "b"}
    client.delete_graph(GraphArn=arn)
    assert client.list_graphs()["GraphList"] == []
    place.management("detective").disable_organization_admin_account()


def dynamodb(place):
    # Nothing is added but what policies see of a call: test_permissions.py.
    assert place.client("dynamodb").list_tables()["TableNames"] == []


def ec2(place):
    client = place.client("ec2")
    assert client.get_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    assert client.modify_ebs_default_kms_key_id(KmsKeyId="alias/mine")["KmsKeyId"] == "alias/mine"
    assert client.reset_ebs_default_kms_key_id()["KmsKeyId"] == "alias/aws/ebs"
    client.enable_snapshot_block_public_access(State="block-all-sharing")
    assert client.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    client.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    client.disable_image_block_public_access()
    assert client.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"
    client.enable_serial_console_access()
    assert client.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is True
    client.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    client.modify_instance_metadata_defaults(HttpPutResponseHopLimit=-1)
    assert client.get_instance_metadata_defaults()["AccountLevel"] == {"HttpTokens": "required", "ManagedBy": "account"}
    client.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    options = client.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert options["InternetGatewayBlockMode"] == "block-bidirectional"
    ipam = client.create_ipam(OperatingRegions=[{"RegionName": "us-east-1"}])["Ipam"]
    pool = client.create_ipam_pool(IpamScopeId=ipam["PrivateDefaultScopeId"], AddressFamily="ipv4")["IpamPool"]
    client.provision_ipam_pool_cidr(IpamPoolId=pool["IpamPoolId"], Cidr="10.0.0.0/8")
    assert client.get_ipam_pool_cidrs(IpamPoolId=pool["IpamPoolId"])["IpamPoolCidrs"][0]["Cidr"] == "10.0.0.0/8"
    client.delete_ipam_pool(IpamPoolId=pool["IpamPoolId"])
    client.delete_ipam(IpamId=ipam["IpamId"])
    assert refused(client.describe_ipams, IpamIds=[ipam["IpamId"]]) == "InvalidIpamId.NotFound"

    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    place.local.session(place.other).client("s3").create_bucket(Bucket="logs-of-all")  # of another account
    parquet = {"FileFormat": "parquet", "HiveCompatiblePartitions": False, "PerHourPartition": False}
    client.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::logs-of-all",
        DestinationOptions=parquet,
    )
    assert client.describe_flow_logs()["FlowLogs"][0]["DestinationOptions"] == parquet
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
    gateway = client.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    tags = [{"Key": "Name", "Value": "hub"}]
    client.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway,
        VpcId=vpc,
        SubnetIds=[subnet],
        TagSpecifications=[{"ResourceType": "transit-gateway-attachment", "Tags": tags}],
    )
    (attachment,) = client.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert attachment["Tags"] == tags


def ecs(place):
    client = place.client("ecs")
    client.create_cluster(clusterName="c")
    container = {"name": "n", "image": "i", "memory": 1}
    client.register_task_definition(family="f", containerDefinitions=[container])
    client.create_service(cluster="c", serviceName="s", taskDefinition="f", desiredCount=1)
    service = client.describe_services(cluster="c", services=["s"])["services"][0]
    assert "networkConfiguration" not in service


def guardduty(place):
    management, client = place.management("guardduty"), place.client("guardduty")
    detector = client.create_detector(Enable=True)["DetectorId"]
    settings = {"DetectorId": detector, "AutoEnableOrganizationMembers": "ALL"}
    assert refused(client.update_organization_configuration, **settings) == "BadRequestException"
    management.enable_organization_admin_account(AdminAccountId=place.member)
    assert _administrators(place, "guardduty.amazonaws.com") == [place.member]
    client.update_organization_configuration(**settings)
    members = [member["AccountId"] for member in client.list_members(DetectorId=detector)["Members"]]
    assert place.other in members
    assert place.member not in members
    other = place.local.session(place.other).client("guardduty")
    client.update_organization_configuration(
        **settings,
        Features=[{"Name": "S3_DATA_EVENTS", "AutoEnable": "ALL"}, {"Name": "RDS_LOGIN_EVENTS", "AutoEnable": "NONE"}],
    )
    (joined,) = other.list_detectors()["DetectorIds"]
    shown = other.get_detector(DetectorId=joined)
    assert (shown["Status"], shown["DataSources"]["S3Logs"]["Status"]) == ("ENABLED", "ENABLED")
    assert "RDS_LOGIN_EVENTS" not in [one["Name"] for one in shown["Features"] if one.get("Status") == "ENABLED"]
    management.disable_organization_admin_account(AdminAccountId=place.member)
    assert management.list_organization_admin_accounts()["AdminAccounts"] == []


def iam(place):
    client = place.management("iam")
    client.enable_organizations_root_sessions()
    assert client.list_organizations_features()["EnabledFeatures"] == ["RootSessions"]
    client.disable_organizations_root_sessions()
    assert refused(place.client("iam").list_organizations_features) == "AccessDeniedException"
    role = client.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")["Role"]["RoleName"]
    client.delete_service_linked_role(RoleName=role)
    assert refused(client.get_role, RoleName=role) == "NoSuchEntity"
    metadata, tag = "x" * 1000, {"Key": "a", "Value": "b"}
    provider = client.create_saml_provider(Name="Okta", SAMLMetadataDocument=metadata, Tags=[tag])["SAMLProviderArn"]
    client.tag_saml_provider(SAMLProviderArn=provider, Tags=[{"Key": "c", "Value": "d"}])
    client.untag_saml_provider(SAMLProviderArn=provider, TagKeys=["c"])
    found = client.get_saml_provider(SAMLProviderArn=provider)
    assert (found["SAMLMetadataDocument"], found["Tags"]) == (metadata, [tag])


def identitystore(place):
    store = place.management("sso-admin").list_instances()["Instances"][0]["IdentityStoreId"]
    client = place.management("identitystore")
    group = client.create_group(IdentityStoreId=store, DisplayName="before")["GroupId"]
    change = {"AttributePath": "displayName", "AttributeValue": "after"}
    client.update_group(IdentityStoreId=store, GroupId=group, Operations=[change])
    assert client.describe_group(IdentityStoreId=store, GroupId=group)["DisplayName"] == "after"
    client.delete_group(IdentityStoreId=store, GroupId=group)


def inspector2(place):
    client = place.management("inspector2")
    client.enable_delegated_admin_account(delegatedAdminAccountId=place.member)
    assert client.get_delegated_admin_account()["delegatedAdmin"]["accountId"] == place.member
    client.disable_delegated_admin_account(delegatedAdminAccountId=place.member)
    assert client.list_delegated_admin_accounts()["delegatedAdminAccounts"] == []


def kms(place):
    client = place.client("kms")
    key = client.create_key()["KeyMetadata"]["KeyId"]
    client.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    assert client.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 90
    client.disable_key_rotation(KeyId=key)
    assert client.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False


def macie2(place):
    management, client = place.management("macie2"), place.client("macie2")
    assert refused(client.update_organization_configuration, autoEnable=True) == "AccessDeniedException"
    management.enable_organization_admin_account(adminAccountId=place.member)
    client.update_organization_configuration(autoEnable=True)
    assert client.describe_organization_configuration()["autoEnable"] is True
    management.disable_organization_admin_account(adminAccountId=place.member)


def organizations(place):
    # More in test_organizations.py.
    assert len(place.management("organizations").list_accounts()["Accounts"]) == 3


def ram(place):
    place.management("ram").enable_sharing_with_aws_organization()
    network, consumer = place.client("ec2"), place.local.session(place.other)
    vpc = network.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = network.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]
    client = place.client("ram")
    share = client.create_resource_share(
        name="s", allowExternalPrincipals=False, resourceArns=[subnet["SubnetArn"]], principals=[place.other]
    )["resourceShare"]["resourceShareArn"]
    assert client.list_principals(resourceOwner="SELF")["principals"][0]["id"] == place.other
    seen = consumer.client("ec2").describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"]
    assert [one["OwnerId"] for one in seen] == [place.member]
    offered = consumer.client("ram").get_resource_shares(resourceOwner="OTHER-ACCOUNTS")["resourceShares"]
    assert [one["resourceShareArn"] for one in offered] == [share]
    stranger = {"resourceShareArn": share, "principals": ["222222222222"]}
    assert refused(client.associate_resource_share, **stranger) == "OperationNotPermittedException"
    client.disassociate_resource_share(resourceShareArn=share, principals=[place.other])
    subnets = consumer.client("ec2").describe_subnets()["Subnets"]
    assert subnet["SubnetId"] not in [one["SubnetId"] for one in subnets]
    client.delete_resource_share(resourceShareArn=share)


def route53(place):
    owner, other = place.client("route53"), place.local.session(place.other)
    vpcs = [
        {"VPCRegion": "us-east-1", "VPCId": client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]}
        for client in (place.client("ec2"), other.client("ec2"))
    ]
    made = owner.create_hosted_zone(Name="internal.example.com", CallerReference="1", VPC=vpcs[0])["HostedZone"]
    assert made["Config"]["PrivateZone"] is True
    association = {"HostedZoneId": made["Id"], "VPC": vpcs[1]}
    assert refused(other.client("route53").associate_vpc_with_hosted_zone, **association) == "NotAuthorizedException"
    owner.create_vpc_association_authorization(**association)
    other.client("route53").associate_vpc_with_hosted_zone(**association)
    zones = other.client("route53").list_hosted_zones_by_vpc(**vpcs[1])["HostedZoneSummaries"]
    assert [zone["Owner"]["OwningAccount"] for zone in zones] == [place.member]
    owner.delete_vpc_association_authorization(**association)
    other.client("route53").disassociate_vpc_from_hosted_zone(**association)
    _sign_a_zone(place)
    _log_queries(place)


def _public_zone(place, domain):
    client = place.client("route53")
    made = client.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]
    return client, made["Id"].removeprefix("/hostedzone/")


def _sign_a_zone(place):
    client, zone = _public_zone(place, "example.com")
    kms = place.client("kms", region_name="us-east-1")
    arn = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    wanted = {"HostedZoneId": zone, "KeyManagementServiceArn": arn, "Name": "first", "Status": "ACTIVE"}
    assert refused(client.create_key_signing_key, **wanted, CallerReference="1") == "InvalidKMSArn"
    policy = json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    signer = {"Service": "dnssec-route53.amazonaws.com"}
    policy["Statement"].append({"Effect": "Allow", "Principal": signer, "Action": "kms:*", "Resource": "*"})
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(policy))
    assert refused(client.enable_hosted_zone_dnssec, HostedZoneId=zone) == "KeySigningKeyWithActiveStatusNotFound"
    made = client.create_key_signing_key(**wanted, CallerReference="2")["KeySigningKey"]
    client.enable_hosted_zone_dnssec(HostedZoneId=zone)
    assert client.get_dnssec(HostedZoneId=zone)["Status"] == {"ServeSignature": "SIGNING"}
    key = {"HostedZoneId": zone, "Name": "first"}
    assert refused(client.deactivate_key_signing_key, **key) == "KeySigningKeyInUse"
    assert refused(client.delete_key_signing_key, **key) == "InvalidKeySigningKeyStatus"
    other = place.local.session(place.other).client("route53")
    parent = other.create_hosted_zone(Name="com", CallerReference="1")["HostedZone"]["Id"]
    record = {
        "Name": "example.com.",
        "Type": "DS",
        "TTL": 3600,
        "ResourceRecords": [{"Value": made["DSRecord"]}],
    }
    for action in ("CREATE", "DELETE"):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        other.change_resource_record_sets(HostedZoneId=parent, ChangeBatch=batch)
        if action == "CREATE":
            refusal = refused(client.disable_hosted_zone_dnssec, HostedZoneId=zone)
            assert refusal == "KeySigningKeyInParentDSRecord"
    client.disable_hosted_zone_dnssec(HostedZoneId=zone)
    client.deactivate_key_signing_key(**key)
    client.delete_key_signing_key(**key)
    assert client.get_dnssec(HostedZoneId=zone)["KeySigningKeys"] == []


def _log_queries(place):
    client, zone = _public_zone(place, "example.org")
    logs = place.client("logs", region_name="us-east-1")
    logs.create_log_group(logGroupName="/aws/route53/example.org")
    arn = f"arn:aws:logs:us-east-1:{place.member}:log-group:/aws/route53/example.org"
    wanted = {"HostedZoneId": zone, "CloudWatchLogsLogGroupArn": arn}
    for source, refusal in (("Z0", "InsufficientCloudWatchLogsResourcePolicy"), (zone, None)):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "route53.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{arn}:*",
            "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:route53:::hostedzone/{source}"}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        logs.put_resource_policy(policyName="route53", policyDocument=document)
        if refusal:
            assert refused(client.create_query_logging_config, **wanted) == refusal
    made = client.create_query_logging_config(**wanted)["QueryLoggingConfig"]
    assert made["CloudWatchLogsLogGroupArn"] == arn
    client.delete_query_logging_config(Id=made["Id"])


def s3(place):
    # Bucket policies: test_permissions.py. A conditional write is what Terraform's lock file stands on.
    client = place.client("s3")
    client.create_bucket(Bucket="some-bucket")
    client.put_object(Bucket="some-bucket", Key="lock", IfNoneMatch="*")
    assert refused(client.put_object, Bucket="some-bucket", Key="lock", IfNoneMatch="*") == "PreconditionFailed"
    assert refused(client.head_object, Bucket="some-bucket", Key="nothing") == "404"
    client.delete_object(Bucket="some-bucket", Key="lock")
    client.delete_bucket(Bucket="some-bucket")
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    control = place.client("s3control")
    control.put_public_access_block(AccountId=place.member, PublicAccessBlockConfiguration=block)
    seen = control.get_public_access_block(AccountId=place.member)["PublicAccessBlockConfiguration"]
    assert seen == block


def securityhub(place):
    management, client = place.management("securityhub"), place.client("securityhub")
    assert refused(client.describe_hub) == "InvalidAccessException"
    management.enable_organization_admin_account(AdminAccountId=place.member)
    client.enable_security_hub(EnableDefaultStandards=False)
    client.update_organization_configuration(AutoEnable=True, AutoEnableStandards="NONE")
    assert client.describe_organization_configuration()["AutoEnableStandards"] == "NONE"
    standard = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/3.0.0"
    client.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": standard}])
    off = {"StandardsArn": standard, "SecurityControlId": "IAM.1", "AssociationStatus": "DISABLED"}
    client.batch_update_standards_control_associations(
        StandardsControlAssociationUpdates=[{**off, "UpdatedReason": "why"}]
    )
    control = client.list_standards_control_associations(SecurityControlId="IAM.1")
    assert control["StandardsControlAssociationSummaries"][0]["AssociationStatus"] == "DISABLED"
    aggregator = client.create_finding_aggregator(RegionLinkingMode="SPECIFIED_REGIONS", Regions=["eu-central-1"])[
        "FindingAggregatorArn"
    ]
    client.update_organization_configuration(
        AutoEnable=False, AutoEnableStandards="NONE", OrganizationConfiguration={"ConfigurationType": "CENTRAL"}
    )
    on = {"ServiceEnabled": True, "EnabledStandardIdentifiers": [standard], "SecurityControlsConfiguration": {}}
    policy = client.create_configuration_policy(Name="all", ConfigurationPolicy={"SecurityHub": on})["Id"]
    session = place.local.session(place.other)
    assert refused(session.client("securityhub").describe_hub) == "InvalidAccessException"
    client.start_configuration_policy_association(
        ConfigurationPolicyIdentifier=policy, Target={"AccountId": place.other}
    )
    for region in ("us-east-1", "eu-central-1"):
        joined = session.client("securityhub", region_name=region)
        assert [one["StandardsArn"] for one in joined.get_enabled_standards()["StandardsSubscriptions"]] == [standard]
    client.update_organization_configuration(
        AutoEnable=True, AutoEnableStandards="NONE", OrganizationConfiguration={"ConfigurationType": "LOCAL"}
    )
    client.delete_finding_aggregator(FindingAggregatorArn=aggregator)
    assert place.other in [member["AccountId"] for member in client.list_members()["Members"]]
    client.disable_security_hub()


def service_quotas(place):
    client = place.client("service-quotas")
    quota = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    before = client.get_service_quota(**quota)["Quota"]["Value"]
    client.request_service_quota_increase(**quota, DesiredValue=before + 1)
    assert client.get_service_quota(**quota)["Quota"]["Value"] == before + 1
    assert client.get_aws_default_service_quota(**quota)["Quota"]["Value"] == before


def sso_admin(place):
    client = place.management("sso-admin")
    instance = client.list_instances()["Instances"][0]["InstanceArn"]
    made = client.create_permission_set(Name="Reader", InstanceArn=instance, Tags=[{"Key": "a", "Value": "b"}])
    permission_set = {"InstanceArn": instance, "PermissionSetArn": made["PermissionSet"]["PermissionSetArn"]}
    tags = client.list_tags_for_resource(InstanceArn=instance, ResourceArn=permission_set["PermissionSetArn"])
    assert tags["Tags"] == [{"Key": "a", "Value": "b"}]
    boundary = {"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    client.put_permissions_boundary_to_permission_set(**permission_set, PermissionsBoundary=boundary)
    assert client.get_permissions_boundary_for_permission_set(**permission_set)["PermissionsBoundary"] == boundary
    client.delete_permissions_boundary_from_permission_set(**permission_set)
    client.delete_permission_set(**permission_set)


def sts(place):
    # More in test_sts.py.
    assert place.client("sts").get_caller_identity()["Account"] == place.member


def backup(place):
    client = place.client("backup")
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    vault = {"BackupVaultName": "daily"}
    client.create_backup_vault(**vault)
    assert refused(client.get_backup_vault_access_policy, **vault) == "ResourceNotFoundException"
    client.put_backup_vault_access_policy(**vault, Policy=policy)
    assert client.get_backup_vault_access_policy(**vault)["Policy"] == policy
    client.delete_backup_vault_access_policy(**vault)
    client.delete_backup_vault(**vault)
    assert client.list_backup_vaults()["BackupVaultList"] == []
    settings = place.management("backup")
    settings.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "true"})
    assert settings.describe_global_settings()["GlobalSettings"]["isCrossAccountBackupEnabled"] == "true"


def bcm_data_exports(place):
    client = place.management("bcm-data-exports")
    bucket = {"S3Bucket": "costs", "S3Prefix": "cur", "S3Region": "us-east-1"}
    files = {"OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET", "Overwrite": "OVERWRITE_REPORT"}
    export = {
        "Name": "cur",
        "DataQuery": {"QueryStatement": "SELECT bill_bill_type FROM COST_AND_USAGE_REPORT"},
        "DestinationConfigurations": {"S3Destination": {**bucket, "S3OutputConfigurations": files}},
        "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
    }
    arn = client.create_export(Export=export)["ExportArn"]
    assert refused(client.create_export, Export=export) == "ValidationException"
    assert client.get_export(ExportArn=arn)["Export"]["Name"] == "cur"
    client.delete_export(ExportArn=arn)
    assert refused(client.get_export, ExportArn=arn) == "ResourceNotFoundException"


def network_firewall(place):
    client = place.client("network-firewall")
    domains = {"Targets": [".example.com"], "TargetTypes": ["TLS_SNI"], "GeneratedRulesType": "ALLOWLIST"}
    group = client.create_rule_group(
        RuleGroupName="web", Type="STATEFUL", Capacity=10, RuleGroup={"RulesSource": {"RulesSourceList": domains}}
    )["RuleGroupResponse"]["RuleGroupArn"]
    policy = {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatelessFragmentDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": [{"ResourceArn": group}],
    }
    made = client.create_firewall_policy(FirewallPolicyName="egress", FirewallPolicy=policy)
    assert refused(client.delete_rule_group, RuleGroupArn=group) == "InvalidOperationException"
    arn = made["FirewallPolicyResponse"]["FirewallPolicyArn"]
    assert client.describe_firewall_policy(FirewallPolicyArn=arn)["FirewallPolicy"]["StatefulRuleGroupReferences"]
    client.delete_firewall_policy(FirewallPolicyArn=arn)
    client.delete_rule_group(RuleGroupArn=group)
    assert refused(client.describe_rule_group, RuleGroupArn=group) == "ResourceNotFoundException"


def route53profiles(place):
    client = place.client("route53profiles")
    made = client.create_profile(Name="names", ClientToken="x")["Profile"]
    assert client.get_profile(ProfileId=made["Id"])["Profile"]["Name"] == "names"
    vpc = place.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    found = client.associate_profile(ProfileId=made["Id"], ResourceId=vpc, Name="vpc")["ProfileAssociation"]
    assert client.get_profile_association(ProfileAssociationId=found["Id"])["ProfileAssociation"]["ResourceId"] == vpc
    client.disassociate_profile(ProfileId=made["Id"], ResourceId=vpc)
    client.delete_profile(ProfileId=made["Id"])
    assert refused(client.get_profile, ProfileId=made["Id"]) == "ResourceNotFoundException"


def route53resolver(place):
    client = place.client("route53resolver")
    domains = client.create_firewall_domain_list(CreatorRequestId="x", Name="bad")["FirewallDomainList"]["Id"]
    client.update_firewall_domains(FirewallDomainListId=domains, Operation="ADD", Domains=["example.com"])
    assert client.list_firewall_domains(FirewallDomainListId=domains)["Domains"] == ["example.com."]
    group = client.create_firewall_rule_group(CreatorRequestId="y", Name="dns")["FirewallRuleGroup"]["Id"]
    rule = {"FirewallRuleGroupId": group, "FirewallDomainListId": domains}
    client.create_firewall_rule(CreatorRequestId="z", **rule, Priority=1, Action="ALERT", Name="bad")
    assert [each["Action"] for each in client.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]] == [
        "ALERT"
    ]
    client.delete_firewall_rule(**rule)
    client.delete_firewall_rule_group(FirewallRuleGroupId=group)
    client.delete_firewall_domain_list(FirewallDomainListId=domains)
    assert refused(client.get_firewall_rule_group, FirewallRuleGroupId=group) == "ResourceNotFoundException"


def ssm(place):
    client = place.client("ssm")
    setting = {"SettingId": "/ssm/documents/console/public-sharing-permission"}
    assert client.get_service_setting(**setting)["ServiceSetting"]["SettingValue"] == "Enable"
    client.update_service_setting(**setting, SettingValue="Disable")
    assert client.get_service_setting(**setting)["ServiceSetting"]["SettingValue"] == "Disable"
    client.reset_service_setting(**setting)
    made = client.create_association(
        Name="AWS-GatherSoftwareInventory", Targets=[{"Key": "InstanceIds", "Values": ["*"]}]
    )["AssociationDescription"]["AssociationId"]
    assert (
        client.describe_association(AssociationId=made)["AssociationDescription"]["Name"]
        == "AWS-GatherSoftwareInventory"
    )
    client.delete_association(AssociationId=made)
    assert refused(client.describe_association, AssociationId=made) == "AssociationDoesNotExist"


def _lists(service, operation, answer):
    """A service to which nothing is added but what policies see of a call: test_rights.py."""

    def scenario(place):
        assert answer in getattr(place.client(service), operation)()

    scenario.__name__ = service
    return scenario


def directconnect(place):
    client, ec2 = place.client("directconnect"), place.client("ec2")
    made = client.create_direct_connect_gateway(directConnectGatewayName="dx", amazonSideAsn=64600)
    gateway = made["directConnectGateway"]["directConnectGatewayId"]
    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    client.create_direct_connect_gateway_association(directConnectGatewayId=gateway, gatewayId=transit)
    assert (
        refused(client.delete_direct_connect_gateway, directConnectGatewayId=gateway) == "DirectConnectClientException"
    )
    (found,) = client.describe_direct_connect_gateway_associations(directConnectGatewayId=gateway)[
        "directConnectGatewayAssociations"
    ]
    assert found["associatedGateway"]["id"] == transit
    client.delete_direct_connect_gateway_association(associationId=found["associationId"])
    client.delete_direct_connect_gateway(directConnectGatewayId=gateway)


def elbv2(place):
    client, ec2 = place.client("elbv2"), place.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
    (made,) = client.create_load_balancer(Name="inspect", Type="gateway", Subnets=[subnet])["LoadBalancers"]
    assert ":loadbalancer/gwy/inspect/" in made["LoadBalancerArn"]
    client.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    assert client.describe_load_balancers()["LoadBalancers"] == []


def vpc_lattice(place):
    client = place.client("vpc-lattice")
    network = client.create_service_network(name="services")["id"]
    vpc = {"serviceNetworkIdentifier": network, "vpcIdentifier": "vpc-0123456789abcdef0"}
    joined = client.create_service_network_vpc_association(**vpc)["id"]
    assert refused(client.create_service_network_vpc_association, **vpc) == "ConflictException"
    found = client.get_service_network_vpc_association(serviceNetworkVpcAssociationIdentifier=joined)
    assert found["serviceNetworkName"] == "services"
    client.delete_service_network_vpc_association(serviceNetworkVpcAssociationIdentifier=joined)
    gone = {"serviceNetworkVpcAssociationIdentifier": joined}
    assert refused(client.get_service_network_vpc_association, **gone) == "ResourceNotFoundException"


SCENARIOS = [
    account,
    accessanalyzer,
    application_autoscaling,
    athena,
    backup,
    bcm_data_exports,
    budgets,
    ce,
    cloudtrail,
    config,
    cur,
    detective,
    directconnect,
    dynamodb,
    ec2,
    ecs,
    elbv2,
    guardduty,
    iam,
    identitystore,
    inspector2,
    kms,
    macie2,
    network_firewall,
    organizations,
    ram,
    route53,
    route53profiles,
    route53resolver,
    s3,
    securityhub,
    service_quotas,
    ssm,
    sso_admin,
    sts,
    vpc_lattice,
    _lists("glue", "get_databases", "DatabaseList"),
    _lists("events", "list_rules", "Rules"),
    _lists("logs", "describe_log_groups", "logGroups"),
    _lists("scheduler", "list_schedules", "Schedules"),
    _lists("sns", "list_topics", "Topics"),
    _lists("sqs", "list_queues", "ResponseMetadata"),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_service(place, scenario):
    scenario(place)


def test_every_service_of_ours_has_a_scenario():
    assert {scenario.__name__.replace("_", "-") for scenario in SCENARIOS} == set(load())


def _administrators(place, principal):
    listed = place.management("organizations").list_delegated_administrators(ServicePrincipal=principal)
    return [one["Id"] for one in listed["DelegatedAdministrators"]]


def test_a_call_that_nobody_implements_is_a_400_that_names_it(local):
    for service, call, parameters in (
        ("ec2", "describe_ipam_resource_discoveries", {}),
        ("route53", "list_cidr_collections", {}),
        ("guardduty", "describe_malware_scans", {"DetectorId": "d"}),
        ("organizations", "list_inbound_responsibility_transfers", {"Type": "BILLING"}),
        ("iam", "list_service_specific_credentials", {}),
        ("workmail", "list_organizations", {}),
    ):
        client = local.session().client(service)
        with pytest.raises(ClientError) as raised:
            getattr(client, call)(**parameters)
        answer = raised.value.response
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400, json.dumps(answer, default=str)
        assert answer["Error"]["Code"] == "NotImplementedLocally"
        assert call.replace("_", "") in answer["Error"]["Message"].lower()


@pytest.mark.row("E12")
def test_a_closed_region_knows_nobody_until_it_is_opened(local, make_account):
    """STS and every service refuse, in each account by itself; the account API of another region opens it."""
    one, other = make_account("one"), make_account("other")
    closed = "eu-south-1"
    for service, call in (("sts", "get_caller_identity"), ("ec2", "describe_vpcs")):
        with pytest.raises(ClientError, match="security token included in the request is invalid"):
            getattr(local.session(one).client(service, region_name=closed), call)()
    trust(local.session().client("organizations"))
    local.session().client("account", region_name="us-east-1").enable_region(AccountId=one, RegionName=closed)
    assert local.session(one).client("sts", region_name=closed).get_caller_identity()["Account"] == one
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        local.session(other).client("sts", region_name=closed).get_caller_identity()
