"""The resource types that constructs make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformDataSource, TerraformResource

from constructs_lib.typed import typed

if TYPE_CHECKING:
    from constructs import Construct


@typed
def resource_types(*constructs: Construct) -> frozenset[str]:
    """The types of all resources and data sources in constructs, as `ExecutionRoleConstruct` takes them.

    Args:
        constructs: Constructs of this library or of others, or whole stacks. What is added to them later is not in the answer.

    Returns:
        Types such as ``aws_vpc``; those of data sources as ``data.aws_ami``.

    Example:
        >>> sorted(resource_types(SharedVpcConstruct(stack, "shared", name="shared", cidr_block="10.0.0.0/16")))
        ['aws_default_security_group', 'aws_vpc']
    """
    found = set()
    for construct in constructs:
        for each in construct.node.find_all():
            if isinstance(each, TerraformResource):
                found.add(each.terraform_resource_type)
            elif isinstance(each, TerraformDataSource):
                found.add(f"data.{each.terraform_resource_type}")
    return frozenset(found)
