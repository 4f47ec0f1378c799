"""Access Analyzer, Inspector, Macie and Detective for all accounts, and root access."""

from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization

from config.capabilities.security.model import (
    AccessAnalyzer,
    Detective,
    Inspector,
    Macie,
    RootAccess,
)
from config.model.base import enabled
from constructs_lib.security.access_analyzer import AccessAnalyzerConstruct
from constructs_lib.security.central_root_access import CentralRootAccessConstruct
from constructs_lib.security.detective import DetectiveOrganizationConstruct
from constructs_lib.security.inspector import InspectorOrganizationConstruct
from constructs_lib.security.macie import MacieOrganizationConstruct
from stacks.capabilities.security.nodes import enrolled, members
from stacks.parts import part
from stacks.scope import AccountScope


def add_access_analyzer(stack: AccountScope, analyzer: AccessAnalyzer) -> None:
    """Add analyzers of access from outside, and of unused access."""
    organization = stack.organization
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


def add_inspector(stack: AccountScope, inspector: Inspector) -> None:
    """Add scans of all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        InspectorOrganizationConstruct(
            stack,
            f"inspector-{region}",
            account_id=stack.own_id,
            scans=inspector.scans,
            members={slug: stack.references.account_id(account) for slug, account in members(stack).items()},
            provider=stack.provider(region),
        )


def add_macie(stack: AccountScope, _macie: Macie) -> None:
    """Add the search for sensitive data, in every governed region."""
    for region in stack.organization.governed_regions:
        MacieOrganizationConstruct(
            stack,
            f"macie-{region}",
            members=enrolled(stack),
            already_enabled=True,
            provider=stack.provider(region),
        )


def add_detective(stack: AccountScope, _detective: Detective) -> None:
    """Add behavior graphs of all accounts, in every governed region."""
    for region in stack.organization.governed_regions:
        DetectiveOrganizationConstruct(
            stack, f"detective-{region}", members=enrolled(stack), provider=stack.provider(region)
        )


def add_root_access(stack: AccountScope, access: RootAccess) -> None:
    """Take root credentials away from member accounts."""
    CentralRootAccessConstruct(
        stack,
        "root-access",
        root_sessions=access.root_sessions,
        # IAM must be trusted first.
        depends_on=[part(stack, "organization", OrganizationsOrganization)],
    )
