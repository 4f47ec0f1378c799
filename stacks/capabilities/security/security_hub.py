"""Security Hub for all accounts, mails about its findings, and automation rules."""

from config.capabilities.security.model import (
    SecurityHub,
)
from constructs_lib.security.automation_rules import AutomationRule, AutomationRulesConstruct, FindingMatch
from constructs_lib.security.finding_alerts import FindingAlertsConstruct
from constructs_lib.security.security_hub import SecurityHubOrganizationConstruct
from constructs_lib.security.security_hub_policy import SecurityHubPolicyConstruct
from stacks.capabilities.security.nodes import node_id
from stacks.references import node_key
from stacks.scope import AccountScope


def add_security_hub(stack: AccountScope, hub: SecurityHub) -> None:
    """Add central findings, and the policies of what is checked where."""
    organization = stack.organization
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
            targets={node_key(node): node_id(stack, node) for node in nodes.values()},
            enabled=policy.enabled,
            partition=organization.partition,
            provider=stack.provider(home),
        )


def add_finding_alerts(stack: AccountScope, hub: SecurityHub) -> None:
    """Add a topic for each severity, in the region that gathers findings."""
    organization = stack.organization
    FindingAlertsConstruct(
        stack,
        "finding-alerts",
        name="findings",
        account_id=stack.own_id,
        emails=hub.alerts,
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )


def add_automation_rules(stack: AccountScope, hub: SecurityHub) -> None:
    """Add what becomes of findings, in the region that gathers them."""
    organization = stack.organization
    rules = {
        slug: AutomationRule(
            rule.description,
            rule.order,
            FindingMatch(
                account_ids=[
                    stack.references.account_id(account)
                    for account in organization.select_accounts(rule.match.accounts)
                ]
                if rule.match.accounts
                else None,
                **rule.match.model_dump(exclude={"accounts"}, exclude_defaults=True),
            ),
            rule.severity,
            rule.workflow,
            rule.note,
            rule.terminal,
        )
        for slug, rule in hub.automation_rules.items()
        # Rather none than one about all accounts: `check` refuses selectors of nobody, where it is asked.
        if not rule.match.accounts or organization.select_accounts(rule.match.accounts)
    }
    AutomationRulesConstruct(stack, "automation-rules", rules=rules, provider=stack.provider(organization.home_region))
