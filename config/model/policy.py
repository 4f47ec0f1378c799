"""A policy of the organization: policies/<slug>.yaml."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from config.errors import did_you_mean, one_of
from config.model.approvals import Day
from config.model.base import Matches, Model, refuse
from config.model.rollout import Rollout
from config.model.statement import Sid, StatementEntry
from config.model.types import Description, DocumentPath, ManagedBy, PolicyId, PolicyName, Selector, Tags
from constructs_lib.policies.check import check_policy_type
from constructs_lib.policies.kinds import PolicyKind

KINDS: Final[dict[str, PolicyKind]] = {
    kind.terraform_type.lower(): kind for kind in PolicyKind if kind.terraform_type is not None
}


def _check_type(value: str) -> str:
    if value in KINDS:
        return value
    (finding,) = check_policy_type(value.upper())
    cure = did_you_mean(value, KINDS) if finding.code == "unknown-policy-type" else f"{finding.message} {finding.cure}"
    raise refuse(f"a policy type: {one_of(KINDS)}", cure)


PolicyType = Annotated[str, AfterValidator(_check_type), WithJsonSchema({"type": "string", "enum": list(KINDS)})]


LockoutCase = Literal["deploy", "assume", "state", "repair", "recover"]
"""What guardrails must leave possible."""


class AcceptedLockout(Model):
    """Says that a policy may keep somebody from what must otherwise stay possible."""

    case: LockoutCase = Field(
        description="What is not possible any more: deploying the stack, assuming the roles for it, reaching states, "
        "repairing the account, taking it back when it is shut."
    )
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts for which it is right.")
    reason: Annotated[str, Matches(r".*\S.*", "a line of text")] = Field(description="Why it is right.")


class AcceptedFinding(Model):
    """Says that somebody has looked at what `estate check` finds about a policy, and that it may stay for a time."""

    finding: Annotated[str, Matches(r"[a-z0-9-]+", "the code of a finding, as the message shows it")] = Field(
        description="Its code, such as `unknown-action`."
    )
    statement: Sid | None = Field(
        default=None, description="The `sid` of the one statement it is about; all if not said."
    )
    until: Day = Field(description="The last day on which it is accepted.")
    reason: Annotated[str, Matches(r".*\S.*", "a line of text")] = Field(description="Why it is right.")


class PolicyFile(Model):
    """A policy and what it is attached to. The file's name is its slug."""

    type: PolicyType = Field(description="The policy type; organization.yaml must list it under `policy_types`.")
    name: PolicyName | None = Field(default=None, description="Shown in the AWS console; the slug if not said.")
    description: Description = Field(default="", description="Why this policy exists.")
    id: PolicyId | None = Field(
        default=None, description="Its AWS id, for a policy that exists already: it is taken over."
    )
    managed_by: ManagedBy | None = Field(
        default=None,
        description="What else manages the policy: Terraform then leaves it alone, and the proofs reckon with it.",
    )
    tags: Tags = Field(default_factory=dict, description="Tags of the policy; it inherits none.")
    targets: tuple[Selector, ...] = Field(default=(), description="What it is attached to.")
    rollout: Rollout | None = Field(default=None, description="What else it is attached to, in waves.")
    accepted_lockouts: tuple[AcceptedLockout, ...] = Field(
        default=(), description="Lockouts by this policy that are meant; all others are refused."
    )
    accepted_findings: tuple[AcceptedFinding, ...] = Field(
        default=(), description="What `estate check` finds about the policy and may stay, each until a day."
    )
    guardrail: str | None = Field(default=None, description="The name of a guardrail from the catalogue.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="The guardrail's parameters.")
    guardrails: dict[str, dict[str, Any] | None] | None = Field(
        default=None,
        min_length=1,
        description="Several guardrails in one policy, each with its parameters: a node takes few policies.",
    )
    statements: tuple[StatementEntry, ...] | None = Field(
        default=None, min_length=1, description="The policy written out."
    )
    document: DocumentPath | None = Field(
        default=None, description="A JSON file below policies/ with the policy as AWS takes it."
    )

    @property
    def kind(self) -> PolicyKind:
        """The kind of policy, as the policy library names it."""
        return KINDS[self.type]

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [
            name for name in ("guardrail", "guardrails", "statements", "document") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            arrived = " and ".join(f"`{name}`" for name in given) or "none"
            raise refuse(f"exactly one of `guardrail`, `guardrails`, `statements` and `document`, not {arrived}")
        if self.parameters and self.guardrail is None:
            raise refuse("`parameters` only with `guardrail`")
        if self.guardrails is not None and not self.kind.has_statements:
            raise refuse(
                f"`guardrail` for a {self.type}", "Only service and resource control policies are put together."
            )
        if self.statements is not None and not self.kind.has_statements:
            raise refuse(f"`document` for a {self.type}", "Only service and resource control policies have statements.")
        return self
