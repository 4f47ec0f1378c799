"""What accounts may make for themselves: portfolios of Service Catalog."""

import re
from collections.abc import Sequence
from typing import Final

from config.capabilities.service_catalog import Portfolio
from config.nodes import Account, Node, Root
from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.operations.catalog_sharing import CatalogSharingConstruct
from constructs_lib.operations.portfolio import CatalogProduct, CatalogShare, PortfolioConstruct
from stacks.references import node_key
from stacks.scope import AccountScope

_SHARING: Final = "catalog-sharing"


def open_sharing(stack: AccountScope, _shared: bool) -> None:  # noqa: FBT001 - what the part is given
    """Let portfolios be shared in the organization, for whoever administers Service Catalog."""
    CatalogSharingConstruct(stack, _SHARING)


def add(stack: AccountScope, portfolios: Sequence[Portfolio]) -> None:
    """Add the portfolios, and the bucket of their templates."""
    partition = stack.organization.partition
    bucket = SecureBucketConstruct(
        stack,
        "catalog-templates",
        bucket_name=f"{stack.organization.slug}-catalog-templates-{stack.own_id}",
        partition=partition,
    )
    sharing = stack.node.try_find_child(_SHARING)
    for portfolio in portfolios:
        written = portfolio.written
        PortfolioConstruct(
            stack,
            f"catalog-{portfolio.slug}",
            slug=portfolio.slug,
            name=written.name,
            provider_name=written.provider_name,
            description=written.description,
            products={
                key: CatalogProduct(
                    each.written.name,
                    each.written.owner,
                    each.template,
                    each.written.description,
                    each.versions,
                    each.written.launch_role,
                )
                for key, each in portfolio.products.items()
            },
            bucket_name=bucket.bucket_name,
            region=stack.account.region,
            partition=partition,
            shares={node_key(node): _share(stack, node) for node in portfolio.shared_with},
            roles={re.sub(r"[^A-Za-z0-9]+", "-", role).strip("-"): role for role in written.roles},
            depends_on=[sharing.access] if isinstance(sharing, CatalogSharingConstruct) else (),
        )


def _share(stack: AccountScope, node: Node) -> CatalogShare:
    if isinstance(node, Account):
        return CatalogShare("ACCOUNT", stack.references.account_id(node))
    if isinstance(node, Root):
        return CatalogShare("ORGANIZATION", stack.references.principal(node))
    return CatalogShare("ORGANIZATIONAL_UNIT", stack.references.principal(node))
