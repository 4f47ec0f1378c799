"""What accounts may make for themselves, from templates that somebody has looked at."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.s3_object import S3Object
from cdktf_cdktf_provider_aws.servicecatalog_constraint import ServicecatalogConstraint
from cdktf_cdktf_provider_aws.servicecatalog_portfolio import ServicecatalogPortfolio
from cdktf_cdktf_provider_aws.servicecatalog_portfolio_share import ServicecatalogPortfolioShare
from cdktf_cdktf_provider_aws.servicecatalog_principal_portfolio_association import (
    ServicecatalogPrincipalPortfolioAssociation,
)
from cdktf_cdktf_provider_aws.servicecatalog_product import (
    ServicecatalogProduct,
    ServicecatalogProductProvisioningArtifactParameters,
)
from cdktf_cdktf_provider_aws.servicecatalog_product_portfolio_association import (
    ServicecatalogProductPortfolioAssociation,
)
from cdktf_cdktf_provider_aws.servicecatalog_provisioning_artifact import ServicecatalogProvisioningArtifact
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.partitions import domain
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_length, require_match, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

FIRST: Final = "v1"
"""The name of a product's first version."""
_MOST: Final = 51_200


@typed
@dataclass(frozen=True)
class CatalogProduct:
    """Something that accounts may make for themselves.

    Args:
        name: What they see, 1 to 100 characters.
        owner: Who looks after it.
        template: The template of its first version, ``v1``, as text. Another one makes the product anew.
        description: What it is. Default: nothing.
        versions: Templates of further versions, by their names. Default: none.
        launch_role: The role, in the account that makes it, that CloudFormation makes it with. Default: whoever asks for it.
    """

    name: str
    owner: str
    template: str
    description: str = ""
    versions: Mapping[str, str] | None = None
    launch_role: str | None = None


@typed
@dataclass(frozen=True)
class CatalogShare:
    """Whom a portfolio is shared with.

    Args:
        type: What it is.
        principal_id: An account's id, or the ARN of an OU or of the organization.
    """

    type: Literal["ACCOUNT", "ORGANIZATION", "ORGANIZATIONAL_UNIT"]
    principal_id: str


@typed
class PortfolioConstruct(Construct):
    """A portfolio of Service Catalog with its products, shared with accounts and OUs, and who may use it there.

    Templates lie in a bucket, below the portfolio's slug, by what is in them.

    Children: ``Resource``; per product ``product-<slug>``, ``in-<slug>``, ``launch-<slug>``, per version ``version-<slug>-<version>`` and
    ``template-<slug>-<version>``; ``share-<key>``, ``role-<key>``.

    Args:
        scope: A stack of the management account, or of the account that administers Service Catalog.
        id_: The construct's id.
        slug: What the portfolio's templates lie below.
        name: What people see, 1 to 100 characters.
        provider_name: Who offers it, 1 to 50 characters.
        products: Products by slug.
        bucket_name: The bucket of the templates.
        region: The bucket's and the portfolio's region.
        partition: ``aws``, ``aws-us-gov``, …
        description: What it is for. Default: nothing.
        shares: Whom it is shared with, by a stable key. Default: nobody.
        roles: Names or patterns of roles, with their path, that may use it in each of these accounts, by a stable key.
        depends_on: What has to be there before it can be shared.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If AWS would refuse a name, a version or a template.

    Example:
        >>> PortfolioConstruct(
        ...     stack, "Web", slug="web", name="Web", provider_name="Platform team", bucket_name="acme-catalog", region="eu-central-1",
        ...     products={"bucket": CatalogProduct("Bucket", "Platform team", Path("bucket.yaml").read_text())},
        ... )

    Source: https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        slug: str,
        name: str,
        provider_name: str,
        products: Mapping[str, CatalogProduct],
        bucket_name: str,
        region: str,
        partition: str = "aws",
        description: str = "",
        shares: Mapping[str, CatalogShare] | None = None,
        roles: Mapping[str, str] | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_length("name", name, 1, 100)
        require_length("provider_name", provider_name, 1, 50)
        self._slug, self._bucket, self._provider = require_slug("slug", slug), bucket_name, provider
        self._url = f"https://{bucket_name}.s3.{require_region('region', region)}.{domain(region)}"
        self._portfolio = ServicecatalogPortfolio(
            self,
            "Resource",
            name=name,
            provider_name=provider_name,
            description=description or None,
            provider=provider,
        )
        for key, product in sorted(products.items()):
            self._product(require_slug("products", key), product)
        for key, role in sorted((roles or {}).items()):
            ServicecatalogPrincipalPortfolioAssociation(
                self,
                f"role-{key}",
                portfolio_id=self._portfolio.id,
                principal_arn=f"arn:{partition}:iam:::role/{role}",
                principal_type="IAM_PATTERN",
                provider=provider,
            )
        for key, share in sorted((shares or {}).items()):
            ServicecatalogPortfolioShare(
                self,
                f"share-{key}",
                portfolio_id=self._portfolio.id,
                principal_id=share.principal_id,
                type=share.type,
                share_principals=bool(roles),
                depends_on=list(depends_on) or None,
                provider=provider,
            )

    @property
    def portfolio_id(self) -> str:
        """The portfolio's id."""
        return self._portfolio.id

    def _product(self, key: str, product: CatalogProduct) -> None:
        require_length(f"products[{key!r}].name", product.name, 1, 100)
        first = self._template(key, FIRST, product.template)
        made = ServicecatalogProduct(
            self,
            f"product-{key}",
            name=product.name,
            owner=product.owner,
            description=product.description or None,
            type="CLOUD_FORMATION_TEMPLATE",
            provisioning_artifact_parameters=ServicecatalogProductProvisioningArtifactParameters(
                name=FIRST, type="CLOUD_FORMATION_TEMPLATE", template_url=f"{self._url}/{first.key}"
            ),
            provider=self._provider,
        )
        for version, template in sorted((product.versions or {}).items()):
            require_match("versions", version, r"v(?!1$)[0-9]+", expected="a version after the first, such as 'v2'")
            lies = self._template(key, version, template)
            ServicecatalogProvisioningArtifact(
                self,
                f"version-{key}-{version}",
                product_id=made.id,
                name=version,
                type="CLOUD_FORMATION_TEMPLATE",
                template_url=f"{self._url}/{lies.key}",
                provider=self._provider,
            )
        within = ServicecatalogProductPortfolioAssociation(
            self, f"in-{key}", portfolio_id=self._portfolio.id, product_id=made.id, provider=self._provider
        )
        if product.launch_role:
            ServicecatalogConstraint(
                self,
                f"launch-{key}",
                portfolio_id=self._portfolio.id,
                product_id=made.id,
                type="LAUNCH",
                description=f"Made by the role {product.launch_role}",
                parameters=json.dumps({"LocalRoleName": product.launch_role}),
                depends_on=[within],
                provider=self._provider,
            )

    def _template(self, key: str, version: str, text: str) -> S3Object:
        if not 1 <= len(text.encode()) <= _MOST:
            raise InvalidValueError(f"products[{key!r}]", f"{len(text.encode())} bytes", expected=f"at most {_MOST}")
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return S3Object(
            self,
            f"template-{key}-{version}",
            bucket=self._bucket,
            key=f"{self._slug}/{key}/{version}-{digest}.template",
            content=as_text(text),
            provider=self._provider,
        )
