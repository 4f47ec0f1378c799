"""The roles by which accounts are deployed and entered: guardrails leave them out, and trusts name them."""

from config.controls.needs import SETUP_ROLE, STATE_ROLES
from config.nodes import Organization


def deploying(organization: Organization) -> frozenset[str]:
    """Their names; those of pipelines' tiers with a wildcard."""
    ci = organization.ci
    pipelines = (
        {
            *(ci.deploy_role, f"{ci.deploy_role}-*"),  # of all tiers
            *(ci.plan_role, ci.account_plan_role, ci.foundation_role, ci.management_foundation_role),
        }
        if ci
        else set()
    )
    entries = {organization.break_glass_role, *(account.entry_role for account in organization.accounts.values())}
    return frozenset({SETUP_ROLE, organization.execution_role.name, *entries, *pipelines, *STATE_ROLES})
