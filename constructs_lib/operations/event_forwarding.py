"""Sends some of an account's events to a bus elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.event_buses import sending_role
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_length, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider
    from cdktf_cdktf_provider_aws.iam_role import IamRole

_LONGEST_NAME: Final = 64
_LONGEST_PATTERN: Final = 2048


@typed
@dataclass(frozen=True)
class ForwardedEvents:
    """Events that are sent on.

    Args:
        pattern: Which of those of the account's default bus, as EventBridge takes it: ``{"source": ["aws.health"]}``; at most 2,048
            characters as JSON.
        regions: Of which regions.
    """

    pattern: Mapping[str, Any]
    regions: Sequence[str]


@typed
class EventForwardingConstruct(Construct):
    """Rules of one account that send events of its default buses to a bus of another account or region, and the role that sends them.

    Children: ``Role``, ``RolePolicy``; ``rule-<name>-<region>`` and ``target-<name>-<region>`` per kind of events and region.

    Args:
        scope: Where the rules live.
        id_: The construct's id.
        name: The role's name, and how the names of rules begin, which `events` ends; together at most 64 characters.
        account_id: The account whose rules these are.
        bus_arn: Where events go.
        events: Which events, by slug.
        providers: The account's provider by region.
        provider: The account's provider for the role. Default: the stack's provider.

    Raises:
        InvalidValueError: If nothing is sent, a name is no slug or too long, a pattern is too long, or a region has no provider.

    Example:
        >>> EventForwardingConstruct(
        ...     stack, "Health", name="event-bus-health", account_id="444444444444", bus_arn=bus.bus_arn,
        ...     events={"issues": ForwardedEvents({"source": ["aws.health"]}, ["eu-west-1"])}, providers={"eu-west-1": ireland},
        ... )

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        bus_arn: str,
        events: Mapping[str, ForwardedEvents],
        providers: Mapping[str, TerraformProvider],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._name = require_slug("name", name)
        if not events:
            raise InvalidValueError("events", {}, expected="at least one kind of events")
        role = sending_role(
            self,
            name=name,
            description="EventBridge sends events to a bus elsewhere",
            account_id=require_account_id("account_id", account_id),
            bus_arn=bus_arn,
            provider=provider,
        )
        for slug, sent in sorted(events.items()):
            require_length("events", f"{name}-{require_slug('events', slug)}", 1, _LONGEST_NAME)
            for region in sorted(set(sent.regions)):
                require_one_of(f"events[{slug!r}].regions", region, providers)
                self._send(slug, region, sent.pattern, bus_arn, role, providers[region])

    def _send(
        self,
        slug: str,
        region: str,
        pattern: Mapping[str, Any],
        bus_arn: str,
        role: IamRole,
        provider: TerraformProvider,
    ) -> None:
        text = json.dumps(pattern, sort_keys=True, separators=(",", ":"))
        require_length(f"events[{slug!r}].pattern", text, len('{"a":[]}'), _LONGEST_PATTERN)
        rule = CloudwatchEventRule(
            self,
            f"rule-{slug}-{region}",
            name=f"{self._name}-{slug}",
            event_pattern=as_text(text),
            provider=provider,
        )
        CloudwatchEventTarget(
            self,
            f"target-{slug}-{region}",
            rule=rule.name,
            target_id="bus",
            arn=bus_arn,
            role_arn=role.arn,
            provider=provider,
        )
