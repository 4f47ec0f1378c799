"""AWS Config of all accounts and regions, seen from one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.config_configuration_aggregator import (
    ConfigConfigurationAggregator,
    ConfigConfigurationAggregatorOrganizationAggregationSource,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdktf import TerraformProvider

_POLICY = "service-role/AWSConfigRoleForOrganizations"


@typed
class ConfigAggregatorConstruct(Construct):
    """An aggregator over the whole organization. For Config's delegated administrator.

    Children: ``Role``, ``RolePolicy`` (lets Config list the organization's accounts), ``Resource`` (the aggregator).

    Args:
        scope: Where the aggregator lives.
        id_: The construct's id.
        name: The aggregator's name, and the role's with ``-config-aggregator`` behind.
        regions: The regions it gathers. Default: all, those to come included.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Example:
        >>> ConfigAggregatorConstruct(stack, "Aggregator", name="organization")

    Source: https://docs.aws.amazon.com/config/latest/developerguide/aggregate-data.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        regions: Iterable[str] = (),
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        trust = allow("sts:AssumeRole", principals={"Service": "config.amazonaws.com"})
        role = IamRole(
            self,
            "Role",
            name=f"{name}-config-aggregator",
            description="AWS Config lists the accounts of the organization",
            assume_role_policy=PolicyDocument.of(trust).to_terraform(),
            provider=provider,
        )
        attachment = IamRolePolicyAttachment(
            self,
            "RolePolicy",
            role=role.name,
            policy_arn=f"arn:{partition}:iam::aws:policy/{_POLICY}",
            provider=provider,
        )
        chosen = sorted(set(regions))
        self._aggregator = ConfigConfigurationAggregator(
            self,
            "Resource",
            name=name,
            organization_aggregation_source=ConfigConfigurationAggregatorOrganizationAggregationSource(
                role_arn=role.arn, all_regions=None if chosen else True, regions=chosen or None
            ),
            depends_on=[attachment],
            provider=provider,
        )

    @property
    def aggregator_arn(self) -> str:
        """The aggregator's ARN."""
        return self._aggregator.arn
