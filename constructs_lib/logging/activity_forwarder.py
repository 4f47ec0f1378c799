"""Sends an account's remarkable activity to the security account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from constructs_lib.logging.event_buses import sending_role
from constructs_lib.typed import typed
from constructs_lib.validation import require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class ActivityForwarderConstruct(Construct):
    """One account's and region's rules that forward matching events to the bus of `ActivityAlertsConstruct`.

    CloudTrail's events appear only in the account and region they happened in (root's sign-ins in us-east-1, global
    services there too), so every account needs this in every governed region.

    Children: ``Role`` and ``RolePolicy`` (unless a role is handed in), ``Rule-<name>`` and ``Target-<name>`` per pattern.

    Args:
        scope: Where the rules live.
        id_: The construct's id.
        name: Prefix of the rules' names, and the role's name.
        account_id: The account whose rules these are.
        bus_arn: Where the events go.
        patterns: Pattern by name, the same as of the alerts.
        role_arn: The role that sends; made here unless given. IAM is global: let the first region make it and hand
            `role_arn` to the others.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If a name is no slug.

    Example:
        >>> home = ActivityForwarderConstruct(
        ...     stack, "Home", name="activity-alerts", account_id="333333333333", bus_arn=alerts.bus_arn, patterns=patterns,
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
        patterns: Mapping[str, Mapping[str, Any]],
        role_arn: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_slug("name", name)
        self._provider = provider
        self._role_arn = role_arn or self._make_role(name, account_id, bus_arn)
        for pattern_name, pattern in sorted(patterns.items()):
            require_slug("patterns", pattern_name)
            rule = CloudwatchEventRule(
                self,
                f"Rule-{pattern_name}",
                name=f"{name}-{pattern_name}",
                event_pattern=json.dumps(pattern, sort_keys=True),
                provider=provider,
            )
            CloudwatchEventTarget(
                self,
                f"Target-{pattern_name}",
                rule=rule.name,
                target_id="security",
                arn=bus_arn,
                role_arn=self._role_arn,
                provider=provider,
            )

    @property
    def role_arn(self) -> str:
        """The ARN of the role that sends."""
        return self._role_arn

    def _make_role(self, name: str, account_id: str, bus_arn: str) -> str:
        role = sending_role(
            self,
            name=name,
            description="EventBridge sends remarkable activity to the security account",
            account_id=account_id,
            bus_arn=bus_arn,
            provider=self._provider,
        )
        return role.arn
