"""Updates of an account's machines."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import AccountCapability, Part
from config.capabilities.problems import ungoverned
from config.capabilities.scheduled_scaling import Tag, TimeZone
from config.errors import Problem
from config.model.base import Matches, Model, Switchable, refuse
from config.model.types import Region, Slug
from config.nodes import Configuration, Organization
from config.sources.files import Files

OperatingSystem = Literal[
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
]
_OF_DEBIAN: Final = ("DEBIAN", "RASPBIAN", "UBUNTU")
Schedule = Annotated[
    str, Matches(r"(?:cron|rate|at)\(.+\)", "a schedule such as 'cron(0 3 ? * SUN *)' or 'rate(7 days)'", longest=256)
]
Share = Annotated[str, Matches(r"[1-9][0-9]{0,2}%?|0", "how many, such as '5', or which share, such as '10%'")]
Patch = Annotated[str, Matches(r"\S{1,100}", "an update's name, such as 'KB4012212' or 'kernel*'")]
Kind = Annotated[str, Matches(r"[A-Za-z][A-Za-z ]{0,63}|\*", "a word of AWS's, such as 'Security' or 'Critical'")]


class PatchBaseline(Model):
    """Which updates of an operating system are approved."""

    approve_after_days: int = Field(default=7, ge=0, le=360, description="How many days after they appear.")
    classifications: tuple[Kind, ...] = Field(
        default=(), description="Of which kinds: Security, Bugfix, …, as AWS calls them of the system; all if not said."
    )
    severities: tuple[Kind, ...] = Field(
        default=(),
        description="How severe: Critical, Important, …; of Debian and Ubuntu their priorities. All if not said.",
    )
    compliance_level: Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNSPECIFIED"] = Field(
        default="UNSPECIFIED", description="How bad it is if one of them is missing."
    )
    enable_non_security: bool = Field(
        default=False, description="Whether Linux gets all updates of its sources, and not only those about security."
    )
    approved_patches: tuple[Patch, ...] = Field(default=(), description="Updates that are approved at once.")
    rejected_patches: tuple[Patch, ...] = Field(default=(), description="Updates that are not installed.")
    rejected_patches_action: Literal["ALLOW_AS_DEPENDENCY", "BLOCK"] = Field(
        default="ALLOW_AS_DEPENDENCY", description="Whether a rejected one is installed if another needs it."
    )


class PatchWindow(Model):
    """When machines with a tag are looked at, and updated."""

    tag: Tag = Field(description="The machines' tag, as `key=value`.")
    schedule: Schedule = Field(description="When it opens: `cron(0 3 ? * SUN *)`, `rate(7 days)`, `at(…)`.")
    time_zone: TimeZone = Field(
        default="UTC", description="Name of the time zone of `schedule`, such as Europe/Berlin."
    )
    duration: int = Field(default=3, ge=1, le=24, description="For how many hours it is open.")
    cutoff: int = Field(default=1, ge=0, le=23, description="For how many hours before its end nothing more is begun.")
    operation: Literal["Install", "Scan"] = Field(
        default="Install", description="Install what is approved, or only look for what is missing."
    )
    reboot: Literal["RebootIfNeeded", "NoReboot"] = Field(
        default="RebootIfNeeded", description="Whether machines are rebooted that need it."
    )
    max_concurrency: Share = Field(default="10%", description="How many machines at once, or which share of them.")
    max_errors: Share = Field(
        default="5%", description="After how many failures no more is begun, or after which share."
    )

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.cutoff >= self.duration:
            raise refuse(f"a `cutoff` of less than {self.duration} hours, the `duration`")
        return self


class Patching(Switchable):
    """Updates of all machines with Systems Manager's agent: which are approved, and when they are installed.

    The guardrail `protect-systems-manager` with `patching` keeps accounts from changing either.
    """

    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    baselines: dict[OperatingSystem, PatchBaseline] = Field(
        default_factory=dict, description="What is approved, by operating system, of which it is the default."
    )
    windows: dict[Slug, PatchWindow] = Field(default_factory=dict, description="When machines get it, by a slug.")

    @model_validator(mode="after")
    def _of_debian(self) -> Self:
        for system, baseline in self.baselines.items():
            if baseline.classifications and system in _OF_DEBIAN:
                raise refuse(f"no `classifications` of {system}, whose updates have none", "Name `severities`.")
        return self


def patched_regions(organization: Organization, patching: Patching) -> list[str]:
    """Where machines are updated."""
    return sorted(set(patching.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Machines are in governed regions."""
    for account in organization.accounts.values():
        if patching := PATCHING.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("patching", "regions"), patching.regions)


_WINDOW_TYPES: Final = (
    "aws_ssm_maintenance_window",
    "aws_ssm_maintenance_window_target",
    "aws_ssm_maintenance_window_task",
)
_BASELINE_TYPES: Final = ("aws_ssm_default_patch_baseline", "aws_ssm_patch_baseline")

PATCHING: Final[AccountCapability[Patching]] = AccountCapability(
    key="patching",
    model=Patching,
    description="Updates of the account's machines.",
    rules=(_regions,),
    parts=(
        Part(
            name="patching",
            build="stacks.capabilities.patching:add",
            types=frozenset({*_BASELINE_TYPES, *_WINDOW_TYPES}),
            cost=("Nothing for machines of EC2; machines elsewhere beyond a thousand, by the hour.",),
            when={
                **dict.fromkeys(_BASELINE_TYPES, lambda patching: bool(patching.baselines)),
                **dict.fromkeys(_WINDOW_TYPES, lambda patching: bool(patching.windows)),
            },
            whose="all",
        ),
    ),
)
