"""States, pipelines and the roles that they work with, looked at in the deployed organization."""

import json

import pytest
from botocore.exceptions import ClientError

from config.capabilities.tiers import tier_of
from config.model.state import access_log_name
from estate.local.session import session
from estate.pipeline.local import execution_session, pipeline_session
from estate.pipeline.setting import Setting
from estate.terraform.stack import TerraformError

pytestmark = pytest.mark.e2e

STAGING = "stacks/staging.tfstate"


@pytest.fixture
def organization(demo):
    return demo.organization


@pytest.fixture
def pipeline(demo, organization):
    """The role of pipelines that deploy staging, as a run of the branch gets it."""
    return pipeline_session(demo.local, organization, "staging")


@pytest.fixture
def terraform(demo, organization):
    """The account of states and pipelines, as its administrator sees it."""
    return demo.local.session(organization.accounts["terraform"].id, region=organization.state.region)


def assumed(demo, caller, arn, **more):
    given = caller.client("sts").assume_role(RoleArn=arn, RoleSessionName="test", **more)["Credentials"]
    keys = given["AccessKeyId"], given["SecretAccessKey"]
    region = demo.organization.state.region
    return session(demo.local.endpoint, *keys, region=region, token=given["SessionToken"])


def state_role(organization, name="TerraformStateRole"):
    return f"arn:aws:iam::{organization.accounts['terraform'].id}:role/{name}"


def tagged(stack):
    return {"Tags": [{"Key": "TerraformStack", "Value": stack}]}


@pytest.mark.row("A10")
def test_a_locked_state_is_left_alone(demo, organization, terraform):
    s3 = terraform.client("s3")
    lock = {"Bucket": organization.state.bucket, "Key": f"{STAGING}.tflock"}
    holder = {"ID": "0c8f4e0e-6f1c-7d5c-8a52-0d6f5f2f5b11", "Operation": "OperationTypeApply", "Who": "ada@laptop"}
    s3.put_object(**lock, Body=json.dumps(holder))
    try:
        with pytest.raises(TerraformError, match=r"Error acquiring the state lock[\s\S]*ada@laptop"):
            demo.stack("staging").plan()
    finally:
        s3.delete_object(**lock)
    assert demo.stack("staging").plan() is False


@pytest.mark.row("B1")
def test_the_terraform_account_holds_states_and_pipelines_and_nothing_else(organization, terraform):
    buckets = {bucket["Name"] for bucket in terraform.client("s3").list_buckets()["Buckets"]}
    assert buckets == {organization.state.bucket, access_log_name(organization.state.bucket)}
    assert not organization.settings["terraform"].network
    for region in organization.governed_regions:
        ec2 = terraform.client("ec2", region_name=region)
        assert ec2.describe_instances()["Reservations"] == []
        assert {vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]} <= {True}
    providers = terraform.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    issuers = {provider["Arn"].partition("/")[2] for provider in providers}
    assert issuers == {"token.actions.githubusercontent.com", "gitlab.com"}


@pytest.mark.row("A11", "B3")
def test_each_stack_has_a_state_of_its_own_in_the_bucket(organization, terraform):
    found = terraform.client("s3").list_objects_v2(Bucket=organization.state.bucket)["Contents"]
    assert {one["Key"] for one in found} >= {f"stacks/{name}.tfstate" for name in organization.accounts}
    versioning = terraform.client("s3").get_bucket_versioning(Bucket=organization.state.bucket)
    assert versioning["Status"] == "Enabled"


@pytest.mark.row("B3")
def test_a_state_is_reached_through_its_role_and_no_other_with_it(demo, organization, pipeline):
    wanted = {"Bucket": organization.state.bucket, "Key": STAGING}
    staging = assumed(demo, pipeline, state_role(organization), **tagged("staging")).client("s3")
    assert json.loads(staging.get_object(**wanted)["Body"].read())["version"] == 4
    with pytest.raises(ClientError, match="AccessDenied"):
        staging.get_object(**{**wanted, "Key": "stacks/production.tfstate"})
    with pytest.raises(ClientError, match="AccessDenied"):
        assumed(demo, pipeline, state_role(organization))
    for other in (pipeline, execution_session(demo.local, organization, "staging")):
        with pytest.raises(ClientError, match="AccessDenied"):
            other.client("s3").get_object(**wanted)


@pytest.mark.row("B2", "C12")
def test_nobody_but_the_pipeline_becomes_the_pipeline(demo, organization):
    roles = {route.deploy_role for route in Setting.of(organization).routes.values()}
    assert len(roles) == 4
    for caller in (demo.local.session(), execution_session(demo.local, organization, "production")):
        for role in roles:
            with pytest.raises(ClientError, match="AccessDenied"):
                assumed(demo, caller, role)


@pytest.mark.row("C12")
def test_the_pipeline_becomes_the_execution_roles_of_its_tier_and_nothing_else(demo, organization, pipeline):
    role = organization.execution_role
    for account in organization.accounts.values():
        if tier_of(organization, account).name != "non-production":
            arn = f"arn:aws:iam::{account.id}:role/{role.name}"
            with pytest.raises(ClientError, match="AccessDenied"):
                assumed(demo, pipeline, arn, ExternalId=role.external_id)
            continue
        arn = f"arn:aws:iam::{account.id}:role/{role.name}"
        caller = assumed(demo, pipeline, arn, ExternalId=role.external_id).client("sts").get_caller_identity()
        assert caller["Account"] == account.id
        with pytest.raises(ClientError, match="AccessDenied"):
            assumed(demo, pipeline, arn)
        with pytest.raises(ClientError, match="AccessDenied"):
            assumed(demo, demo.local.session(), arn, ExternalId=role.external_id)
        with pytest.raises(ClientError, match="AccessDenied"):
            assumed(demo, pipeline, f"arn:aws:iam::{account.id}:role/OrganizationAccountAccessRole")
    with pytest.raises(ClientError, match="AccessDenied"):
        pipeline.client("iam").list_roles()


@pytest.mark.row("B4", "C12")
def test_the_execution_role_permits_the_same_in_every_product_account_and_is_no_administrator(demo, organization):
    """The ARNs are each account's own (ADR 12)."""
    found = {}
    for account in organization.accounts.values():
        if account is organization.management:
            continue
        iam = demo.local.session(account.id).client("iam")
        role = {"RoleName": organization.execution_role.name}
        assert iam.list_role_policies(**role)["PolicyNames"] == []
        statements = []
        for attached in iam.list_attached_role_policies(**role)["AttachedPolicies"]:
            version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
            policy = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)["PolicyVersion"]
            statements += [each for each in policy["Document"]["Statement"] if each["Effect"] == "Allow"]
        actions = [each["Action"] for each in statements]
        found[account.slug] = {one for each in actions for one in ([each] if isinstance(each, str) else each)}
        assert found[account.slug]
        assert not [action for action in found[account.slug] if action in ("*", "iam:*") or action.endswith(":*")]
    products = [found[account.slug] for account in organization.accounts.values() if account.purpose == "workload"]
    assert len(products) > 1
    # AWS names keys, so no policy can permit those that an account does not have yet.
    differing = set.union(*products) - set.intersection(*products)
    assert {action.partition(":")[0] for action in differing} <= {"kms"}
