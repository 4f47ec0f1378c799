"""The catalogue of guardrails: each one by name, with parameters, as a typed function.

Example:
    >>> from constructs_lib.policies import catalogue
    >>> catalogue.deny_leaving_organization().document.to_json()
    '{"Version":"2012-10-17","Statement":[{"Sid":"DenyLeavingOrganization","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}'
    >>> catalogue.build("quarantine", {"exempted_principal_arns": ["BreakGlass"]}).name
    'quarantine'
"""

from constructs_lib.policies.catalogue.data_protection import (
    protect_ebs_encryption,
    protect_kms_keys,
    protect_s3_public_access_block,
    require_imdsv2,
)
from constructs_lib.policies.catalogue.identity import (
    deny_iam_users,
    deny_identity_provider_changes,
    deny_leaving_organization,
    deny_root_user,
    protect_roles,
)
from constructs_lib.policies.catalogue.lifecycle import quarantine, suspend
from constructs_lib.policies.catalogue.perimeter import deny_foreign_networks, deny_foreign_resources
from constructs_lib.policies.catalogue.protection import (
    protect_access_analyzer,
    protect_cloudtrail,
    protect_config,
    protect_guardduty,
    protect_macie,
    protect_security_hub,
)
from constructs_lib.policies.catalogue.regions import deny_region_changes, deny_unapproved_regions
from constructs_lib.policies.catalogue.registry import ENTRIES, Entry, Guardrail, Parameter, build
from constructs_lib.policies.catalogue.resource_controls import (
    deny_confused_deputies,
    deny_foreign_identities,
    deny_foreign_tenants,
    require_tls,
)
from constructs_lib.policies.catalogue.settings import (
    TagRule,
    back_up_daily,
    harden_ec2,
    opt_out_of_ai_training,
    standardize_tags,
)
from constructs_lib.policies.catalogue.sharing import (
    deny_external_sharing,
    deny_image_sharing,
    deny_public_function_urls,
    deny_public_snapshots,
)
from constructs_lib.policies.catalogue.tags import protect_tags, require_tags

__all__ = [
    "ENTRIES",
    "Entry",
    "Guardrail",
    "Parameter",
    "TagRule",
    "back_up_daily",
    "build",
    "deny_confused_deputies",
    "deny_external_sharing",
    "deny_foreign_identities",
    "deny_foreign_networks",
    "deny_foreign_resources",
    "deny_foreign_tenants",
    "deny_iam_users",
    "deny_identity_provider_changes",
    "deny_image_sharing",
    "deny_leaving_organization",
    "deny_public_function_urls",
    "deny_public_snapshots",
    "deny_region_changes",
    "deny_root_user",
    "deny_unapproved_regions",
    "harden_ec2",
    "opt_out_of_ai_training",
    "protect_access_analyzer",
    "protect_cloudtrail",
    "protect_config",
    "protect_ebs_encryption",
    "protect_guardduty",
    "protect_kms_keys",
    "protect_macie",
    "protect_roles",
    "protect_s3_public_access_block",
    "protect_security_hub",
    "protect_tags",
    "quarantine",
    "require_imdsv2",
    "require_tags",
    "require_tls",
    "standardize_tags",
    "suspend",
]
