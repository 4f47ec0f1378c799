"""All attacks, by who tries them."""

import json
from dataclasses import replace

from stacks.backend import READER, WRITER
from tests.attacks.attack import ADMINISTRATOR, ALL, OUTSIDE, Attack, trusting

NOTHING_ALLOWS = "no identity policy allows it"
DENIED = "identity policy 'TerraformExecutionRole-"
BOUNDARY = "permissions boundary 'TerraformBoundary'"
ASSUMING = f"{BOUNDARY}, statement"  # and without it the role's trust

_OUTSIDER = trusting(f"arn:aws:iam::{OUTSIDE}:root")
_ROOT = f"arn:aws:iam::{OUTSIDE}:root"


def _iam(operation, **parameters):
    """One call of IAM's; texts may name the account's ARNs."""
    return lambda session, _target: getattr(session.client("iam"), operation)(**parameters)


def _in(slug, operation, **parameters):
    """One call of IAM's about something of an account, whose id stands for ``ID``."""

    def step(session, target):
        filled = {name: value.replace("ID", target.ids[slug]) for name, value in parameters.items()}
        return getattr(session.client("iam"), operation)(**filled)

    return step


def _call(service, operation, **parameters):
    return lambda session, _target: getattr(session.client(service), operation)(**parameters)


def _assume(slug, role):
    return lambda session, target: target.assume(session, slug, role)


def _archive(operation, *, bucket="", **parameters):
    """One call about a bucket of the archive: the trail's, or that of Config, of access logs or of copies."""
    return lambda session, target: getattr(session.client("s3"), operation)(
        Bucket=f"{target.archive}{bucket}", **parameters
    )


def _key(alias, operation, **parameters):
    """A call about the key that an alias stands for, by its id as its account's administrator sees it."""

    def step(session, target):
        slug = "security" if "log-archive" in alias else "terraform"
        name = alias.replace("ID", target.ids["security"])
        key = target.administrator(slug).client("kms").describe_key(KeyId=name)["KeyMetadata"]["KeyId"]
        return getattr(session.client("kms"), operation)(KeyId=key, **parameters)

    return step


def _bypass(session, target):
    """Delete a log for good, lock or not."""
    client = target.administrator("security").client("s3")
    version = client.put_object(Bucket=target.archive, Key="log", Body=b"x").get("VersionId", "null")
    session.client("s3").delete_object(
        Bucket=target.archive, Key="log", VersionId=version, BypassGovernanceRetention=True
    )


def _pass(role):
    def step(session, target):
        bus = f"arn:aws:events:eu-central-1:{target.ids['security']}:event-bus/activity-alerts"
        arn = target.arn("shop", f"role/{role}")
        return session.client("events").put_targets(
            Rule="activity-alerts-root-use", Targets=[{"Id": "evil", "Arn": bus, "RoleArn": arn}]
        )

    return step


SHOP, HELPER = ("pipeline", "shop"), ("helper", "shop")
EXECUTION, ENTRY = "TerraformExecutionRole", "OrganizationAccountAccessRole"

PIPELINE = [
    Attack(
        "make a role that trusts an outsider",
        SHOP,
        _iam("create_role", RoleName="evil", AssumeRolePolicyDocument=_OUTSIDER),
        NOTHING_ALLOWS,
    ),
    Attack(
        "make a role of the stack without its boundary",
        SHOP,
        _iam("create_role", RoleName="activity-alerts", AssumeRolePolicyDocument=_OUTSIDER),
        NOTHING_ALLOWS,
    ),
    Attack(
        "make a role of the stack with another boundary",
        SHOP,
        _iam(
            "create_role",
            RoleName="activity-alerts",
            AssumeRolePolicyDocument=_OUTSIDER,
            PermissionsBoundary=ADMINISTRATOR,
        ),
        NOTHING_ALLOWS,
    ),
    Attack(
        "make a role of a name that AWS's own services trust",
        SHOP,
        _iam("create_role", RoleName="stacksets-exec-0", AssumeRolePolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "make Control Tower's role",
        SHOP,
        _iam("create_role", RoleName="AWSControlTowerExecution", AssumeRolePolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "give the execution role everything",
        SHOP,
        _iam("attach_role_policy", RoleName=EXECUTION, PolicyArn=ADMINISTRATOR),
        DENIED,
    ),
    Attack(
        "write the execution role a policy",
        SHOP,
        _iam("put_role_policy", RoleName=EXECUTION, PolicyName="all", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "open the execution role's trust",
        SHOP,
        _iam("update_assume_role_policy", RoleName=EXECUTION, PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "change the execution role's own policy",
        SHOP,
        _in("shop", "create_policy_version", PolicyArn=f"arn:aws:iam::ID:policy/{EXECUTION}-1", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "go back to another version of it",
        SHOP,
        _in("shop", "set_default_policy_version", PolicyArn=f"arn:aws:iam::ID:policy/{EXECUTION}-1", VersionId="v1"),
        DENIED,
    ),
    Attack(
        "take a policy from the execution role",
        SHOP,
        _in("shop", "detach_role_policy", RoleName=EXECUTION, PolicyArn=f"arn:aws:iam::ID:policy/{EXECUTION}-1"),
        DENIED,
    ),
    Attack(
        "change the plan role",
        SHOP,
        _iam("put_role_policy", RoleName="TerraformPlanRole", PolicyName="all", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "widen the boundary",
        SHOP,
        _in("shop", "create_policy_version", PolicyArn="arn:aws:iam::ID:policy/TerraformBoundary", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "delete the boundary",
        SHOP,
        _in("shop", "delete_policy", PolicyArn="arn:aws:iam::ID:policy/TerraformBoundary"),
        DENIED,
    ),
    Attack(
        "take the boundary off a role",
        SHOP,
        _iam("delete_role_permissions_boundary", RoleName="activity-alerts"),
        NOTHING_ALLOWS,
    ),
    Attack(
        "bound a role by something wider",
        SHOP,
        _iam("put_role_permissions_boundary", RoleName="activity-alerts", PermissionsBoundary=ADMINISTRATOR),
        NOTHING_ALLOWS,
    ),
    Attack(
        "give a role of the stack everything",
        SHOP,
        _iam("attach_role_policy", RoleName="activity-alerts", PolicyArn=ADMINISTRATOR),
        NOTHING_ALLOWS,
    ),
    Attack(
        "open the way in for the organization",
        SHOP,
        _iam("update_assume_role_policy", RoleName=ENTRY, PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack("delete the way in", SHOP, _iam("delete_role", RoleName=ENTRY), DENIED),
    Attack("make a user", SHOP, _iam("create_user", UserName="evil"), NOTHING_ALLOWS),
    Attack("make an access key", SHOP, _iam("create_access_key", UserName="evil"), NOTHING_ALLOWS),
    Attack(
        "make a SAML provider",
        SHOP,
        _iam("create_saml_provider", Name="evil", SAMLMetadataDocument="x" * 1000),
        NOTHING_ALLOWS,
    ),
    Attack(
        "make an OIDC provider",
        SHOP,
        _iam("create_open_id_connect_provider", Url="https://evil.example.com"),
        NOTHING_ALLOWS,
    ),
    Attack("hand the execution role to a service", SHOP, _pass(EXECUTION), DENIED),
    Attack("hand the way in to a service", SHOP, _pass(ENTRY), DENIED),
    Attack("come in by the organization's role", SHOP, _assume("shop", ENTRY), "allows it"),
    Attack("deploy another account", SHOP, _assume("security", EXECUTION), "allows it"),
    Attack("read a secret", SHOP, _call("secretsmanager", "get_secret_value", SecretId="any"), NOTHING_ALLOWS),
    Attack("read a parameter", SHOP, _call("ssm", "get_parameter", Name="any", WithDecryption=True), NOTHING_ALLOWS),
    Attack("read a log", SHOP, _archive("get_object", Key="log"), "allows it"),
    Attack(
        "start a machine",
        SHOP,
        _call("ec2", "run_instances", MinCount=1, MaxCount=1, ImageId="ami-12345678"),
        NOTHING_ALLOWS,
    ),
    Attack("delete somebody else's rule", SHOP, _call("events", "delete_rule", Name="theirs"), NOTHING_ALLOWS),
]

BOUNDED = [
    Attack(
        "make an unbounded role",
        HELPER,
        _iam("create_role", RoleName="evil", AssumeRolePolicyDocument=_OUTSIDER),
        BOUNDARY,
    ),
    Attack(
        "make a role with another boundary",
        HELPER,
        _iam("create_role", RoleName="evil", AssumeRolePolicyDocument=_OUTSIDER, PermissionsBoundary=ADMINISTRATOR),
        BOUNDARY,
    ),
    Attack("make an unbounded user", HELPER, _iam("create_user", UserName="evil"), BOUNDARY),
    Attack("make a key for a user", HELPER, _iam("create_access_key", UserName="evil"), BOUNDARY),
    Attack(
        "take off its own boundary",
        HELPER,
        _iam("delete_role_permissions_boundary", RoleName="activity-alerts"),
        BOUNDARY,
    ),
    Attack(
        "exchange its own boundary",
        HELPER,
        _iam("put_role_permissions_boundary", RoleName="activity-alerts", PermissionsBoundary=ADMINISTRATOR),
        BOUNDARY,
    ),
    Attack(
        "widen the boundary itself",
        HELPER,
        _in("shop", "create_policy_version", PolicyArn="arn:aws:iam::ID:policy/TerraformBoundary", PolicyDocument=ALL),
        BOUNDARY,
    ),
    Attack(
        "give the execution role everything, by a helper",
        HELPER,
        _iam("attach_role_policy", RoleName=EXECUTION, PolicyArn=ADMINISTRATOR),
        BOUNDARY,
    ),
    Attack(
        "open the execution role, by a helper",
        HELPER,
        _iam("update_assume_role_policy", RoleName=EXECUTION, PolicyDocument=_OUTSIDER),
        BOUNDARY,
    ),
    Attack(
        "open somebody else's role, by a helper",
        HELPER,
        _iam("update_assume_role_policy", RoleName="theirs", PolicyDocument=_OUTSIDER),
        BOUNDARY,
    ),
    Attack(
        "give somebody else's role everything",
        HELPER,
        _iam("attach_role_policy", RoleName="theirs", PolicyArn=ADMINISTRATOR),
        BOUNDARY,
    ),
    Attack(
        "make an OIDC provider, by a helper",
        HELPER,
        _iam("create_open_id_connect_provider", Url="https://evil.example.com"),
        BOUNDARY,
    ),
    Attack(
        "make a SAML provider, by a helper",
        HELPER,
        _iam("create_saml_provider", Name="evil", SAMLMetadataDocument="x" * 1000),
        BOUNDARY,
    ),
    Attack("deploy the account by a helper", HELPER, _assume("shop", EXECUTION), ASSUMING),
    Attack(
        "come in by the organization's role, by a helper",
        HELPER,
        _assume("shop", ENTRY),
        ASSUMING,
    ),
    Attack("close regions", HELPER, _call("account", "disable_region", RegionName="af-south-1"), BOUNDARY),
    Attack("hand the execution role to a service, by a helper", HELPER, _pass(EXECUTION), BOUNDARY),
]

_ONE_DAY = {"Rules": [{"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}
_NOTHING = json.dumps({"Version": "2012-10-17", "Statement": []})
_UNLOCKING = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
_BUCKETS = {
    "let logs expire after a day": _archive("put_bucket_lifecycle_configuration", LifecycleConfiguration=_ONE_DAY),
    "delete the archive's policy": _archive("delete_bucket_policy"),
    "write the archive another policy": _archive("put_bucket_policy", Policy=_NOTHING),
    "shorten the lock": _archive("put_object_lock_configuration", ObjectLockConfiguration=_UNLOCKING),
    "suspend versions": _archive("put_bucket_versioning", VersioningConfiguration={"Status": "Suspended"}),
    "delete the archive": _archive("delete_bucket"),
    "let what Config recorded expire after a day": _archive(
        "put_bucket_lifecycle_configuration", bucket="-config", LifecycleConfiguration=_ONE_DAY
    ),
    "delete the policy of Config's bucket": _archive("delete_bucket_policy", bucket="-config"),
    "suspend versions of Config's bucket": _archive(
        "put_bucket_versioning", bucket="-config", VersioningConfiguration={"Status": "Suspended"}
    ),
    "let access logs expire after a day": _archive(
        "put_bucket_lifecycle_configuration", bucket="-access", LifecycleConfiguration=_ONE_DAY
    ),
    "stop copying what Config recorded": _archive("delete_bucket_replication", bucket="-config"),
    "delete the policy of the copies": _archive("delete_bucket_policy", bucket="-copies"),
    "shorten the lock of the copies": _archive(
        "put_object_lock_configuration", bucket="-copies", ObjectLockConfiguration=_UNLOCKING
    ),
}
_LOG_KEY = "alias/small-log-archive-ID"
_WAYS = (("pipeline", "", DENIED), ("helper", ", by a helper", BOUNDARY))
# Its buckets refuse it themselves; without their policies, those of the roles do.
BUCKETS = [
    Attack(f"{name}{how}", (who, "security"), step, by) for who, how, by in _WAYS for name, step in _BUCKETS.items()
]
ARCHIVE = [
    Attack(f"{name}{how}", (who, "security"), step, "DenyDeletion" if step is _bypass else by)
    for who, how, by in _WAYS
    for name, step in {
        "delete a locked log": _bypass,
        "stop the trail": _call("cloudtrail", "stop_logging", Name="organization"),
        "delete the trail": _call("cloudtrail", "delete_trail", Name="organization"),
        "blind the trail": _call("cloudtrail", "put_event_selectors", TrailName="organization", EventSelectors=[]),
        "lead the trail elsewhere": _call("cloudtrail", "update_trail", Name="organization", S3BucketName="evil"),
        "schedule the log key's deletion": _key(_LOG_KEY, "schedule_key_deletion"),
        "disable the log key": _key(_LOG_KEY, "disable_key"),
        "open the log key": _key(_LOG_KEY, "put_key_policy", PolicyName="default", Policy=ALL),
        "grant the log key to an outsider": _key(
            _LOG_KEY, "create_grant", GranteePrincipal=_ROOT, Operations=["Decrypt"]
        ),
        "take the tag off the log key": _key(_LOG_KEY, "untag_resource", TagKeys=["stack"]),
    }.items()
]

_TERRAFORM = ("pipeline", "terraform")
STATE = [
    Attack(
        "trust somebody else with the CI role",
        _TERRAFORM,
        _iam("update_assume_role_policy", RoleName="TerraformCiDeployRole", PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "give the CI role everything",
        _TERRAFORM,
        _iam("attach_role_policy", RoleName="TerraformCiDeployRole", PolicyArn=ADMINISTRATOR),
        DENIED,
    ),
    Attack(
        "let the CI role assume more",
        _TERRAFORM,
        _in(
            "terraform",
            "create_policy_version",
            PolicyArn="arn:aws:iam::ID:policy/TerraformCiDeployRole-1",
            PolicyDocument=ALL,
        ),
        DENIED,
    ),
    Attack(
        "open the states' role",
        _TERRAFORM,
        _iam("update_assume_role_policy", RoleName="TerraformStateRole", PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "accept another audience",
        _TERRAFORM,
        _in(
            "terraform",
            "add_client_id_to_open_id_connect_provider",
            OpenIDConnectProviderArn="arn:aws:iam::ID:oidc-provider/token.actions.githubusercontent.com",
            ClientID="evil",
        ),
        DENIED,
    ),
    Attack(
        "delete the pipelines' provider",
        _TERRAFORM,
        _in(
            "terraform",
            "delete_open_id_connect_provider",
            OpenIDConnectProviderArn="arn:aws:iam::ID:oidc-provider/token.actions.githubusercontent.com",
        ),
        DENIED,
    ),
    Attack(
        "read a state",
        _TERRAFORM,
        _call("s3", "get_object", Bucket="acme-terraform-state", Key="stacks/management.tfstate"),
        NOTHING_ALLOWS,
    ),
    Attack(
        "overwrite a state",
        _TERRAFORM,
        _call("s3", "put_object", Bucket="acme-terraform-state", Key="stacks/management.tfstate", Body=b"{}"),
        DENIED,
    ),
    Attack(
        "open the states' bucket",
        _TERRAFORM,
        _call("s3", "put_bucket_policy", Bucket="acme-terraform-state", Policy=ALL),
        DENIED,
    ),
    Attack(
        "suspend the states' versions",
        _TERRAFORM,
        _call(
            "s3",
            "put_bucket_versioning",
            Bucket="acme-terraform-state",
            VersioningConfiguration={"Status": "Suspended"},
        ),
        DENIED,
    ),
    Attack(
        "schedule the state key's deletion", _TERRAFORM, _key("alias/terraform-state", "schedule_key_deletion"), DENIED
    ),
    Attack("own the management account", _TERRAFORM, _assume("management", EXECUTION), "allows it"),
]

_PLAN = ("planner", "shop")
_PLAN_DENIES = "identity policy 'TerraformPlanRole-"
PLAN = [
    Attack("plan and read a secret", _PLAN, _call("secretsmanager", "get_secret_value", SecretId="any"), _PLAN_DENIES),
    Attack("plan and read a parameter", _PLAN, _call("ssm", "get_parameter", Name="any"), _PLAN_DENIES),
    Attack("plan and read an object", _PLAN, _call("s3", "get_object", Bucket="any", Key="any"), _PLAN_DENIES),
    Attack("plan and read items", _PLAN, _call("dynamodb", "scan", TableName="any"), _PLAN_DENIES),
    Attack("plan and read code", _PLAN, _call("lambda", "get_function", FunctionName="any"), _PLAN_DENIES),
    Attack(
        "plan and make a role",
        _PLAN,
        _iam("create_role", RoleName="evil", AssumeRolePolicyDocument=_OUTSIDER),
        NOTHING_ALLOWS,
    ),
    Attack(
        "plan and change a rule",
        _PLAN,
        _call("events", "disable_rule", Name="activity-alerts-root-use"),
        NOTHING_ALLOWS,
    ),
    Attack("deploy with a plan's token", ("job", "plan"), _assume("shop", EXECUTION), "allows it"),
    Attack(
        "query the trail with the job of workloads",
        ("job", "workloads"),
        _assume("security", "TrailReader"),
        "allows it",
    ),
    Attack("query the trail by the role that plans an account", _PLAN, _assume("security", "TrailReader"), "allows it"),
    Attack(
        "read a log by the role that plans its account",
        ("planner", "security"),
        _archive("get_object", Key="log"),
        _PLAN_DENIES,
    ),
    Attack(
        "plan for the deploy role",
        ("job", "plan"),
        lambda _session, target: target.with_token("TerraformCiDeployRole", "repo:acme@100/zone@200:pull_request"),
        "allows it",
    ),
    Attack(
        "deploy from a fork",
        ("job", "plan"),
        lambda _session, target: target.with_token(
            "TerraformCiDeployRole", "repo:evil@300/zone@400:environment:production"
        ),
        "allows it",
    ),
]

_FOUNDATION = ("foundation", "")
FOUNDATION = [
    Attack(
        "come by the foundation with the deploy environment's token",
        ("job", "plan"),
        lambda _session, target: target.with_token(
            "TerraformCiFoundationRole", "repo:acme@100/zone@200:environment:production"
        ),
        "allows it",
    ),
    Attack(
        "deploy with the foundation's token",
        ("job", "plan"),
        lambda _session, target: target.with_token(
            "TerraformCiDeployRole", "repo:acme@100/zone@200:environment:foundation"
        ),
        "allows it",
    ),
    Attack(
        "be the foundation role without its CI role",
        ("job", "workloads"),
        _assume("management", "TerraformFoundationRole"),
        "allows it",
    ),
    Attack(
        "enter an account without the foundation role",
        ("job", "foundation"),
        _assume("shop", ENTRY),
        "allows it",
    ),
    Attack("deploy an account by the foundation", ("job", "foundation"), _assume("shop", EXECUTION), "allows it"),
    Attack("be the management account's pipeline", _FOUNDATION, _assume("management", EXECUTION), "allows it"),
    Attack("assume any other role in an account", _FOUNDATION, _assume("shop", "Look"), "allows it"),
    Attack("change the organization", _FOUNDATION, _call("organizations", "list_accounts"), NOTHING_ALLOWS),
    Attack("change roles in the management account", _FOUNDATION, _iam("create_user", UserName="evil"), NOTHING_ALLOWS),
    Attack(
        "trust more of the world with the foundation role",
        ("pipeline", "management"),
        _iam("update_assume_role_policy", RoleName="TerraformFoundationRole", PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "give the foundation role everything",
        ("pipeline", "management"),
        _iam("put_role_policy", RoleName="TerraformFoundationRole", PolicyName="all", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "trust somebody else with the foundation's CI role",
        _TERRAFORM,
        _iam("update_assume_role_policy", RoleName="TerraformCiFoundationRole", PolicyDocument=_OUTSIDER),
        DENIED,
    ),
]


def _state(role, stack):
    return lambda session, target: target.state(session, role, stack)


def _token(role, environment):
    subject = f"repo:acme@100/zone@200:environment:{environment}"
    return lambda _session, target: target.with_token(role, subject)


_WORKLOADS, _CORE, _ORGANIZATION = ("job", "workloads"), ("job", "core"), ("job", "organization")
_NEVER = "allows it"  # neither the CI role's policies nor, by name, the trust
TIERS = [
    Attack("deploy the core with the job of workloads", _WORKLOADS, _assume("security", EXECUTION), _NEVER),
    Attack(
        "deploy the pipelines' account with the job of workloads", _WORKLOADS, _assume("terraform", EXECUTION), _NEVER
    ),
    Attack("deploy the organization with the job of workloads", _WORKLOADS, _assume("management", EXECUTION), _NEVER),
    Attack("deploy the organization with the job of the core", _CORE, _assume("management", EXECUTION), _NEVER),
    Attack("deploy a workload with the job of the core", _CORE, _assume("shop", EXECUTION), _NEVER),
    Attack("deploy a workload with the job of the organization", _ORGANIZATION, _assume("shop", EXECUTION), _NEVER),
    Attack("deploy the core with the job of the organization", _ORGANIZATION, _assume("security", EXECUTION), _NEVER),
    Attack(
        "come to the core with the token of workloads",
        _WORKLOADS,
        _token("TerraformCiDeployRole-core", "production"),
        _NEVER,
    ),
    Attack(
        "come to the organization with the token of the core",
        _CORE,
        _token("TerraformCiDeployRole-organization", "core"),
        _NEVER,
    ),
    Attack("come to workloads with the token of the core", _CORE, _token("TerraformCiDeployRole", "core"), _NEVER),
    Attack("open the core's state with the job of workloads", _WORKLOADS, _state(WRITER, "security"), _NEVER),
    Attack("open the organization's state with the job of workloads", _WORKLOADS, _state(WRITER, "management"), _NEVER),
    Attack("read the core's state with the job of workloads", _WORKLOADS, _state(READER, "security"), _NEVER),
    Attack("open a workload's state with the job of the core", _CORE, _state(WRITER, "shop"), _NEVER),
    Attack("open a workload's state with the job of the organization", _ORGANIZATION, _state(WRITER, "shop"), _NEVER),
    Attack("open a workload's state by management's role", ("pipeline", "management"), _state(WRITER, "shop"), _NEVER),
    Attack(
        "trust somebody else with a tier's CI role",
        _TERRAFORM,
        _iam("update_assume_role_policy", RoleName="TerraformCiDeployRole-core", PolicyDocument=_OUTSIDER),
        DENIED,
    ),
    Attack(
        "give a tier's CI role everything",
        _TERRAFORM,
        _iam("put_role_policy", RoleName="TerraformCiDeployRole-core", PolicyName="all", PolicyDocument=ALL),
        DENIED,
    ),
    Attack(
        "make the CI role of a tier to come",
        _TERRAFORM,
        _iam("create_role", RoleName="TerraformCiDeployRole-mine", AssumeRolePolicyDocument=_OUTSIDER),
        DENIED,
    ),
]

ATTACKS = [
    *PIPELINE,
    *BOUNDED,
    *(replace(attack, by="DenyAdministration") for attack in BUCKETS),
    *ARCHIVE,
    *STATE,
    *PLAN,
    *FOUNDATION,
    *TIERS,
]
