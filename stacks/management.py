"""The stack of the management account: the organization itself, and what can be done nowhere else."""

import json
from collections.abc import Iterator
from typing import Any

from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from config.capabilities.capability import AccountInput
from config.capabilities.delegated_administrators import OWN_REGISTRATION
from config.model.policy import KINDS
from config.nodes import Account, Node, Organization
from config.nodes import Policy as PolicyNode
from config.rules.guardrails import lists_only
from constructs_lib import OrganizationStack
from constructs_lib.organization.values import Account as AccountValue
from constructs_lib.organization.values import OrganizationalUnit, Policy
from stacks.backend import add_backend
from stacks.building import add_parts
from stacks.letting_go import let_go
from stacks.permissions_first import permissions_first
from stacks.providers import Providers
from stacks.references import OwnReferences
from stacks.regions import in_every_region, opened_first, with_regions
from stacks.rights import with_rights
from stacks.scope import AccountScope
from stacks.taking_over import take_over

# Until there is a lock, a policy that names its own organization refers to it.
_ORGANIZATION_ID = "${aws_organizations_organization.organization.id}"


class ManagementStack(OrganizationStack, AccountScope):
    """The organization, and what only its management account can do.

    It runs with the management account's own credentials: there is no account above it whose role could be assumed.

    Children: those of `OrganizationStack`, ``backend``, ``aws`` (the provider; one ``aws-<region>`` for every further
    region that something is in; the JSON has one for each region of the partition), and one construct for each capability,
    named in `stacks.capabilities`.

    Args:
        scope: The app.
        inputs: What it is made from.
    """

    def __init__(self, scope: Construct, *, inputs: AccountInput) -> None:
        organization, management = inputs.organization, inputs.account
        self.take(inputs)
        super().__init__(
            scope,
            management.slug,
            provider=self._first_provider,
            backend=lambda stack: add_backend(stack, organization, management.slug),
            units=_units(organization),
            accounts=[
                _account(account, organization.break_glass_role)
                for account in organization.accounts.values()
                if account is not management
            ],
            policies=_policies(organization),
            delegated_administrators=_delegated(organization),
            service_access=organization.trusted_services,
            policy_types=[KINDS[name] for name in organization.policy_types],
            existing_organization_id=organization.existing_id,
            ram_sharing=organization.ram_sharing,
            existing_delegations={
                f"{account.slug}/{service}": f"{account.id}/{service}"
                for service, account in organization.delegated_administrators.items()
                if f"{account.id}/{service}" in organization.existing.delegated_administrators
            },
            existing_ram_sharing=management.id if organization.existing.ram_sharing else None,
            management=management.slug,
        )
        if taken_over := [policy.slug for policy in _own(organization) if policy.id]:
            TerraformOutput(self, "policy_ids", value={slug: self.policy_id(slug) for slug in taken_over})
        self.references = OwnReferences(self, organization)
        self.parts["organization"] = self._organization
        add_parts(self, inputs)

    def finished(self, synthesized: dict[str, Any]) -> dict[str, Any]:
        """The stack's Terraform JSON, from what is synthesized of the constructs."""
        found = in_every_region(synthesized, self.organization, self.account)
        found = with_rights(found, self.organization, self.account)
        found = let_go(permissions_first(opened_first(found)), self.inputs)
        found = take_over(_without_closed(found, self.organization), self.organization, self.account.id)
        return with_regions(found, self.organization)

    def _first_provider(self, stack: TerraformStack) -> AwsProvider:
        self.provider = Providers(
            stack,
            self.account,
            str(self.account.id),
            self.organization.home_region,
            default_tags=self.organization.default_tags,
        )
        return self.provider(self.account.region)


def _without_closed(synthesized: dict[str, Any], organization: Organization) -> dict[str, Any]:
    """Let Terraform forget the accounts that are closed: destroying one would be to close it, or to let it go."""
    closed = organization.lock.closed if organization.lock else {}
    forgotten = [f"aws_organizations_account.account-{slug}" for slug in closed if slug not in organization.accounts]
    if forgotten:
        synthesized["removed"] = synthesized.get("removed", []) + [
            {"from": address, "lifecycle": {"destroy": False}} for address in sorted(forgotten)
        ]
    return synthesized


def _units(organization: Organization) -> list[OrganizationalUnit]:
    return [
        OrganizationalUnit(
            unit.slug,
            unit.name,
            unit.parent.slug if unit.parent else None,
            unit.tags if unit.own_tags is None else unit.own_tags,
            existing_id=unit.id if unit.managed_by else unit.existing_id,
            managed=unit.managed_by is None,
        )
        for unit in organization.units.values()
    ]


def _account(account: Account, role_name: str) -> AccountValue:
    return AccountValue(
        account.slug,
        account.name,
        account.email,
        account.unit.slug if account.unit else None,
        role_name=role_name,
        tags=account.tags,
        existing_id=account.id if account.managed_by else account.existing_id,
        managed=account.managed_by is None,
        create_govcloud=account.create_govcloud,
    )


def _policies(organization: Organization) -> list[Policy]:
    return [
        Policy(
            part.slug,
            part.document or json.loads(part.content),
            tuple(_target(node) for node in part.targets),
            part.kind,
            part.name,
            part.description,
            tags=part.tags,
            accepted=(
                *part.accepted_findings,
                *(("allow-beside-full-access",) if lists_only(part, organization) else ()),
            ),
            existing_id=part.existing_id,
            existing_attachments=_attached(part, organization),
            text=part.text,
        )
        for policy in _own(organization)
        for part in policy.for_organization(_ORGANIZATION_ID).parts
    ]


def _own(organization: Organization) -> Iterator[PolicyNode]:
    """The policies that this stack has: those that nothing else manages."""
    return (policy for policy in organization.policies.values() if policy.managed_by is None)


def _attached(policy: PolicyNode, organization: Organization) -> dict[str, str]:
    """Where a policy that Terraform has yet to take over is attached, with Terraform's import id."""
    found = {_target(node): f"{node.id}:{policy.id}" for node in policy.targets}
    return {target: id_ for target, id_ in found.items() if id_ in organization.existing.policy_attachments}


def _target(node: Node) -> str:
    return node.slug if node.kind == "root" else f"{node.kind}:{node.slug}"


def _delegated(organization: Organization) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for service, account in organization.delegated_administrators.items():
        if service not in OWN_REGISTRATION:
            found.setdefault(account.slug, []).append(service)
    return found
