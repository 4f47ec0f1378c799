"""People in the deployed organization: who they are, and what they may do in which account."""

import json

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.e2e


class Directory:
    """What one account sees of Identity Center."""

    def __init__(self, session):
        self.admin = session.client("sso-admin", region_name="eu-central-1")
        self.store = session.client("identitystore", region_name="eu-central-1")
        (instance,) = self.admin.list_instances()["Instances"]
        self.arn, self.id = instance["InstanceArn"], instance["IdentityStoreId"]

    def users(self):
        return {user["UserId"]: user for user in self.store.list_users(IdentityStoreId=self.id)["Users"]}

    def groups(self):
        """Names of groups, with the sign-in names of their members."""
        users = self.users()
        found = {}
        for group in self.store.list_groups(IdentityStoreId=self.id)["Groups"]:
            members = self.store.list_group_memberships(IdentityStoreId=self.id, GroupId=group["GroupId"])
            found[group["DisplayName"]] = sorted(
                users[member["MemberId"]["UserId"]]["UserName"] for member in members["GroupMemberships"]
            )
        return found

    def permission_sets(self):
        """Permission sets by name."""
        arns = self.admin.list_permission_sets(InstanceArn=self.arn)["PermissionSets"]
        found = (
            self.admin.describe_permission_set(InstanceArn=self.arn, PermissionSetArn=arn)["PermissionSet"]
            for arn in arns
        )
        return {one["Name"]: one for one in found}

    def assignments(self, account_id):
        """Names of permission sets and groups that are assigned to each other in an account."""
        names = {
            group["GroupId"]: group["DisplayName"]
            for group in self.store.list_groups(IdentityStoreId=self.id)["Groups"]
        }
        return {
            (name, names[assignment["PrincipalId"]])
            for name, one in self.permission_sets().items()
            for assignment in self.admin.list_account_assignments(
                InstanceArn=self.arn, AccountId=account_id, PermissionSetArn=one["PermissionSetArn"]
            )["AccountAssignments"]
        }


@pytest.fixture(scope="module")
def directory(demo):
    return Directory(demo.local.session())


@pytest.mark.row("C13", "D5")
def test_every_person_is_there_once(directory):
    users = [user["UserName"] for user in directory.users().values()]
    assert sorted(users) == ["ada", "alan", "grace", "hedy"]
    assert directory.groups() == {
        "Administrators": ["ada", "grace"],
        "Developers": ["alan", "grace"],
        "Finance": ["hedy"],
        "Investigators": ["grace"],
    }


@pytest.mark.row("D5")
def test_no_account_has_users_of_its_own(demo):
    for account in demo.organization.accounts.values():
        users = demo.local.session(account.id).client("iam").list_users()["Users"]
        # The local AWS's own administrator stands for whoever deploys for the first time.
        assert {user["UserName"] for user in users} <= {"local-administrator"}, account.slug


@pytest.mark.row("C13")
def test_permission_sets_allow_what_the_configuration_says(directory):
    found = directory.permission_sets()
    assert sorted(found) == ["Administrators", "Billing", "Developer", "Investigator", "ReadOnly"]
    developer = {"InstanceArn": directory.arn, "PermissionSetArn": found["Developer"]["PermissionSetArn"]}
    assert found["Developer"]["SessionDuration"] == "PT8H"
    assert found["Billing"]["RelayState"] == "https://console.aws.amazon.com/billing/"
    attached = directory.admin.list_managed_policies_in_permission_set(**developer)["AttachedManagedPolicies"]
    assert [policy["Arn"] for policy in attached] == ["arn:aws:iam::aws:policy/PowerUserAccess"]
    inline = json.loads(directory.admin.get_inline_policy_for_permission_set(**developer)["InlinePolicy"])
    assert [statement["Sid"] for statement in inline["Statement"]] == ["DenyPurchases"]


@pytest.mark.row("C13")
def test_people_get_into_the_accounts_they_work_in(demo, directory):
    administrators = {("Administrators", "Administrators")}
    more = {
        "management": {("Billing", "Finance")},
        "development": {("Developer", "Developers")},
        "staging": {("Developer", "Developers")},
        "production": {("ReadOnly", "Developers")},
        "security": {("Investigator", "Investigators")},
    }
    for account in demo.organization.accounts.values():
        assert directory.assignments(account.id) == administrators | more.get(account.slug, set()), account.slug


@pytest.mark.row("C13")
def test_the_delegated_administrator_works_on_the_same_directory_and_not_on_the_management_account(demo, directory):
    security = demo.organization.accounts["security"]
    delegated = Directory(demo.local.session(security.id))
    assert delegated.permission_sets() == directory.permission_sets()
    administrators = delegated.permission_sets()["Administrators"]["PermissionSetArn"]
    with pytest.raises(ClientError, match="AccessDenied"):
        delegated.admin.update_permission_set(
            InstanceArn=delegated.arn, PermissionSetArn=administrators, SessionDuration="PT12H"
        )
