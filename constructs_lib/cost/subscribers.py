"""Who is told about money."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_email, require_topic_arn

_EMAILS = 10


@typed
@dataclass(frozen=True)
class Subscribers:
    """Receivers of a budget's alerts: AWS takes up to ten addresses and one topic.

    Args:
        emails: E-mail addresses. Default: none.
        topic_arn: An SNS topic whose policy lets ``budgets.amazonaws.com`` publish. Default: none.

    Raises:
        InvalidValueError: If there is nobody to be told, what is no address or topic, or more addresses than AWS takes.
    """

    emails: tuple[str, ...] = ()
    topic_arn: str | None = None

    def __post_init__(self) -> None:
        """Sort the addresses, so that their order changes nothing."""
        object.__setattr__(self, "emails", tuple(sorted(set(self.emails))))
        for email in self.emails:
            require_email("emails", email)
        if self.topic_arn is not None:
            require_topic_arn("topic_arn", self.topic_arn)
        if not self.emails and self.topic_arn is None:
            raise InvalidValueError("subscribers", self, expected="an e-mail address or a topic")
        if len(self.emails) > _EMAILS:
            raise InvalidValueError(
                "emails",
                len(self.emails),
                expected=f"at most {_EMAILS} addresses",
                cure="Use a mailing list or a topic.",
            )

    @property
    def email_list(self) -> list[str] | None:
        """The addresses, or nothing, as Terraform's argument takes them."""
        return list(self.emails) or None

    @property
    def topic_list(self) -> list[str] | None:
        """The topic, or nothing, as Terraform's argument takes it."""
        return [self.topic_arn] if self.topic_arn else None
