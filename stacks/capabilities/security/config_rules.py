"""AWS Config for all accounts: the aggregator, rules and conformance packs."""

from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.security.model import (
    OrganizationConfig,
)
from constructs_lib.security.config_aggregator import ConfigAggregatorConstruct
from constructs_lib.security.organization_config_rules import ManagedRule, OrganizationConfigRulesConstruct
from constructs_lib.security.organization_conformance_packs import (
    ConformancePack,
    OrganizationConformancePacksConstruct,
)
from stacks.scope import AccountScope


def add_config(stack: AccountScope, config: OrganizationConfig) -> None:
    """Add the aggregator, and the rules for all accounts that have a recorder."""
    organization = stack.organization
    ConfigAggregatorConstruct(
        stack,
        "config-aggregator",
        name="organization",
        partition=organization.partition,
        provider=stack.provider(organization.home_region),
    )
    rules = {
        name: ManagedRule(
            rule.identifier, rule.parameters, rule.resource_types, rule.frequency, rule.description, rule.listed
        )
        for name, rule in config.rules.items()
    }
    accounts, recording = organization.accounts.values(), CONFIG_RECORDER.published(organization)
    without = [account for account in accounts if account.slug not in recording]
    for region in organization.governed_regions if rules and len(without) < len(accounts) else ():
        OrganizationConfigRulesConstruct(
            stack,
            f"config-rules-{region}",
            rules=rules,
            excluded_account_ids=[stack.references.account_id(account) for account in without],
            provider=stack.provider(region),
        )
    for region in organization.governed_regions if config.conformance_packs and len(without) < len(accounts) else ():
        OrganizationConformancePacksConstruct(
            stack,
            f"conformance-packs-{region}",
            packs={
                name: ConformancePack(
                    pack.template,
                    pack.parameters,
                    [
                        stack.references.account_id(account)
                        for account in accounts
                        if account in without or account in organization.select_accounts(pack.excluded)
                    ],
                )
                for name, pack in config.conformance_packs.items()
            },
            provider=stack.provider(region),
        )
