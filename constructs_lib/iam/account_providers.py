"""Several accounts in one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.iam.account_provider import AccountConnection, account_provider
from constructs_lib.typed import typed
from constructs_lib.validation import require_slug, require_unique

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformProvider


@typed
class AccountProvidersConstruct(Construct):
    """A parent account and its children, each with a provider of its own, and the proof of who is who.

    The parent's provider is the stack's default unless it gets an alias, too; each child's has the child's slug for an
    alias. Terraform asks AWS through each of them for the account that it is in, and puts the answers out.

    Children: ``parent`` and ``child-<slug>`` (providers), ``parent-identity`` and ``child-<slug>-identity`` (who they are)
    and the outputs ``parent_account_id``, ``child_account_ids`` (by slug) and, if there is one child only,
    ``child_account_id``.

    Args:
        scope: The stack. Only one of these fits into a stack.
        id_: The construct's id.
        parent: The account that the credentials at hand belong to, or lead to.
        children: The other accounts, at least one.
        parent_alias: The alias of the parent's provider, such as ``parent``. Resources then need a provider said, or are
            refused by Terraform. Default: none, it is the stack's default provider.

    Raises:
        InvalidValueError: If there is no child, two accounts have the same slug, or a child's is the parent's alias.

    Example:
        >>> accounts = AccountProvidersConstruct(
        ...     stack, "accounts",
        ...     parent=AccountConnection(slug="management", account_id="111122223333", region="eu-central-1"),
        ...     children=[
        ...         AccountConnection(
        ...             slug="production", account_id="444455556666", region="eu-central-1",
        ...             role_name="OrganizationAccountAccessRole",
        ...         ),
        ...     ],
        ... )
        >>> S3Bucket(stack, "bucket", provider=accounts.provider("production"))

    Source:
        https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        parent: AccountConnection,
        children: Sequence[AccountConnection],
        parent_alias: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not children:
            raise InvalidValueError("children", children, expected="at least one account")
        require_unique("children", [parent.slug, *(child.slug for child in children)])
        if parent_alias is not None:
            require_slug("parent_alias", parent_alias)
            require_unique("parent_alias", [*(child.slug for child in children), parent_alias])
        self._providers = {parent.slug: account_provider(self, "parent", parent, alias=parent_alias)} | {
            child.slug: account_provider(self, f"child-{child.slug}", child, alias=child.slug) for child in children
        }
        self._parent_account_id = self._ask("parent", parent.slug)
        self._child_account_ids = {child.slug: self._ask(f"child-{child.slug}", child.slug) for child in children}
        self._put_out()

    def provider(self, slug: str) -> TerraformProvider:
        """The provider of an account, for the resources that are made in it."""
        if slug not in self._providers:
            raise InvalidValueError("provider(…)", slug, expected=f"one of {', '.join(self._providers)}")
        return self._providers[slug]

    @property
    def parent_account_id(self) -> str:
        """The id of the account that the parent's provider really is in."""
        return self._parent_account_id

    @property
    def child_account_ids(self) -> dict[str, str]:
        """The id of the account that each child's provider really is in."""
        return dict(self._child_account_ids)

    def _ask(self, id_: str, slug: str) -> str:
        return DataAwsCallerIdentity(self, f"{id_}-identity", provider=self._providers[slug]).account_id

    def _put_out(self) -> None:
        outputs: dict[str, tuple[str | dict[str, str], str]] = {
            "parent_account_id": (self._parent_account_id, "The account that the parent's provider is in"),
            "child_account_ids": (self._child_account_ids, "The account that each child's provider is in, by slug"),
        }
        if len(self._child_account_ids) == 1:
            ((slug, account_id),) = self._child_account_ids.items()
            outputs["child_account_id"] = (account_id, f"The account that the provider of {slug} is in")
        for name, (value, description) in outputs.items():
            # Without the override the name would carry the construct's path.
            TerraformOutput(self, name, value=value, description=description).override_logical_id(name)
