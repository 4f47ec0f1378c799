"""What a topic's policy says about who publishes to it."""

from __future__ import annotations

from constructs_lib.policies.document import Statement, allow, deny


def nobody_in_plain(topic_arn: str) -> Statement:
    """Nobody publishes to the topic by plain HTTP."""
    return deny(
        "sns:Publish",
        topic_arn,
        principals="*",
        conditions={"Bool": {"aws:SecureTransport": False}},
        sid="DenyPlainHttp",
    )


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
        nobody_in_plain(topic_arn),
    ]
