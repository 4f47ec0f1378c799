"""(b) An organization as AWS Control Tower leaves it: Security and Sandbox, Log Archive and Audit, guardrails, trail, recorders.

The names are Control Tower's: SCPs `aws-guardrails-…`, roles `AWSControlTowerExecution` and `aws-controltower-…`, the trail
`aws-controltower-BaselineCloudTrail`, recorders `aws-controltower-BaselineConfigRecorder`. Accounts that Control Tower makes
have AWSControlTowerExecution and no OrganizationAccountAccessRole.
"""

import json

from tests.existing.organization_tools import REGION, Aws, Org, deny, document

ROLE = "AWSControlTowerExecution"
EXEMPT = {"ArnNotLike": {"aws:PrincipalARN": f"arn:aws:iam::*:role/{ROLE}"}}


def build(endpoint):
    aws = Aws(endpoint)
    org = Org(aws)
    org.enable_types("SERVICE_CONTROL_POLICY")
    org.trust(
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "controltower.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
        "servicecatalog.amazonaws.com",
        "sso.amazonaws.com",
    )
    org.ou("Security")
    org.ou("Sandbox")
    archive = org.account("Log Archive", "aws-log-archive@corp.example", "Security", ROLE)
    audit = org.account("Audit", "aws-audit@corp.example", "Security", ROLE)
    org.account("team-red", "aws-red@corp.example", "Sandbox", ROLE)
    org.account("team-blue", "aws-blue@corp.example", "Sandbox", ROLE)
    _guardrails(org)
    org.delegate("Audit", "config.amazonaws.com")
    bucket = _archive(aws.into(archive, ROLE), archive, org.organization["Id"])
    _trail(aws, bucket, org.organization["Id"])
    for id_ in org.accounts.values():
        _baseline(aws.into(id_, ROLE), id_, bucket, audit)
    _people(aws, org)
    return org


def _guardrails(org):
    """Mandatory guardrails, one SCP for each kind of OU, as Control Tower packs them."""
    common = [
        deny(
            "GRCLOUDTRAILENABLED",
            [
                "cloudtrail:DeleteTrail",
                "cloudtrail:PutEventSelectors",
                "cloudtrail:StopLogging",
                "cloudtrail:UpdateTrail",
            ],
            ["arn:aws:cloudtrail:*:*:trail/aws-controltower-*"],
            **EXEMPT,
        ),
        deny(
            "GRCONFIGENABLED",
            [
                "config:DeleteConfigurationRecorder",
                "config:DeleteDeliveryChannel",
                "config:DeleteRetentionConfiguration",
                "config:PutConfigurationRecorder",
                "config:PutDeliveryChannel",
                "config:PutRetentionConfiguration",
                "config:StopConfigurationRecorder",
            ],
            ["*"],
            **EXEMPT,
        ),
        deny(
            "GRIAMROLEPOLICY",
            [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
                "iam:UpdateRoleDescription",
            ],
            ["arn:aws:iam::*:role/aws-controltower-*", "arn:aws:iam::*:role/*AWSControlTower*"],
            ArnNotLike={"aws:PrincipalArn": [f"arn:aws:iam::*:role/{ROLE}", "arn:aws:iam::*:role/stacksets-exec-*"]},
        ),
        deny(
            "GRSNSTOPICPOLICY",
            [
                "sns:AddPermission",
                "sns:CreateTopic",
                "sns:DeleteTopic",
                "sns:RemovePermission",
                "sns:SetTopicAttributes",
            ],
            ["arn:aws:sns:*:*:aws-controltower-*"],
            **EXEMPT,
        ),
    ]
    archive = [
        deny("GRAUDITBUCKETDELETIONPROHIBITED", ["s3:DeleteBucket"], ["arn:aws:s3:::aws-controltower*"], **EXEMPT),
        deny(
            "GRAUDITBUCKETPOLICYCHANGESPROHIBITED",
            ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"],
            ["arn:aws:s3:::aws-controltower*"],
            **EXEMPT,
        ),
    ]
    org.policy("aws-guardrails-NllhqI", document(*common), ["Security"], description="")
    org.policy("aws-guardrails-QqJnSe", document(*archive), ["Security"], description="")
    org.policy("aws-guardrails-bBzXpd", document(*common), ["Sandbox"], description="")


def _archive(aws, account_id, organization_id):
    bucket = f"aws-controltower-logs-{account_id}-{REGION}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    statements = [
        {
            "Sid": "AWSBucketPermissionsCheck",
            "Effect": "Allow",
            "Principal": {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
            "Action": "s3:GetBucketAcl",
            "Resource": f"arn:aws:s3:::{bucket}",
        },
        {
            "Sid": "AWSBucketDelivery",
            "Effect": "Allow",
            "Principal": {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/{organization_id}/AWSLogs/*/*",
        },
    ]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document(*statements)))
    return bucket


def _trail(aws, bucket, organization_id):
    trail = aws.client("cloudtrail")
    trail.create_trail(
        Name="aws-controltower-BaselineCloudTrail",
        S3BucketName=bucket,
        S3KeyPrefix=organization_id,
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
    )
    trail.start_logging(Name="aws-controltower-BaselineCloudTrail")


def _baseline(aws, account_id, bucket, audit_id):
    """Roles, recorder and topic that Control Tower's stack sets make in every account."""
    iam, config = aws.client("iam"), aws.client("config")
    for name, service in (
        ("aws-controltower-ConfigRecorderRole", "config.amazonaws.com"),
        ("aws-controltower-ForwardSnsNotificationRole", "lambda.amazonaws.com"),
    ):
        trust = document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    trust = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{audit_id}:root"}, "Action": "sts:AssumeRole"}
    )
    iam.create_role(RoleName="aws-controltower-ReadOnlyExecutionRole", AssumeRolePolicyDocument=json.dumps(trust))
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "aws-controltower-BaselineConfigRecorder",
            "roleARN": f"arn:aws:iam::{account_id}:role/aws-controltower-ConfigRecorderRole",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(
        DeliveryChannel={"name": "aws-controltower-BaselineConfigDeliveryChannel", "s3BucketName": bucket}
    )
    config.start_configuration_recorder(ConfigurationRecorderName="aws-controltower-BaselineConfigRecorder")
    aws.client("sns").create_topic(Name="aws-controltower-SecurityNotifications")


def _people(aws, org):
    """Control Tower's groups and permission sets in Identity Center, and one assignment of each."""
    sso, store = aws.client("sso-admin"), aws.client("identitystore")
    instance = sso.list_instances()["Instances"][0]
    for group, name, policy in (
        ("AWSControlTowerAdmins", "AWSAdministratorAccess", "AdministratorAccess"),
        ("AWSSecurityAuditors", "AWSReadOnlyAccess", "ReadOnlyAccess"),
    ):
        group_id = store.create_group(IdentityStoreId=instance["IdentityStoreId"], DisplayName=group)["GroupId"]
        arn = sso.create_permission_set(InstanceArn=instance["InstanceArn"], Name=name, SessionDuration="PT1H")
        arn = arn["PermissionSet"]["PermissionSetArn"]
        sso.attach_managed_policy_to_permission_set(
            InstanceArn=instance["InstanceArn"],
            PermissionSetArn=arn,
            ManagedPolicyArn=f"arn:aws:iam::aws:policy/{policy}",
        )
        for id_ in (org.management, *org.accounts.values()):
            sso.create_account_assignment(
                InstanceArn=instance["InstanceArn"],
                PermissionSetArn=arn,
                PrincipalType="GROUP",
                PrincipalId=group_id,
                TargetId=id_,
                TargetType="AWS_ACCOUNT",
            )
