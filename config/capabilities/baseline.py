"""What every account has before anybody works in it."""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountCapability, AccountInput, Part
from config.capabilities.declared import declared, declaring
from config.capabilities.problems import absent, key_elsewhere, ungoverned, written
from config.errors import KeyPath, Problem
from config.facts.addresses import unique
from config.facts.regions import OPT_IN_REGIONS
from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import Email, KmsKeyArn, Region, Slug
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files

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


class PasswordPolicy(Switchable):
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


class Baseline(Switchable):
    """The account-wide switches of AWS in their safe position."""

    regions: tuple[Region, ...] = Field(
        default=(),
        description="The regions that the account uses: all governed ones if not said. Those that AWS keeps closed are opened.",
    )
    encrypt_volumes: bool = Field(default=True, description="New EBS volumes and snapshots are encrypted.")
    volume_keys: dict[Region, KmsKeyArn] = Field(
        default_factory=dict, description="KMS keys for them by region; AWS's own key if not said."
    )
    own_volume_key: bool = Field(
        default=False,
        description="A KMS key of the account for them is made in each region. Switched off, Terraform forgets the key, since volumes need it.",
    )
    require_imdsv2: bool = Field(default=True, description="New instances give their metadata to sessions only.")
    metadata_hop_limit: int = Field(default=2, ge=1, le=64, description="Hops of a metadata answer; containers need 2.")
    block_public_snapshots: bool = Field(default=True, description="No snapshot can be shared with everybody.")
    block_public_images: bool = Field(default=True, description="No image can be shared with everybody.")
    block_public_buckets: bool = Field(default=True, description="No bucket can be public.")
    block_public_documents: bool = Field(
        default=False, description="No document of Systems Manager can be shared with everybody."
    )
    serial_console: bool | None = Field(
        default=False,
        description="Instances can be reached by the serial console; with `null` the account's stack says nothing of it.",
    )
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

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.own_volume_key and self.volume_keys:
            raise refuse("either `own_volume_key` or `volume_keys`")
        return self

    def alias_of(self, account: str) -> str | None:
        """The alias of the account with a slug."""
        return self.alias.replace("{account}", account) if self.alias else None


_ATTRIBUTES: Final = {
    "require_imdsv2": "instance_metadata_defaults.http_tokens",
    "metadata_hop_limit": "instance_metadata_defaults.http_put_response_hop_limit",
    "block_public_snapshots": "snapshot_block_public_access.state",
    "block_public_images": "image_block_public_access.state",
    "serial_console": "serial_console_access.status",
}
"""What EC2 declarative policies call the switches."""
_BLOCKED: Final = ("block_all_sharing", "block_new_sharing")
_LEFT_ALONE: Final[dict[str, Any]] = {
    "require_imdsv2": False,
    "block_public_snapshots": False,
    "block_public_images": False,
    "serial_console": None,
}
"""The values with which an account's stack does not have the switches."""
_RESOURCES: Final = {
    "require_imdsv2": ("aws_ec2_instance_metadata_defaults", "Metadata"),
    "block_public_snapshots": ("aws_ebs_snapshot_block_public_access", "Snapshots"),
    "block_public_images": ("aws_ec2_image_block_public_access", "Images"),
    "serial_console": ("aws_ec2_serial_console_access", "SerialConsole"),
}
_PATH: Final[KeyPath] = ("settings", "baseline")
_ACCOUNT_MANAGEMENT: Final = "account.amazonaws.com"


def _aliases(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Every alias is one that AWS takes, and no two accounts share one."""
    taken: dict[str, str] = {}
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        alias = baseline.alias_of(account.slug) if baseline else None
        if alias is None:
            continue
        file, path = files.accounts[account.slug].file, (*_PATH, "alias")
        if not re.fullmatch(ALIAS, alias):
            expected = "3 to 63 lower-case letters, digits and single hyphens, and no account id"
            yield file.problem(path, f"the alias {alias!r}", expected, "Choose another for this account.")
        elif alias in taken:
            arrived = f"the alias {alias!r}, which {taken[alias]!r} has too"
            cure = "Put {account} into it, or give each account its own."
            yield file.problem(path, arrived, "an alias that no other account has", cure)
        taken.setdefault(alias, account.slug)


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A baseline is about governed regions, the account's own among them."""
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        if baseline is None:
            continue
        named: dict[KeyPath, Collection[str]] = {("regions",): baseline.regions, ("volume_keys",): baseline.volume_keys}
        named |= {("quotas", slug, "regions"): quota.regions for slug, quota in baseline.quotas.items()}
        for path, those in named.items():
            yield from ungoverned(account, organization, files, ("baseline", *path), those)
        if baseline.regions and account.region not in baseline.regions:
            arrived = f"regions without {account.region}, where the account {account.slug!r} works"
            file, expected = files.accounts[account.slug].file, "the account's own region among them"
            yield file.problem((*_PATH, "regions"), arrived, expected, "Add it.")


def _closed_regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Regions that AWS keeps closed can be opened from the management account."""
    used: set[str] = set()
    for account in organization.accounts.values():
        if baseline := BASELINE.in_account(organization, account):
            used.update(baseline.regions or organization.governed_regions)
    closed = sorted(used & OPT_IN_REGIONS)
    if closed and _ACCOUNT_MANAGEMENT not in organization.trusted_services and files.organization.clean:
        arrived = f"no {_ACCOUNT_MANAGEMENT}, but {', '.join(closed)}, which AWS keeps closed until somebody opens it"
        expected = "the service that lets the management account open regions for its accounts"
        yield files.organization.file.problem(
            ("trusted_services",), arrived, expected, f"Add {_ACCOUNT_MANAGEMENT} to `trusted_services`."
        )


def _keys(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A key encrypts the volumes of its own region."""
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        for region, arn in baseline.volume_keys.items() if baseline else ():
            yield from key_elsewhere(*written(files, account, ("baseline", "volume_keys", region)), arn, region)


def _contacts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS keeps alternate contacts in the partition."""
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        if baseline and baseline.contacts.by_kind:
            place = written(files, account, ("baseline", "contacts"))
            yield from absent(*place, "account", (account.region,), "Set them in the paired commercial account.")


def _overruled(organization: Configuration, files: Files) -> Iterator[Problem]:
    """What is written for an account is what a declarative policy above it says, since the policy wins."""
    for account in organization.accounts.values():
        baseline = BASELINE.in_account(organization, account)
        policies = declared(organization, account) if baseline else {}
        for key, attribute in _ATTRIBUTES.items():
            if baseline is None or key not in baseline.model_fields_set or attribute not in policies:
                continue
            said, set_to = getattr(baseline, key), _said(policies[attribute])
            if said is not None and said != set_to:
                file, path = written(files, account, ("baseline", key))
                arrived = f"`{key}: {str(said).lower()}` for the account {account.slug!r}"
                expected = (
                    f"{str(set_to).lower()}, as {' and '.join(declaring(organization, account))} sets it: AWS refuses what "
                    "an account says otherwise, and its stack leaves it alone"
                )
                cure = "Leave it out here, or attach another declarative policy to the account or its OU."
                yield file.warning(path, arrived, expected, cure)


def _said(value: str) -> bool | int:
    """The value of an attribute of a policy, as the baseline says it."""
    return int(value) if value.lstrip("-").isdigit() else value in {"required", "enabled", *_BLOCKED}


def switches(organization: Organization, account: Account, baseline: Baseline) -> Baseline:
    """A baseline without what declarative policies set in the account: AWS takes these switches from nobody in it."""
    attributes = declared(organization, account)
    if not attributes:
        return baseline
    own = {key for key, attribute in _ATTRIBUTES.items() if _switch(attribute) in map(_switch, attributes)}
    return baseline.model_copy(update={key: off for key, off in _LEFT_ALONE.items() if key in own})


def _switch(attribute: str) -> str:
    """AWS has one manager for all attributes of a switch."""
    return attribute.partition(".")[0]


def _left_to_account(inputs: AccountInput) -> Baseline | None:
    baseline = BASELINE.of(inputs)
    return switches(inputs.organization, inputs.account, baseline) if baseline else None


def _outlives(inputs: AccountInput) -> tuple[str, ...]:
    """What a policy sets now: AWS would refuse to take it back in the account. And keys that are not made any more: volumes need them."""
    written = BASELINE.written(inputs.settings)
    if written is None:
        return ()
    baseline, gone = BASELINE.of(inputs), []
    kept = baseline is not None and baseline.own_volume_key
    if not kept and "own_volume_key" in written.model_fields_set:
        for region in used_regions(inputs.organization, written):
            scope = f"volume-key-{region}"
            gone += [
                f"aws_kms_key.{unique(scope, 'Key', 'Resource')}",
                f"aws_kms_alias.{unique(scope, 'Key', 'Alias')}",
            ]
    if baseline is None:
        return tuple(gone)
    own = switches(inputs.organization, inputs.account, baseline)
    for key, (type_, child) in _RESOURCES.items():
        if getattr(own, key) != getattr(baseline, key):
            gone += [
                f"{type_}.{unique(f'baseline-{region}', child)}"
                for region in used_regions(inputs.organization, baseline)
            ]
    return tuple(gone)


def used_regions(organization: Organization, baseline: Baseline) -> list[str]:
    """The regions that a baseline is about."""
    return sorted(set(baseline.regions or organization.governed_regions))


def _to_open(configuration: Configuration) -> dict[str, tuple[str, ...]]:
    """By account, the regions that AWS opens only when asked; the management account asks for all."""
    found = {}
    for account in configuration.accounts.values():
        baseline = BASELINE.in_account(configuration, account)
        closed = [one for one in used_regions(configuration, baseline) if one in OPT_IN_REGIONS] if baseline else []
        if closed:
            found[account.slug] = tuple(closed)
    return found


def _closes_default_vpc(baseline: Baseline) -> bool:
    return baseline.default_vpc == "closed"


BASELINE: Final[AccountCapability[Baseline]] = AccountCapability(
    key="baseline",
    model=Baseline,
    description="AWS's account-wide switches in their safe position.",
    rules=(_aliases, _regions, _closed_regions, _keys, _contacts, _overruled),
    publish=_to_open,
    parts=(
        Part(
            name="baseline",
            build="stacks.capabilities.baseline:add",
            value=_left_to_account,
            let_go=_outlives,
            types=frozenset(
                {
                    "aws_account_alternate_contact",
                    "aws_default_security_group",
                    "aws_default_vpc",
                    "aws_ebs_default_kms_key",
                    "aws_ebs_encryption_by_default",
                    "aws_ebs_snapshot_block_public_access",
                    "aws_ec2_image_block_public_access",
                    "aws_ec2_instance_metadata_defaults",
                    "aws_ec2_serial_console_access",
                    "aws_iam_account_alias",
                    "aws_iam_account_password_policy",
                    "aws_kms_alias",
                    "aws_kms_key",
                    "aws_ssm_service_setting",
                    "aws_s3_account_public_access_block",
                    "aws_servicequotas_service_quota",
                }
            ),
            cost=("Nothing; a KMS key for volumes costs by the month, in each region, and by request.",),
            whose="all",
            when={
                "aws_account_alternate_contact": lambda baseline: bool(baseline.contacts.by_kind),
                "aws_default_security_group": _closes_default_vpc,
                "aws_default_vpc": _closes_default_vpc,
                "aws_ebs_default_kms_key": lambda baseline: bool(baseline.volume_keys) or baseline.own_volume_key,
                "aws_ebs_encryption_by_default": lambda baseline: baseline.encrypt_volumes,
                "aws_ebs_snapshot_block_public_access": lambda baseline: baseline.block_public_snapshots,
                "aws_ec2_image_block_public_access": lambda baseline: baseline.block_public_images,
                "aws_ec2_instance_metadata_defaults": lambda baseline: baseline.require_imdsv2,
                "aws_ec2_serial_console_access": lambda baseline: baseline.serial_console is not None,
                "aws_iam_account_alias": lambda baseline: baseline.alias is not None,
                "aws_iam_account_password_policy": lambda baseline: baseline.password_policy.enabled,
                **dict.fromkeys(("aws_kms_alias", "aws_kms_key"), lambda baseline: baseline.own_volume_key),
                "aws_ssm_service_setting": lambda baseline: baseline.block_public_documents,
                "aws_s3_account_public_access_block": lambda baseline: baseline.block_public_buckets,
                "aws_servicequotas_service_quota": lambda baseline: bool(baseline.quotas),
            },
        ),
        Part(
            name="baseline.regions",
            build="stacks.capabilities.baseline:open_regions",
            value=lambda inputs: BASELINE.published(inputs.organization) or None,
            types=frozenset({"aws_account_region"}),
            cost=FREE,
            whose="management",
        ),
    ),
)
