"""An account's trust in a CI system's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider


@typed
class OidcProviderConstruct(Construct):
    """The account's OIDC provider for one issuer; roles decide which of its tokens they take.

    There is one for each issuer and account. No thumbprints: AWS checks the certificates of GitHub, GitLab and every other
    issuer with a public certificate by itself.

    Children: ``Resource``.

    Args:
        scope: Where the provider lives.
        id_: The construct's id.
        issuer: The tokens' issuer without ``https://``, such as ``token.actions.githubusercontent.com``.
        audiences: The values of ``aud`` that are taken.
        provider: The account; the stack's default provider unless told otherwise.

    Raises:
        InvalidValueError: If the issuer is no host (and path), or no audience is given.

    Example:
        >>> OidcProviderConstruct(stack, "GitHub", issuer=GITHUB, audiences=[GITHUB_AUDIENCE])

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        issuer: str,
        audiences: Sequence[str],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match(
            "issuer", issuer, r"[a-z0-9.-]+\.[a-z]+(/[\w./-]+)?", expected="a host (and path) without https://"
        )
        if not audiences:
            raise InvalidValueError("audiences", list(audiences), expected="at least one")
        self._issuer = issuer
        self._resource = IamOpenidConnectProvider(
            self,
            "Resource",
            url=f"https://{issuer}",
            client_id_list=sorted(set(audiences)),
            provider=provider,
        )

    @property
    def issuer(self) -> str:
        """The issuer, without ``https://``: what condition keys start with."""
        return self._issuer

    @property
    def arn(self) -> str:
        """The provider's ARN."""
        return self._resource.arn
