"""The organization as it is deployed: its ids from Terraform's outputs, confirmed by AWS."""

from collections.abc import Collection, Mapping

import boto3

from config.model.lock import Closed, Lock
from config.nodes import Organization
from estate.account_state import REOPEN, account_state, is_shut
from estate.terraform.stack import Stack


class DeployedError(RuntimeError):
    """What is deployed cannot be read, or is not this organization; the message says why and what helps."""


def deployed_lock(organization: Organization, stack: Stack) -> Lock:
    """Read the ids of the deployed organization.

    Args:
        organization: The configuration.
        stack: The synthesized organization stack, run with the management account's credentials.

    Returns:
        The ids of all accounts and OUs that the organization stack has made, by slug; without accounts that are shut and
        that the configuration does not have any more.

    Raises:
        DeployedError: The stack is not deployed, AWS knows other ids than Terraform does, or an account is shut.
        TerraformError: Terraform cannot read the state.
    """
    stack.init()
    outputs = stack.outputs()
    if "account_ids" not in outputs:
        raise DeployedError(f"The stack {stack.name} is not deployed yet. Run: cdktf deploy {stack.name}")
    accounts: dict[str, str] = outputs["account_ids"]
    before, closed = organization.lock, _still_closed(organization)
    shut = _confirm(outputs["organization_id"], accounts, organization.home_region, closed)
    if missed := [
        f"{slug} ({accounts[slug]}, {state})" for slug, state in shut.items() if slug in organization.accounts
    ]:
        raise DeployedError(f"The configuration has accounts that AWS has shut: {', '.join(missed)}. {REOPEN}")
    return Lock(
        organization_id=outputs["organization_id"],
        root_id=outputs["root_id"],
        management_account_id=outputs["management_account_id"],
        accounts={
            slug: id_
            for slug, id_ in accounts.items()
            if slug != stack.name and slug not in shut and slug not in closed
        },
        organizational_units=outputs["unit_ids"],
        policies=outputs.get("policy_ids", {}),
        service_access=before.service_access if before else (),
        policy_types=before.policy_types if before else (),
        ram_sharing=before is None or before.ram_sharing,
        parents=before.parents if before else {},
        closed=closed,
    )


def _still_closed(organization: Organization) -> dict[str, Closed]:
    """The accounts that were closed; one that has a file again was reopened."""
    closed = organization.lock.closed if organization.lock else {}
    return {slug: account for slug, account in closed.items() if slug not in organization.accounts}


def _confirm(organization_id: str, accounts: Mapping[str, str], region: str, closed: Collection[str]) -> dict[str, str]:
    """Ask AWS: credentials of another organization, or a state that is not its own, must not become a lock.

    Returns:
        The state of each account that is shut.
    """
    client = boto3.client("organizations", region_name=region)
    found = client.describe_organization()["Organization"]["Id"]
    if found != organization_id:
        raise DeployedError(
            f"Terraform's state is of organization {organization_id}, these credentials are of {found}. "
            "Use credentials of this organization's management account."
        )
    pages = client.get_paginator("list_accounts").paginate()
    existing = {account["Id"]: account for page in pages for account in page["Accounts"]}
    lost = [f"{slug} ({id_})" for slug, id_ in accounts.items() if id_ not in existing and slug not in closed]
    if lost:
        raise DeployedError(
            f"Terraform's state has accounts that the organization {organization_id} has not: {', '.join(lost)}. "
            "Was one removed from the organization? Then remove it from the state too: terraform state rm."
        )
    return {
        slug: account_state(existing[id_])
        for slug, id_ in accounts.items()
        if id_ in existing and is_shut(existing[id_])
    }
