"""Container images that every account can pull."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import (
    AccountCapability,
    Part,
)
from config.capabilities.problems import key_elsewhere, written
from config.errors import Problem
from config.model.base import Matches, Switchable
from config.model.types import Arn, KmsKeyArn, Slug
from config.nodes import Configuration
from config.sources.files import Files

RepositoryName = Annotated[
    str,
    Matches(
        r"(?=..)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        "a repository name in lower case such as 'shop/api'",
        longest=256,
    ),
]


class ContainerRegistry(Switchable):
    """ECR repositories, shared with the organization, scanned on push."""

    repositories: dict[Slug, RepositoryName] = Field(min_length=1, description="Names of repositories, by a slug.")
    pushers: tuple[Arn, ...] = Field(
        default=(), description="Roles of other accounts that push; those of this account need no mention."
    )
    key: KmsKeyArn | None = Field(default=None, description="KMS key for the images; AWS's own key if not said.")
    kept_images: int = Field(default=100, ge=1, le=1000, description="How many tagged images a repository keeps.")
    untagged_days: int = Field(default=7, ge=1, le=3650, description="Days after which images without a tag go.")
    mutable_tags: bool = Field(default=False, description="Whether a tag can be moved to another image.")


def _keys(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A key encrypts images in its own region."""
    for account in organization.accounts.values():
        registry = CONTAINER_REGISTRY.in_account(organization, account)
        if registry and registry.key:
            place = written(files, account, ("container_registry", "key"))
            yield from key_elsewhere(*place, registry.key, account.region)


CONTAINER_REGISTRY: Final[AccountCapability[ContainerRegistry]] = AccountCapability(
    key="container_registry",
    model=ContainerRegistry,
    rules=(_keys,),
    description="Container images for all accounts.",
    parts=(
        Part(
            name="container_registry",
            build="stacks.capabilities.container_registry:add",
            types=frozenset({"aws_ecr_lifecycle_policy", "aws_ecr_repository", "aws_ecr_repository_policy"}),
            cost=("Storage of images; traffic to other regions and the internet.",),
        ),
    ),
)
