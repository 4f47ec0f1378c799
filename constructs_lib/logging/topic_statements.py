"""What a topic's key and policy say, when a service of its account publishes to it."""

from __future__ import annotations

from constructs_lib.policies.document import Statement, allow, deny


def events_encrypt() -> Statement:
    """The key encrypts what EventBridge publishes.

    Of which account a rule is, EventBridge does not tell the key: with a condition on it, no message would come. Whose rules
    publish to the topic, the topic's policy says (`events_publish`).

    Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    """
    return allow(
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        "*",
        principals={"Service": "events.amazonaws.com"},
        sid="EventsEncrypt",
    )


def events_publish(topic_arn: str, account_id: str) -> list[Statement]:
    """Rules of the account publish to the topic, and nobody by plain HTTP."""
    return publish(topic_arn, account_id, "events.amazonaws.com", sid="EventsPublish")


def publish(topic_arn: str, account_id: str, service: str, *, sid: str) -> list[Statement]:
    """A service publishes to the topic for the account, and nobody by plain HTTP."""
    return [
        allow(
            "sns:Publish",
            topic_arn,
            principals={"Service": service},
            conditions={"StringEquals": {"aws:SourceAccount": account_id}},
            sid=sid,
        ),
        deny(
            "sns:Publish",
            topic_arn,
            principals="*",
            conditions={"Bool": {"aws:SecureTransport": False}},
            sid="DenyPlainHttp",
        ),
    ]
