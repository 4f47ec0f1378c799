"""Container images that every account of the organization can pull."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_organization_id, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_NAME = r"(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(/[a-z0-9]+([._-][a-z0-9]+)*)*"
_FETCH = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_PULL = ["ecr:BatchCheckLayerAvailability", *_FETCH]
_PUSH = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]


@typed
class ContainerRegistryConstruct(Construct):
    """ECR repositories: scanned on push, tags that cannot be moved, encrypted, old images removed.

    Principals of the organization's accounts pull, and Lambda does for functions there; a function has to be in the repositories' region.

    Children: ``<slug>``, ``<slug>-policy`` and ``<slug>-lifecycle`` per repository.

    Args:
        scope: Where the repositories live.
        id_: The construct's id.
        repositories: Slug to the repository's name, such as ``{"api": "shop/api"}``.
        organization_id: The organization whose accounts can pull.
        push_arns: Roles, of any account, that can push. Default: those that IAM allows in this account.
        key_arn: A KMS key for the images; it cannot be changed later. Default: AWS' own key for ECR (AES-256).
        kept_images: How many tagged images a repository keeps, 1 to 1000. Default: 100.
        untagged_days: Days after which an image without a tag is removed. Default: 7.
        mutable_tags: Whether a tag can be moved to another image. Default: no.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no repository, or a name, slug, id or number is refused by ECR.

    Example:
        >>> ContainerRegistryConstruct(
        ...     stack, "Registry", repositories={"api": "shop/api"}, organization_id="o-a1b2c3d4e5",
        ...     push_arns=["arn:aws:iam::222222222222:role/ci"],
        ... )

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        repositories: Mapping[str, str],
        organization_id: str,
        push_arns: Sequence[str] = (),
        key_arn: str | None = None,
        kept_images: int = 100,
        untagged_days: int = 7,
        mutable_tags: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not repositories:
            raise InvalidValueError("repositories", dict(repositories), expected="at least one")
        require_organization_id("organization_id", organization_id)
        require_between("kept_images", kept_images, 1, 1000)
        require_between("untagged_days", untagged_days, 1, 3650, unit="days")
        policy = _policy(organization_id, push_arns)
        lifecycle = _lifecycle(kept_images, untagged_days)
        self._repositories: dict[str, EcrRepository] = {}
        for slug, name in sorted(repositories.items()):
            require_match(f"repositories[{slug!r}]", name, _NAME, expected="a name such as 'shop/api', in lower case")
            repository = EcrRepository(
                self,
                require_slug("repositories", slug),
                name=name,
                image_tag_mutability="MUTABLE" if mutable_tags else "IMMUTABLE",
                image_scanning_configuration=EcrRepositoryImageScanningConfiguration(scan_on_push=True),
                encryption_configuration=[
                    EcrRepositoryEncryptionConfiguration(
                        encryption_type="KMS" if key_arn else "AES256", kms_key=key_arn
                    )
                ],
                provider=provider,
            )
            EcrRepositoryPolicy(self, f"{slug}-policy", repository=repository.name, policy=policy, provider=provider)
            EcrLifecyclePolicy(
                self, f"{slug}-lifecycle", repository=repository.name, policy=lifecycle, provider=provider
            )
            self._repositories[slug] = repository

    @property
    def repository_urls(self) -> dict[str, str]:
        """The addresses to push to and pull from."""
        return {slug: repository.repository_url for slug, repository in self._repositories.items()}

    @property
    def repository_arns(self) -> dict[str, str]:
        """The repositories' ARNs."""
        return {slug: repository.arn for slug, repository in self._repositories.items()}


def _policy(organization_id: str, push_arns: Sequence[str]) -> str:
    statements = [
        allow(
            _PULL,
            principals="*",
            conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
            sid="OrganizationPulls",
        ),
        # Lambda fetches a function's image anew, by itself, when the function was idle for weeks:
        # https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
        allow(
            _FETCH,
            principals={"Service": "lambda.amazonaws.com"},
            conditions={"StringEquals": {"aws:SourceOrgID": organization_id}},
            sid="FunctionsPull",
        ),
    ]
    if push_arns:
        statements.append(allow([*_PULL, *_PUSH], principals={"AWS": push_arns}, sid="CiPushes"))
    return PolicyDocument(tuple(statements)).to_terraform()


def _lifecycle(kept_images: int, untagged_days: int) -> str:
    rules = [
        {
            "rulePriority": 1,
            "description": "Remove images without a tag",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": untagged_days,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": "Keep the latest images",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": kept_images},
            "action": {"type": "expire"},
        },
    ]
    return json.dumps({"rules": rules})
