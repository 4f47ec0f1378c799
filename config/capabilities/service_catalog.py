"""What accounts may make for themselves: portfolios of Service Catalog, shared with OUs and accounts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import SECURE_BUCKET, AccountInput, OrganizationCapability, Part
from config.capabilities.in_accounts import missing_in
from config.capabilities.problems import absent
from config.capabilities.roles import ROLES
from config.capabilities.templates import TemplatePath, template
from config.errors import KeyPath, Problem
from config.model.base import Matches, Model
from config.model.types import RoleName, Selector, Slug
from config.nodes import Account, Configuration, Node, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving

KEY: Final = "service_catalog"
SERVICE: Final = "servicecatalog.amazonaws.com"
Version = Annotated[str, Matches(r"v(?!1$)[0-9]{1,4}", "a version after the first, which is v1: 'v2'")]
Shown = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a name on one line", longest=100)]
Offered = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "who it is, on one line", longest=50)]
RolePattern = Annotated[
    str,
    Matches(
        r"[\w+=,.@/*-]{1,512}",
        "a role's name with its path, such as 'CatalogUser' or 'aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Developer_*'",
    ),
]


class CatalogProduct(Model):
    """Something that accounts may make for themselves."""

    name: Shown = Field(description="What people see.")
    owner: Offered = Field(description="Who looks after it.")
    description: str = Field(default="", max_length=8191, description="What it is, for people.")
    template: TemplatePath = Field(
        description="The template of its first version, v1: a file below policies/. Another text there makes the product anew, so "
        "write further `versions`."
    )
    versions: dict[Version, TemplatePath] = Field(
        default_factory=dict, description="Templates of further versions, by their names: v2, v3."
    )
    launch_role: RoleName | None = Field(
        default=None,
        description="The role by which it is made, of `roles`, in each account that the portfolio is shared with; it trusts "
        "servicecatalog.amazonaws.com. Without one, whoever asks for it needs all rights that its template takes.",
    )


class CatalogPortfolio(Model):
    """Products that accounts may make for themselves, in the region of whoever administers Service Catalog."""

    name: Shown = Field(description="What people see.")
    provider_name: Offered = Field(description="Who offers it.")
    description: str = Field(default="", max_length=2000, description="What it is for, for people.")
    shared_with: tuple[Selector, ...] = Field(default=(), description="The root, OUs and accounts that see it.")
    roles: tuple[RolePattern, ...] = Field(
        default=(), description="Roles that may use it there, by name with path; `*` stands for anything."
    )
    products: dict[Slug, CatalogProduct] = Field(min_length=1, description="Products by slug.")


@dataclass(frozen=True, eq=False)
class Product:
    """A product, with the texts of its templates."""

    written: CatalogProduct
    template: str
    versions: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Products, and who sees them."""

    slug: str
    written: CatalogPortfolio
    shared_with: tuple[Node, ...]
    accounts: tuple[Account, ...]
    """The accounts that see it."""
    products: Mapping[str, Product]


def _resolve(entries: Mapping[str, CatalogPortfolio], resolving: Resolving) -> dict[str, Portfolio]:
    found = {}
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        products = {}
        for key, product in sorted(entry.products.items()):
            place = (*path, "products", key)
            first = template((*place, "template"), product.template, resolving)
            versions = {
                version: text
                for version, name in sorted(product.versions.items())
                if (text := template((*place, "versions", version), name, resolving)) is not None
            }
            if first is not None:
                products[key] = Product(product, first, versions)
        nodes = resolving.nodes((*path, "shared_with"), entry.shared_with)
        accounts = resolving.accounts((*path, "shared_with"), entry.shared_with)
        found[slug] = Portfolio(slug, entry, nodes, accounts, products)
    return found


def catalog_account(organization: Organization) -> Account:
    """The account that has the portfolios: who administers Service Catalog, else the management account."""
    return organization.delegated_administrators.get(SERVICE) or organization.management


def _shared(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Service Catalog may share in the organization, is where it works, and its roles are where products are made."""
    file, found = files.organization.file, SERVICE_CATALOG.of(organization) or {}
    if not files.organization.clean:
        return
    roles = (ROLES.of(organization) or {}).values()
    for slug, portfolio in found.items():
        path: KeyPath = (KEY, slug)
        yield from absent(file, path, "servicecatalog", (catalog_account(organization).region,), "Remove it.")
        if portfolio.shared_with and SERVICE not in organization.trusted_services:
            cure = f"Add {SERVICE} to `trusted_services`."
            yield file.problem((*path, "shared_with"), f"a share without {SERVICE}", "it to be trusted", cure)
        for key, product in portfolio.products.items():
            role = product.written.launch_role
            if role is None:
                continue
            having = [
                account
                for each in roles
                if each.name == role and any(trust.service == SERVICE for trust in each.others)
                for account in each.accounts
            ]
            members = [account for account in portfolio.accounts if account is not organization.management]
            if missing := missing_in(members, having):
                expected = f"a role of `roles` that trusts {SERVICE} and that each account has which sees the product"
                place = (*path, "products", key, "launch_role")
                yield file.problem(
                    place, f"{role!r}, which {missing} have not", expected, "Write it, or name them in it."
                )


def _own(inputs: AccountInput) -> tuple[Portfolio, ...] | None:
    if inputs.account is not catalog_account(inputs.organization):
        return None
    return tuple((SERVICE_CATALOG.of(inputs.organization) or {}).values()) or None


def _opened(inputs: AccountInput) -> bool | None:
    """Whether portfolios are shared with OUs and accounts of the organization."""
    found = (SERVICE_CATALOG.of(inputs.organization) or {}).values()
    return any(portfolio.shared_with for portfolio in found) or None


_PRODUCT_TYPES: Final = (
    "aws_s3_object",
    "aws_servicecatalog_portfolio",
    "aws_servicecatalog_product",
    "aws_servicecatalog_product_portfolio_association",
)

SERVICE_CATALOG: Final[OrganizationCapability[Mapping[str, Portfolio]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, CatalogPortfolio],
    default_factory=dict,
    description="What accounts may make for themselves, from templates.",
    resolve=_resolve,
    rules=(_shared,),
    parts=(
        Part(
            name="service_catalog.sharing",
            build="stacks.capabilities.service_catalog:open_sharing",
            value=_opened,
            types=frozenset({"aws_servicecatalog_organizations_access"}),
            cost=("Nothing.",),
            whose="management",
        ),
        Part(
            name=KEY,
            build="stacks.capabilities.service_catalog:add",
            value=_own,
            types=frozenset(
                {
                    *SECURE_BUCKET,
                    *_PRODUCT_TYPES,
                    "aws_servicecatalog_constraint",
                    "aws_servicecatalog_portfolio_share",
                    "aws_servicecatalog_principal_portfolio_association",
                    "aws_servicecatalog_provisioning_artifact",
                }
            ),
            cost=("Calls of its API, beyond the first thousand of a month; what people make of the products.",),
            when={
                "aws_servicecatalog_constraint": lambda found: any(
                    each.written.launch_role for portfolio in found for each in portfolio.products.values()
                ),
                "aws_servicecatalog_portfolio_share": lambda found: any(each.shared_with for each in found),
                "aws_servicecatalog_principal_portfolio_association": lambda found: any(
                    each.written.roles for each in found
                ),
                "aws_servicecatalog_provisioning_artifact": lambda found: any(
                    each.versions for portfolio in found for each in portfolio.products.values()
                ),
            },
            whose="all",
        ),
    ),
)
