"""Who can, what somebody can, and how one gets there: answers worked out by hand, each with its why.

Three small organizations, of people, of pipelines and of resources that several accounts share, and the sample. The answers are
derived from the policies as written here and from AWS's rules for evaluating them; none is copied from what the program says.
"""

import pytest

from estate.access.opening import questions
from tests.estate.access.worlds import ADMIN, WORK, allow, ids_of, policy, questions_of, role, root, small, trust
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("E7")

PROD, STAGE = WORK, "workload-0001"
"""The organization's one guardrail denies account:DisableRegion in OU infrastructure and in accounts tagged as production: PROD."""
ENTRY = "OrganizationAccountAccessRole"
GITHUB = "token.actions.githubusercontent.com"
DATA, SHARED, OTHER, PRIVATE = (f"arn:aws:s3:::example-{name}" for name in ("data", "shared", "other", "private"))


@pytest.fixture(scope="module")
def organization(tmp_path_factory):
    return small(tmp_path_factory.mktemp("organization"))


@pytest.fixture(scope="module")
def worlds(organization):
    ids = ids_of(organization)
    return {
        "people": questions_of(organization, management=_people(ids)),
        "pipelines": questions_of(organization, **_pipelines(ids)),
        "resources": questions_of(organization, **_resources(ids)),
        "sample": questions(SAMPLE),
    }


def _people(ids):
    """Ada administers the management account; Bob develops in STAGE; Cy audits, and develops too; Dan looks at the network alone."""
    members = {"ada": ["admins"], "bob": ["developers"], "cy": ["developers", "auditors"], "dan": []}
    sets = {
        "Dev": policy(allow(["s3:*", "lambda:*"]), {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}),
        "Audit": policy(allow(["s3:GetBucketPolicy", "iam:Get*", "iam:List*"])),
    }
    assigned = [
        ("Admin", "group", "admins", "management"),
        ("Dev", "group", "developers", STAGE),
        ("Audit", "group", "auditors", PROD),
        ("Audit", "group", "auditors", STAGE),
        ("Audit", "group", "auditors", "security"),
        ("Audit", "user", "dan", "network"),
    ]
    return {
        "aws_identitystore_group": {
            name: {"display_name": name.capitalize()} for name in ("admins", "developers", "auditors", "empty")
        },
        "aws_identitystore_user": {name: {"user_name": name} for name in members},
        "aws_identitystore_group_membership": {
            f"{name}-{group}": {
                "member_id": f"${{aws_identitystore_user.{name}.user_id}}",
                "group_id": f"${{aws_identitystore_group.{group}.group_id}}",
            }
            for name, groups in members.items()
            for group in groups
        },
        "aws_ssoadmin_permission_set": {name: {"name": name} for name in ("Admin", *sets)},
        "aws_ssoadmin_managed_policy_attachment": {
            "Admin": {"permission_set_arn": "${aws_ssoadmin_permission_set.Admin.arn}", "managed_policy_arn": ADMIN}
        },
        "aws_ssoadmin_permission_set_inline_policy": {
            name: {"permission_set_arn": f"${{aws_ssoadmin_permission_set.{name}.arn}}", "inline_policy": text}
            for name, text in sets.items()
        },
        "aws_ssoadmin_account_assignment": {
            f"{name}-{who}-{account}": {
                "permission_set_arn": f"${{aws_ssoadmin_permission_set.{name}.arn}}",
                "principal_id": f"${{aws_identitystore_{kind}.{who}.{kind}_id}}",
                "target_id": ids[account],
            }
            for name, kind, who, account in assigned
        },
    }


def _pipelines(ids):
    """GitHub becomes ci, ci the deploy roles; functions and instances have roles; a user who may attach policies to itself."""
    claims = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": "repo:example/app:ref:main"}}
    provider = f"arn:aws:iam::{ids['terraform']}:oidc-provider/{GITHUB}"
    ci = f"arn:aws:iam::{ids['terraform']}:role/ci"
    partner = {"StringEquals": {"sts:ExternalId": "agreed"}}
    lambdas, machines = trust(Service="lambda.amazonaws.com"), trust(Service="ec2.amazonaws.com")
    return {
        "terraform": {
            "aws_iam_role": {
                "ci": role(
                    "ci",
                    trust(Federated=provider, action="sts:AssumeRoleWithWebIdentity", conditions=claims),
                    allow("sts:AssumeRole", "arn:aws:iam::*:role/deploy"),
                )
            }
        },
        "workload_0000": {
            "aws_iam_role": {
                "deploy": role(
                    "deploy",
                    trust(AWS=ci, conditions=partner),
                    allow(["s3:*", "lambda:CreateFunction", "lambda:InvokeFunction"]),
                    allow("iam:PassRole", "arn:aws:iam::*:role/function"),
                ),
                "function": role("function", lambdas, allow("secretsmanager:GetSecretValue")),
                "other": role("other", lambdas, allow("kms:*")),
            }
        },
        "workload_0001": {
            "aws_iam_role": {
                "deploy": role(
                    "deploy",
                    trust(AWS=ci),
                    allow("ec2:*"),
                    permissions_boundary=f"arn:aws:iam::{ids[STAGE]}:policy/look",
                ),
                "instance": role("instance", machines, allow("dynamodb:*")),
                "ops": role("ops", trust(AWS=root("999988887777"), conditions=partner), allow("ssm:StartSession")),
            },
            "aws_iam_policy": {"look": {"name": "look", "policy": policy(allow("ec2:Describe*"))}},
            "aws_iam_user": {"legacy": {"name": "legacy"}, "tidy": {"name": "tidy"}},
            "aws_iam_user_policy": {
                "legacy": {
                    "user": "legacy",
                    "name": "own",
                    "policy": policy(allow("iam:AttachUserPolicy", "arn:aws:iam::*:user/legacy")),
                },
                "tidy": {"user": "tidy", "name": "own", "policy": policy(allow("iam:GetUser"))},
            },
        },
    }


def _resources(ids):
    """PROD's buckets: one for a reader and an account, where nobody deletes; one for the organization; one without a policy."""
    machines = trust(Service="ec2.amazonaws.com")
    reader = {"AWS": f"arn:aws:iam::{ids['security']}:role/reader"}
    account = {"AWS": root(ids[STAGE])}
    from_office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    without_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    elsewhere = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}
    own = "arn:aws:s3:::example-other/$${aws:PrincipalTag/team}/*"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{PRIVATE}/*"}
    texts = {
        "private": policy({**deny, "Condition": elsewhere}),
        "data": policy(
            {"Effect": "Allow", "Principal": reader, "Action": "s3:GetObject", "Resource": f"{DATA}/*"},
            {"Effect": "Allow", "Principal": account, "Action": "s3:ListBucket", "Resource": DATA},
            {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": f"{DATA}/*"},
        ),
        "shared": policy(
            {
                "Effect": "Allow",
                "Principal": {"AWS": [root(id_) for id_ in ids.values()]},
                "Action": "s3:GetObject",
                "Resource": f"{SHARED}/*",
            }
        ),
    }
    return {
        "workload_0000": {
            "aws_iam_role": {
                "writer": role("writer", machines, allow("s3:*")),
                "hopper": role("hopper", machines, allow("sts:AssumeRole")),
                "office": role("office", machines, allow("s3:GetObject", Condition=from_office)),
                "strict": role(
                    "strict",
                    machines,
                    allow("s3:*"),
                    {**allow("s3:DeleteObject", Condition=without_mfa), "Effect": "Deny"},
                ),
                "tagged": role("tagged", machines, allow("s3:GetObject", own)),
                "mystery": role("mystery", machines, managed=["arn:aws:iam::aws:policy/NobodyKnowsThis"]),
                "veiled": role(
                    "veiled",
                    machines,
                    allow("s3:GetObject"),
                    permissions_boundary=f"arn:aws:iam::{ids[PROD]}:policy/made-by-hand",
                ),
            },
            "aws_s3_bucket": {name: {"bucket": f"example-{name}"} for name in ("data", "shared", "other", "private")},
            "aws_s3_bucket_policy": {
                name: {"bucket": f"example-{name}", "policy": text} for name, text in texts.items()
            },
        },
        "workload_0001": {
            "aws_iam_role": {
                "lister": role("lister", trust(AWS=root(ids[PROD])), allow("s3:ListBucket")),
                "blind": role("blind", machines, allow("ec2:*")),
            }
        },
        "security": {
            "aws_iam_role": {
                "reader": role("reader", machines, allow("s3:GetObject")),
                "second": role("second", machines, allow("s3:GetObject")),
            }
        },
    }


CAN = [
    # organization, who, action, on (an account's slug, else an ARN) → verdict, why
    ("people", f"permission-set:{STAGE}/Dev", "s3:PutObject", STAGE, "yes", "s3:* is in the set"),
    ("people", f"permission-set:{STAGE}/Dev", "s3:DeleteBucket", STAGE, "no", "the set denies it, and a deny wins"),
    ("people", f"permission-set:{STAGE}/Dev", "s3:PutObject", PROD, "no", "it lives in STAGE, and no policy names it"),
    ("people", f"permission-set:{STAGE}/Dev", "lambda:CreateFunction", STAGE, "yes", "lambda:* is in the set"),
    ("people", f"permission-set:{STAGE}/Dev", "iam:CreateRole", STAGE, "no", "nothing of iam is in the set"),
    ("people", f"permission-set:{PROD}/Audit", "s3:GetBucketPolicy", PROD, "yes", "it is in the set"),
    ("people", f"permission-set:{PROD}/Audit", "s3:PutObject", PROD, "no", "it is not"),
    ("people", f"permission-set:{PROD}/Audit", "iam:GetRole", PROD, "yes", "iam:Get* takes it in"),
    ("people", f"permission-set:{PROD}/Audit", "iam:DeleteRole", PROD, "no", "Get* and List* alone"),
    ("people", "permission-set:security/Audit", "s3:GetBucketPolicy", "security", "yes", "assigned there, too"),
    ("people", "permission-set:network/Audit", "s3:GetBucketPolicy", "network", "yes", "assigned to Dan there"),
    ("people", f"role:{PROD}/{ENTRY}", "account:DisableRegion", PROD, "no", "the guardrail is for production"),
    ("people", f"role:{STAGE}/{ENTRY}", "account:DisableRegion", STAGE, "yes", "staging has no guardrail"),
    ("people", f"root:{PROD}", "account:DisableRegion", PROD, "no", "SCPs bind root users of members"),
    ("people", f"root:{STAGE}", "account:DisableRegion", STAGE, "yes", "no guardrail, and root may in its account"),
    ("people", f"role:network/{ENTRY}", "account:DisableRegion", "network", "no", "it is in OU infrastructure"),
    ("people", f"role:terraform/{ENTRY}", "account:DisableRegion", "terraform", "no", "so is terraform"),
    ("people", f"role:security/{ENTRY}", "account:DisableRegion", "security", "yes", "OU security is not"),
    ("people", "permission-set:management/Admin", "account:DisableRegion", "management", "yes", "no SCP binds it"),
    ("people", "permission-set:management/Admin", "organizations:DetachPolicy", "management", "yes", "everything"),
    ("people", "root:management", "organizations:DetachPolicy", "management", "yes", "root in its own account"),
    ("people", f"role:{PROD}/{ENTRY}", "organizations:DetachPolicy", "management", "no", "a member's role"),
    ("pipelines", f"role:{PROD}/deploy", "s3:PutObject", PROD, "yes", "s3:*"),
    ("pipelines", f"role:{PROD}/deploy", "secretsmanager:GetSecretValue", PROD, "no", "its functions', not its own"),
    ("pipelines", f"role:{PROD}/function", "secretsmanager:GetSecretValue", PROD, "yes", "its one action"),
    ("pipelines", f"role:{PROD}/function", "kms:ScheduleKeyDeletion", PROD, "no", "other has that"),
    ("pipelines", f"role:{PROD}/other", "kms:ScheduleKeyDeletion", PROD, "yes", "kms:*, and the default key policy"),
    ("pipelines", f"role:{PROD}/other", "s3:GetObject", PROD, "no", "kms alone"),
    ("pipelines", f"role:{STAGE}/deploy", "ec2:DescribeInstances", STAGE, "yes", "policy and boundary have it"),
    ("pipelines", f"role:{STAGE}/deploy", "ec2:RunInstances", STAGE, "no", "the boundary has not"),
    ("pipelines", f"role:{STAGE}/deploy", "s3:PutObject", STAGE, "no", "neither has"),
    ("pipelines", f"role:{STAGE}/instance", "dynamodb:PutItem", STAGE, "yes", "dynamodb:*"),
    ("pipelines", f"role:{STAGE}/ops", "ssm:StartSession", STAGE, "yes", "its one action"),
    ("pipelines", f"role:{STAGE}/ops", "dynamodb:PutItem", STAGE, "no", "the instances', not its own"),
    ("pipelines", f"user:{STAGE}/legacy", "iam:AttachUserPolicy", STAGE, "yes", "on itself"),
    ("pipelines", f"user:{STAGE}/legacy", "s3:GetObject", STAGE, "no", "not before it has escalated"),
    ("pipelines", f"user:{STAGE}/tidy", "iam:GetUser", STAGE, "yes", "its one action"),
    ("pipelines", f"user:{STAGE}/tidy", "iam:AttachUserPolicy", STAGE, "no", "legacy's"),
    ("pipelines", "role:terraform/ci", "s3:GetObject", "terraform", "no", "it assumes roles and nothing else"),
    ("pipelines", f"root:{STAGE}", "ec2:RunInstances", STAGE, "yes", "root in its own account"),
    ("pipelines", f"role:{STAGE}/{ENTRY}", "ec2:RunInstances", STAGE, "yes", "AdministratorAccess"),
    (
        "resources",
        "role:security/reader",
        "s3:GetObject",
        f"{DATA}/a",
        "yes",
        "named by the bucket, and its own policy",
    ),
    ("resources", "role:security/reader", "s3:PutObject", f"{DATA}/a", "no", "neither side permits it"),
    ("resources", "role:security/second", "s3:GetObject", f"{DATA}/a", "no", "the bucket does not name it"),
    ("resources", f"role:security/{ENTRY}", "s3:GetObject", f"{DATA}/a", "no", "nor the administrator"),
    ("resources", "root:security", "s3:GetObject", f"{DATA}/a", "no", "nor the root user"),
    ("resources", f"role:{PROD}/writer", "s3:GetObject", f"{DATA}/a", "yes", "its own account's bucket"),
    ("resources", f"role:{PROD}/writer", "s3:PutObject", f"{DATA}/a", "yes", "and the bucket does not deny that"),
    ("resources", f"role:{PROD}/writer", "s3:DeleteObject", f"{DATA}/a", "no", "but this it denies to everybody"),
    ("resources", f"root:{PROD}", "s3:DeleteObject", f"{DATA}/a", "no", "an explicit deny binds root, too"),
    ("resources", f"role:{PROD}/{ENTRY}", "s3:DeleteObject", f"{DATA}/a", "no", "and administrators"),
    ("resources", f"role:{PROD}/{ENTRY}", "s3:GetObject", f"{DATA}/a", "yes", "reading is not denied"),
    ("resources", f"role:{STAGE}/lister", "s3:ListBucket", DATA, "yes", "the bucket trusts its account; own policy"),
    ("resources", f"role:{STAGE}/lister", "s3:GetObject", f"{DATA}/a", "no", "listing alone is permitted"),
    ("resources", f"role:{STAGE}/blind", "s3:ListBucket", DATA, "no", "its own policy lacks it"),
    ("resources", f"role:{STAGE}/{ENTRY}", "s3:ListBucket", DATA, "yes", "account trusted, own policy has all"),
    ("resources", f"role:{STAGE}/{ENTRY}", "s3:GetObject", f"{DATA}/a", "no", "the bucket permits listing alone"),
    ("resources", f"role:network/{ENTRY}", "s3:ListBucket", DATA, "no", "another account"),
    ("resources", "role:security/reader", "s3:GetObject", f"{SHARED}/a", "yes", "every account is trusted"),
    ("resources", "role:security/second", "s3:GetObject", f"{SHARED}/a", "yes", "so this one, too"),
    ("resources", f"role:{STAGE}/lister", "s3:GetObject", f"{SHARED}/a", "no", "its own policy lacks it"),
    ("resources", f"role:{STAGE}/blind", "s3:GetObject", f"{SHARED}/a", "no", "and so does this one's"),
    ("resources", f"role:{STAGE}/{ENTRY}", "s3:GetObject", f"{SHARED}/a", "yes", "own policy has all"),
    ("resources", f"role:network/{ENTRY}", "s3:PutObject", f"{SHARED}/a", "no", "reading alone is shared"),
    ("resources", f"role:{PROD}/writer", "s3:DeleteObject", f"{SHARED}/a", "yes", "this bucket denies nothing"),
    ("resources", f"role:{PROD}/hopper", "s3:GetObject", f"{OTHER}/a", "no", "its own policy lacks it"),
    ("resources", "role:security/reader", "s3:GetObject", f"{OTHER}/a", "no", "no bucket policy, another account"),
    (
        "resources",
        f"role:{PROD}/writer",
        "s3:GetObject",
        f"{OTHER}/a",
        "yes",
        "in one account its own policy is enough",
    ),
    ("resources", f"role:{PROD}/office", "s3:GetObject", f"{OTHER}/a", "depends", "on the address"),
    (
        "resources",
        f"role:{PROD}/office",
        "s3:GetObject",
        f"{DATA}/a",
        "depends",
        "on the address; the bucket denies no reading",
    ),
    ("resources", f"role:{PROD}/office", "s3:PutObject", f"{OTHER}/a", "no", "from no address"),
    ("resources", f"role:{PROD}/strict", "s3:PutObject", f"{OTHER}/a", "yes", "without MFA, too"),
    ("resources", f"role:{PROD}/strict", "s3:DeleteObject", f"{OTHER}/a", "depends", "on MFA"),
    ("resources", f"role:{PROD}/strict", "s3:DeleteObject", f"{DATA}/a", "no", "the bucket denies it, MFA or not"),
    ("resources", f"role:{PROD}/tagged", "s3:GetObject", f"{OTHER}/red/a", "depends", "on the tag of the session"),
    ("resources", f"role:{PROD}/tagged", "s3:GetObject", f"{DATA}/red/a", "no", "in this bucket by no tag"),
    ("resources", f"role:{PROD}/mystery", "s3:GetObject", f"{OTHER}/a", "depends", "on a text that nobody knows"),
    (
        "resources",
        f"role:{PROD}/mystery",
        "s3:DeleteObject",
        f"{DATA}/a",
        "no",
        "the bucket denies it, whatever that permits",
    ),
    ("resources", f"role:{PROD}/veiled", "s3:GetObject", f"{OTHER}/a", "depends", "on a boundary that nobody knows"),
    ("resources", f"role:{PROD}/veiled", "s3:PutObject", f"{OTHER}/a", "no", "a boundary gives nothing"),
    ("resources", f"role:{PROD}/writer", "s3:GetObject", f"{PRIVATE}/a", "depends", "on the endpoint"),
    ("resources", f"role:{PROD}/writer", "s3:PutObject", f"{PRIVATE}/a", "yes", "writing is not denied elsewhere"),
    (
        "resources",
        f"role:{PROD}/{ENTRY}",
        "s3:GetObject",
        f"{PRIVATE}/a",
        "depends",
        "on the endpoint, administrators too",
    ),
    ("resources", f"role:{PROD}/office", "s3:GetObject", f"{PRIVATE}/a", "depends", "on address and endpoint"),
    ("sample", "permission-set:staging/Developer", "iam:CreateUser", "staging", "no", "PowerUserAccess leaves iam out"),
    ("sample", "permission-set:staging/Developer", "savingsplans:CreateSavingsPlan", "staging", "no", "DenyPurchases"),
    ("sample", "permission-set:production/ReadOnly", "s3:PutObject", "production", "no", "it writes nothing"),
    ("sample", "permission-set:production/ReadOnly", "ec2:RunInstances", "production", "no", "it writes nothing"),
    ("sample", "permission-set:management/Billing", "organizations:DetachPolicy", "management", "no", "bills alone"),
    ("sample", "permission-set:management/Administrators", "organizations:DetachPolicy", "management", "yes", "all"),
    ("sample", "permission-set:security/Investigator", "s3:GetObject", "security", "no", "it assumes roles alone"),
    ("sample", "root:production", "organizations:LeaveOrganization", "management", "no", "not the management account"),
]

WAYS = [
    # organization, from, to (somebody, or an account's slug) → each step; True: some way; None: none; why
    ("people", "person:ada", "permission-set:management/Admin", ["is a member of", "is assigned"], "Admins"),
    ("people", "person:ada", f"role:{PROD}/{ENTRY}", ["is a member of", "is assigned", "assumes"], "trusts management"),
    ("people", "person:ada", f"role:{STAGE}/{ENTRY}", ["is a member of", "is assigned", "assumes"], "trusts management"),
    ("people", "person:ada", "security", True, "by the same role there"),
    ("people", "person:bob", f"permission-set:{STAGE}/Dev", ["is a member of", "is assigned"], "Developers"),
    ("people", "person:bob", f"role:{STAGE}/{ENTRY}", None, "it trusts management alone, and Dev has no iam"),
    ("people", "person:bob", "management", None, "nothing is assigned to Developers there"),
    ("people", "person:bob", PROD, None, "nor there"),
    ("people", "person:cy", f"permission-set:{PROD}/Audit", ["is a member of", "is assigned"], "Auditors"),
    ("people", "person:cy", f"permission-set:{STAGE}/Dev", ["is a member of", "is assigned"], "Developers, too"),
    ("people", "person:cy", "network", None, "Dan's alone"),
    ("people", "person:dan", "permission-set:network/Audit", ["is assigned"], "assigned to himself"),
    ("people", "person:dan", PROD, None, "he is in no group"),
    ("people", "group:Auditors", "permission-set:security/Audit", ["is assigned"], "as written"),
    ("people", "group:Empty", PROD, None, "nothing is assigned to it"),
    ("people", "group:Developers", "group:Admins", None, "groups become no groups"),
    ("people", "permission-set:management/Admin", f"role:network/{ENTRY}", ["assumes"], "trusts management"),
    ("people", "root:management", f"role:network/{ENTRY}", None, "root users assume no roles"),
    ("people", f"root:{PROD}", f"role:{PROD}/{ENTRY}", None, "root users assume no roles"),
    ("people", f"permission-set:{PROD}/Audit", f"role:{PROD}/{ENTRY}", None, "reads iam, and changes nothing"),
    ("people", f"role:{PROD}/{ENTRY}", f"role:{STAGE}/{ENTRY}", None, "trusts management alone"),
    ("pipelines", "pipeline:repo:example/app:ref:main", "role:terraform/ci", ["assumes"], "subject and audience"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{PROD}/deploy", ["assumes"] * 2, "by ci"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{STAGE}/deploy", ["assumes"] * 2, "by ci"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{PROD}/function",
     ["assumes", "assumes", "passes the role to a Lambda function and calls it"], "it may pass this one"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{PROD}/other", None, "and not this one"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{STAGE}/instance", None, "the boundary keeps it from it"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"user:{STAGE}/legacy", None, "nobody makes keys"),
    ("pipelines", "pipeline:repo:example/app:ref:main", f"role:{PROD}/{ENTRY}", None, "trusts management alone"),
    ("pipelines", "outside:999988887777", f"role:{STAGE}/ops", ["assumes"], "with the external id"),
    ("pipelines", "outside:999988887777", f"role:{STAGE}/instance", True, "ops opens sessions on instances"),
    ("pipelines", "outside:999988887777", f"role:{STAGE}/deploy", None, "no instance has that role"),
    ("pipelines", f"role:{STAGE}/ops", f"user:{STAGE}/legacy", None, "users are on no instance"),
    ("pipelines", "service:lambda.amazonaws.com", f"role:{PROD}/function", ["assumes"], "trusted"),
    ("pipelines", "service:lambda.amazonaws.com", f"role:{PROD}/deploy", None, "not trusted; functions pass no roles"),
    ("pipelines", "service:ec2.amazonaws.com", f"role:{STAGE}/instance", ["assumes"], "trusted"),
    ("pipelines", "service:ec2.amazonaws.com", f"role:{PROD}/function", None, "not trusted"),
    ("pipelines", f"user:{STAGE}/legacy", f"role:{STAGE}/instance", True, "attaches AdministratorAccess to itself first"),
    ("pipelines", f"user:{STAGE}/legacy", f"role:{PROD}/function", None, "in another account"),
    ("pipelines", f"user:{STAGE}/tidy", f"role:{STAGE}/instance", None, "reading itself opens nothing"),
    ("pipelines", "role:terraform/ci", f"role:{PROD}/function",
     ["assumes", "passes the role to a Lambda function and calls it"], "as the pipeline"),
    ("pipelines", "role:terraform/ci", f"role:{STAGE}/{ENTRY}", None, "trusts management alone"),
    ("pipelines", "root:terraform", f"role:{PROD}/deploy", None, "root users assume no roles"),
    ("pipelines", f"role:terraform/{ENTRY}", f"role:{PROD}/deploy", True, "lets itself into ci, which is trusted"),
    ("pipelines", f"role:{PROD}/{ENTRY}", f"role:{PROD}/deploy", True, "lets itself in"),
    ("pipelines", f"role:{PROD}/{ENTRY}", f"role:{STAGE}/deploy", None, "ci is in another account"),
    ("resources", f"role:{PROD}/hopper", f"role:{STAGE}/lister", ["assumes"], "its account trusted, own policy"),
    ("resources", f"role:{PROD}/writer", f"role:{STAGE}/lister", None, "its account trusted, but no own policy"),
    ("resources", f"role:{STAGE}/blind", f"role:{STAGE}/lister", None, "another account is trusted"),
    ("resources", f"role:{STAGE}/lister", PROD, None, "it reads a bucket there, and becomes nobody"),
    ("sample", "person:hedy", "permission-set:management/Billing", ["is a member of", "is assigned"], "Finance"),
    ("sample", "person:hedy", "group:Administrators", None, "she is in Finance alone"),
    ("sample", "person:hedy", "production", None, "Finance is assigned in management alone"),
    ("sample", "person:ada", "permission-set:management/Administrators", ["is a member of", "is assigned"], "one of two"),
    ("sample", "person:ada", f"role:production/{ENTRY}", ["is a member of", "is assigned", "assumes"], "trusts management"),
    ("sample", "person:alan", "permission-set:staging/Developer", ["is a member of", "is assigned"], "Developers"),
    ("sample", "person:alan", "permission-set:production/ReadOnly", ["is a member of", "is assigned"], "Developers"),
    ("sample", "person:alan", "security", None, "nothing assigned there"),
    ("sample", "person:alan", "management", None, "nothing assigned there"),
    ("sample", "person:alan", "network", None, "nothing assigned there"),
    ("sample", "group:Investigators", "permission-set:security/Investigator", ["is assigned"], "as written"),
    ("sample", "group:Investigators", "role:production/Forensics", ["is assigned", "assumes"], "by name, trusted"),
    ("sample", "group:Investigators", "role:production/SecurityAudit", ["is assigned", "assumes"], "by name, trusted"),
    ("sample", "group:Investigators", f"role:production/{ENTRY}", None, "not among the two names"),
    ("sample", "group:Finance", "terraform", None, "assigned in management alone"),
    ("sample", "pipeline:repo:example/landing-zone:environment:production", "role:terraform/TerraformCiDeployRole",
     ["assumes"], "the subject is the role's"),
    ("sample", "pipeline:repo:example/landing-zone:environment:production", "role:production/TerraformExecutionRole",
     ["assumes"] * 2, "the tier's role is trusted"),
    ("sample", "pipeline:repo:example/landing-zone:environment:non-production", "role:production/TerraformExecutionRole",
     None, "production is not in that tier"),
    ("sample", "pipeline:repo:example/landing-zone:environment:non-production", "role:staging/TerraformExecutionRole",
     ["assumes"] * 2, "staging is"),
    ("sample", "pipeline:repo:example/landing-zone:environment:production", "role:management/TerraformExecutionRole",
     None, "management is in the tier `organization`"),
]  # fmt: skip

EVERY = ["management", "network", "security", "terraform", PROD, STAGE]
OF = [
    # organization, who → what of what matters, where; why
    ("people", "person:bob", {"data": [STAGE], "write": [STAGE]}, "s3:* in STAGE; lambda matters by itself to nobody"),
    ("people", "person:cy", {"data": [STAGE], "write": [STAGE]}, "as Bob; auditing reads no data"),
    ("people", "person:dan", {}, "policies and identities are neither data nor secrets"),
    ("people", "group:Empty", {}, "nothing is assigned to it"),
    ("people", "person:ada",
     {"guardrails": ["management"], "accounts": ["management"], "people": ["management"]}
     | dict.fromkeys(["administer", "audit", "keys", "secrets", "data", "write", "network"], EVERY),
     "everything in management, and by the role that trusts it everywhere"),
    ("pipelines", "pipeline:repo:example/app:ref:main", {"data": [PROD], "write": [PROD]},
     "deploy's s3:* in PROD; in STAGE the boundary leaves Describe* alone; functions take an escalation"),
    ("pipelines", "outside:999988887777", {}, "sessions on instances are an escalation"),
    ("pipelines", "service:ec2.amazonaws.com", {"data": [STAGE], "write": [STAGE]}, "the instances' dynamodb:*"),
    ("pipelines", "service:lambda.amazonaws.com", {"secrets": [PROD], "keys": [PROD]}, "function and other"),
    ("pipelines", f"user:{STAGE}/legacy", {}, "it has to escalate first"),
    ("pipelines", f"user:{STAGE}/tidy", {}, "reading itself matters to nobody"),
    ("resources", f"role:{PROD}/writer", {"data": [PROD], "write": [PROD]}, "s3:*"),
    ("resources", f"role:{STAGE}/blind", {"network": [STAGE]}, "ec2:*"),
]  # fmt: skip


def test_there_are_enough_of_each_kind():
    """As many as the requirement asks for, of each organization and with every answer."""
    assert len(CAN) + len(WAYS) + len(OF) >= 120
    assert {row[4] for row in CAN} == {"yes", "no", "depends"}
    assert {row[0] for row in CAN} == {row[0] for row in WAYS} == {"people", "pipelines", "resources", "sample"}


@pytest.mark.parametrize(("organization_of", "who", "action", "on", "verdict", "why"), CAN)
def test_who_can(worlds, organization_of, who, action, on, verdict, why):
    asked = worlds[organization_of]
    assert asked.named(who)
    account = asked.organization.accounts.get(on)
    can, _ = asked.who(action, None if account else on, account)
    assert {each.who.name: str(each.answer.verdict) for each in can}.get(who, "no") == verdict, why


@pytest.mark.parametrize(("organization_of", "source", "target", "steps", "why"), WAYS)
def test_ways(worlds, organization_of, source, target, steps, why):
    asked = worlds[organization_of]
    end = asked.organization.accounts.get(target) or asked.named(target)
    ways = asked.paths(asked.named(source), end)
    if isinstance(steps, list):
        assert [[step.how for step in way] for way in ways] == [steps], why
    else:
        assert bool(ways) is (steps is True), why


@pytest.mark.parametrize(("organization_of", "who", "expected", "why"), OF)
def test_what_somebody_can(worlds, organization_of, who, expected, why):
    asked = worlds[organization_of]
    found = asked.of(asked.named(who))
    assert {key: sorted({account.slug for account, _, _ in rows}) for key, rows in found.items()} == expected, why
