"""Container images that every account of the organization can pull."""

from typing import TYPE_CHECKING

from config.model.base import enabled
from constructs_lib.registry.container_registry import ContainerRegistryConstruct
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack


def _add(stack: "AccountStack") -> None:
    registry = enabled(stack.account.settings.container_registry)
    if registry:
        ContainerRegistryConstruct(
            stack,
            "registry",
            repositories=registry.repositories,
            organization_id=stack.references.organization_id,
            push_arns=sorted(set(registry.pushers)),
            key_arn=registry.key,
            kept_images=registry.kept_images,
            untagged_days=registry.untagged_days,
            mutable_tags=registry.mutable_tags,
        )


CONTAINER_REGISTRY = Capability(
    "container_registry",
    lambda _organization, account: enabled(account.settings.container_registry) is not None,
    _add,
    frozenset({"aws_ecr_lifecycle_policy", "aws_ecr_repository", "aws_ecr_repository_policy"}),
)
