"""(c) An organization that grew: 20 accounts, people in Identity Center, budgets, shares, a state bucket of another project.

Typical for it: OUs four deep, one name twice, people and groups with assignments of both, permission sets with inline and with
customer-managed policies, recorders and detectors made by hand under other names than the product's, an account nobody can enter.
"""

import json

from tests.existing.organization_tools import REGION, Aws, Org, deny, document

TRUSTED = ("cloudtrail", "config", "guardduty", "ram", "sso")
TEAMS = ("checkout", "search", "catalog", "payments")
STAGES = ("dev", "stage", "prod")


def build(endpoint):
    aws = Aws(endpoint)
    org = Org(aws)
    org.enable_types("SERVICE_CONTROL_POLICY", "TAG_POLICY")
    org.trust(*(f"{service}.amazonaws.com" for service in TRUSTED))
    aws.client("ram").enable_sharing_with_aws_organization()
    _tree(org)
    _policies(org)
    org.delegate("security", "config.amazonaws.com")
    _team_policies(aws, org)
    people = _people(aws)
    _assign(aws, org, *people)
    _inside(aws, org)
    return org


def _tree(org):
    for path in ("Core", "Products", "Products/Retail", "Products/Retail/EU", "Products/Retail/US", "Closed"):
        org.ou(path)
    for name in ("security", "network", "shared services", "terraform", "backup"):
        org.account(name, f"aws-{name.replace(' ', '-')}@grown.example", "Core")
    for number, team in enumerate(TEAMS):
        ou = "Products/Retail/EU" if number % 2 else "Products/Retail/US"
        for stage in STAGES:
            tags = {"team": team, "stage": stage}
            org.account(f"{team}-{stage}", f"{team}.{stage}@products.grown.example", ou, tags=tags)
    org.account("Sandbox", "sandbox1@grown.example", "Products")
    org.account("sandbox", "sandbox2@grown.example", "Products/Retail")
    org.account("Vendor", "aws@vendor.example", "Products", role="VendorAdmin")  # nobody here can enter it


def _policies(org):
    org.policy("guard", document(deny("Leave", ["organizations:LeaveOrganization"])), ["", "Products"])
    org.policy(
        "no-root", document(deny("Root", ["*"], StringLike={"aws:PrincipalArn": "arn:aws:iam::*:root"})), ["Closed"]
    )
    tags = {"tags": {"team": {"tag_key": {"@@assign": "team"}}}}
    org.policy("tags", tags, ["Products"], "TAG_POLICY")


def _people(aws):
    sso, store = aws.client("sso-admin"), aws.client("identitystore")
    instance = sso.list_instances()["Instances"][0]
    directory = instance["IdentityStoreId"]
    users, groups, sets = {}, {}, {}
    for given, family in (("Ada", "Lovelace"), ("Grace", "Hopper")):
        users[given] = store.create_user(
            IdentityStoreId=directory,
            UserName=f"{given.lower()}@grown.example",
            Name={"GivenName": given, "FamilyName": family},
            DisplayName=f"{given} {family}",
            Emails=[{"Value": f"{given.lower()}@grown.example", "Type": "work", "Primary": True}],
        )["UserId"]
    users["Bob"] = store.create_user(
        IdentityStoreId=directory,
        UserName="bob",
        Name={"GivenName": "Bob", "FamilyName": "B"},
        DisplayName="Bob (contractor)",  # as the configuration does not write it
        Emails=[{"Value": "bob@contractor.example", "Type": "work", "Primary": True}],
    )["UserId"]
    for name, members in (("Platform Admins", ("Ada", "Grace")), ("Developers", ("Grace", "Bob")), ("Auditors", ())):
        groups[name] = store.create_group(IdentityStoreId=directory, DisplayName=name, Description=f"All {name}")[
            "GroupId"
        ]
        for member in members:
            store.create_group_membership(
                IdentityStoreId=directory, GroupId=groups[name], MemberId={"UserId": users[member]}
            )
    for name, policies, extra in (
        ("Admin", ["AdministratorAccess"], {"SessionDuration": "PT4H"}),
        ("Developer", ["PowerUserAccess"], {"Description": "Builds things"}),
        ("Audit", ["SecurityAudit", "job-function/ViewOnlyAccess"], {"SessionDuration": "PT1H30M"}),  # not whole hours
    ):
        made = sso.create_permission_set(
            InstanceArn=instance["InstanceArn"], Name=name, Tags=[{"Key": "owner", "Value": "platform"}], **extra
        )
        arn = sets[name] = made["PermissionSet"]["PermissionSetArn"]
        for policy in policies:
            sso.attach_managed_policy_to_permission_set(
                InstanceArn=instance["InstanceArn"],
                PermissionSetArn=arn,
                ManagedPolicyArn=f"arn:aws:iam::aws:policy/{policy}",
            )
    ids = {"InstanceArn": instance["InstanceArn"], "PermissionSetArn": sets["Developer"]}
    statements = (
        {"Sid": "Bill", "Effect": "Allow", "Action": "ce:Get*", "Resource": "*"},
        deny("NoUsers", ["iam:CreateUser", "iam:CreateAccessKey"]),
    )
    sso.put_inline_policy_to_permission_set(**ids, InlinePolicy=json.dumps(document(*statements)))
    sso.attach_customer_managed_policy_reference_to_permission_set(
        **ids, CustomerManagedPolicyReference={"Name": "TeamExtras", "Path": "/teams/"}
    )
    return instance["InstanceArn"], users, groups, sets


def _team_policies(aws, org):
    """What the permission set for developers names, in the accounts that it is assigned in."""
    policy = json.dumps(document({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}))
    for name, id_ in org.accounts.items():
        if name == "Sandbox" or name.rpartition("-")[2] in STAGES:
            iam = aws.into(id_, "OrganizationAccountAccessRole").client("iam")
            iam.create_policy(PolicyName="TeamExtras", Path="/teams/", PolicyDocument=policy)


def _assign(aws, org, instance, users, groups, sets):
    everywhere = (org.management, *org.accounts.values())
    products = [id_ for name, id_ in org.accounts.items() if name.rpartition("-")[2] in STAGES]
    for permission_set, kind, who, accounts in (
        ("Admin", "GROUP", groups["Platform Admins"], everywhere),
        ("Developer", "GROUP", groups["Developers"], products),
        ("Developer", "USER", users["Ada"], [org.accounts["Sandbox"]]),
        ("Audit", "GROUP", groups["Auditors"], everywhere),
    ):
        for account in accounts:
            aws.client("sso-admin").create_account_assignment(
                InstanceArn=instance,
                PermissionSetArn=sets[permission_set],
                PrincipalType=kind,
                PrincipalId=who,
                TargetId=account,
                TargetType="AWS_ACCOUNT",
            )


def _inside(aws, org):
    for id_ in (org.management, org.accounts["checkout-prod"]):
        where = aws if id_ == org.management else aws.into(id_, "OrganizationAccountAccessRole")
        where.client("budgets").create_budget(
            AccountId=id_,
            Budget={
                "BudgetName": "account-checkout-prod",
                "BudgetLimit": {"Amount": "1000", "Unit": "USD"},
                "TimeUnit": "MONTHLY",
                "BudgetType": "COST",
            },
        )
    network = aws.into(org.accounts["network"], "OrganizationAccountAccessRole")
    vpc = network.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = network.client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetArn"]
    network.client("ram").create_resource_share(
        name="shared subnets",
        resourceArns=[subnet],
        principals=[org.accounts["checkout-prod"]],
        allowExternalPrincipals=False,
    )
    _state(aws.into(org.accounts["terraform"], "OrganizationAccountAccessRole"))
    _baseline(aws.into(org.accounts["checkout-prod"], "OrganizationAccountAccessRole"), org.accounts["checkout-prod"])


def _state(aws):
    """A bucket with the states of a project that has nothing to do with this one, and how its pipeline gets in."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="grown-terraform-states", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="grown-terraform-states", Key="old/terraform.tfstate", Body=b'{"version": 4, "resources": []}')
    aws.client("iam").create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["1" * 40]
    )


def _baseline(aws, account):
    """What somebody switched on by hand, under names of their own."""
    iam, config = aws.client("iam"), aws.client("config")
    iam.create_account_alias(AccountAlias="grown-checkout")
    iam.update_account_password_policy(MinimumPasswordLength=10)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "ours",
            "roleARN": f"arn:aws:iam::{account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    aws.client("s3").create_bucket(Bucket=f"config-{account}", CreateBucketConfiguration={"LocationConstraint": REGION})
    config.put_delivery_channel(DeliveryChannel={"name": "ours", "s3BucketName": f"config-{account}"})
    aws.client("guardduty").create_detector(Enable=True)
    aws.client("accessanalyzer").create_analyzer(analyzerName="ours", type="ACCOUNT")
    aws.client("account").put_alternate_contact(
        AlternateContactType="BILLING",
        EmailAddress="bills@grown.example",
        Name="Bills",
        PhoneNumber="+491234567",
        Title="Accounts payable",
    )
