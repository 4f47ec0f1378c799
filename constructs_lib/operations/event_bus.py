"""Who may put events on the default event bus of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_organization_id, require_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdktf import TerraformProvider


@typed
class EventBusPolicyConstruct(Construct):
    """The policy of the default event bus in some regions: who may put events there, beside the account itself.

    What the policy said before is gone. AWS's own services put events there without it.

    Children: one per region, named as the region is.

    Args:
        scope: Where the policy is kept.
        id_: The construct's id.
        account_id: The account whose bus it is.
        providers: The account's provider by region.
        organization_id: The organization whose accounts may put events. Default: none.
        other_account_ids: Further accounts that may. Default: none.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If an id is malformed, or nobody may.

    Example:
        >>> EventBusPolicyConstruct(
        ...     stack, "EventBus", account_id="444444444444", providers={"eu-west-1": ireland}, organization_id="o-a1b2c3d4e5"
        ... )

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        providers: Mapping[str, TerraformProvider],
        organization_id: str | None = None,
        other_account_ids: Iterable[str] = (),
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        if organization_id is not None:
            require_organization_id("organization_id", organization_id)
        others = sorted({require_account_id("other_account_ids", each) for each in other_account_ids})
        if organization_id is None and not others:
            raise InvalidValueError("other_account_ids", [], expected="at least one, or `organization_id`")
        for region, provider in sorted(providers.items()):
            bus = f"arn:{partition}:events:{require_region('providers', region)}:{account_id}:event-bus/default"
            statements = []
            if organization_id is not None:
                statements.append(
                    allow(
                        "events:PutEvents",
                        bus,
                        principals="*",
                        conditions={"StringEquals": {"aws:PrincipalOrgID": organization_id}},
                        sid="OrganizationSends",
                    )
                )
            if others:
                roots = [f"arn:{partition}:iam::{each}:root" for each in others]
                statements.append(allow("events:PutEvents", bus, principals={"AWS": roots}, sid="OtherAccountsSend"))
            CloudwatchEventBusPolicy(
                self, region, policy=PolicyDocument.of(*statements).to_terraform(), provider=provider
            )
