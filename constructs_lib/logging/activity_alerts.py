"""Alerts about activity that should be rare, gathered from all accounts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cdktf_cdktf_provider_aws.cloudwatch_event_bus import CloudwatchEventBus
from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from constructs_lib.logging.event_buses import organization_sends, publishing_role
from constructs_lib.logging.topic_statements import nobody_in_plain
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_email, require_organization_id, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider
    from cdktf_cdktf_provider_aws.iam_role import IamRole

_PATHS = {
    "account": "$.account",
    "region": "$.region",
    "time": "$.time",
    "event": "$.detail.eventName",
    "who": "$.detail.userIdentity.arn",
    "source": "$.detail.sourceIPAddress",
}
_TEXT = "In account <account>, region <region>, at <time>: <event> by <who> from <source>."


@typed
class ActivityAlertsConstruct(Construct):
    """An event bus that takes events from the whole organization, and a topic that reports those that match a pattern.

    `ActivityForwarderConstruct` sends the events here from every account and region.

    Children: ``Key``, ``Topic``, ``TopicPolicy``, ``Role`` (as which rules publish) and ``RolePolicy``, ``Bus``, ``BusPolicy``,
    ``Rule-<name>`` and ``Target-<name>`` per pattern, ``Mail<n>`` per address.

    Args:
        scope: Where the alerts live: the security account, in the home region.
        id_: The construct's id.
        name: The bus' and the topic's name; the role's is ``<name>-publisher``.
        account_id: The account that owns them.
        organization_id: Only this organization's accounts may send events.
        patterns: Pattern by name (`constructs_lib.logging.activity_patterns.activity_patterns`).
        emails: Who is told. Each address gets a mail that asks for confirmation.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If a name is no slug or an id malformed.

    Example:
        >>> ActivityAlertsConstruct(
        ...     stack, "Alerts", name="activity-alerts", account_id="222222222222", organization_id="o-a1b2c3d4e5",
        ...     patterns=activity_patterns(break_glass_role_names=["BreakGlass"]), emails=["security@example.com"],
        ... )

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        organization_id: str,
        patterns: Mapping[str, Mapping[str, Any]],
        emails: Sequence[str] = (),
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._name = require_slug("name", name)
        self._provider = provider
        require_account_id("account_id", account_id)
        require_organization_id("organization_id", organization_id)
        for email in emails:
            require_email("emails", email)
        key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description=f"Messages of {name}",
            account_id=account_id,
            partition=partition,
            provider=provider,
        )
        self._topic = SnsTopic(self, "Topic", name=name, kms_master_key_id=key.key_id, provider=provider)
        self._publisher = self._let_rules_publish(account_id, key.key_arn)
        for number, address in enumerate(sorted(set(emails)), start=1):
            SnsTopicSubscription(
                self, f"Mail{number}", topic_arn=self._topic.arn, protocol="email", endpoint=address, provider=provider
            )
        self._bus = CloudwatchEventBus(self, "Bus", name=name, provider=provider)
        self._let_organization_send(organization_id)
        for pattern_name, pattern in sorted(patterns.items()):
            self._report(require_slug("patterns", pattern_name), pattern)

    @property
    def bus_arn(self) -> str:
        """The ARN of the event bus."""
        return self._bus.arn

    @property
    def topic_arn(self) -> str:
        """The ARN of the topic, for further subscribers and senders of the same account."""
        return self._topic.arn

    def _let_rules_publish(self, account_id: str, key_arn: str) -> IamRole:
        SnsTopicPolicy(
            self,
            "TopicPolicy",
            arn=self._topic.arn,
            policy=PolicyDocument.of(nobody_in_plain(self._topic.arn)).to_terraform(),
            provider=self._provider,
        )
        return publishing_role(
            self,
            name=f"{self._name}-publisher",
            account_id=account_id,
            topic_arns=[self._topic.arn],
            key_arn=key_arn,
            provider=self._provider,
        )

    def _let_organization_send(self, organization_id: str) -> None:
        CloudwatchEventBusPolicy(
            self,
            "BusPolicy",
            event_bus_name=self._bus.name,
            policy=PolicyDocument.of(organization_sends(self._bus.arn, organization_id)).to_terraform(),
            provider=self._provider,
        )

    def _report(self, name: str, pattern: Mapping[str, Any]) -> None:
        rule = CloudwatchEventRule(
            self,
            f"Rule-{name}",
            name=f"{self._name}-{name}",
            event_bus_name=self._bus.name,
            event_pattern=json.dumps(pattern, sort_keys=True),
            provider=self._provider,
        )
        CloudwatchEventTarget(
            self,
            f"Target-{name}",
            rule=rule.name,
            event_bus_name=self._bus.name,
            target_id="topic",
            arn=self._topic.arn,
            role_arn=self._publisher.arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths=_PATHS, input_template=json.dumps(f"{name}. {_TEXT}")
            ),
            provider=self._provider,
        )
