"""Service quotas that AWS is asked for as it makes an account."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.baseline import Quota
from config.capabilities.capability import FREE, OrganizationCapability, Part
from config.errors import Problem
from config.model.types import Slug
from config.nodes import Configuration, Organization
from config.sources.files import Files

KEY: Final = "quota_template"
SERVICE: Final = "servicequotas.amazonaws.com"
_MOST: Final = 10
"""Requests of a template.

Source: https://docs.aws.amazon.com/servicequotas/latest/userguide/organization-templates.html
"""


def template_regions(organization: Organization, quota: Quota) -> list[str]:
    """Where a quota is asked for."""
    return sorted(set(quota.regions or organization.governed_regions))


def _fits(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Service Quotas may work in the organization, and takes so many requests."""
    quotas, file = QUOTA_TEMPLATE.of(organization) or {}, files.organization.file
    if not quotas or not files.organization.clean:
        return
    if SERVICE not in organization.trusted_services:
        cure = f"Add {SERVICE} to `trusted_services`."
        yield file.problem((KEY,), f"a template of quotas without {SERVICE}", "it to be trusted", cure)
    count = sum(len(template_regions(organization, quota)) for quota in quotas.values())
    if count > _MOST:
        cure = "Name fewer `regions`, or write the others in `baseline.quotas`, by which accounts ask for themselves."
        yield file.problem((KEY,), f"{count} requests, one for each quota and region", f"at most {_MOST}", cure)


QUOTA_TEMPLATE: Final[OrganizationCapability[Mapping[str, Quota]]] = OrganizationCapability(
    key=KEY,
    annotation=Annotated[
        dict[Slug, Quota],
        Field(
            description="Service quotas that AWS is asked for as it makes an account, by a slug of yours; in all governed regions if "
            "they name none. Accounts that exist ask by `baseline.quotas`."
        ),
    ],
    default_factory=dict,
    description="Service quotas that AWS is asked for as it makes an account.",
    rules=(_fits,),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.quota_template:add",
            value=lambda inputs: QUOTA_TEMPLATE.of(inputs.organization) or None,
            types=frozenset({"aws_servicequotas_template", "aws_servicequotas_template_association"}),
            cost=FREE,
            whose="management",
        ),
    ),
)
