"""The catalogue of guardrails: each one by name, with parameters, as a typed function.

Example:
    >>> from constructs_lib.policies import catalogue
    >>> catalogue.deny_leaving_organization().document.to_json()
    '{"Version":"2012-10-17","Statement":[{"Sid":"DenyLeavingOrganization","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}'
    >>> catalogue.build("quarantine", {"exempted_principal_arns": ["BreakGlass"]}).name
    'quarantine'
"""

from constructs_lib.policies.catalogue.accounts import (
    deny_chat_commands,
    deny_console_credentials,
    deny_outbound_identity,
    protect_account_settings,
    protect_identity_center,
    protect_systems_manager,
    require_mfa,
)
from constructs_lib.policies.catalogue.data_protection import (
    protect_ebs_encryption,
    protect_kms_keys,
    protect_s3_public_access_block,
    require_imdsv2,
)
from constructs_lib.policies.catalogue.egress import (
    deny_presigned_links,
    deny_resource_policies,
    deny_sharing_by_services,
    deny_untrusted_destinations,
)
from constructs_lib.policies.catalogue.hardening import harden_s3, harden_sagemaker, restrict_bedrock
from constructs_lib.policies.catalogue.identity import (
    deny_iam_users,
    deny_identity_provider_changes,
    deny_leaving_organization,
    deny_root_user,
    protect_roles,
)
from constructs_lib.policies.catalogue.keeping import deny_deletion, protect_monitoring, protect_resources
from constructs_lib.policies.catalogue.lifecycle import quarantine, quarantine_unplaced, suspend
from constructs_lib.policies.catalogue.network import deny_network_changes, deny_public_addresses
from constructs_lib.policies.catalogue.perimeter import deny_foreign_networks, deny_foreign_resources, deny_other_units
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
from constructs_lib.policies.catalogue.resource_requests import (
    harden_s3_requests,
    protect_session_tags,
    require_own_networks,
)
from constructs_lib.policies.catalogue.services import (
    allow_services,
    deny_services,
    require_encryption,
    require_vpc,
    restrict_instances,
    restrict_sizes,
)
from constructs_lib.policies.catalogue.sessions import restrict_entry, restrict_session_regions
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
from constructs_lib.policies.catalogue.tags import protect_principal_tags, protect_tags, require_tags

__all__ = [
    "ENTRIES",
    "Entry",
    "Guardrail",
    "Parameter",
    "TagRule",
    "allow_services",
    "back_up_daily",
    "build",
    "deny_chat_commands",
    "deny_confused_deputies",
    "deny_console_credentials",
    "deny_deletion",
    "deny_external_sharing",
    "deny_foreign_identities",
    "deny_foreign_networks",
    "deny_foreign_resources",
    "deny_foreign_tenants",
    "deny_iam_users",
    "deny_identity_provider_changes",
    "deny_image_sharing",
    "deny_leaving_organization",
    "deny_network_changes",
    "deny_other_units",
    "deny_outbound_identity",
    "deny_presigned_links",
    "deny_public_addresses",
    "deny_public_function_urls",
    "deny_public_snapshots",
    "deny_region_changes",
    "deny_resource_policies",
    "deny_root_user",
    "deny_services",
    "deny_sharing_by_services",
    "deny_unapproved_regions",
    "deny_untrusted_destinations",
    "harden_ec2",
    "harden_s3",
    "harden_s3_requests",
    "harden_sagemaker",
    "opt_out_of_ai_training",
    "protect_access_analyzer",
    "protect_account_settings",
    "protect_cloudtrail",
    "protect_config",
    "protect_ebs_encryption",
    "protect_guardduty",
    "protect_identity_center",
    "protect_kms_keys",
    "protect_macie",
    "protect_monitoring",
    "protect_principal_tags",
    "protect_resources",
    "protect_roles",
    "protect_s3_public_access_block",
    "protect_security_hub",
    "protect_session_tags",
    "protect_systems_manager",
    "protect_tags",
    "quarantine",
    "quarantine_unplaced",
    "require_encryption",
    "require_imdsv2",
    "require_mfa",
    "require_own_networks",
    "require_tags",
    "require_tls",
    "require_vpc",
    "restrict_bedrock",
    "restrict_entry",
    "restrict_instances",
    "restrict_session_regions",
    "restrict_sizes",
    "standardize_tags",
    "suspend",
]
