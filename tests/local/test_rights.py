"""What policies about rights go by: boundaries, tags, handed roles, and the policies of keys, topics, queues and buses."""

import json

import pytest
from botocore.exceptions import ClientError

from estate.local.session import web_identity_token
from tests.local.test_permissions import allow, deny, document, error_of, session_of  # noqa: F401

REGION = "us-east-1"
SERVICE_TRUST = document(
    {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
)


@pytest.fixture
def account(make_account):
    return make_account("workload")


@pytest.fixture
def boundary(local, account):
    made = (
        local.session(account).client("iam").create_policy(PolicyName="Boundary", PolicyDocument=document(allow("*")))
    )
    return made["Policy"]["Arn"]


def code_of(call, **parameters):
    return error_of(call, **parameters)["Code"]


@pytest.mark.row("E1")
def test_who_makes_identities_has_to_bound_them(session_of, boundary):  # noqa: F811
    held = {"Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}}}
    iam = session_of(
        allow("iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreateUser", **held)
    ).client("iam")
    assert code_of(iam.create_role, RoleName="free", AssumeRolePolicyDocument=SERVICE_TRUST) == "AccessDenied"
    assert code_of(iam.create_user, UserName="free") == "AccessDenied"
    iam.create_role(RoleName="bound", AssumeRolePolicyDocument=SERVICE_TRUST, PermissionsBoundary=boundary)
    iam.create_user(UserName="bound", PermissionsBoundary=boundary)
    iam.put_role_policy(RoleName="bound", PolicyName="own", PolicyDocument=document(allow("*")))
    own = {"RoleName": "limited", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    assert code_of(iam.attach_role_policy, **own) == "AccessDenied"


@pytest.mark.row("E1")
def test_a_boundary_is_taken_off_only_by_who_may(local, account, session_of, boundary):  # noqa: F811
    iam = local.session(account).client("iam")
    iam.create_user(UserName="ann", PermissionsBoundary=boundary)
    limited = session_of(
        allow("iam:*"), deny("iam:DeleteUserPermissionsBoundary", "iam:PutRolePermissionsBoundary")
    ).client("iam")
    assert code_of(limited.delete_user_permissions_boundary, UserName="ann") == "AccessDenied"
    assert code_of(iam.delete_policy, PolicyArn=boundary) == "DeleteConflict"
    iam.delete_user_permissions_boundary(UserName="ann")
    iam.delete_policy(PolicyArn=boundary)


@pytest.mark.row("E1")
def test_a_users_boundary_bounds_its_keys(local, account):
    iam = local.session(account).client("iam")
    narrow = iam.create_policy(PolicyName="Narrow", PolicyDocument=document(allow("iam:GetUser")))["Policy"]["Arn"]
    iam.create_user(UserName="ann")
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=narrow)
    iam.put_user_policy(UserName="ann", PolicyName="all", PolicyDocument=document(allow("*")))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = local.session().client(
        "iam", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], aws_session_token=""
    )
    ann.get_user(UserName="ann")
    assert "permissions boundary" in error_of(ann.list_roles)["Message"]


@pytest.mark.row("E1")
def test_attaching_can_be_limited_to_policies(session_of, boundary):  # noqa: F811
    iam = session_of(
        allow("iam:CreateRole"),
        allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": boundary}}),
    ).client("iam")
    iam.create_role(RoleName="made", AssumeRolePolicyDocument=SERVICE_TRUST)
    iam.attach_role_policy(RoleName="made", PolicyArn=boundary)
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert code_of(iam.attach_role_policy, RoleName="made", PolicyArn=administrator) == "AccessDenied"


@pytest.mark.row("E1")
def test_handing_a_role_to_a_service_takes_a_permission(local, account, session_of):  # noqa: F811
    roles = local.session(account).client("iam")
    arns = {
        name: roles.create_role(RoleName=name, AssumeRolePolicyDocument=SERVICE_TRUST)["Role"]["Arn"]
        for name in ("mine", "other")
    }
    passing = allow(
        "iam:PassRole",
        resource=arns["mine"],
        Condition={"StringEquals": {"iam:PassedToService": "events.amazonaws.com"}},
    )
    events = session_of(allow("events:*"), passing).client("events")
    events.put_rule(Name="rule", ScheduleExpression="rate(1 day)")
    bus = f"arn:aws:events:{REGION}:111111111111:event-bus/default"
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": bus, "RoleArn": arns["mine"]}])
    refused = error_of(events.put_targets, Rule="rule", Targets=[{"Id": "1", "Arn": bus, "RoleArn": arns["other"]}])
    assert "iam:PassRole" in refused["Message"]


@pytest.mark.row("E1")
def test_tags_of_the_request_and_of_the_resource(session_of):  # noqa: F811
    def tagged(kind):
        return {"Condition": {"StringEquals": {f"aws:{kind}Tag/stack": "shop"}}}

    kms = session_of(
        allow("kms:CreateKey", "kms:TagResource", **tagged("Request")),
        allow("kms:DisableKey", "kms:ScheduleKeyDeletion", **tagged("Resource")),
    ).client("kms")
    assert code_of(kms.create_key) == "AccessDeniedException"
    own = kms.create_key(Tags=[{"TagKey": "stack", "TagValue": "shop"}])["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=own)


@pytest.mark.row("E1")
def test_a_key_without_the_tag_is_none_of_theirs(local, account, session_of):  # noqa: F811
    foreign = local.session(account).client("kms").create_key()["KeyMetadata"]["KeyId"]
    kms = session_of(
        allow("kms:ScheduleKeyDeletion", Condition={"StringEquals": {"aws:ResourceTag/stack": "shop"}})
    ).client("kms")
    assert code_of(kms.schedule_key_deletion, KeyId=foreign) == "AccessDeniedException"


@pytest.mark.row("E1")
def test_networks_of_another_stack_are_known_by_their_tag(local, account, session_of):  # noqa: F811
    admin = local.session(account).client("ec2")

    def network(**tags):
        given = [{"ResourceType": "vpc", "Tags": [{"Key": name, "Value": value} for name, value in tags.items()]}]
        made = admin.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=given if tags else [])["Vpc"]["VpcId"]
        return made, admin.create_subnet(VpcId=made, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]

    own = {"Condition": {"StringEqualsIfExists": {"aws:ResourceTag/stack": "shop", "aws:RequestTag/stack": "shop"}}}
    changes = allow("ec2:CreateTags", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", **own)
    ec2 = session_of(changes).client("ec2")
    foreign, _ = network(stack="other")
    bare, subnet = network()
    mine = [{"Key": "stack", "Value": "shop"}]
    assert code_of(ec2.delete_vpc, VpcId=foreign) == "UnauthorizedOperation"
    assert code_of(ec2.create_tags, Resources=[foreign], Tags=mine) == "UnauthorizedOperation"
    assert code_of(ec2.create_tags, Resources=[bare, foreign], Tags=mine) == "UnauthorizedOperation"
    assert code_of(ec2.delete_tags, Resources=[foreign], Tags=mine) == "UnauthorizedOperation"
    assert (
        code_of(ec2.create_tags, Resources=[bare], Tags=[{"Key": "stack", "Value": "other"}]) == "UnauthorizedOperation"
    )
    ec2.create_tags(Resources=[bare], Tags=mine)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=bare)


@pytest.mark.row("E1")
def test_pools_of_addresses_are_known_by_their_tag_too(local, account, session_of):  # noqa: F811
    admin = local.session(account).client("ec2")
    given = [{"ResourceType": "ipam", "Tags": [{"Key": "stack", "Value": "other"}]}]
    foreign = admin.create_ipam(TagSpecifications=given)["Ipam"]["IpamId"]
    bare = admin.create_ipam()["Ipam"]["IpamId"]
    own = {"Condition": {"StringEqualsIfExists": {"aws:ResourceTag/stack": "shop"}}}
    ec2 = session_of(allow("ec2:DeleteIpam", **own)).client("ec2")
    assert code_of(ec2.delete_ipam, IpamId=foreign) == "UnauthorizedOperation"
    ec2.delete_ipam(IpamId=bare)


@pytest.mark.row("E1")
def test_a_key_policy_decides(local, account, session_of):  # noqa: F811
    admin = local.session(account).client("kms")
    named = {
        "Sid": "a",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"},
    }
    key = admin.create_key(Policy=document({**named, "Action": "kms:*", "Resource": "*"}))["KeyMetadata"]["KeyId"]
    kms = session_of(allow("kms:*")).client("kms")
    refused = error_of(kms.schedule_key_deletion, KeyId=key)
    assert "no resource policy allows it" in refused["Message"]
    admin.describe_key(KeyId=key)


@pytest.mark.row("E1")
def test_the_policies_of_topics_queues_and_buses(local, account, session_of):  # noqa: F811
    admin = local.session(account)
    topic = admin.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = admin.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    bus = admin.client("events").create_event_bus(Name="alerts")["EventBusArn"]
    limited = f"arn:aws:iam::{account}:role/limited"

    def denying(action, resource):
        return document({**deny(action, resource=resource), "Principal": {"AWS": limited}, "Sid": "no"})

    admin.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=denying("sns:Publish", topic)
    )
    queue_arn = f"arn:aws:sqs:{REGION}:{account}:work"
    admin.client("sqs").set_queue_attributes(
        QueueUrl=queue, Attributes={"Policy": denying("sqs:SendMessage", queue_arn)}
    )
    session = session_of(allow("*"))
    for call, parameters in (
        (session.client("sns").publish, {"TopicArn": topic, "Message": "x"}),
        (session.client("sqs").send_message, {"QueueUrl": queue, "MessageBody": "x"}),
    ):
        assert "resource policy" in error_of(call, **parameters)["Message"]
    entry = {"EventBusName": bus, "Source": "x", "DetailType": "x", "Detail": json.dumps({})}
    session.client("events").put_events(Entries=[entry])
    outside = local.session().client("events")
    assert "no resource policy allows it" in error_of(outside.put_events, Entries=[entry])["Message"]


@pytest.mark.row("E1")
@pytest.mark.parametrize(
    ("service", "operation", "parameters", "arn"),
    [
        ("events", "delete_rule", {"Name": "theirs"}, "arn:aws:events:{region}:{account}:rule/theirs"),
        (
            "scheduler",
            "delete_schedule",
            {"Name": "theirs"},
            "arn:aws:scheduler:{region}:{account}:schedule/default/theirs",
        ),
        ("logs", "delete_log_group", {"logGroupName": "theirs"}, "arn:aws:logs:{region}:{account}:log-group:theirs:*"),
        ("cloudtrail", "delete_trail", {"Name": "theirs"}, "arn:aws:cloudtrail:{region}:{account}:trail/theirs"),
        ("sqs", "create_queue", {"QueueName": "theirs"}, "arn:aws:sqs:{region}:{account}:theirs"),
    ],
)
def test_what_a_call_names_is_what_its_policy_has_to_name(session_of, account, service, operation, parameters, arn):  # noqa: F811
    named = arn.format(region=REGION, account=account)
    client = session_of(allow(f"{service}:*", resource=named.replace("theirs", "mine"))).client(service)
    assert named in error_of(getattr(client, operation), **parameters)["Message"]


@pytest.mark.row("E1")
def test_a_policy_that_names_it_opens_it(session_of):  # noqa: F811
    scheduler = session_of(allow("scheduler:*", resource="arn:aws:scheduler:*:*:schedule/default/mine")).client(
        "scheduler"
    )
    with pytest.raises(ClientError) as raised:
        scheduler.delete_schedule(Name="mine")
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"


@pytest.mark.row("C4", "E1")
@pytest.mark.parametrize(
    ("issuer", "claim", "accepted"),
    [
        ("token.actions.githubusercontent.com", "environment", True),
        ("token.actions.githubusercontent.com", "run_attempt", False),
        ("gitlab.com", "ref_protected", True),
        ("gitlab.example.com", "ref_protected", False),
        ("gitlab.example.com", "environment", False),
    ],
)
def test_trust_goes_by_the_claims_that_aws_looks_at(local, account, issuer, claim, accepted):
    iam = local.session(account).client("iam")
    provider = iam.create_open_id_connect_provider(Url=f"https://{issuer}", ClientIDList=["aws"])
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider["OpenIDConnectProviderArn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:aud": "aws", f"{issuer}:{claim}": "right"}},
    }
    arn = iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    sts = local.session().client("sts")
    for value in ("right", "wrong"):
        token = web_identity_token(iss=f"https://{issuer}", sub="s", aud="aws", **{claim: value})
        call = {"RoleArn": arn, "RoleSessionName": "run", "WebIdentityToken": token}
        if accepted and value == "right":
            sts.assume_role_with_web_identity(**call)
        else:
            assert code_of(sts.assume_role_with_web_identity, **call) == "AccessDenied"


def test_identity_providers_and_instance_profiles_are_known_by_name_before_they_are_made(session_of):  # noqa: F811
    iam = session_of(
        allow("iam:CreateSAMLProvider", Resource="arn:aws:iam::*:saml-provider/Own"),
        allow("iam:CreateOpenIDConnectProvider", Resource="arn:aws:iam::*:oidc-provider/gitlab.com"),
        allow(
            "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile", Resource="arn:aws:iam::*:instance-profile/Own"
        ),
        allow("iam:CreateRole"),
    ).client("iam")
    saml = {"SAMLMetadataDocument": "x" * 1000}
    assert code_of(iam.create_saml_provider, Name="Other", **saml) == "AccessDenied"
    iam.create_saml_provider(Name="Own", **saml)
    tokens = {"ClientIDList": ["own"]}
    assert code_of(iam.create_open_id_connect_provider, Url="https://example.com", **tokens) == "AccessDenied"
    iam.create_open_id_connect_provider(Url="https://gitlab.com", **tokens)
    assert code_of(iam.create_instance_profile, InstanceProfileName="Other") == "AccessDenied"
    iam.create_instance_profile(InstanceProfileName="Own")
    iam.create_role(RoleName="machines", AssumeRolePolicyDocument=SERVICE_TRUST)
    iam.add_role_to_instance_profile(InstanceProfileName="Own", RoleName="machines")
