"""Two levels of guardrails, ready to choose from: policy files with the reason of every exemption."""

from typing import Final, Literal

from config.capabilities.roles import ROLES
from config.controls.deploying import deploying
from config.controls.kept import BOUNDARY
from config.model.state import S3State, access_log_name
from config.nodes import Organization
from constructs_lib.policies.catalogue.values import DEPLOYERS

Level = Literal["baseline", "strict"]

_EXEMPT: Final = """\
#
# Exempt, unless a line below says otherwise, are the two roles that deploy: {execution}, and
# OrganizationAccountAccessRole for the first deploy of an account and to repair it. They make what these guardrails protect;
# `protect-roles` keeps both from being made, changed or taken over by anybody else.
"""

BASELINE: Final[dict[str, str]] = {
    "baseline-identities": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Who gets in: no root users, no IAM users with keys, no new doors. Part of the level `baseline`.
{exempt}type: service_control_policy
name: BaselineIdentities
description: Accounts stay in the organization; nobody works as root or with long-lived keys, or opens another door.
targets: [root]
guardrails:
  # Nobody is exempt: who takes an account out of the organization takes it out from under all guardrails.
  deny-leaving-organization:
  # Exempt are central root sessions of the management account (sts:AssumeRoot): they unlock what a policy has locked.
  deny-root-user:
  # Nobody is exempt: people come through Identity Center, pipelines by tokens.
  deny-iam-users:
  # The deploying roles make the pipelines' providers.
  deny-identity-provider-changes:
  # Nobody is exempt: regions are opened from the management account, which no service control policy restricts.
  deny-region-changes:
  # The deploying roles make what Identity Center has in accounts.
  protect-identity-center:
  # The deploying roles make all of these, and mend them.
  protect-roles:
    roles:
      # They deploy, plan, enter accounts, and reach states.
{deploying}
      # Accounts offer these to others, audits among them.
{offered}
      # Send the alerts to the security account, and mails about them.
      - activity-alerts
      - activity-alerts-publisher
      # AWS's services and people enter by these; nobody in an account may make a role of such a name.
      - AWSCloudFormationStackSetExecutionRole
      - AWSControlTowerExecution
      - stacksets-exec-*
""",
    "baseline-protection": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# What watches stays on: trail, configuration, findings, logs, and where they are kept. Part of the level `baseline`.
{exempt}type: service_control_policy
name: BaselineProtection
description: Audit trail, configuration, threat detection, findings, logs and their archive stay as they are.
targets: [root]
guardrails:
  protect-access-analyzer:
  protect-cloudtrail:
  protect-config:
  protect-guardduty:
  protect-monitoring:
    parts: [logs, flow-logs, query-logs]
  # The archive with all that is in it, the states' bucket, the alerts, the policies and the boundary of roles.
  protect-resources:
    resource_arns:
{kept}
  protect-security-hub:
""",
    "baseline-data": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Data stay encrypted, private and there. Part of the level `baseline`.
{exempt}type: service_control_policy
name: BaselineData
description: Encryption, keys, backups and the block of public access stay; nothing is shared with strangers or the public.
targets: [root]
guardrails:
  deny-deletion:
  # Nobody is exempt: shares within the organization say allow_external_principals = false.
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
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Who reaches the organization's resources, whatever their own policies say. Part of the level `baseline`; needs
# resource_control_policy among `policy_types`.
type: resource_control_policy
name: BaselineResources
description: Only the organization's own identities, and services on its behalf, reach its resources, and only over TLS.
targets: [root]
guardrails:
  # Exempt are AWS's services that come for an account of the organization; a partner would be, in exempted_account_ids.
  deny-confused-deputies:
  # Exempt are AWS's services, which the guardrail above looks at, and what OIDC and SAML bring: trust policies look at these.
  deny-foreign-identities:
  # Nobody is exempt: every SDK and browser speaks TLS.
  require-tls:
  # Exempt are AWS's services. Who enters an account does it where the alerts listen; sts.amazonaws.com is us-east-1's.
  restrict-session-regions:
""",
    "baseline-machines": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# EC2's account-wide defaults, set by AWS itself in every account and region. Part of the level `baseline`; needs
# declarative_policy_ec2 among `policy_types`.
#
# It reaches the management account, too, and nobody is exempt: no role and no root user can change these settings, so the
# accounts' own stacks leave them alone (`baseline` in organization.yaml says them where no such policy does). What an account
# needs otherwise is another policy, attached to it or to its OU: the lower one wins.
type: declarative_policy_ec2
name: BaselineMachines
description: Instances take IMDSv2, snapshots and images stay private, and nobody reaches machines by the serial console.
targets: [root]
guardrail: harden-ec2
""",
}
STRICT: Final[dict[str, str]] = {
    "strict-networks": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Networks are connected by those who run them. Part of the level `strict`, beside `baseline`.
{exempt}type: service_control_policy
name: StrictNetworks
description: Networks are connected by deployments only; nothing has a public address of its own.
targets: [root]
guardrails:
  deny-network-changes:
    parts: [accelerators, default-vpcs, direct-connect, dns, internet, peering, transit, vpn]
  # Nobody is exempt: load balancers serve the internet.
  deny-public-addresses:
""",
    "strict-sharing": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Data leave by no service's own call. Part of the level `strict`, beside `baseline`.
{exempt}type: service_control_policy
name: StrictSharing
description: Nothing is shared by services' own calls, or opened by policies that no resource control policy reaches.
targets: [root]
guardrails:
  deny-resource-policies:
  deny-sharing-by-services:
""",
    "strict-accounts": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# Accounts themselves: settings, sign-in, tokens. Part of the level `strict`, beside `baseline`.
{exempt}type: service_control_policy
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
    "strict-services": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
# What services make is encrypted and private. Part of the level `strict`, beside `baseline`.
{exempt}type: service_control_policy
name: StrictServices
description: Volumes, file systems, caches, databases and notebooks are encrypted and private; buckets have no grant lists.
targets: [root]
guardrails:
  harden-s3:
  harden-sagemaker:
  require-encryption:
""",
    "strict-requests": """\
# yaml-language-server: $schema=../schema/policy.schema.json
#
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


def files(level: Level, organization: Organization) -> dict[str, str]:
    """The policy files of a level, by slug; `strict` has those of `baseline`, too.

    Args:
        level: Which.
        organization: Whose roles and buckets are protected by their names.
    """
    chosen = {**BASELINE, **(STRICT if level == "strict" else {})}
    execution = organization.execution_role.name
    names = {
        "exempt": _EXEMPT.format(execution=execution),
        "deploying": _listed(sorted({*DEPLOYERS, *deploying(organization)})),
        "offered": _listed(sorted({role.name for role in (ROLES.of(organization) or {}).values()})),
        "kept": _listed(_kept(organization)),
    }
    return {slug: text.format(**names) for slug, text in chosen.items()}


def _kept(organization: Organization) -> list[str]:
    start, state = f"arn:{organization.partition}", organization.state
    states: list[str] = []
    if isinstance(state, S3State):
        states.append(f"{start}:s3:::{state.bucket} # yours: the bucket of `state`")
        if state.managed and state.access_logs:
            states.append(f"{start}:s3:::{access_log_name(state.bucket)}* # and that of its access logs")
    return [
        *states,
        f"{start}:s3:::{organization.slug}-log-archive-* # yours: begins with `slug`",
        f"{start}:events:*:*:event-bus/activity-alerts",
        f"{start}:events:*:*:rule/activity-alerts*",
        *(
            f"{start}:iam::*:policy/{name}"
            for name in (
                BOUNDARY,
                f"{organization.execution_role.name}-*",
                *([f"{organization.ci.account_plan_role}-*"] if organization.ci else []),
            )
        ),
        f"{start}:sns:*:*:activity-alerts",
    ]


def _listed(values: list[str]) -> str:
    return "\n".join(f"      - {value}" for value in values)
