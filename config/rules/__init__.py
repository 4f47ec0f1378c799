"""What must hold between files: each rule takes the organization and its files and yields problems.

A rule may see an organization that lacks what was wrong elsewhere; it must not report that as missing once more.
"""

from collections.abc import Callable, Iterator
from typing import Final

from config.errors import Problem
from config.files import Files
from config.nodes import Organization
from config.rules import (
    baseline,
    cost,
    delivery,
    guardrails,
    identity_center,
    lock,
    lockout,
    logging,
    network,
    organization,
    security,
    shared_services,
    unique,
)

Rule = Callable[[Organization, Files], Iterator[Problem]]

RULES: Final[tuple[Rule, ...]] = (
    unique.emails,
    unique.account_ids,
    unique.unit_names,
    unique.policy_names,
    unique.role_names,
    organization.purposes,
    organization.regions,
    organization.services,
    organization.roles,
    guardrails.types,
    guardrails.documents,
    guardrails.attachments,
    network.ranges,
    shared_services.transit_gateway,
    shared_services.attachments,
    shared_services.address_pools,
    shared_services.private_zones,
    shared_services.public_zones,
    lock.contradictions,
    delivery.terraform_account,
    delivery.repository,
    logging.audit,
    security.services,
    security.recorders,
    lockout.lockouts,
    baseline.aliases,
    baseline.regions,
    baseline.closed_regions,
    cost.allocation_tags,
    cost.production_stays_up,
    cost.scaling_regions,
    identity_center.references,
    identity_center.once,
    identity_center.service,
    identity_center.documents,
)
