"""What AWS does not have in a partition, as of November 2026.

Of services, `constructs_lib/policies/data/endpoints.json` says in which regions they are not.
Nobody has tried an organization in China or in the European Sovereign Cloud on real AWS.
"""

from collections.abc import Mapping
from typing import Final

from config.facts.regions import REGIONS
from constructs_lib.policies.data import load

NO_POLICY_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "aws-cn": frozenset({"aiservices_opt_out_policy", "backup_policy", "chatbot_policy"})
}
"""Policy types that an organization cannot switch on.

Source: https://docs.amazonaws.cn/en_us/aws/latest/userguide/organizations.html
"""
_IN_VIRGINIA: Final = "templates of quotas are kept in us-east-1, which is not in this partition"
ABSENT_KEYS: Final[Mapping[str, Mapping[tuple[str, ...], str]]] = {
    "aws-us-gov": {("quota_template",): _IN_VIRGINIA},
    "aws-cn": {
        ("quota_template",): _IN_VIRGINIA,
        ("cost", "exports"): "AWS Data Exports are not in China",
        ("security", "central_root_access"): "accounts in China have no root user",
    },
    "aws-eusc": {
        ("quota_template",): _IN_VIRGINIA,
        ("cost", "exports"): "exports are made in us-east-1, which is not in this partition",
    },
}
"""Keys of organization.yaml that stand for what there is not, each with the reason.

Source: https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html
"""
SERVICES: Final[Mapping[str, str]] = {
    "detective.amazonaws.com": "api.detective",
    "inspector2.amazonaws.com": "inspector2",
    "macie.amazonaws.com": "macie2",
}
"""Endpoints of services that the organization may trust, and that are not in every partition."""


def has_service(endpoint: str, partition: str) -> bool:
    """Whether a service is in any region of a partition.

    Args:
        endpoint: The name of its endpoint, as botocore has it.
        partition: The partition.
    """
    return bool(set(REGIONS[partition]) - set(load("endpoints")["missing"].get(endpoint, ())))
