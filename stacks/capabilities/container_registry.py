"""Container images that every account of the organization can pull."""

from config.capabilities.container_registry import ContainerRegistry
from constructs_lib.registry.container_registry import ContainerRegistryConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, registry: ContainerRegistry) -> None:
    """Add the repositories."""
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
