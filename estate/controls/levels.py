"""Two levels of guardrails, ready to choose from: policy files with the reason of every exemption."""

from typing import Final, Literal

Level = Literal["baseline", "strict"]

_EXEMPT: Final = """\
# Exempt, unless a parameter says otherwise, are the two roles that deploy: TerraformExecutionRole, and
# OrganizationAccountAccessRole for the first deploy of an account and to repair it. protect-roles keeps both from being made,
# changed or taken over by anybody else.
"""

BASELINE: Final[dict[str, str]] = {
    "baseline-identities": f"""\
# Who gets in: no root users, no IAM users with keys, no new doors. Part of the level `baseline`.
{_EXEMPT}type: service_control_policy
name: BaselineIdentities
description: Accounts stay in the organization; nobody works as root or with long-lived keys, or opens another door.
targets: [root]
guardrails:
  deny-leaving-organization:
  # Central root sessions of the management account (sts:AssumeRoot) keep working: they unlock what a policy has locked.
  deny-root-user:
  # Nobody is exempt: people come through Identity Center, pipelines by tokens.
  deny-iam-users:
  deny-identity-provider-changes:
  # Regions are opened from the management account, which no service control policy restricts.
  deny-region-changes:
  protect-identity-center:
  protect-roles:
""",
    "baseline-protection": f"""\
# What watches stays on: trail, configuration, findings, logs. Part of the level `baseline`.
{_EXEMPT}type: service_control_policy
name: BaselineProtection
description: Audit trail, configuration, threat detection, findings and logs stay on.
targets: [root]
guardrails:
  protect-access-analyzer:
  protect-cloudtrail:
  protect-config:
  protect-guardduty:
  protect-monitoring:
    parts: [logs, flow-logs, query-logs]
  protect-security-hub:
""",
    "baseline-data": f"""\
# Data stay encrypted, private and there. Part of the level `baseline`.
{_EXEMPT}type: service_control_policy
name: BaselineData
description: Encryption, keys, backups and the block of public access stay; nothing is shared with strangers or the public.
targets: [root]
guardrails:
  deny-deletion:
  # Shares within the organization need no exemption: they say allow_external_principals = false.
  deny-external-sharing:
  deny-image-sharing:
  # Nobody is exempt: a function that everybody may call belongs behind an API.
  deny-public-function-urls:
  deny-public-snapshots:
  protect-ebs-encryption:
  protect-kms-keys:
  protect-s3-public-access-block:
  protect-systems-manager:
  require-imdsv2:
""",
    "baseline-resources": """\
# Who reaches the organization's resources, whatever their own policies say. Part of the level `baseline`; needs
# resource_control_policy among `policy_types`.
#
# AWS's services are exempt where they come for an account of the organization; partners are named in exempted_account_ids.
type: resource_control_policy
name: BaselineResources
description: Only the organization's own identities, and services on its behalf, reach its resources, and only over TLS.
targets: [root]
guardrails:
  deny-confused-deputies:
  deny-foreign-identities:
  require-tls:
""",
}
STRICT: Final[dict[str, str]] = {
    "strict-networks": f"""\
# Networks are connected by those who run them. Part of the level `strict`, beside `baseline`.
{_EXEMPT}type: service_control_policy
name: StrictNetworks
description: Networks are connected by deployments only; nothing has a public address of its own.
targets: [root]
guardrails:
  deny-network-changes:
    parts: [accelerators, default-vpcs, direct-connect, dns, internet, peering, transit, vpn]
  # Nobody is exempt: load balancers serve the internet.
  deny-public-addresses:
""",
    "strict-sharing": f"""\
# Data leave by no service's own call. Part of the level `strict`, beside `baseline`.
{_EXEMPT}type: service_control_policy
name: StrictSharing
description: Nothing is shared by services' own calls, or opened by policies that no resource control policy reaches.
targets: [root]
guardrails:
  deny-resource-policies:
  deny-sharing-by-services:
""",
    "strict-accounts": f"""\
# Accounts themselves: settings, sign-in, tokens. Part of the level `strict`, beside `baseline`.
{_EXEMPT}type: service_control_policy
name: StrictAccounts
description: Nobody changes the account's settings, works without a second factor, or takes credentials out of the browser.
targets: [root]
guardrails:
  deny-chat-commands:
  # Nobody is exempt: people get credentials for the command line from Identity Center.
  deny-console-credentials:
  deny-outbound-identity:
  protect-account-settings:
  # IAM users only: roles' sessions carry no such sign.
  require-mfa:
""",
    "strict-services": f"""\
# What services make is encrypted and private. Part of the level `strict`, beside `baseline`.
{_EXEMPT}type: service_control_policy
name: StrictServices
description: Volumes, file systems, caches, databases and notebooks are encrypted and private; buckets have no grant lists.
targets: [root]
guardrails:
  harden-s3:
  harden-sagemaker:
  require-encryption:
""",
    "strict-requests": """\
# How buckets are called. Part of the level `strict`, beside `baseline`; needs resource_control_policy among `policy_types`.
# Nobody is exempt: every SDK of the last ten years does it.
type: resource_control_policy
name: StrictRequests
description: Buckets take TLS 1.2 and signatures of version 4 only.
targets: [root]
guardrails:
  harden-s3-requests:
""",
}


def files(level: Level) -> dict[str, str]:
    """The policy files of a level, by slug; `strict` has those of `baseline`, too."""
    return {**BASELINE, **(STRICT if level == "strict" else {})}
