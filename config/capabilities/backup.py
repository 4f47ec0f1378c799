"""Backup vaults of an account, and what backup policies need of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import SECURE_BUCKET, AccountCapability, AccountInput, Part
from config.capabilities.problems import ungoverned
from config.capabilities.roles import ROLES
from config.errors import Problem, one_of
from config.facts.addresses import unique
from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import Region, RoleName, Slug, Tags
from config.nodes import Account, Configuration, Node, Organization
from config.sources.files import Files
from constructs_lib.policies.kinds import PolicyKind

VaultName = Annotated[str, Matches(r"(?=..)[a-z0-9]+(?:-[a-z0-9]+)*", "a vault's name such as 'daily'", longest=40)]
RestoredType = Literal["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"]
_CRON: Final = r"cron\((?:[A-Z0-9*?/,#-]+ ){5}[A-Z0-9*?/,#-]+\)"
"""AWS Backup takes six fields: minute, hour, day of the month, month, day of the week, year; and no `rate`."""
_OWN_VAULT: Final = "Default"
"""AWS makes this vault by itself."""
_OWN_ROLE: Final = "service-role/AWSBackupDefaultServiceRole"
"""The console makes this role, the first time that somebody uses it."""
_SERVICE: Final = "backup.amazonaws.com"


class VaultLock(Model):
    """For how long nobody can delete a backup."""

    min_days: int = Field(
        default=7,
        ge=1,
        le=36500,
        description="Backups are kept for at least so many days; jobs that keep them for less fail.",
    )
    max_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Backups are kept for at most so many days; for as long as plans say if null.",
    )
    changeable_days: int | None = Field(
        default=None,
        ge=3,
        le=36500,
        description="After so many days nobody can lift the lock or shorten it any more, the root user included (AWS calls that compliance "
        "mode); whoever has the permission can, if null.",
    )

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if self.max_days is not None and self.max_days < self.min_days:
            raise refuse(f"`max_days` of at least {self.min_days}, which `min_days` is")
        return self


class Vault(Model):
    """A backup vault in each region, encrypted with a key of the account; its key is its name."""

    lock: VaultLock | None = Field(
        default_factory=VaultLock, description="Keeps backups from deletion. Not locked if null."
    )
    copies_from_organization: bool = Field(
        default=False, description="Whether all accounts of the organization may copy their backups into it."
    )


class RestoreTest(Model):
    """A restore of backups that is tried regularly; what was restored is deleted again. Its key is its name."""

    schedule: Annotated[str, Matches(_CRON, "a schedule such as 'cron(0 5 ? * SUN *)'")] = Field(
        description="When, in UTC."
    )
    types: tuple[RestoredType, ...] = Field(
        min_length=1, description="What is restored: one resource of each type each time, in each region."
    )
    vaults: tuple[VaultName, ...] = Field(default=(), description="From which of `vaults`; from all if not said.")
    tags: Tags = Field(default_factory=dict, description="Only of resources with these tags.")
    within_days: int = Field(
        default=30, ge=1, le=365, description="A backup that is at most so many days old is tried."
    )
    newest: bool = Field(default=True, description="Whether it is the newest of those, or any.")
    keep_hours: int | None = Field(
        default=None,
        ge=1,
        le=168,
        description="For how many hours what was restored is there to be looked at; AWS charges for it. Not longer than it takes if null.",
    )
    metadata: dict[RestoredType, dict[str, str]] = Field(
        default_factory=dict,
        description="What AWS Backup needs besides to restore, by type, such as `EC2: {subnetId: subnet-1}`.",
    )

    @model_validator(mode="after")
    def _of_what_is_restored(self) -> Self:
        if others := sorted(set(self.metadata) - set(self.types)):
            raise refuse(f"`metadata` of `types` only, not of {', '.join(others)}")
        return self


class Backup(Switchable):
    """Vaults for backups and the role that makes them, for backup policies to name."""

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    vaults: dict[VaultName, Vault] = Field(
        default_factory=lambda: {"backups": Vault()}, min_length=1, description="Vaults, by name."
    )
    role: RoleName = Field(
        default="backup",
        description="The role that AWS Backup works with in the account; it is made, and may restore, too.",
    )
    buckets: bool = Field(
        default=False,
        description="Whether that role may back up and restore S3's buckets, too: it can then read and write what is in all of them.",
    )
    copies_to_organization: bool | None = Field(
        default=None,
        description="Whether backups may be copied into vaults of other accounts of the organization, which need the key for that. `true` in one "
        "account switches copies between accounts on for the whole organization. `false`, where no account says `true`, switches them off, "
        "whoever has switched them on; where no account says either, the switch stays as it is.",
    )
    reports: bool = Field(
        default=False, description="Whether AWS Backup writes each day which jobs ran, into a bucket of the account."
    )
    restore_tests: dict[Slug, RestoreTest] = Field(
        default_factory=dict, description="Restores that are tried regularly, by name."
    )

    @model_validator(mode="after")
    def _restorable(self) -> Self:
        for name, test in sorted(self.restore_tests.items()):
            if unknown := sorted(set(test.vaults) - set(self.vaults)):
                raise refuse(
                    f"`restore_tests.{name}.vaults` among `vaults`: {one_of(sorted(self.vaults))}, not {unknown[0]!r}"
                )
            if "S3" in test.types and not self.buckets:
                raise refuse(
                    "`buckets: true`, by which the role may restore buckets",
                    f"Or leave S3 out of `restore_tests.{name}.types`.",
                )
        return self


def backup_regions(organization: Organization, backup: Backup) -> list[str]:
    """Where there are vaults."""
    return sorted(set(backup.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Vaults are in governed regions."""
    for account in organization.accounts.values():
        if backup := BACKUP.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("backup", "regions"), backup.regions)


def _named(organization: Configuration, files: Files) -> Iterator[Problem]:
    """The vaults and roles that backup policies name are there, in each account that a policy reaches."""
    if not files.organization.clean or not all(entry.clean for entry in files.accounts.values()):
        return
    reached: dict[str, list[Account]] = {}
    for account in organization.accounts.values():
        nodes: tuple[Node, ...] = (organization.root, *account.chain, account)
        for node in nodes:
            for policy in organization.policies_on(node):
                if policy.kind is PolicyKind.BACKUP:
                    reached.setdefault(policy.slug, []).append(account)
    for slug, accounts in sorted(reached.items()):
        file = files.policies[slug].file
        plans: Mapping[str, Any] = json.loads(organization.policies[slug].content).get("plans", {})
        for name, plan in plans.items():
            for what, missing in _missing(organization, plan, accounts):
                arrived = f"the plan {name!r} with {what}, which {_some(missing)} would not have"
                expected = "vaults and roles that the stack of each account makes that the policy reaches"
                cure = "Name it in `backup` of these accounts' settings, or attach the policy to others."
                yield file.problem((), arrived, expected, cure)


def _missing(
    organization: Configuration, plan: Mapping[str, Any], accounts: Iterable[Account]
) -> Iterator[tuple[str, list[str]]]:
    """What a plan names, and the accounts that do not have it."""
    having = {account: BACKUP.in_account(organization, account) for account in accounts}
    regions = _assigned(plan.get("regions"))
    for vault in sorted(
        {name for rule in _each(plan, "rules") for name in _assigned(rule.get("target_backup_vault_name"))}
    ):
        lacking = [
            account.slug
            for account, backup in having.items()
            if vault != _OWN_VAULT
            and not (backup and vault in backup.vaults and regions <= set(backup_regions(organization, backup)))
        ]
        if lacking:
            yield f"the vault {vault!r} in {', '.join(sorted(regions)) or 'its regions'}", lacking
    for role in sorted(set(_roles(plan))):
        lacking = [
            account.slug
            for account, backup in having.items()
            if role != _OWN_ROLE
            and not (backup and backup.role == role)
            and role not in _roles_of(organization, account)
        ]
        if lacking:
            yield f"the role {role!r}", lacking


def _roles_of(organization: Configuration, account: Account) -> set[str]:
    if account is organization.management:  # it gets none of `roles`, whoever they name
        return set()
    return {
        role.name
        for role in (ROLES.of(organization) or {}).values()
        if account in role.accounts and any(trust.service == _SERVICE for trust in role.others)
    }


def _roles(plan: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("tags", "resources"):
        for selection in (plan.get("selections") or {}).get(kind, {}).values():
            for arn in _assigned(selection.get("iam_role_arn")):
                if ":iam::$account:role/" in arn:
                    yield arn.partition(":role/")[2]


def _each(plan: Mapping[str, Any], key: str) -> Iterable[Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = plan.get(key, {})
    return found.values()


def _assigned(setting: Any) -> set[str]:
    """The values that a setting of a policy gives."""
    if not isinstance(setting, Mapping):
        return set()
    found = [value for key in ("@@assign", "@@append") if (value := setting.get(key)) is not None]
    return {text for value in found for text in ([value] if isinstance(value, str) else value)}


def _some(slugs: list[str]) -> str:
    return one_of(slugs).removeprefix("one of ")


def _outlives(inputs: AccountInput) -> tuple[str, ...]:
    """What has backups in it once `backup` is switched off: vaults with their keys. AWS deletes no vault that has some."""
    backup = BACKUP.written(inputs.settings)
    if backup is None or backup.enabled:
        return ()
    found = []
    for region in backup_regions(inputs.organization, backup):
        scope = f"backup-{region}"
        found += [f"aws_kms_key.{unique(scope, 'Key', 'Resource')}", f"aws_kms_alias.{unique(scope, 'Key', 'Alias')}"]
        for name, vault in backup.vaults.items():
            found.append(f"aws_backup_vault.{unique(scope, f'vault-{name}')}")
            if vault.lock:
                found.append(f"aws_backup_vault_lock_configuration.{unique(scope, f'lock-{name}')}")
            if vault.copies_from_organization:
                found.append(f"aws_backup_vault_policy.{unique(scope, f'policy-{name}')}")
    return tuple(found)


def _tested(inputs: AccountInput) -> Backup | None:
    backup = BACKUP.of(inputs)
    return backup if backup and backup.restore_tests else None


def _reporting(inputs: AccountInput) -> Backup | None:
    backup = BACKUP.of(inputs)
    return backup if backup and backup.reports else None


def _copies(configuration: Configuration) -> bool | None:
    """Whether accounts copy backups into others'; None where nobody says anything of it."""
    found = [BACKUP.in_account(configuration, account) for account in configuration.accounts.values()]
    said = {backup.copies_to_organization for backup in found if backup} - {None}
    return any(said) if said else None


BACKUP: Final[AccountCapability[Backup]] = AccountCapability(
    key="backup",
    model=Backup,
    description="Vaults for backups, and the role that makes them.",
    rules=(_regions, _named),
    publish=_copies,
    parts=(
        Part(
            name="backup",
            build="stacks.capabilities.backup:add",
            let_go=_outlives,
            types=frozenset(
                {
                    "aws_backup_vault",
                    "aws_backup_vault_lock_configuration",
                    "aws_backup_vault_policy",
                    "aws_iam_role",
                    "aws_iam_role_policy_attachment",
                    "aws_kms_alias",
                    "aws_kms_key",
                }
            ),
            cost=(
                "A KMS key by the month in each region; backups by the gigabyte and month, restores by the gigabyte.",
                "Copies in other regions and accounts cost as backups do, and traffic.",
            ),
            whose="all",
            when={
                "aws_backup_vault_lock_configuration": lambda backup: any(one.lock for one in backup.vaults.values()),
                "aws_backup_vault_policy": lambda backup: any(
                    one.copies_from_organization for one in backup.vaults.values()
                ),
            },
        ),
        Part(
            name="backup.reports",
            build="stacks.capabilities.backup:add_reports",
            value=_reporting,
            types=frozenset({"aws_backup_report_plan", "aws_iam_service_linked_role", *SECURE_BUCKET}),
            cost=("Storage of reports.",),
            whose="all",
        ),
        Part(
            name="backup.restore_tests",
            build="stacks.capabilities.backup:add_restore_tests",
            value=_tested,
            types=frozenset({"aws_backup_restore_testing_plan", "aws_backup_restore_testing_selection"}),
            cost=(
                "Each restore by the gigabyte, and what was restored as long as it is there; each test by AWS Backup.",
            ),
            whose="all",
        ),
        Part(
            name="backup.copies",
            build="stacks.capabilities.backup:let_copy",
            value=lambda inputs: BACKUP.published(inputs.organization),
            types=frozenset({"aws_backup_global_settings"}),
            cost=("Nothing.",),
            whose="management",
        ),
    ),
)
