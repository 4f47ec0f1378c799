"""The kinds of policy that the product knows."""

from __future__ import annotations

from enum import StrEnum


class PolicyKind(StrEnum):
    """A kind of policy; the value is its name in configuration and messages."""

    SCP = "scp"
    RCP = "rcp"
    IDENTITY = "identity"
    """A customer managed IAM policy."""
    INLINE = "inline"
    """A policy written into a role."""
    BOUNDARY = "boundary"
    TRUST = "trust"
    RESOURCE = "resource"
    TAG = "tag"
    BACKUP = "backup"
    DECLARATIVE_EC2 = "declarative-ec2"
    AI_OPT_OUT = "ai-opt-out"
    CHATBOT = "chatbot"

    @property
    def has_statements(self) -> bool:
        """Whether its document is made of statements."""
        return self not in _WITHOUT_STATEMENTS

    @property
    def terraform_type(self) -> str | None:
        """The ``type`` of ``aws_organizations_policy``, or None for policies that are no organization policies."""
        return _TERRAFORM_TYPES.get(self)


_WITHOUT_STATEMENTS = frozenset(
    {
        PolicyKind.TAG,
        PolicyKind.BACKUP,
        PolicyKind.DECLARATIVE_EC2,
        PolicyKind.AI_OPT_OUT,
        PolicyKind.CHATBOT,
    }
)
_TERRAFORM_TYPES = {
    PolicyKind.SCP: "SERVICE_CONTROL_POLICY",
    PolicyKind.RCP: "RESOURCE_CONTROL_POLICY",
    PolicyKind.TAG: "TAG_POLICY",
    PolicyKind.BACKUP: "BACKUP_POLICY",
    PolicyKind.DECLARATIVE_EC2: "DECLARATIVE_POLICY_EC2",
    PolicyKind.AI_OPT_OUT: "AISERVICES_OPT_OUT_POLICY",
    PolicyKind.CHATBOT: "CHATBOT_POLICY",
}
