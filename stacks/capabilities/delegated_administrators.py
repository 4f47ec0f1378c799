"""Who administers services for the organization, as far as a service has a registration of its own."""

from collections.abc import Mapping, Sequence

from constructs_lib import OrganizationStack
from constructs_lib.security.service_administrators import (
    GLOBAL_SERVICES,
    AdministeredService,
    ServiceAdministratorsConstruct,
)
from stacks.scope import AccountScope


def add(stack: AccountScope, administrators: Mapping[str, Sequence[AdministeredService]]) -> None:
    """Register each administrator once, or in every governed region, as the service wants it."""
    if not isinstance(stack, OrganizationStack):
        raise TypeError(f"{stack.node.id} is not the stack of an organization.")
    organization = stack.organization
    for slug, services in administrators.items():
        account_id = stack.account_id(slug)  # never from the lock: what is made here comes after the account
        regional = [service for service in services if service not in GLOBAL_SERVICES]
        for region in organization.governed_regions:
            here = services if region == organization.home_region else regional
            if here:
                ServiceAdministratorsConstruct(
                    stack,
                    f"administrator-{slug}-{region}",
                    account_id=account_id,
                    services=here,
                    provider=stack.provider(region),
                )
