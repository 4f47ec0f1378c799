"""The security services of the organization, looked at in the deployed organization."""

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.row("C6")]


@pytest.fixture
def security(demo):
    return demo.local.session(demo.organization.accounts["security"].id)


def test_every_account_and_region_is_recorded(demo):
    organization = demo.organization
    bucket = f"example-log-archive-{organization.accounts['security'].id}-config"
    for account in organization.accounts.values():
        for region in organization.governed_regions:
            config = demo.local.session(account.id).client("config", region_name=region)
            (recorder,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
            group = recorder["recordingGroup"]
            assert group["allSupported"] is True
            assert group["includeGlobalResourceTypes"] is (region == organization.home_region)
            (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
            assert status["recording"] is True, (account.slug, region)
            (channel,) = config.describe_delivery_channels()["DeliveryChannels"]
            assert channel["s3BucketName"] == bucket


def test_the_security_account_sees_all_of_it(demo, security):
    config = security.client("config", region_name=demo.organization.home_region)
    (aggregator,) = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    assert aggregator["OrganizationAggregationSource"]["AllAwsRegions"] is True


def test_guardduty_watches_all_accounts_in_every_region(demo, security):
    for region in demo.organization.governed_regions:
        guardduty = security.client("guardduty", region_name=region)
        (detector,) = guardduty.list_detectors()["DetectorIds"]
        found = guardduty.describe_organization_configuration(DetectorId=detector)
        assert found["AutoEnableOrganizationMembers"] == "ALL", region
        features = {feature["Name"]: feature["AutoEnable"] for feature in found["Features"]}
        assert features["S3_DATA_EVENTS"] == "ALL"
        assert features["LAMBDA_NETWORK_LOGS"] == "NONE"


def test_security_hub_gathers_findings_and_checks_the_standards(demo, security):
    organization = demo.organization
    hub = security.client("securityhub", region_name=organization.home_region)
    (aggregator,) = hub.list_finding_aggregators()["FindingAggregators"]
    found = hub.get_finding_aggregator(FindingAggregatorArn=aggregator["FindingAggregatorArn"])
    assert found["Regions"] == ["us-east-1"]
    assert hub.describe_organization_configuration()["OrganizationConfiguration"]["ConfigurationType"] == "CENTRAL"
    policies = hub.list_configuration_policies()["ConfigurationPolicySummaries"]
    (policy,) = [one for one in policies if one["Name"] == "organization"]
    settings = hub.get_configuration_policy(Identifier=policy["Id"])["ConfigurationPolicy"]["SecurityHub"]
    (standard,) = settings["EnabledStandardIdentifiers"]
    assert "aws-foundational-security-best-practices" in standard
    assert settings["SecurityControlsConfiguration"]["DisabledSecurityControlIdentifiers"] == ["IAM.6"]


def test_access_from_outside_and_unused_access_are_looked_for(demo, security):
    for region in demo.organization.governed_regions:
        client = security.client("accessanalyzer", region_name=region)
        kinds = {analyzer["type"] for analyzer in client.list_analyzers()["analyzers"]}
        home = region == demo.organization.home_region
        assert kinds == {"ORGANIZATION", *(["ORGANIZATION_UNUSED_ACCESS"] if home else [])}


def test_members_need_no_root_credentials(demo):
    features = demo.local.session().client("iam").list_organizations_features()["EnabledFeatures"]
    assert set(features) == {"RootCredentialsManagement", "RootSessions"}
