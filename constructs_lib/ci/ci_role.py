"""The role that a pipeline has: it may assume other roles, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from constructs_lib.ci.pipeline_policies import pipeline_policies
from constructs_lib.errors import InvalidValueError
from constructs_lib.iam.access import IDENTITY_ARN
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policy_text import policy_text, warn
from constructs_lib.typed import typed
from constructs_lib.validation import (
    require_account_id,
    require_between,
    require_external_id,
    require_match,
    require_organization_id,
    require_role_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cdktf import TerraformProvider

    from constructs_lib.ci.oidc_provider import OidcProviderConstruct
    from constructs_lib.ci.oidc_subject import OidcSubject
    from constructs_lib.iam.access import CrossAccountAccess


@typed
class CiRoleConstruct(Construct):
    """A pipeline's role (B2, C4): whoever is trusted here may assume exactly the roles that are named here.

    It may assume roles and nothing else, and its sessions must be named after their pipeline, which the audit
    trail of every account then shows. Make one for planning, and one for each part of the accounts
    that is deployed behind approvers of its own, with other subjects and other roles.

    Children: ``Resource`` (the role), ``State``, ``Assume1``, ``Assume2`` … (as many policies as the names of roles and of
    stacks need), each with ``Attachment``.

    Args:
        scope: Where the role lives: the stack of the account that holds states and the CI identity, and nothing else.
        id_: The construct's id.
        name: The role's name.
        subjects: The pipeline runs that may assume the role.
        oidc_providers: The account's OIDC providers; every subject's issuer must be among them.
        account_id: The account that the role is in, 12 digits.
        accesses: The roles that it may assume, one in each account that it works in: the values that those roles'
            constructs are made from, so that trust and permission are one declaration.
        states: The roles (ARN) through which Terraform's backend reaches states, each with the stacks whose state may be
            opened by it; ``*`` in a name stands for anything.
        trusted_arns: Others that may assume the role, such as the user of a CI system without OIDC.
        organization_id: `trusted_arns` must belong to this organization.
        external_id: `trusted_arns` must name it; none unless told otherwise.
        max_session_duration: Seconds, 3600 to 43200; 3600 unless told otherwise. Roles assumed from here last an hour.
        permissions_boundary: ARN of a policy that bounds the role; none unless told otherwise.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If nobody may assume the role, an issuer has no provider, a role to assume does not trust this
            one, or a value breaks AWS's rules.

    Example:
        >>> github = OidcProviderConstruct(stack, "GitHub", issuer=GITHUB, audiences=[GITHUB_AUDIENCE])
        >>> CiRoleConstruct(
        ...     stack, "Deploy", name="TerraformCiDeployRole", oidc_providers=[github], organization_id="o-a1b2c3d4e5",
        ...     subjects=[github_subject("acme", "landing-zone", environment="production")],
        ...     account_id="222222222222", accesses=[
        ...         CrossAccountAccess(
        ...             account_id="333333333333", external_id="estate", organization_id="o-a1b2c3d4e5",
        ...             trusted_arns=("arn:aws:iam::222222222222:role/TerraformCiDeployRole",),
        ...         ),
        ...     ],
        ... )

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        organization_id: str,
        subjects: Sequence[OidcSubject] = (),
        oidc_providers: Sequence[OidcProviderConstruct] = (),
        accesses: Sequence[CrossAccountAccess] = (),
        states: Mapping[str, Iterable[str]] | None = None,
        trusted_arns: Sequence[str] = (),
        external_id: str | None = None,
        max_session_duration: int = 3600,
        permissions_boundary: str | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_role_name("name", name)
        require_account_id("account_id", account_id)
        require_organization_id("organization_id", organization_id)
        require_between("max_session_duration", max_session_duration, 3600, 43200, unit="seconds")
        if not subjects and not trusted_arns:
            raise InvalidValueError("subjects", [], expected="at least one, here or in trusted_arns")
        for arn in trusted_arns:
            require_match("trusted_arns", arn, IDENTITY_ARN, expected="the ARN of a role or user, without wildcards")
        if external_id is not None:
            require_external_id("external_id", external_id)
        self._provider = provider
        trust = [*_pipelines(subjects, oidc_providers)]
        if trusted_arns:
            trust.append(_others(trusted_arns, organization_id, external_id))
        for subject in subjects:
            if subject.warning:
                warn(self, subject.warning)
        self._role = IamRole(
            self,
            "Resource",
            name=name,
            description="Assumed by pipelines; assumes Terraform's roles",
            assume_role_policy=policy_text(self, PolicyDocument(tuple(trust)), PolicyKind.TRUST, name),
            max_session_duration=max_session_duration,
            permissions_boundary=permissions_boundary,
            provider=provider,
        )
        self._permit(name, account_id, accesses, {arn: tuple(stacks) for arn, stacks in (states or {}).items()})

    @property
    def role_arn(self) -> str:
        """The role's ARN."""
        return self._role.arn

    @property
    def role_name(self) -> str:
        """The role's name."""
        return self._role.name

    def _permit(
        self,
        name: str,
        account_id: str,
        accesses: Sequence[CrossAccountAccess],
        states: Mapping[str, tuple[str, ...]],
    ) -> None:
        for access in accesses:
            own_arn = f"arn:{access.partition}:iam::{account_id}:role/{name}"
            if not access.admits(own_arn):
                raise InvalidValueError(
                    "accesses",
                    access.role_arn,
                    expected=f"roles that trust {own_arn}",
                    cure="Add it to the access's trusted_arns, then the role's trust follows.",
                )
        inside, documents = pipeline_policies([access.role_arn for access in accesses], states)
        if inside:
            IamRolePolicy(
                self,
                "State",
                name="state",
                role=self._role.id,
                policy=policy_text(self, PolicyDocument(tuple(inside)), PolicyKind.INLINE, "state"),
                provider=self._provider,
            )
        for number, document in enumerate(documents, start=1):
            policy = IamPolicy(
                self,
                f"Assume{number}",
                name=f"{name}-{number}",
                description="The roles that pipelines may assume",
                policy=policy_text(self, document, PolicyKind.IDENTITY, f"{name}-{number}"),
                provider=self._provider,
            )
            IamRolePolicyAttachment(
                policy, "Attachment", role=self._role.name, policy_arn=policy.arn, provider=self._provider
            )


def _pipelines(subjects: Sequence[OidcSubject], providers: Sequence[OidcProviderConstruct]) -> Iterator[Statement]:
    arns = {provider.issuer: provider.arn for provider in providers}
    for subject in subjects:
        if subject.issuer not in arns:
            raise InvalidValueError(
                "oidc_providers",
                sorted(arns),
                expected=f"one of {subject.issuer}, whose pipelines `subjects` lets in",
                cure="Make it with OidcProviderConstruct.",
            )
        yield subject.statement(arns[subject.issuer])


def _others(arns: Sequence[str], organization_id: str, external_id: str | None) -> Statement:
    conditions = {"aws:PrincipalOrgID": organization_id}
    if external_id:
        conditions["sts:ExternalId"] = external_id
    return allow("sts:AssumeRole", principals={"AWS": arns}, conditions={"StringEquals": conditions})
