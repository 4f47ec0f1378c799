"""What every account has before anybody works in it, looked at in the deployed organization."""

import pytest

pytestmark = pytest.mark.e2e


def accounts(demo):
    for account in demo.organization.accounts.values():
        yield account, demo.local.session(account.id)


def test_account_wide_switches(demo):
    for account, session in accounts(demo):
        block = session.client("s3control", region_name=account.region).get_public_access_block(AccountId=account.id)
        assert set(block["PublicAccessBlockConfiguration"].values()) == {True}, account.slug
        iam = session.client("iam")
        passwords = iam.get_account_password_policy()["PasswordPolicy"]
        assert (passwords["MinimumPasswordLength"], passwords["PasswordReusePrevention"]) == (14, 24)
        assert iam.list_account_aliases()["AccountAliases"] == [f"example-{account.slug}"]
        contacts = session.client("account", region_name="us-east-1")
        emails = {
            kind: contacts.get_alternate_contact(AlternateContactType=kind.upper())["AlternateContact"]["EmailAddress"]
            for kind in ("billing", "operations", "security")
        }
        assert emails == {
            "billing": "finance@example.com",
            "operations": "platform@example.com",
            "security": "security@example.com",
        }


def test_every_governed_region_is_in_its_safe_position(demo):
    for account, session in accounts(demo):
        for region in demo.organization.governed_regions:
            ec2 = session.client("ec2", region_name=region)
            where = (account.slug, region)
            assert ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is True, where
            assert ec2.get_snapshot_block_public_access_state()["State"] == "block-all-sharing", where
            state = ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"]
            assert state == "block-new-sharing", where
            assert ec2.get_serial_console_access_status()["SerialConsoleAccessEnabled"] is False, where
            metadata = ec2.get_instance_metadata_defaults()["AccountLevel"]
            assert (metadata["HttpTokens"], metadata["HttpPutResponseHopLimit"]) == ("required", 2), where
            assert metadata["ManagedBy"] == "declarative-policy", where


def test_default_vpcs_let_nothing_in_or_out(demo):
    for account, session in accounts(demo):
        for region in demo.organization.governed_regions:
            ec2 = session.client("ec2", region_name=region)
            (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
            filters = [
                {"Name": "vpc-id", "Values": [vpc["VpcId"]]},
                {"Name": "group-name", "Values": ["default"]},
            ]
            (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
            assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], []), (account.slug, region)


def test_quotas_are_asked_for(demo):
    network = demo.organization.accounts["network"]
    quotas = demo.local.session(network.id).client("service-quotas", region_name=network.region)
    assert quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-29B6F2EB")["Quota"]["Value"] == 120
