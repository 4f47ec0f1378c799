"""What must hold between files: each rule takes the organization and its files and yields problems.

A rule ends where it comes to a value that was refused (`config.model.unknown`), so that one mistake is one error.
"""

from typing import Final

from config.capabilities.capability import Rule
from config.rules import (
    arns,
    customer_policies,
    guardrails,
    lock,
    organization,
    partitions,
    pipelines,
    roles,
    tags,
    unique,
)

RULES: Final[tuple[Rule, ...]] = (
    unique.emails,
    unique.account_ids,
    unique.unit_ids,
    unique.policy_ids,
    unique.unit_names,
    unique.policy_names,
    tags.spelling,
    tags.number,
    arns.partitions,
    arns.state_key,
    organization.purposes,
    organization.regions,
    partitions.policy_types,
    partitions.keys,
    partitions.services,
    partitions.provider,
    partitions.govcloud,
    organization.governed,
    organization.services,
    guardrails.types,
    guardrails.documents,
    guardrails.attachments,
    guardrails.states,
    customer_policies.missing,
    customer_policies.unused,
    customer_policies.taken,
    pipelines.room,
    roles.taken,
    lock.closed,
    lock.contradictions,
    lock.unknown_organization,
)
"""What must hold whatever capabilities there are; each of those has rules of its own (`config.registry.rules`)."""
