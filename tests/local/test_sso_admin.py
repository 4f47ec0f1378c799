"""Identity Center has one instance: its delegated administrator works on it, but for what is the management account's."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def delegate(local, organizations, make_account):
    """A session in the account that administers Identity Center."""
    account_id = make_account("security")
    organizations.enable_aws_service_access(ServicePrincipal="sso.amazonaws.com")
    organizations.register_delegated_administrator(AccountId=account_id, ServicePrincipal="sso.amazonaws.com")
    return local.session(account_id, region="eu-central-1")


@pytest.fixture
def management(local):
    return local.session(region="eu-central-1")


def instance(session):
    (found,) = session.client("sso-admin").list_instances()["Instances"]
    return found


def test_the_delegate_sees_the_instance_of_the_management_account(management, delegate):
    assert instance(delegate) == instance(management)


def test_what_the_delegate_makes_is_in_the_one_directory(management, delegate):
    store = instance(management)["IdentityStoreId"]
    group = delegate.client("identitystore").create_group(IdentityStoreId=store, DisplayName="Developers")["GroupId"]
    found = management.client("identitystore").describe_group(IdentityStoreId=store, GroupId=group)
    assert found["DisplayName"] == "Developers"


def test_other_accounts_see_nothing_of_it(local, management, make_account):
    other = local.session(make_account("other"), region="eu-central-1")
    assert instance(other) != instance(management)


def test_the_delegate_lets_nobody_into_the_management_account(local, management, delegate, make_account):
    arn = instance(management)["InstanceArn"]
    member = make_account("member")
    admin = delegate.client("sso-admin")
    permission_set = admin.create_permission_set(InstanceArn=arn, Name="ReadOnly")["PermissionSet"]["PermissionSetArn"]

    def assign(client, account_id):
        client.create_account_assignment(
            InstanceArn=arn,
            TargetId=account_id,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=permission_set,
            PrincipalType="GROUP",
            PrincipalId="11111111-1111-1111-1111-111111111111",
        )

    assign(admin, member)
    with pytest.raises(ClientError, match="AccessDenied"):
        assign(admin, local.management_account_id)
    assign(management.client("sso-admin"), local.management_account_id)
    # From now on the permission set is the management account's.
    for change in (
        lambda: admin.update_permission_set(InstanceArn=arn, PermissionSetArn=permission_set, Description="mine"),
        lambda: admin.put_permissions_boundary_to_permission_set(
            InstanceArn=arn,
            PermissionSetArn=permission_set,
            PermissionsBoundary={"ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ),
        lambda: assign(admin, member),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            change()


def test_managed_policies_with_a_path_are_found(management):
    admin = management.client("sso-admin")
    arn = instance(management)["InstanceArn"]
    permission_set = admin.create_permission_set(InstanceArn=arn, Name="Billing")["PermissionSet"]["PermissionSetArn"]
    policy = "arn:aws:iam::aws:policy/job-function/Billing"
    admin.attach_managed_policy_to_permission_set(
        InstanceArn=arn, PermissionSetArn=permission_set, ManagedPolicyArn=policy
    )
    attached = admin.list_managed_policies_in_permission_set(InstanceArn=arn, PermissionSetArn=permission_set)
    assert [one["Arn"] for one in attached["AttachedManagedPolicies"]] == [policy]
    with pytest.raises(ClientError, match="does not exist"):
        admin.attach_managed_policy_to_permission_set(
            InstanceArn=arn, PermissionSetArn=permission_set, ManagedPolicyArn="arn:aws:iam::aws:policy/Billing"
        )


def test_an_account_that_lacks_a_policy_cannot_be_assigned(local, management, make_account):
    arn, account_id = instance(management)["InstanceArn"], make_account("member")
    admin, iam = management.client("sso-admin"), local.session(account_id).client("iam")
    permission_set = admin.create_permission_set(InstanceArn=arn, Name="Deploy")["PermissionSet"]["PermissionSetArn"]
    of = {"InstanceArn": arn, "PermissionSetArn": permission_set}

    def refer(name):
        admin.attach_customer_managed_policy_reference_to_permission_set(
            **of, CustomerManagedPolicyReference={"Name": name, "Path": "/teams/"}
        )

    def make(name):
        allow = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.create_policy(PolicyName=name, Path="/teams/", PolicyDocument=document)

    def assigned():
        of_whom = {"PrincipalType": "GROUP", "PrincipalId": "11111111-1111-1111-1111-111111111111"}
        made = admin.create_account_assignment(**of, TargetId=account_id, TargetType="AWS_ACCOUNT", **of_whom)
        request = made["AccountAssignmentCreationStatus"]["RequestId"]
        found = admin.describe_account_assignment_creation_status(
            InstanceArn=arn, AccountAssignmentCreationRequestId=request
        )["AccountAssignmentCreationStatus"]
        listed = admin.list_account_assignments(**of, AccountId=account_id)["AccountAssignments"]
        return found["Status"], found.get("FailureReason"), len(listed)

    def provisioned():
        begun = admin.provision_permission_set(**of, TargetType="ALL_PROVISIONED_ACCOUNTS")
        request = begun["PermissionSetProvisioningStatus"]["RequestId"]
        return admin.describe_permission_set_provisioning_status(
            InstanceArn=arn, ProvisionPermissionSetRequestId=request
        )["PermissionSetProvisioningStatus"]["Status"]

    refer("Deploy")
    assert provisioned() == "SUCCEEDED", "it is assigned to nobody"
    assert assigned() == ("FAILED", f"The policy /teams/Deploy does not exist in account {account_id}.", 0)
    make("Deploy")
    assert assigned() == ("SUCCEEDED", None, 1)
    refer("Other")
    assert provisioned() == "FAILED"
    make("Other")
    assert provisioned() == "SUCCEEDED"
    admin.put_permissions_boundary_to_permission_set(
        **of, PermissionsBoundary={"CustomerManagedPolicyReference": {"Name": "Limit", "Path": "/teams/"}}
    )
    assert provisioned() == "FAILED"


def test_a_call_that_is_repeated_since_its_answer_got_lost_gets_that_answer(management):
    arn = instance(management)["InstanceArn"]

    def make(invocation):
        client = management.client("sso-admin")
        client.meta.events.register(
            "before-send", lambda request, **_: request.headers.update({"amz-sdk-invocation-id": invocation})
        )
        return client.create_permission_set(InstanceArn=arn, Name="Billing")["PermissionSet"]["PermissionSetArn"]

    assert make("one") == make("one")
    with pytest.raises(ClientError, match="Billing already exists"):
        make("another")
