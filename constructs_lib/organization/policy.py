"""An organization policy and its attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdktf import TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.organizations_organization import OrganizationsOrganization
from cdktf_cdktf_provider_aws.organizations_policy import OrganizationsPolicy
from cdktf_cdktf_provider_aws.organizations_policy_attachment import OrganizationsPolicyAttachment
from constructs import Construct

from constructs_lib.errors import InvalidPolicyError, InvalidValueError
from constructs_lib.policies.check import check_policy, check_policy_type
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import doubted, without
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import ManagementPolicy
from constructs_lib.policy_text import report
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_quota

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cdktf import ITerraformDependable, TerraformProvider

_TARGET = r"r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}"
"""Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html"""


@typed
class PolicyConstruct(Construct):
    """One organization policy, attached to any number of targets.

    Children: ``Resource`` (the policy) and one attachment per target, named by the target's key. A target that gets
    another id (an organizational unit that had to be made anew, say) keeps its address.

    Args:
        scope: The stack of the management account, or a construct in it.
        id_: A slug that stays: the Terraform addresses are made from it.
        kind: What the policy is, a `PolicyKind`; its type must be enabled in the organization. AWS's word for a type
            that the pinned provider lacks is refused with the version that takes it.
        document: A `PolicyDocument` for SCPs and RCPs; for the other kinds a `ManagementPolicy`, or what its JSON says.
            The catalogue's guardrails have one: ``catalogue.standardize_tags(…).document``. It is written minified, since
            AWS counts every character.
        targets: A stable key (``root``, ``ou-workloads``, ``account-production``) to the id of the root, the
            organizational unit or the account. Default: attached nowhere.
        name: The name that AWS shows, 1 to 128 characters. Default: `id_`.
        description: At most 512 characters. Default: none.
        tags: Tags of the policy, beside the provider's default tags.
        accepted: Findings about the document that are accepted: ``unknown-action``, or for one statement
            ``unknown-action@Sid``.
        existing_id: The id of a policy that is there already, ``p-…``: Terraform takes it over instead of making one.
        existing_attachments: Keys of `targets` to which it is attached already, each with Terraform's import id.
        text: The document word for word, as AWS has it: written as it is, so that an equal document is not written again.
            AWS has accepted it, so whatever is found about it is a warning. It is a Terraform string: ``${`` is escaped.
        depends_on: What must exist before. Default: the organization, if it is the stack's own, and in any case what the
            arguments refer to.
        provider: The management account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If AWS would refuse the name, the description or a target, or the document is of another kind.
        InvalidPolicyError: If AWS would refuse the document, it would not do what it says, or the pinned provider
            cannot make a policy of this type.

    Example:
        >>> PolicyConstruct(
        ...     stack, "cost-tags", kind=PolicyKind.TAG, targets={"root": root_id},
        ...     document={"tags": {"costcenter": {"tag_key": {"@@assign": "CostCenter"}}}},
        ... )

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        kind: PolicyKind | str,
        document: PolicyDocument | ManagementPolicy | Mapping[str, Any],
        targets: Mapping[str, str] | None = None,
        name: str | None = None,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        accepted: Collection[str] = (),
        existing_id: str | None = None,
        existing_attachments: Mapping[str, str] | None = None,
        text: str | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        type_ = _terraform_type(id_, kind)
        kind = PolicyKind(kind)
        name = id_ if name is None else name
        policy = _policy(id_, kind, document)
        require_quota(f"{id_}: name", name, "policy.name")
        require_quota(f"{id_}: description", description or "", "policy.description")
        found = check_policy(policy, kind, name, name=name, description=description or "")
        left = without(found, accepted)
        report(self, left if text is None else doubted(left))
        self._provider = provider
        self._policy = OrganizationsPolicy(
            self,
            "Resource",
            name=name,
            description=description or None,
            type=type_,
            content=policy.to_terraform() if text is None else text,
            tags=tags or None,
            depends_on=depends_on or self._organization(),
            provider=provider,
        )
        if existing_id is not None:
            self._policy.import_from(existing_id)
        self._attach(targets or {}, existing_attachments or {})

    @property
    def policy_id(self) -> str:
        """The policy's id, ``p-…``."""
        return self._policy.id

    @property
    def policy_arn(self) -> str:
        """The policy's ARN."""
        return self._policy.arn

    def _organization(self) -> list[ITerraformDependable] | None:
        """A policy can be made once there is an organization that has its type switched on; nothing in it says so."""
        found = TerraformStack.of(self).node.try_find_child("organization")
        return [found] if isinstance(found, OrganizationsOrganization) else None

    def _attach(self, targets: Mapping[str, str], existing: Mapping[str, str]) -> None:
        policy_id = self._policy.id if targets else ""
        # Where a unit or the policy is made anew, the new attachment comes before the old one goes.
        lifecycle = TerraformResourceLifecycle(create_before_destroy=True)
        for key, target_id in targets.items():
            require_match(
                f"targets[{key!r}]",
                target_id,
                _TARGET,
                expected="the id of the root (r-…), of an organizational unit (ou-…) or of an account (12 digits)",
            )
            attachment = OrganizationsPolicyAttachment(
                self, key, policy_id=policy_id, target_id=target_id, lifecycle=lifecycle, provider=self._provider
            )
            if key in existing:
                attachment.import_from(existing[key])


def _terraform_type(where: str, kind: PolicyKind | str) -> str:
    if not isinstance(kind, PolicyKind):
        # Whoever looks for a kind that is not there writes AWS's word for it.
        findings = check_policy_type(kind.upper())
        if findings:
            raise InvalidPolicyError(finding.at(policy=where) for finding in findings)
        raise InvalidValueError(f"{where}: kind", kind, expected="a PolicyKind")
    if kind.terraform_type is None:
        raise InvalidValueError(
            f"{where}: kind", kind.value, expected="a kind of organization policy", cure="This kind belongs to IAM."
        )
    return kind.terraform_type


def _policy(
    where: str, kind: PolicyKind, document: PolicyDocument | ManagementPolicy | Mapping[str, Any]
) -> PolicyDocument | ManagementPolicy:
    if isinstance(document, ManagementPolicy):
        if document.kind is not kind:
            raise InvalidValueError(f"{where}: kind", kind.value, expected=f"{document.kind.value}, as its document is")
        return document
    if isinstance(document, PolicyDocument) != kind.has_statements:
        expected = "a PolicyDocument" if kind.has_statements else "a mapping, since this kind has no statements"
        raise InvalidValueError(f"{where}: document", document, expected=f"{expected} (kind {kind.value})")
    return document if isinstance(document, PolicyDocument) else ManagementPolicy(kind, document)
