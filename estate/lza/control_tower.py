"""Controls of AWS Control Tower that are managed rules of AWS Config, by the identifiers that are the same in all regions.

Source: https://docs.aws.amazon.com/controltower/latest/controlreference/all-global-identifiers.html
"""

from typing import Final

RULES: Final = {
    "1m3wi9y66gi199vwyqmu4lm4l": "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
    "497wrm2xnk1wxlf4obrdo7mej": "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
    "3jw8po9x95lr2nob65iaqhqir": "IAM_GROUP_HAS_USERS_CHECK",
    "bi738zni6ovf9d6dagobqtk6g": "IAM_NO_INLINE_POLICY_CHECK",
    "1d908j9c0qtyr5vq7mora1ht2": "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY",
    "b8pjfqosgkgknznstduvel4rh": "NO_UNRESTRICTED_ROUTE_TO_IGW",
    "3b7ib9mi87kcw90atgx2nboax": "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
    "1klk5z4sby5l0cfx65dmq2dsk": "SECURITYHUB_ENABLED",
    "dagreqi0i3fitenunuuo4q64t": "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
    "d1wltz1jx8c4aok5062g4kzz3": "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
    "aqh482zxh1libhd8e5pff5r1w": "EC2_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
}
"""Identifier to the rule that AWS has written."""
