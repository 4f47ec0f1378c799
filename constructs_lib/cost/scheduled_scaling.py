"""Machines that go home when people do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.scheduler_schedule import (
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
)
from cdktf_cdktf_provider_aws.scheduler_schedule_group import SchedulerScheduleGroup
from constructs import Construct

from constructs_lib.cost.scaling_targets import (
    Call,
    Place,
    ScalingTarget,
    TaggedInstances,
)
from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformProvider

    from constructs_lib.cost.business_hours import BusinessHours

_PRODUCTION = "production"


@typed
class ScheduledScalingConstruct(Construct):
    """Stops machines outside business hours and starts them again, by EventBridge Scheduler and its role alone.

    Children: ``Group``, ``Role``, ``RolePolicy``, ``stop-<target>`` per target and ``start-<target>-<when>`` per target
    and start expression (`BusinessHours.start_expressions`).

    Args:
        scope: Where the schedules live.
        id_: The construct's id.
        name: Name of the schedule group and the role; a slug.
        account_id: The account of the machines.
        region: The region of the machines.
        environment: What the machines are for. ``production`` is refused.
        hours: When they run.
        targets: Machines by slug.
        even_in_production: Whether it is meant if the environment is ``production``. Default: no.
        key_arn: A KMS key that encrypts the schedules. Default: a key of AWS.
        partition: ``aws`` or ``aws-us-gov``.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If production would go down without anybody having said so, there is nothing to schedule, or a
            slug is malformed.

    Example:
        >>> ScheduledScalingConstruct(
        ...     stack, "OfficeHours", name="office-hours", account_id="555555555555", region="eu-central-1",
        ...     environment="development", hours=BusinessHours("Europe/Berlin"),
        ...     targets={"machines": TaggedInstances("schedule", "office-hours")},
        ... )

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        region: str,
        environment: str,
        hours: BusinessHours,
        targets: Mapping[str, ScalingTarget],
        even_in_production: bool = False,
        key_arn: str | None = None,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_slug("name", name)
        require_account_id("account_id", account_id)
        require_region("region", region)
        if environment == _PRODUCTION and not even_in_production:
            raise InvalidValueError(
                "environment",
                environment,
                expected="an environment that nobody needs at night",
                cure="If production shall really stop outside business hours, say even_in_production=True.",
            )
        if not targets:
            raise InvalidValueError("targets", dict(targets), expected="at least one target")
        self._name, self._hours, self._key_arn, self._provider = name, hours, key_arn, provider
        self._group = SchedulerScheduleGroup(self, "Group", name=name, provider=provider)
        # A name, not a reference: the policy passes the role to Systems Manager, and the role must not wait for itself.
        role_arn = f"arn:{partition}:iam::{account_id}:role/{name}"
        self._place = Place(partition, region, account_id, role_arn)
        self._role = self._make_role(targets)
        for slug, target in sorted(targets.items()):
            require_slug("targets", slug)
            self._schedule(f"stop-{slug}", hours.stop_expression, target.stop(self._place))
            for when, expression in hours.start_expressions.items():
                self._schedule(f"start-{slug}-{when}", expression, target.start(self._place))

    @property
    def role_arn(self) -> str:
        """The ARN of the role that the schedules use."""
        return self._role.arn

    @property
    def group_name(self) -> str:
        """The schedule group's name."""
        return self._group.name

    def _make_role(self, targets: Mapping[str, ScalingTarget]) -> IamRole:
        services = ["scheduler.amazonaws.com"]
        if any(isinstance(target, TaggedInstances) for target in targets.values()):
            services.append("ssm.amazonaws.com")
        trust = allow(
            "sts:AssumeRole",
            principals={"Service": services},
            conditions={"StringEquals": {"aws:SourceAccount": self._place.account_id}},
        )
        role = IamRole(
            self,
            "Role",
            name=self._name,
            description="Starts and stops machines by the clock",
            assume_role_policy=PolicyDocument.of(trust).to_terraform(),
            provider=self._provider,
        )
        statements = [
            statement for _, target in sorted(targets.items()) for statement in target.permissions(self._place)
        ]
        if self._key_arn:
            statements.append(allow("kms:Decrypt", self._key_arn))
        IamRolePolicy(
            self,
            "RolePolicy",
            name="start-and-stop",
            role=role.name,
            policy=PolicyDocument(tuple(dict.fromkeys(statements))).to_terraform(),
            provider=self._provider,
        )
        return role

    def _schedule(self, name: str, expression: str, call: Call) -> None:
        SchedulerSchedule(
            self,
            name,
            name=name,
            group_name=self._group.name,
            schedule_expression=expression,
            schedule_expression_timezone=self._hours.time_zone,
            flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            kms_key_arn=self._key_arn,
            target=SchedulerScheduleTarget(
                arn=f"arn:{self._place.partition}:scheduler:::aws-sdk:{call.action}",
                role_arn=self._role.arn,
                input=json.dumps(call.input, sort_keys=True),
            ),
            provider=self._provider,
        )
