"""What every account has before anybody works in it."""

from typing import Annotated, Final, Literal

from pydantic import Field

from config.model.base import Capability, Matches, Model
from config.model.types import Arn, Email, Region, Slug

ALIAS: Final = r"(?=.{3,63}$)(?![0-9]{12}$)[a-z0-9]+(?:-[a-z0-9]+)*"
"""An account's alias, as AWS takes it."""

ContactKind = Literal["billing", "operations", "security"]
AliasPattern = Annotated[
    str,
    Matches(
        r"(?:[a-z0-9-]|\{account\})+",
        "lower-case letters, digits, hyphens and {account}, which becomes the account's slug",
        "Write something like 'acme-{account}'.",
    ),
]
Phone = Annotated[
    str,
    Matches(r"[\s0-9()+-]+", "a telephone number such as '+49 30 1234567'", "Put it in quotes.", quota="contact.phone"),
]
ContactEmail = Annotated[Email, Matches(None, "an e-mail address", quota="contact.email")]


class PasswordPolicy(Capability):
    """How passwords of IAM users must be, where there still are some. People come through Identity Center."""

    minimum_length: int = Field(default=14, ge=6, le=128, description="Characters.")
    reuse_prevention: int = Field(default=24, ge=1, le=24, description="Old passwords that cannot be used again.")
    max_age_days: int | None = Field(
        default=None, ge=1, le=1095, description="Days after which a password ends; never if not said."
    )


class Contact(Model):
    """Somebody whom AWS writes to beside the root user."""

    name: Annotated[str, Matches(r".*\S.*", "a name", quota="contact.name")]
    title: Annotated[str, Matches(r".*\S.*", "a title", quota="contact.title")]
    email: ContactEmail
    phone: Phone


class Contacts(Model):
    """Whom AWS writes to, about what."""

    billing: Contact | None = None
    operations: Contact | None = None
    security: Contact | None = None

    @property
    def by_kind(self) -> dict[ContactKind, Contact]:
        """Those that there are."""
        found: dict[ContactKind, Contact | None] = {
            "billing": self.billing,
            "operations": self.operations,
            "security": self.security,
        }
        return {kind: contact for kind, contact in found.items() if contact}


class Quota(Model):
    """A service quota that AWS is asked for."""

    service: Annotated[str, Matches(r"[a-z][a-z0-9-]{1,62}", "a service's code such as 'vpc'")]
    quota: Annotated[str, Matches(r"L-[0-9A-F]{8}", "a quota's code such as 'L-F678F1CE'")]
    value: float = Field(
        gt=0, le=10**10, description="At least what the account has already: AWS takes no request for less."
    )
    regions: tuple[Region, ...] = Field(default=(), description="Where; in the account's own region if not said.")


class Baseline(Capability):
    """The account-wide switches of AWS in their safe position."""

    regions: tuple[Region, ...] = Field(
        default=(),
        description="The regions that the account uses: all governed ones if not said. Those that AWS keeps closed are opened.",
    )
    encrypt_volumes: bool = Field(default=True, description="New EBS volumes and snapshots are encrypted.")
    volume_keys: dict[Region, Arn] = Field(
        default_factory=dict, description="KMS keys for them by region; AWS's own key if not said."
    )
    require_imdsv2: bool = Field(default=True, description="New instances give their metadata to sessions only.")
    metadata_hop_limit: int = Field(default=2, ge=1, le=64, description="Hops of a metadata answer; containers need 2.")
    block_public_snapshots: bool = Field(default=True, description="No snapshot can be shared with everybody.")
    block_public_images: bool = Field(default=True, description="No image can be shared with everybody.")
    block_public_buckets: bool = Field(default=True, description="No bucket can be public.")
    serial_console: bool = Field(default=False, description="Instances can be reached by the serial console.")
    default_vpc: Literal["untouched", "closed", "removed"] = Field(
        default="closed",
        description="AWS's default VPC: `closed` lets nothing in or out by its default security group; `removed` leaves it to "
        "`estate default-vpcs --remove`, since Terraform cannot remove it.",
    )
    password_policy: PasswordPolicy = Field(default_factory=PasswordPolicy)
    alias: AliasPattern | None = Field(
        default=None, description="Name in the sign-in address, unique in all of AWS; {account} becomes the slug."
    )
    contacts: Contacts = Field(default_factory=Contacts, description="Whom AWS writes to beside the root user.")
    quotas: dict[Slug, Quota] = Field(default_factory=dict, description="Higher service quotas, by a slug of yours.")

    def alias_of(self, account: str) -> str | None:
        """The alias of the account with a slug."""
        return self.alias.replace("{account}", account) if self.alias else None
