"""Mails about Security Hub's findings, by how severe they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from constructs_lib.logging.event_buses import publishing_role
from constructs_lib.logging.topic_statements import nobody_in_plain
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_email, require_one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

Severity = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]
SEVERITIES: Final = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL")
_PATHS = {
    "account": "$.detail.findings[0].AwsAccountId",
    "region": "$.detail.findings[0].Region",
    "severity": "$.detail.findings[0].Severity.Label",
    "title": "$.detail.findings[0].Title",
    "resource": "$.detail.findings[0].Resources[0].Id",
}
_TEXT = "<severity> in account <account>, region <region>: <title> (<resource>)."


@typed
class FindingAlertsConstruct(Construct):
    """A topic for each severity of Security Hub's findings, and mails about what nobody has taken up.

    Security Hub tells of a finding when it is new and as often as it is brought up to date: mails come until its workflow is not NEW.

    For Security Hub's administrator, in the region that gathers findings.

    Children: ``Key``, ``Role`` (as which rules publish) and ``RolePolicy``; for each severity ``topic-<severity>``, ``policy-<severity>``, ``rule-<severity>``, ``target-<severity>`` and
    ``mail-<severity>-<n>`` per address, in lower case.

    Args:
        scope: Where the topics live.
        id_: The construct's id.
        name: How names of topics and rules begin; the severity follows. The role's is ``<name>-publisher``.
        account_id: The account that owns them.
        emails: Who is told, by severity: ``CRITICAL``, ``HIGH``, ``MEDIUM``, ``LOW`` or ``INFORMATIONAL``. Each address gets a mail that
            asks for confirmation; a severity without addresses has a topic for other subscribers.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a severity is none of Security Hub's, or an address is none.

    Example:
        >>> FindingAlertsConstruct(
        ...     stack, "Findings", name="findings", account_id="222222222222", emails={"CRITICAL": ["security@example.com"]}
        ... )

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-all-findings.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        emails: Mapping[Severity, Sequence[str]],
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        self._provider = provider
        key = EncryptionKeyConstruct(
            self,
            "Key",
            alias=name,
            description="Mails about findings",
            account_id=account_id,
            partition=partition,
            provider=provider,
        )
        topics: dict[Severity, SnsTopic] = {}
        for severity, addresses in sorted(emails.items()):
            require_one_of("emails", severity, SEVERITIES)
            low = severity.lower()
            topic = topics[severity] = SnsTopic(
                self, f"topic-{low}", name=f"{name}-{low}", kms_master_key_id=key.key_id, provider=provider
            )
            self._close(low, topic)
            for number, address in enumerate(sorted(set(addresses)), start=1):
                SnsTopicSubscription(
                    self,
                    f"mail-{low}-{number}",
                    topic_arn=topic.arn,
                    protocol="email",
                    endpoint=require_email("emails", address),
                    provider=provider,
                )
        if not topics:
            return
        publisher = publishing_role(
            self,
            name=f"{name}-publisher",
            account_id=account_id,
            topic_arns=[topic.arn for topic in topics.values()],
            key_arn=key.key_arn,
            provider=provider,
        )
        for severity, topic in topics.items():
            self._report(f"{name}-{severity.lower()}", severity, topic, publisher.arn)

    def _close(self, low: str, topic: SnsTopic) -> None:
        SnsTopicPolicy(
            self,
            f"policy-{low}",
            arn=topic.arn,
            policy=PolicyDocument.of(nobody_in_plain(topic.arn)).to_terraform(),
            provider=self._provider,
        )

    def _report(self, name: str, severity: Severity, topic: SnsTopic, role_arn: str) -> None:
        low = severity.lower()
        findings = {"Severity": {"Label": [severity]}, "Workflow": {"Status": ["NEW"]}, "RecordState": ["ACTIVE"]}
        pattern = {
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {"findings": findings},
        }
        rule = CloudwatchEventRule(
            self,
            f"rule-{low}",
            name=name,
            event_pattern=json.dumps(pattern, sort_keys=True),
            provider=self._provider,
        )
        CloudwatchEventTarget(
            self,
            f"target-{low}",
            rule=rule.name,
            target_id="topic",
            arn=topic.arn,
            role_arn=role_arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths=_PATHS, input_template=json.dumps(_TEXT)
            ),
            provider=self._provider,
        )
