"""An account's trust in an identity provider of SAML 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_saml_provider import IamSamlProvider
from constructs import Construct

from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider


@typed
class SamlProviderConstruct(Construct):
    """A SAML provider; roles decide whom of those that it vouches for they let in.

    Children: ``Resource``.

    Args:
        scope: A stack of the account, or a construct in it.
        id_: The construct's id.
        name: The provider's name.
        metadata: The XML document that the provider publishes, 1,000 to 10,000,000 characters.
        tags: Tags, beside the provider's default tags.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If AWS would refuse a value.

    Example:
        >>> SamlProviderConstruct(stack, "okta", name="Okta", metadata=Path("okta.xml").read_text())

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        metadata: str,
        tags: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._resource = IamSamlProvider(
            self,
            "Resource",
            name=require_quota("name", name, "saml.name"),
            saml_metadata_document=as_text(require_quota("metadata", metadata, "saml.metadata")),
            tags=tags or None,
            provider=provider,
        )

    @property
    def arn(self) -> str:
        """The provider's ARN."""
        return self._resource.arn
