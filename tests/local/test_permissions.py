"""What a session may do is decided by the policies that exist: identity, boundary, session, bucket, SCP, RCP."""

import json

import pytest
from botocore.exceptions import ClientError

from estate.local.session import session

MANAGEMENT = "111111111111"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions, resource="*", **more):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions, resource="*", **more):
    return {"Effect": "Deny", "Action": list(actions), "Resource": resource, **more}


def error_of(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]


@pytest.fixture
def account(make_account):
    return make_account("workload")


@pytest.fixture
def session_of(local, account):
    """Make a role with these policies and return a session of it."""

    def make(*statements, name="limited", account_id=account, **role):
        iam = local.session(account_id).client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": MANAGEMENT}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **role)
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return local.session(account_id, role=name)

    return make


@pytest.mark.row("A2", "C12")
def test_what_no_policy_allows_is_refused_in_the_protocols_words(session_of):
    limited = session_of(allow("kms:CreateKey"))
    limited.client("kms").create_key()
    refused = {
        "json": error_of(limited.client("kms").list_keys),
        "ec2": error_of(limited.client("ec2").describe_vpcs),
        "query": error_of(limited.client("iam").list_roles),
        "rest-json": error_of(limited.client("guardduty").list_detectors),
        "rest-xml": error_of(limited.client("s3").list_buckets),
    }
    assert {protocol: error["Code"] for protocol, error in refused.items()} == {
        "json": "AccessDeniedException",
        "ec2": "UnauthorizedOperation",
        "query": "AccessDenied",
        "rest-json": "AccessDeniedException",
        "rest-xml": "AccessDenied",
    }
    assert "not authorized to perform: kms:ListKeys (no identity policy allows it)" in refused["json"]["Message"]


def test_a_boundary_limits_what_the_policies_allow(local, account, session_of):
    iam = local.session(account).client("iam")
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document(allow("ec2:*")))["Policy"]["Arn"]
    limited = session_of(allow("*"), PermissionsBoundary=boundary)
    limited.client("ec2").describe_vpcs()
    assert "no permissions boundary allows it" in error_of(limited.client("kms").list_keys)["Message"]


def test_a_session_policy_limits_the_session(local, account, session_of):
    session_of(allow("*"), name="wide")
    given = (
        local.session()
        .client("sts")
        .assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/wide",
            RoleSessionName="narrow",
            Policy=document(allow("ec2:Describe*")),
        )["Credentials"]
    )
    keys = given["AccessKeyId"], given["SecretAccessKey"]
    narrow = session(local.endpoint, *keys, region="us-east-1", token=given["SessionToken"])
    narrow.client("ec2").describe_vpcs()
    assert "no session policy allows it" in error_of(narrow.client("kms").list_keys)["Message"]


def test_what_is_not_known_of_a_call_is_not_held_against_the_caller(session_of):
    tagged = {"StringEquals": {"aws:ResourceTag/team": "network"}}
    limited = session_of(
        allow("kms:ListKeys", resource="arn:aws:kms:*:*:key/1234"),
        allow("ec2:DescribeVpcs", Condition=tagged),
        allow("sns:ListTopics"),
        deny("sns:ListTopics", Condition=tagged),
    )
    limited.client("kms").list_keys()
    limited.client("ec2").describe_vpcs()
    limited.client("sns").list_topics()


@pytest.fixture
def attach(organizations, account):
    root = organizations.list_roots()["Roots"][0]["Id"]

    def put(kind, *statements, target=account):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
        policy = organizations.create_policy(Name="guardrail", Type=kind, Description="", Content=document(*statements))
        organizations.attach_policy(PolicyId=policy["Policy"]["PolicySummary"]["Id"], TargetId=target or root)

    return put


@pytest.mark.row("A7", "C7")
def test_a_region_guardrail_refuses_the_other_regions_and_spares_global_services(local, account, attach):
    attach(
        "SERVICE_CONTROL_POLICY",
        {
            "Sid": "Regions",
            "Effect": "Deny",
            "NotAction": ["iam:*", "organizations:*", "sts:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}},
        },
        target=None,
    )
    local.session(account, region="eu-central-1").client("ec2").describe_vpcs()
    local.session(account).client("iam").list_roles()
    error = error_of(local.session(account, region="ap-south-1").client("ec2").describe_vpcs)
    assert "SCP 'guardrail' at Root, statement 'Regions'" in error["Message"]
    local.session(region="ap-south-1").client("ec2").describe_vpcs()  # the management account is exempt


def test_an_scp_protects_a_role_by_its_arn_and_spares_the_exempt(local, account, attach, session_of):
    session_of(name="precious")
    attach(
        "SERVICE_CONTROL_POLICY",
        deny(
            "iam:DeleteRole",
            resource="arn:aws:iam::*:role/precious",
            Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/keeper"}},
        ),
    )
    iam = local.session(account).client("iam")
    assert "guardrail" in error_of(iam.delete_role, RoleName="precious")["Message"]
    session_of(allow("iam:*"), name="keeper").client("iam").delete_role(RoleName="precious")


def test_an_scp_sees_whether_a_share_may_leave_the_organization(local, account, attach):
    asked, is_open = "ram:RequestedAllowsExternalPrincipals", "ram:AllowsExternalPrincipals"
    ram = local.session(account).client("ram")
    opened = ram.create_resource_share(name="before")["resourceShare"]["resourceShareArn"]
    attach(
        "SERVICE_CONTROL_POLICY",
        deny("ram:CreateResourceShare", Condition={"BoolIfExists": {asked: "true"}}),
        deny("ram:UpdateResourceShare", Condition={"Bool": {asked: "true"}}),
        deny("ram:AssociateResourceShare", Condition={"Bool": {is_open: "true"}}),
    )
    own = ram.create_resource_share(name="own", allowExternalPrincipals=False)["resourceShare"]["resourceShareArn"]
    ram.update_resource_share(resourceShareArn=own, name="renamed")
    ram.associate_resource_share(resourceShareArn=own, principals=[f"arn:aws:iam::{account}:role/reader"])
    for refused in (
        error_of(ram.create_resource_share, name="open", allowExternalPrincipals=True),
        error_of(ram.create_resource_share, name="open unless told otherwise"),
        error_of(ram.update_resource_share, resourceShareArn=own, allowExternalPrincipals=True),
        error_of(ram.associate_resource_share, resourceShareArn=opened, principals=["222222222222"]),
    ):
        assert "guardrail" in refused["Message"]


def test_an_scp_of_a_type_that_is_off_does_nothing(organizations, local, account):
    made = organizations.create_policy(
        Name="all", Type="SERVICE_CONTROL_POLICY", Description="", Content=document(deny("*"))
    )
    organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=account)
    local.session(account).client("ec2").describe_vpcs()


def test_an_rcp_keeps_strangers_out(local, account, attach, make_account):
    bucket = "perimeter-bucket"
    owner = local.session(account).client("s3")
    owner.create_bucket(Bucket=bucket)
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}"}
    owner.put_bucket_policy(Bucket=bucket, Policy=document(everybody))
    other = local.session(make_account("other")).client("s3")
    other.list_objects_v2(Bucket=bucket)
    attach(
        "RESOURCE_CONTROL_POLICY",
        deny("s3:*", Principal="*", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-somebodyelse"}}),
    )
    assert "RCP" in error_of(other.list_objects_v2, Bucket=bucket)["Message"]


class TestBuckets:
    BUCKET = "state-bucket"

    @pytest.fixture
    def owner(self, local, account):
        client = local.session(account).client("s3")
        client.create_bucket(Bucket=self.BUCKET)
        client.put_object(Bucket=self.BUCKET, Key="network/state", Body=b"n")
        client.put_object(Bucket=self.BUCKET, Key="production/state", Body=b"p")
        return client

    def put_policy(self, owner, *statements):
        owner.put_bucket_policy(Bucket=self.BUCKET, Policy=document(*statements))

    def test_deny_unless_tls_does_not_deny_everything(self, owner):
        arns = [f"arn:aws:s3:::{self.BUCKET}", f"arn:aws:s3:::{self.BUCKET}/*"]
        tls = {"Bool": {"aws:SecureTransport": "false"}}
        self.put_policy(owner, deny("s3:*", resource=arns, Principal="*", Condition=tls))
        owner.get_object(Bucket=self.BUCKET, Key="network/state")

    @pytest.mark.row("B3")
    @pytest.mark.usefixtures("owner")
    def test_a_role_opens_its_own_state_and_no_other(self, session_of):
        reader = session_of(
            allow("s3:GetObject", resource=f"arn:aws:s3:::{self.BUCKET}/network/*"),
            allow("s3:ListBucket", Condition={"StringLike": {"s3:prefix": "network/*"}}),
        ).client("s3")
        reader.get_object(Bucket=self.BUCKET, Key="network/state")
        reader.list_objects_v2(Bucket=self.BUCKET, Prefix="network/")
        for call, parameters in (
            (reader.get_object, {"Key": "production/state"}),
            (reader.put_object, {"Key": "network/state"}),
            (reader.list_objects_v2, {}),
        ):
            assert error_of(call, Bucket=self.BUCKET, **parameters)["Code"] == "AccessDenied"

    def test_another_account_needs_both_sides(self, local, owner, make_account):
        other_id = make_account("other")
        other = local.session(other_id).client("s3")
        assert error_of(other.get_object, Bucket=self.BUCKET, Key="network/state")["Code"] == "AccessDenied"
        statement = allow("s3:GetObject", resource=f"arn:aws:s3:::{self.BUCKET}/*", Principal={"AWS": other_id})
        self.put_policy(owner, statement)
        assert other.get_object(Bucket=self.BUCKET, Key="network/state")["Body"].read() == b"n"


def test_a_role_locks_its_own_state_and_no_other(local, account, session_of):
    local.session(account).client("dynamodb").create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    leading = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "state-bucket/network/*"}}
    table = f"arn:aws:dynamodb:*:{account}:table/locks"
    locker = session_of(allow("dynamodb:PutItem", resource=table, Condition=leading)).client("dynamodb")
    locker.put_item(TableName="locks", Item={"LockID": {"S": "state-bucket/network/state"}})
    other = {"TableName": "locks", "Item": {"LockID": {"S": "state-bucket/production/state"}}}
    assert error_of(locker.put_item, **other)["Code"] == "AccessDeniedException"
