import botocore.exceptions
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def root(organizations):
    return organizations.list_roots()["Roots"][0]["Id"]


def test_an_account_has_the_same_id_after_a_reset(local, make_account):
    before = make_account("a")
    local.reset()
    local.session().client("organizations").create_organization()
    assert make_account("a") == before
    assert make_account("b") != before


@pytest.mark.row("D2")
def test_a_new_account_is_reached_by_its_administrator_role(local, make_account):
    account_id = make_account("a")
    identity = local.session(account_id).client("sts").get_caller_identity()
    assert identity["Account"] == account_id
    assert identity["Arn"] == f"arn:aws:sts::{account_id}:assumed-role/OrganizationAccountAccessRole/local"


def test_an_email_serves_one_account_only(organizations, make_account):
    make_account("a")
    again = organizations.create_account(Email="A@example.com", AccountName="again")["CreateAccountStatus"]
    assert (again["State"], again["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    seen = organizations.describe_create_account_status(CreateAccountRequestId=again["Id"])["CreateAccountStatus"]
    assert seen["FailureReason"] == "EMAIL_ALREADY_EXISTS"


def test_an_ou_name_is_unique_under_its_own_parent_only(organizations, root):
    first = organizations.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"]["Id"]
    organizations.create_organizational_unit(ParentId=first, Name="Workloads")
    with pytest.raises(organizations.exceptions.DuplicateOrganizationalUnitException):
        organizations.create_organizational_unit(ParentId=root, Name="Workloads")


def test_ous_nest_five_deep(organizations, root):
    parent = root
    for level in range(5):
        unit = organizations.create_organizational_unit(ParentId=parent, Name=f"level-{level}")
        parent = unit["OrganizationalUnit"]["Id"]
    with pytest.raises(organizations.exceptions.ConstraintViolationException, match="OU_DEPTH_LIMIT_EXCEEDED"):
        organizations.create_organizational_unit(ParentId=parent, Name="too-deep")


def test_an_ou_with_content_is_not_deleted(organizations, root):
    outer = organizations.create_organizational_unit(ParentId=root, Name="outer")["OrganizationalUnit"]["Id"]
    inner = organizations.create_organizational_unit(ParentId=outer, Name="inner")["OrganizationalUnit"]["Id"]
    with pytest.raises(organizations.exceptions.OrganizationalUnitNotEmptyException):
        organizations.delete_organizational_unit(OrganizationalUnitId=outer)
    organizations.delete_organizational_unit(OrganizationalUnitId=inner)
    organizations.delete_organizational_unit(OrganizationalUnitId=outer)


@pytest.mark.parametrize("kind", ["BACKUP_POLICY", "DECLARATIVE_POLICY_EC2", "CHATBOT_POLICY", "TAG_POLICY"])
def test_policies_of_every_type(organizations, root, kind):
    organizations.enable_policy_type(RootId=root, PolicyType=kind)
    made = organizations.create_policy(Name="p", Type=kind, Description="", Content="{}")["Policy"]["PolicySummary"]
    assert made["Type"] == kind
    assert f"/{kind.lower()}/" in made["Arn"]
    organizations.attach_policy(PolicyId=made["Id"], TargetId=root)
    assert [p["Id"] for p in organizations.list_policies_for_target(TargetId=root, Filter=kind)["Policies"]] == [
        made["Id"]
    ]
    organizations.detach_policy(PolicyId=made["Id"], TargetId=root)
    organizations.delete_policy(PolicyId=made["Id"])


def test_resource_policy(organizations):
    with pytest.raises(organizations.exceptions.ResourcePolicyNotFoundException):
        organizations.describe_resource_policy()
    made = organizations.put_resource_policy(Content="{}", Tags=[{"Key": "a", "Value": "b"}])["ResourcePolicy"]
    assert organizations.describe_resource_policy()["ResourcePolicy"]["Content"] == "{}"
    policy_id = made["ResourcePolicySummary"]["Id"]
    assert organizations.list_tags_for_resource(ResourceId=policy_id)["Tags"] == [{"Key": "a", "Value": "b"}]
    organizations.delete_resource_policy()


def test_without_an_organization_the_error_says_so(local):
    client = local.session().client("organizations")
    with pytest.raises(botocore.exceptions.ClientError, match="AWSOrganizationsNotInUseException"):
        client.create_account(Email="a@example.com", AccountName="a")


def test_an_organization_in_the_government_partition(local):
    region = "us-gov-west-1"
    client = local.session(region=region).client("organizations")
    assert client.create_organization()["Organization"]["Arn"].startswith("arn:aws-us-gov:")
    account_id = client.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    identity = local.session(account_id, region=region).client("sts").get_caller_identity()
    assert identity["Arn"].startswith(f"arn:aws-us-gov:sts::{account_id}:assumed-role/")


@pytest.mark.row("E12")
def test_a_disabled_policy_type_leaves_nothing_attached(organizations):
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    content = '{"tags":{"a":{"tag_key":{"@@assign":"a"}}}}'
    made = organizations.create_policy(Name="tags", Description="", Content=content, Type="TAG_POLICY")
    policy = made["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=root)
    organizations.disable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    assert organizations.list_targets_for_policy(PolicyId=policy)["Targets"] == []


@pytest.mark.row("E12")
def test_policies_of_one_type_have_different_names(organizations):
    content = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'
    ids = [
        organizations.create_policy(Name=name, Description="", Content=content, Type="SERVICE_CONTROL_POLICY")[
            "Policy"
        ]["PolicySummary"]["Id"]
        for name in ("one", "two")
    ]
    with pytest.raises(ClientError, match="DuplicatePolicyException"):
        organizations.update_policy(PolicyId=ids[0], Name="two")


@pytest.mark.row("E12")
def test_a_transit_gateway_is_seen_by_those_that_it_is_shared_with(local, make_account):
    owner, guest, other = make_account("owner"), make_account("guest"), make_account("other")
    local.session().client("ram").enable_sharing_with_aws_organization()
    made = local.session(owner).client("ec2").create_transit_gateway(Description="hub")["TransitGateway"]
    local.session(owner).client("ram").create_resource_share(
        name="hub", resourceArns=[made["TransitGatewayArn"]], principals=[guest], allowExternalPrincipals=False
    )
    seen = {
        account: [
            gateway["TransitGatewayId"]
            for gateway in local.session(account)
            .client("ec2")
            .describe_transit_gateways(Filters=[{"Name": "owner-id", "Values": [owner]}])["TransitGateways"]
        ]
        for account in (owner, guest, other)
    }
    assert seen == {owner: [made["TransitGatewayId"]], guest: [made["TransitGatewayId"]], other: []}
