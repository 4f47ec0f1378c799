"""An event bus that takes events of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_event_bus import CloudwatchEventBus
from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from constructs import Construct

from constructs_lib.logging.event_buses import organization_sends
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_length, require_organization_id, require_slug

if TYPE_CHECKING:
    from cdktf import TerraformProvider

_LONGEST_DESCRIPTION: Final = 512


@typed
class OrganizationEventBusConstruct(Construct):
    """An event bus on which accounts of one organization may put events, and nobody else.

    `EventForwardingConstruct` sends events here from accounts and regions.

    Children: ``Resource``, ``Policy``.

    Args:
        scope: Where the bus lives.
        id_: The construct's id.
        name: The bus's name, a slug.
        organization_id: The organization whose accounts may put events.
        description: What it is for, at most 512 characters. Default: nothing.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the name is no slug, the id is malformed, or the description is too long.

    Example:
        >>> OrganizationEventBusConstruct(stack, "Health", name="health", organization_id="o-a1b2c3d4e5")

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        organization_id: str,
        description: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_organization_id("organization_id", organization_id)
        if description is not None:
            require_length("description", description, 1, _LONGEST_DESCRIPTION)
        self._bus = CloudwatchEventBus(
            self,
            "Resource",
            name=require_slug("name", name),
            description=as_text(description) if description else None,
            provider=provider,
        )
        CloudwatchEventBusPolicy(
            self,
            "Policy",
            event_bus_name=self._bus.name,
            policy=PolicyDocument.of(organization_sends(self._bus.arn, organization_id)).to_terraform(),
            provider=provider,
        )

    @property
    def bus_arn(self) -> str:
        """The bus's ARN."""
        return self._bus.arn
