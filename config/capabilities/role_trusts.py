"""Who may assume a role: others of the organization, services of AWS, outsiders, and those whom an identity provider knows."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from config.capabilities.identity_providers import IdentityProvider
from config.model.base import Matches, Model, refuse
from config.model.statement import Values
from config.model.types import AccountId, RoleName, Slug, TrustedPrincipal
from constructs_lib.policies.document import Statement
from constructs_lib.policies.trusts import oidc_trust, outside_trust, saml_trust, service_trust

Subject = Annotated[str, Matches(r"\S+", "a subject of a token, such as 'repo:acme/shop:ref:refs/heads/main'")]
_WHO: Final = ("account", "service", "outside_account", "identity_provider")


class TrustedBy(Model):
    """Who may assume a role: one of `account`, `service`, `outside_account` and `identity_provider`."""

    account: Slug | None = Field(default=None, description="The account of the organization that the callers are in.")
    roles: tuple[RoleName, ...] = Field(
        default=(),
        description="The callers' roles by name, in `account` or `outside_account`; those of `account` get the permission, too. "
        "Without any, the account decides.",
    )
    service: TrustedPrincipal | None = Field(
        default=None, description="A service of AWS that acts as the role, such as `ec2.amazonaws.com`."
    )
    outside_account: AccountId | None = Field(
        default=None, description="The id of an account outside of the organization; it has to say `external_id`."
    )
    identity_provider: Slug | None = Field(
        default=None, description="Those whom one of `identity_providers` vouches for."
    )
    subjects: tuple[Subject, ...] = Field(
        default=(), description="Whom the tokens of an OIDC provider are about: any of these; `*` stands for anything."
    )
    conditions: dict[str, dict[str, Values]] = Field(
        default_factory=dict,
        description="What must hold besides: operator, then condition key, then value or values. Not with `account`.",
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        given = [name for name in _WHO if getattr(self, name) is not None]
        if len(given) != 1:
            arrived = " and ".join(f"`{name}`" for name in given) or "none"
            names = f"{', '.join(f'`{name}`' for name in _WHO[:-1])} and `{_WHO[-1]}`"
            raise refuse(f"exactly one of {names}, not {arrived}")
        if self.roles and given[0] not in ("account", "outside_account"):
            raise refuse(f"no `roles` with `{given[0]}`")
        if self.subjects and given[0] != "identity_provider":
            raise refuse(f"no `subjects` with `{given[0]}`")
        if self.conditions and given[0] == "account":
            raise refuse(
                "no `conditions` with `account`", "The role's `external_id` is asked for, and the organization."
            )
        return self


def statement_of(
    entry: TrustedBy, *, provider: IdentityProvider | None, provider_arn: str, external_id: str | None, partition: str
) -> Statement:
    """The trust policy's statement for somebody who is in no account of the organization.

    Args:
        entry: Who it is.
        provider: The identity provider that vouches for them, if one does.
        provider_arn: Its ARN in the role's account.
        external_id: What the role asks outsiders for.
        partition: The organization's partition.
    """
    if entry.service:
        return service_trust(entry.service, conditions=entry.conditions)
    if entry.outside_account:
        start = f"arn:{partition}:iam::{entry.outside_account}"
        principals = [f"{start}:role/{name}" for name in entry.roles] or [f"{start}:root"]
        return outside_trust(principals, str(external_id), conditions=entry.conditions)
    if provider and provider.oidc:
        return oidc_trust(
            provider_arn,
            issuer=provider.oidc.issuer,
            audiences=provider.oidc.audiences,
            subjects=entry.subjects,
            conditions=entry.conditions,
        )
    return saml_trust(provider_arn, partition=partition, conditions=entry.conditions)
