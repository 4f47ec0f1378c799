"""Updates of machines: which are approved, and when they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cdktf_cdktf_provider_aws.ssm_default_patch_baseline import SsmDefaultPatchBaseline
from cdktf_cdktf_provider_aws.ssm_maintenance_window import SsmMaintenanceWindow
from cdktf_cdktf_provider_aws.ssm_maintenance_window_target import (
    SsmMaintenanceWindowTarget,
    SsmMaintenanceWindowTargetTargets,
)
from cdktf_cdktf_provider_aws.ssm_maintenance_window_task import (
    SsmMaintenanceWindowTask,
    SsmMaintenanceWindowTaskTargets,
    SsmMaintenanceWindowTaskTaskInvocationParameters,
    SsmMaintenanceWindowTaskTaskInvocationParametersRunCommandParameters,
    SsmMaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameter,
)
from cdktf_cdktf_provider_aws.ssm_patch_baseline import (
    SsmPatchBaseline,
    SsmPatchBaselineApprovalRule,
    SsmPatchBaselineApprovalRulePatchFilter,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_match, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

OPERATING_SYSTEMS: Final = (
    "ALMA_LINUX",
    "AMAZON_LINUX",
    "AMAZON_LINUX_2",
    "AMAZON_LINUX_2022",
    "AMAZON_LINUX_2023",
    "CENTOS",
    "DEBIAN",
    "MACOS",
    "ORACLE_LINUX",
    "RASPBIAN",
    "REDHAT_ENTERPRISE_LINUX",
    "ROCKY_LINUX",
    "SUSE",
    "UBUNTU",
    "WINDOWS",
)
OF_DEBIAN: Final = ("DEBIAN", "RASPBIAN", "UBUNTU")
"""Those whose updates have a priority, and no classification."""
_NAME = r"[A-Za-z0-9_.-]{3,128}"
_SCHEDULE = r"(?:cron|rate|at)\(.+\)"
_SHARE = r"[1-9][0-9]{0,2}%?|0"


@typed
@dataclass(frozen=True)
class PatchApproval:
    """Which updates of an operating system are approved.

    Args:
        approve_after_days: How many days after they appear, 0 to 360.
        classifications: Of which kinds, such as ``Security``. Default: all.
        severities: How severe, such as ``Critical``; of Debian, Raspbian and Ubuntu their priorities. Default: all.
        compliance_level: How bad it is if one is missing. Default: ``UNSPECIFIED``.
        non_security: Whether Linux gets updates of all its sources, and not only those about security.
        approved: Updates that are approved at once, by name.
        rejected: Updates that are not installed, by name.
        rejected_action: ``ALLOW_AS_DEPENDENCY`` installs a rejected one if another needs it, ``BLOCK`` does not.
    """

    approve_after_days: int = 7
    classifications: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    compliance_level: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"] = "UNSPECIFIED"
    non_security: bool = False
    approved: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    rejected_action: Literal["ALLOW_AS_DEPENDENCY", "BLOCK"] = "ALLOW_AS_DEPENDENCY"


@typed
@dataclass(frozen=True)
class PatchWindow:
    """When machines with a tag are looked at, and updated.

    Args:
        tag_key: The tag's key.
        tag_value: The tag's value.
        schedule: ``cron(…)``, ``rate(…)`` or ``at(…)``, as Systems Manager takes it.
        time_zone: Name of the time zone of `schedule`. Default: UTC.
        duration_hours: How long it is open, 1 to 24 hours.
        cutoff_hours: How long before its end nothing more is begun, less than it is open.
        install: Whether approved updates are installed; if not, only what is missing is looked for.
        reboot: Whether machines are rebooted that need it.
        max_concurrency: How many machines at once, or which share of them: ``10%``.
        max_errors: After how many failures no more is begun, or after which share.
    """

    tag_key: str
    tag_value: str
    schedule: str
    time_zone: str | None = None
    duration_hours: int = 3
    cutoff_hours: int = 1
    install: bool = True
    reboot: bool = True
    max_concurrency: str = "10%"
    max_errors: str = "5%"


@typed
class PatchingConstruct(Construct):
    """Patch baselines, each the default of its operating system in a region, and the windows in which machines get them.

    Whatever has Systems Manager's agent is a machine. Switched off, AWS's own baselines are the defaults again.

    Children: per operating system ``baseline-<system>`` and ``default-<system>``; per window ``window-<slug>``,
    ``target-<slug>`` and ``task-<slug>``.

    Args:
        scope: Where all of it is kept.
        id_: The construct's id.
        name: How the names of all of it begin: letters, digits, dots, underscores and hyphens.
        baselines: What is approved, by operating system as AWS calls it, such as ``AMAZON_LINUX_2023``.
        windows: When machines get it, by a slug. Default: never.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If AWS knows no such operating system, schedule or number.

    Example:
        >>> PatchingConstruct(
        ...     stack, "Patching", name="patching", baselines={"AMAZON_LINUX_2023": PatchApproval(approve_after_days=7)},
        ...     windows={"sunday": PatchWindow("patch", "sunday", "cron(0 3 ? * SUN *)")},
        ... )

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        baselines: Mapping[str, PatchApproval],
        windows: Mapping[str, PatchWindow] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self._name, self._provider = name, provider
        for system, approval in sorted(baselines.items()):
            self._baseline(require_one_of("baselines", system, OPERATING_SYSTEMS), approval)
        for slug, window in sorted((windows or {}).items()):
            self._window(require_slug("windows", slug), window)

    def _baseline(self, system: str, approval: PatchApproval) -> None:
        short = system.lower().replace("_", "-")
        where = f"baselines[{system!r}]"
        require_between(f"{where}.approve_after_days", approval.approve_after_days, 0, 360, unit="days")
        if approval.classifications and system in OF_DEBIAN:
            raise InvalidValueError(f"{where}.classifications", ", ".join(approval.classifications), expected="none")
        severity = {"WINDOWS": "MSRC_SEVERITY"} | dict.fromkeys(OF_DEBIAN, "PRIORITY")
        filters = {
            "PRODUCT": ("*",),
            "CLASSIFICATION": approval.classifications,
            severity.get(system, "SEVERITY"): approval.severities,
        }
        baseline = SsmPatchBaseline(
            self,
            f"baseline-{short}",
            name=require_match("name", f"{self._name}-{short}", _NAME, expected="3 to 128 letters, digits and _.-"),
            operating_system=system,
            approval_rule=[
                SsmPatchBaselineApprovalRule(
                    approve_after_days=approval.approve_after_days,
                    compliance_level=approval.compliance_level,
                    enable_non_security=approval.non_security,
                    patch_filter=[
                        SsmPatchBaselineApprovalRulePatchFilter(key=key, values=sorted(values))
                        for key, values in filters.items()
                        if values
                    ],
                )
            ],
            approved_patches=sorted(approval.approved) or None,
            rejected_patches=sorted(approval.rejected) or None,
            rejected_patches_action=approval.rejected_action,
            provider=self._provider,
        )
        SsmDefaultPatchBaseline(
            self,
            f"default-{short}",
            baseline_id=baseline.id,
            operating_system=system,
            provider=self._provider,
        )

    def _window(self, slug: str, window: PatchWindow) -> None:
        where = f"windows[{slug!r}]"
        require_match(
            f"{where}.schedule",
            window.schedule,
            _SCHEDULE,
            expected="cron(…), rate(…) or at(…), such as 'rate(7 days)'",
        )
        require_between(f"{where}.duration_hours", window.duration_hours, 1, 24, unit="hours")
        require_between(f"{where}.cutoff_hours", window.cutoff_hours, 0, window.duration_hours - 1, unit="hours")
        for argument in ("max_concurrency", "max_errors"):
            require_match(f"{where}.{argument}", getattr(window, argument), _SHARE, expected="'5', or '10%'")
        made = SsmMaintenanceWindow(
            self,
            f"window-{slug}",
            name=require_match("name", f"{self._name}-{slug}", _NAME, expected="3 to 128 letters, digits and _.-"),
            schedule=window.schedule,
            schedule_timezone=window.time_zone,
            duration=window.duration_hours,
            cutoff=window.cutoff_hours,
            allow_unassociated_targets=False,
            provider=self._provider,
        )
        target = SsmMaintenanceWindowTarget(
            self,
            f"target-{slug}",
            window_id=made.id,
            resource_type="INSTANCE",
            targets=[SsmMaintenanceWindowTargetTargets(key=f"tag:{window.tag_key}", values=[window.tag_value])],
            provider=self._provider,
        )
        options = {
            "Operation": "Install" if window.install else "Scan",
            **({"RebootOption": "RebootIfNeeded" if window.reboot else "NoReboot"} if window.install else {}),
        }
        SsmMaintenanceWindowTask(
            self,
            f"task-{slug}",
            window_id=made.id,
            task_type="RUN_COMMAND",
            task_arn="AWS-RunPatchBaseline",
            priority=1,
            max_concurrency=window.max_concurrency,
            max_errors=window.max_errors,
            cutoff_behavior="CANCEL_TASK",
            targets=[SsmMaintenanceWindowTaskTargets(key="WindowTargetIds", values=[target.id])],
            task_invocation_parameters=SsmMaintenanceWindowTaskTaskInvocationParameters(
                run_command_parameters=SsmMaintenanceWindowTaskTaskInvocationParametersRunCommandParameters(
                    parameter=[
                        SsmMaintenanceWindowTaskTaskInvocationParametersRunCommandParametersParameter(
                            name=key, values=[value]
                        )
                        for key, value in options.items()
                    ]
                )
            ),
            provider=self._provider,
        )
