"""An organization that the Landing Zone Accelerator has made of Meadow's configuration (tests/estate/lza/meadow): OUs, accounts, policies.

It was changed by hand since: an account was made that no file has, in an OU that no file has.
"""

from tests.existing.organization_tools import Aws, Org, deny, document

_ROLES = {"aws:PrincipalArn": ["arn:aws:iam::*:role/Meadow*", "arn:aws:iam::*:role/AWSControlTowerExecution"]}


def build(endpoint):
    org = Org(Aws(endpoint))
    org.enable_types("SERVICE_CONTROL_POLICY", "TAG_POLICY")
    org.trust("cloudtrail.amazonaws.com", "config.amazonaws.com", "sso.amazonaws.com")
    for path in ("Guard", "Core", "Parked", "Work", "Work/Live", "Work/Trial", "Lab"):
        org.ou(path)
    for name, address, path in (
        ("Logs of Meadow", "logs", "Guard"),
        ("Audit", "audit", "Guard"),
        ("SharedServices", "shared", "Core"),
        ("Network", "network", "Core"),
        ("Perimeter", "perimeter", "Core"),
        ("ShopLive", "shop-live", "Work/Live"),
        ("ShopTrial", "shop-trial", "Work/Trial"),
        ("By hand", "hand", "Lab"),
    ):
        org.account(name, f"{address}@meadow.example", path, role="AWSControlTowerExecution")
    org.policy(
        "Meadow-Keep-Logs",
        document(deny("KeepRecording", ["config:StopConfigurationRecorder", "iam:CreateUser"], ArnNotLike=_ROLES)),
        ["Guard", "Core", "Work"],
    )
    org.policy("Meadow-Quarantine", document(deny("Shut", "*", ArnNotLike=_ROLES)), [])
    org.policy("Tags", {"tags": {"Plan": {"tag_key": {"@@assign": "Plan"}}}}, ["Work"], type_="TAG_POLICY")
    org.delegate("SharedServices", "sso.amazonaws.com")
    _people(org)
    return org


def _people(org):
    sso, directory = org.aws.client("sso-admin"), org.aws.client("identitystore")
    (instance,) = sso.list_instances()["Instances"]
    arn = instance["InstanceArn"]
    for group, name, policy, account in (
        ("Platform Team", "Admins", "AdministratorAccess", "Network"),
        ("Shop Team", "Lookers", "job-function/ViewOnlyAccess", "ShopLive"),
    ):
        made = directory.create_group(IdentityStoreId=instance["IdentityStoreId"], DisplayName=group)["GroupId"]
        found = sso.create_permission_set(InstanceArn=arn, Name=name, SessionDuration="PT2H")["PermissionSet"]
        permission_set = found["PermissionSetArn"]
        sso.attach_managed_policy_to_permission_set(
            InstanceArn=arn, PermissionSetArn=permission_set, ManagedPolicyArn=f"arn:aws:iam::aws:policy/{policy}"
        )
        sso.create_account_assignment(
            InstanceArn=arn,
            TargetId=org.accounts[account],
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=permission_set,
            PrincipalType="GROUP",
            PrincipalId=made,
        )
