"""The AWS providers of a stack: one for each region that something of it is in, all for the same account."""

from collections.abc import Sequence

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from config.nodes import Account


class Providers:
    """A stack's providers, each made when it is first asked for. They work in one account and in no other.

    Children of the stack: ``aws`` for the account's own region, which is the default provider, and ``aws-<region>``.

    Args:
        stack: The stack.
        account: The account that it is the stack of.
        account_id: The account's id.
        sts_region: Where credentials are asked for and looked at: the home region, since STS refuses both in a region that
            the account has not opened yet.
        assume_role: The role that the stack deploys with; the caller's own credentials if not said.
        name: The stack's name, which tags everything in it. Default: the account's slug.
        default_tags: Whether everything gets the account's tags and the stack's name. Default: it does.

    Example:
        >>> Providers(stack, account, "444444444444", "eu-central-1")("us-east-1")
    """

    def __init__(
        self,
        stack: TerraformStack,
        account: Account,
        account_id: str,
        sts_region: str,
        assume_role: AwsProviderAssumeRole | None = None,
        *,
        name: str = "",
        default_tags: bool = True,
    ) -> None:
        self._stack = stack
        self._account = account
        self._account_id = account_id
        self._sts_region = sts_region
        self._assume_role = assume_role
        self._name = name or account.slug
        self._default_tags = default_tags
        self._made: dict[str, AwsProvider] = {}

    def __call__(self, region: str) -> AwsProvider:
        """The provider for a region."""
        if region not in self._made:
            own = region == self._account.region
            self._made[region] = AwsProvider(
                self._stack,
                "aws" if own else f"aws-{region}",
                alias=None if own else region,
                region=region,
                sts_region=self._sts_region,
                allowed_account_ids=[self._account_id],
                assume_role=[self._assume_role] if self._assume_role else None,
                default_tags=_default_tags(self._account, self._name) if self._default_tags else None,
            )
        return self._made[region]


def _default_tags(account: Account, name: str) -> Sequence[AwsProviderDefaultTags]:
    """The tags that everything in an account gets."""
    return [AwsProviderDefaultTags(tags={**account.tags, "stack": name})]
