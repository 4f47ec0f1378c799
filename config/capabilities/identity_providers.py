"""Identity providers of accounts, SAML and OIDC: who says who somebody is that roles let in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part
from config.capabilities.in_accounts import names_once, somebody_has_it
from config.errors import KeyPath, Problem, plural
from config.model.base import Matches, Model, refuse
from config.model.types import Selector, Slug
from config.nodes import Account, Configuration
from config.sources.files import Files
from config.sources.resolving import Resolving
from constructs_lib.policies.quotas import quota
from constructs_lib.policies.subjects import GITHUB

KEY: Final = "identity_providers"
ProviderName = Annotated[
    str, Matches(r"[A-Za-z0-9_.-]+", "a name of letters, digits, dots, underscores and hyphens", quota="saml.name")
]
Issuer = Annotated[
    str,
    Matches(
        r"[a-z0-9.-]+\.[a-z]+(?:/[\w./-]+)?",
        "an issuer without https://, such as 'token.actions.githubusercontent.com'",
        lambda text: f"Write {text.removeprefix('https://').rstrip('/')!r}." if text.startswith("https://") else "",
        longest=247,
    ),
]
Audience = Annotated[str, Matches(r"[^\s*?]+", "an audience written out, such as 'sts.amazonaws.com'", longest=255)]
Metadata = Annotated[
    str, Matches(r"(?!/)(?!.*\.\.).*\.xml", "a path of an XML file below policies/ such as 'documents/okta.xml'")
]


class Saml(Model):
    """A provider that vouches for people by SAML 2.0."""

    name: ProviderName = Field(description="The provider's name in IAM.")
    metadata: Metadata = Field(description="A file below policies/ with the metadata that the provider publishes.")


class Oidc(Model):
    """A provider that makes tokens by OpenID Connect."""

    issuer: Issuer = Field(description="The tokens' issuer, without `https://`.")
    audiences: tuple[Audience, ...] = Field(min_length=1, description="Whom its tokens are made for.")


class IdentityProviderEntry(Model):
    """Somebody outside of AWS who says who somebody is; roles name it in `trusted_by`, and decide whom of them they let in."""

    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have it.")
    saml: Saml | None = None
    oidc: Oidc | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.saml is None) is (self.oidc is None):
            raise refuse("either `saml` or `oidc`")
        return self


@dataclass(frozen=True, eq=False)
class IdentityProvider:
    """An identity provider; its metadata is there if it is one of SAML."""

    slug: str
    accounts: tuple[Account, ...]
    saml: Saml | None
    oidc: Oidc | None
    metadata: str | None

    @property
    def resource(self) -> str:
        """The end of its ARN: the same in each account that has it."""
        return (
            f"saml-provider/{self.saml.name}" if self.saml else f"oidc-provider/{self.oidc.issuer if self.oidc else ''}"
        )

    @property
    def construct(self) -> str:
        """The id of its construct."""
        return f"identity-provider-{self.slug}"


def _resolve(entries: Mapping[str, IdentityProviderEntry], resolving: Resolving) -> dict[str, IdentityProvider]:
    found = {}
    for slug, entry in sorted(entries.items()):
        accounts = resolving.accounts((KEY, slug, "accounts"), entry.accounts)
        text = _metadata((KEY, slug, "saml", "metadata"), entry.saml, resolving) if entry.saml else None
        if text is not None or entry.oidc:
            found[slug] = IdentityProvider(slug, accounts, entry.saml, entry.oidc, text)
    return found


def _metadata(path: KeyPath, saml: Saml, resolving: Resolving) -> str | None:
    text = resolving.text(path, saml.metadata)
    if text is None:
        return None
    size = quota("saml.metadata")
    # AWS reads the file; whether it is one of a provider at all can be seen here.
    if not re.search(r"<(?:[\w-]+:)?IDPSSODescriptor[\s>]", text):
        arrived = f"{saml.metadata!r}, which has no IDPSSODescriptor"
        cure = "Download the metadata of the identity provider; that of a service provider is another file."
        resolving.problem(path, arrived, "the SAML metadata of an identity provider", cure)
        return None
    if not size.minimum <= len(text) <= size.limit:
        arrived = f"{saml.metadata!r}: {plural(len(text), 'character')}"
        resolving.problem(path, arrived, f"{size.minimum:,} to {size.limit:,} characters, as AWS takes them")
        return None
    return text


def _accounts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Somebody has each provider, and an account has one for each issuer, and for each name."""
    found = (IDENTITY_PROVIDERS.of(organization) or {}).values()
    for each in found:
        yield from somebody_has_it(organization, files, (KEY, each.slug, "accounts"), each.accounts, "the provider")
    claims = [((KEY, each.slug, *(("saml", "name") if each.saml else ("oidc", "issuer"))), each) for each in found]
    yield from names_once(
        files,
        [
            (path, each.resource.partition("/")[2], f"the provider {each.slug!r}", each.accounts)
            for path, each in claims
        ],
        "a name, or issuer, that no other provider of an account has",
        cure="Select other accounts for one of them.",
    )
    pipelines = set(_of_pipelines(organization))
    for path, each in claims:
        taken = [account for account in each.accounts if account.purpose == "terraform"]
        if each.oidc and taken and each.oidc.issuer in pipelines:
            arrived = f"{each.oidc.issuer!r} in the account {taken[0].slug!r}, whose provider of that issuer is the pipelines'"
            expected = "accounts without that one: an account has one provider for each issuer"
            yield files.organization.file.problem(path, arrived, expected, "Select other accounts.")


def _of_pipelines(organization: Configuration) -> Iterator[str]:
    """The issuers whose providers the terraform account has for pipelines."""
    if organization.ci and organization.ci.github:
        yield GITHUB
    if organization.ci and organization.ci.gitlab:
        yield organization.ci.gitlab.host


def _in_account(inputs: AccountInput) -> tuple[IdentityProvider, ...] | None:
    own = inputs.account
    found = (IDENTITY_PROVIDERS.of(inputs.organization) or {}).values()
    return tuple(replace(each, accounts=(own,)) for each in found if own in each.accounts) or None


IDENTITY_PROVIDERS: Final[OrganizationCapability[Mapping[str, IdentityProvider]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, IdentityProviderEntry],
    default_factory=dict,
    description="Who outside of AWS says who somebody is: SAML and OIDC providers of accounts.",
    resolve=_resolve,
    rules=(_accounts,),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.identity_providers:add",
            value=_in_account,
            types=frozenset({"aws_iam_openid_connect_provider", "aws_iam_saml_provider"}),
            cost=FREE,
            when={
                "aws_iam_openid_connect_provider": lambda found: any(each.oidc for each in found),
                "aws_iam_saml_provider": lambda found: any(each.saml for each in found),
            },
        ),
    ),
)
