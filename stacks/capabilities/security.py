"""The security services of the whole organization, run from the security account in every governed region."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector

from config.model.base import enabled
from config.model.capabilities.security import Security
from config.nodes import Account, Node, Organization
from constructs_lib.security.access_analyzer import AccessAnalyzerConstruct
from constructs_lib.security.central_root_access import CentralRootAccessConstruct
from constructs_lib.security.config_aggregator import ConfigAggregatorConstruct
from constructs_lib.security.detective import DetectiveOrganizationConstruct
from constructs_lib.security.guardduty import GuardDutyOrganizationConstruct
from constructs_lib.security.inspector import InspectorOrganizationConstruct
from constructs_lib.security.macie import MacieOrganizationConstruct
from constructs_lib.security.member import Member
from constructs_lib.security.organization_config_rules import ManagedRule, OrganizationConfigRulesConstruct
from constructs_lib.security.security_hub import SecurityHubOrganizationConstruct
from constructs_lib.security.security_hub_policy import SecurityHubPolicyConstruct
from stacks.capabilities.capability import Capability
from stacks.capabilities.config_recorder import recorder
from stacks.references import node_key

if TYPE_CHECKING:
    from stacks.account import AccountStack
    from stacks.management import ManagementStack


def _security(organization: Organization) -> Security:
    return organization.security or Security(enabled=False)


def _in_security_account(key: str) -> Callable[[Organization, Account], bool]:
    return lambda organization, account: account.purpose == "security" and _security(organization).on(key)


def _members(stack: "AccountStack") -> dict[str, Account]:
    return {slug: account for slug, account in stack.organization.accounts.items() if account is not stack.account}


def _add_config(stack: "AccountStack") -> None:
    organization, config = stack.organization, _security(stack.organization).config
    if config is None:
        return
    ConfigAggregatorConstruct(
        stack,
        "config-aggregator",
        name="organization",
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )
    rules = {
        slug: ManagedRule(rule.identifier, rule.parameters, rule.resource_types, rule.frequency, rule.description)
        for slug, rule in config.rules.items()
    }
    accounts = organization.accounts.values()
    without = [account for account in accounts if recorder(account) is None]
    for region in organization.governed_regions if rules and len(without) < len(accounts) else ():
        OrganizationConfigRulesConstruct(
            stack,
            f"config-rules-{region}",
            rules=rules,
            excluded_account_ids=[stack.references.account_id(account) for account in without],
            provider=stack.provider(region),
        )


def _add_guardduty(stack: "AccountStack") -> None:
    guardduty = _security(stack.organization).guardduty
    for region in stack.organization.governed_regions if guardduty else ():
        GuardDutyOrganizationConstruct(
            stack,
            f"guardduty-{region}",
            features=guardduty.features if guardduty else (),
            existing_detector=True,
            provider=stack.provider(region),
        )


def _add_security_hub(stack: "AccountStack") -> None:
    organization, hub = stack.organization, _security(stack.organization).security_hub
    if hub is None:
        return
    home = organization.home_region
    center = SecurityHubOrganizationConstruct(
        stack,
        "security-hub",
        linked_regions=[region for region in organization.governed_regions if region != home],
        already_enabled=True,
        provider=stack.provider(home),
    )
    for slug, policy in hub.policies.items():
        nodes = {node.selector: node for selector in policy.targets for node in organization.select(selector)}
        SecurityHubPolicyConstruct(
            stack,
            f"security-hub-{slug}",
            hub=center,
            name=slug,
            region=home,
            standards=policy.standards,
            disabled_controls=policy.disabled_controls,
            targets={node_key(node): _id(stack, node) for node in nodes.values()},
            enabled=policy.enabled,
            partition=organization.partition,
            provider=stack.provider(home),
        )


def _id(stack: "AccountStack", node: Node) -> str:
    if node.kind == "root":
        return stack.references.root_id
    return stack.references.account_id(node) if node.kind == "account" else stack.references.unit_id(node)


def _add_access_analyzer(stack: "AccountStack") -> None:
    organization, analyzer = stack.organization, _security(stack.organization).access_analyzer
    if analyzer is None:
        return
    for region in organization.governed_regions:
        AccessAnalyzerConstruct(
            stack,
            f"external-access-{region}",
            name="organization-external-access",
            kind="external",
            provider=stack.provider(region),
        )
    if unused := enabled(analyzer.unused_access):
        AccessAnalyzerConstruct(
            stack,
            "unused-access",
            name="organization-unused-access",
            kind="unused",
            unused_after_days=unused.after_days,
            excluded_account_ids=[
                stack.references.account_id(account) for account in organization.select_accounts(unused.excluded)
            ],
            provider=stack.provider(organization.home_region),
        )


def _add_inspector(stack: "AccountStack") -> None:
    inspector = _security(stack.organization).inspector
    for region in stack.organization.governed_regions if inspector else ():
        InspectorOrganizationConstruct(
            stack,
            f"inspector-{region}",
            account_id=stack.account_id,
            scans=inspector.scans if inspector else (),
            members={slug: stack.references.account_id(account) for slug, account in _members(stack).items()},
            provider=stack.provider(region),
        )


def _enrolled(stack: "AccountStack") -> dict[str, Member]:
    return {
        slug: Member(stack.references.account_id(account), account.email) for slug, account in _members(stack).items()
    }


def _add_macie(stack: "AccountStack") -> None:
    for region in stack.organization.governed_regions:
        MacieOrganizationConstruct(
            stack,
            f"macie-{region}",
            members=_enrolled(stack),
            already_enabled=True,
            provider=stack.provider(region),
        )


def _add_detective(stack: "AccountStack") -> None:
    for region in stack.organization.governed_regions:
        DetectiveOrganizationConstruct(
            stack, f"detective-{region}", members=_enrolled(stack), provider=stack.provider(region)
        )


SECURITY_SERVICES: "tuple[Capability[AccountStack], ...]" = (
    Capability(
        "security.config",
        _in_security_account("config"),
        _add_config,
        frozenset(
            {
                "aws_config_configuration_aggregator",
                "aws_config_organization_managed_rule",
                "aws_iam_role",
                "aws_iam_role_policy_attachment",
            }
        ),
    ),
    Capability(
        "security.guardduty",
        _in_security_account("guardduty"),
        _add_guardduty,
        frozenset(
            {
                "aws_guardduty_organization_configuration",
                "aws_guardduty_organization_configuration_feature",
                "data.aws_guardduty_detector",
            }
        ),
    ),
    Capability(
        "security.security_hub",
        _in_security_account("security_hub"),
        _add_security_hub,
        frozenset(
            {
                "aws_securityhub_configuration_policy",
                "aws_securityhub_configuration_policy_association",
                "aws_securityhub_finding_aggregator",
                "aws_securityhub_organization_configuration",
            }
        ),
    ),
    Capability(
        "security.access_analyzer",
        _in_security_account("access_analyzer"),
        _add_access_analyzer,
        frozenset({"aws_accessanalyzer_analyzer"}),
    ),
    Capability(
        "security.inspector",
        _in_security_account("inspector"),
        _add_inspector,
        frozenset(
            {
                "aws_inspector2_enabler",
                "aws_inspector2_member_association",
                "aws_inspector2_organization_configuration",
            }
        ),
    ),
    Capability(
        "security.macie",
        _in_security_account("macie"),
        _add_macie,
        frozenset({"aws_macie2_member", "aws_macie2_organization_configuration"}),
    ),
    Capability(
        "security.detective",
        _in_security_account("detective"),
        _add_detective,
        frozenset({"aws_detective_graph", "aws_detective_member", "aws_detective_organization_configuration"}),
    ),
)
"""Each by itself, so that the execution role is permitted no service that is off."""


def _add_root_access(stack: "ManagementStack") -> None:
    access = _security(stack.organization).central_root_access
    if access is not None:
        CentralRootAccessConstruct(
            stack,
            "root-access",
            root_sessions=access.root_sessions,
            # IAM must be trusted first.
            depends_on=[stack.node.find_child("organization")],  # type: ignore[list-item]
        )


def _add_own_detectors(stack: "ManagementStack") -> None:
    """Switch GuardDuty on in the management account, which nobody else can do."""
    for region in stack.organization.governed_regions:
        GuarddutyDetector(stack, f"guardduty-{region}", enable=True, provider=stack.provider(region))


MANAGEMENT_SECURITY: "tuple[Capability[ManagementStack], ...]" = (
    Capability(
        "security.central_root_access",
        lambda organization, _account: _security(organization).on("central_root_access"),
        _add_root_access,
        frozenset({"aws_iam_organizations_features"}),
    ),
    Capability(
        "security.guardduty",
        lambda organization, _account: _security(organization).on("guardduty"),
        _add_own_detectors,
        frozenset({"aws_guardduty_detector"}),
    ),
)
