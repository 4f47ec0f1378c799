"""Security Lake, and the role by which it acts in the organization."""

from config.capabilities.security.model import (
    SecurityLake,
)
from config.capabilities.security.rules import service_regions
from constructs_lib.security.security_lake import (
    LakeSource,
    SecurityLakeAdministratorConstruct,
    SecurityLakeConstruct,
)
from stacks.scope import AccountScope


def add_security_lake(stack: AccountScope, lake: SecurityLake) -> None:
    """Add a data lake in every region that is meant, and what it takes in."""
    organization = stack.organization
    # Sources are added from the home region, if there is a lake.
    regions = sorted(service_regions(organization, lake), key=lambda region: region != organization.home_region)
    SecurityLakeConstruct(
        stack,
        "security-lake",
        account_id=stack.own_id,
        providers={region: stack.provider(region) for region in regions},
        sources={
            name: LakeSource(
                source.version,
                [stack.references.account_id(account) for account in organization.select_accounts(source.targets)],
            )
            for name, source in lake.sources.items()
            # Rather none than one of all accounts: `check` refuses selectors of nobody, where it is asked.
            if not source.targets or organization.select_accounts(source.targets)
        },
        retention_days=lake.retention_days,
        transitions=lake.transitions,
        own_keys=lake.encryption == "KMS",
        partition=organization.partition,
    )


def add_lake_administrator(stack: AccountScope, _lake: SecurityLake) -> None:
    """Add the role by which Security Lake acts in the organization."""
    SecurityLakeAdministratorConstruct(stack, "security-lake", provider=stack.provider(stack.organization.home_region))
