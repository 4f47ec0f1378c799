"""Restores that are tried regularly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.backup_restore_testing_plan import (
    BackupRestoreTestingPlan,
    BackupRestoreTestingPlanRecoveryPointSelection,
)
from cdktf_cdktf_provider_aws.backup_restore_testing_selection import (
    BackupRestoreTestingSelection,
    BackupRestoreTestingSelectionProtectedResourceConditions,
    BackupRestoreTestingSelectionProtectedResourceConditionsStringEquals,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

RestoredType = Literal["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"]
RESTORED_TYPES: Final = ("Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3")


@typed
@dataclass(frozen=True)
class RestoreTest:
    """A restore that is tried regularly.

    Args:
        schedule: When: a cron or rate expression, in UTC.
        types: What is restored: one resource of each type each time.
        vault_arns: The vaults whose backups are tried.
        tags: Only of resources with these tags. Default: of all.
        within_days: Of backups that are at most so many days old, 1 to 365. Default: 30.
        newest: Whether the newest of those is tried, or any. Default: the newest.
        keep_hours: For how many hours what was restored is there to be looked at, 1 to 168. Default: not longer than it takes.
        metadata: What else AWS Backup needs to restore, by type, such as ``{"EC2": {"subnetId": "subnet-1"}}``. Default: nothing.
    """

    schedule: str
    types: Sequence[RestoredType]
    vault_arns: Sequence[str]
    tags: Mapping[str, str] = field(default_factory=dict)
    within_days: int = 30
    newest: bool = True
    keep_hours: int | None = None
    metadata: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@typed
class RestoreTestsConstruct(Construct):
    """Plans of AWS Backup that restore backups regularly, and delete again what was restored.

    Children: one plan for each test, named as the test is, and one selection for each of its types, ``<test>-<type>``, in lower case.

    Args:
        scope: Where the plans are kept.
        id_: The construct's id.
        tests: Test by name, a slug; AWS takes no hyphens in names of plans, and gets underscores for them.
        role_arn: The role that restores.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a name, a schedule, a type or a number is none that AWS takes, or metadata is of no type that is restored.

    Example:
        >>> RestoreTestsConstruct(stack, "RestoreTests", role_arn=role.role_arn, tests={
        ...     "weekly": RestoreTest("cron(0 5 ? * SUN *)", ["EBS"], [vaults.vault_arns["daily"]]),
        ... })

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        tests: Mapping[str, RestoreTest],
        role_arn: str,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        for name, test in sorted(tests.items()):
            where = f"tests[{require_slug('tests', name)!r}]"
            _check(where, test)
            plan = BackupRestoreTestingPlan(
                self,
                name,
                name=name.replace("-", "_"),
                schedule_expression=test.schedule,
                recovery_point_selection=[
                    BackupRestoreTestingPlanRecoveryPointSelection(
                        algorithm="LATEST_WITHIN_WINDOW" if test.newest else "RANDOM_WITHIN_WINDOW",
                        include_vaults=sorted(set(test.vault_arns)),
                        recovery_point_types=["CONTINUOUS", "SNAPSHOT"],
                        selection_window_days=test.within_days,
                    )
                ],
                provider=provider,
            )
            conditions = [
                BackupRestoreTestingSelectionProtectedResourceConditions(
                    string_equals=[
                        BackupRestoreTestingSelectionProtectedResourceConditionsStringEquals(
                            key=f"aws:ResourceTag/{key}", value=value
                        )
                        for key, value in sorted(test.tags.items())
                    ]
                )
            ]
            for type_ in sorted(set(test.types)):
                BackupRestoreTestingSelection(
                    self,
                    f"{name}-{type_.lower()}",
                    name=type_,
                    restore_testing_plan_name=plan.name,
                    iam_role_arn=role_arn,
                    protected_resource_type=type_,
                    protected_resource_arns=None if test.tags else ["*"],
                    protected_resource_conditions=conditions if test.tags else None,
                    restore_metadata_overrides=dict(test.metadata.get(type_, {})) or None,
                    validation_window_hours=test.keep_hours,
                    provider=provider,
                )


def _check(where: str, test: RestoreTest) -> None:
    require_match(
        f"{where}.schedule", test.schedule, r"(?:cron|rate)\(.+\)", expected="a schedule such as 'cron(0 5 ? * SUN *)'"
    )
    require_between(f"{where}.within_days", test.within_days, 1, 365, unit="days")
    if test.keep_hours is not None:
        require_between(f"{where}.keep_hours", test.keep_hours, 1, 168, unit="hours")
    for key, values in (("types", test.types), ("vault_arns", test.vault_arns)):
        if not values:
            raise InvalidValueError(f"{where}.{key}", [], expected="at least one")
    for type_ in test.types:
        require_one_of(f"{where}.types", type_, RESTORED_TYPES)
    for other in test.metadata:
        require_one_of(f"{where}.metadata", other, test.types)
