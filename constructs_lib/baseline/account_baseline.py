"""What an account has in no particular region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.account_alternate_contact import AccountAlternateContact
from cdktf_cdktf_provider_aws.iam_account_alias import IamAccountAlias
from cdktf_cdktf_provider_aws.iam_account_password_policy import IamAccountPasswordPolicy
from cdktf_cdktf_provider_aws.s3_account_public_access_block import S3AccountPublicAccessBlock
from constructs import Construct

from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_one_of, require_quota

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

ContactKind = Literal["billing", "operations", "security"]

_ALIAS = r"(?=.{3,63}$)(?![0-9]{12}$)[a-z0-9]+(-[a-z0-9]+)*"


@typed
@dataclass(frozen=True)
class PasswordPolicy:
    """How the passwords of IAM users must be, for accounts that still have some.

    Args:
        minimum_length: 6 to 128 characters. Default: 14.
        reuse_prevention: How many old passwords cannot be used again, 1 to 24. Default: 24.
        max_age_days: Days after which a password ends, 1 to 1095. Default: it does not.
    """

    minimum_length: int = 14
    reuse_prevention: int = 24
    max_age_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse what IAM would refuse."""
        require_between("minimum_length", self.minimum_length, 6, 128, unit="characters")
        require_between("reuse_prevention", self.reuse_prevention, 1, 24, unit="passwords")
        if self.max_age_days is not None:
            require_between("max_age_days", self.max_age_days, 1, 1095, unit="days")


@typed
@dataclass(frozen=True)
class AlternateContact:
    """Whom AWS writes to beside the root user.

    Args:
        name: The person's or the team's name.
        title: Their title.
        email: Their address.
        phone: Their telephone number.
    """

    name: str
    title: str
    email: str
    phone: str

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        require_quota("name", self.name, "contact.name")
        require_quota("title", self.title, "contact.title")
        require_quota("email", self.email, "contact.email")
        require_quota("phone", self.phone, "contact.phone")


@typed
class AccountBaselineConstruct(Construct):
    """No public buckets, decent passwords, and somebody whom AWS can reach.

    Children: ``PublicAccess``, ``Passwords``, ``Alias``, ``contact-<kind>`` per alternate contact.

    Args:
        scope: Where the baseline is kept.
        id_: The construct's id.
        block_public_buckets: Whether no bucket of the account can be public. Default: yes.
        password_policy: How IAM users' passwords must be; None leaves AWS' own rules. Default: `PasswordPolicy()`.
        alias: The name in the account's sign-in address, unique in the partition. Default: none.
        contacts: ``billing``, ``operations`` and ``security`` to whom AWS writes. Default: the root user alone.
        provider: The account, in any region. Default: the stack's provider.

    Raises:
        InvalidValueError: If the alias or a kind of contact is none.

    Example:
        >>> AccountBaselineConstruct(
        ...     stack, "Baseline", alias="acme-production",
        ...     contacts={"security": AlternateContact("Blue Team", "Security", "blue@example.com", "+49 30 1234567")},
        ... )

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        block_public_buckets: bool = True,
        password_policy: PasswordPolicy | None = PasswordPolicy(),
        alias: str | None = None,
        contacts: Mapping[ContactKind, AlternateContact] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._provider = provider
        if block_public_buckets:
            S3AccountPublicAccessBlock(
                self,
                "PublicAccess",
                block_public_acls=True,
                block_public_policy=True,
                ignore_public_acls=True,
                restrict_public_buckets=True,
                provider=provider,
            )
        if password_policy:
            self._require_passwords(password_policy)
        if alias:
            require_match(
                "alias", alias, _ALIAS, expected="3 to 63 lower-case letters, digits and single hyphens, no account id"
            )
            IamAccountAlias(self, "Alias", account_alias=alias, provider=provider)
        for kind, contact in sorted((contacts or {}).items()):
            require_one_of("contacts", kind, ("billing", "operations", "security"))
            AccountAlternateContact(
                self,
                f"contact-{kind}",
                alternate_contact_type=kind.upper(),
                name=contact.name,
                title=contact.title,
                email_address=contact.email,
                phone_number=contact.phone,
                provider=provider,
            )

    def _require_passwords(self, policy: PasswordPolicy) -> None:
        IamAccountPasswordPolicy(
            self,
            "Passwords",
            minimum_password_length=policy.minimum_length,
            password_reuse_prevention=policy.reuse_prevention,
            max_password_age=policy.max_age_days,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            allow_users_to_change_password=True,
            provider=self._provider,
        )
