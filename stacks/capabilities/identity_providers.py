"""Identity providers of an account."""

from collections.abc import Sequence

from config.capabilities.identity_providers import IdentityProvider
from constructs_lib.ci.oidc_provider import OidcProviderConstruct
from constructs_lib.iam.saml_provider import SamlProviderConstruct
from stacks.parts import part
from stacks.scope import AccountScope


def add(stack: AccountScope, providers: Sequence[IdentityProvider]) -> None:
    """Add the providers that the account has."""
    for each in providers:
        if each.saml:
            stack.parts[each.construct] = SamlProviderConstruct(
                stack, each.construct, name=each.saml.name, metadata=each.metadata or ""
            )
        elif each.oidc:
            stack.parts[each.construct] = OidcProviderConstruct(
                stack, each.construct, issuer=each.oidc.issuer, audiences=each.oidc.audiences
            )


def provider_arn(stack: AccountScope, provider: IdentityProvider) -> str:
    """The ARN of a provider that the stack has."""
    if provider.saml:
        return part(stack, provider.construct, SamlProviderConstruct).arn
    return part(stack, provider.construct, OidcProviderConstruct).arn
