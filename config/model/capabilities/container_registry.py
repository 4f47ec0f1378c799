"""Container images that every account can pull."""

from typing import Annotated

from pydantic import Field

from config.model.base import Capability, Matches
from config.model.types import Arn, Slug

RepositoryName = Annotated[
    str,
    Matches(
        r"(?=..)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        "a repository name in lower case such as 'shop/api'",
        longest=256,
    ),
]


class ContainerRegistry(Capability):
    """ECR repositories, shared with the organization, scanned on push."""

    repositories: dict[Slug, RepositoryName] = Field(min_length=1, description="Names of repositories, by a slug.")
    pushers: tuple[Arn, ...] = Field(
        default=(), description="Roles of other accounts that push; those of this account need no mention."
    )
    key: Arn | None = Field(default=None, description="KMS key for the images; AWS's own key if not said.")
    kept_images: int = Field(default=100, ge=1, le=1000, description="How many tagged images a repository keeps.")
    untagged_days: int = Field(default=7, ge=1, le=3650, description="Days after which images without a tag go.")
    mutable_tags: bool = Field(default=False, description="Whether a tag can be moved to another image.")
