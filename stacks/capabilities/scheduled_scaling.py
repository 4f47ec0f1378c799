"""Machines of an account that stop outside business hours, and start again."""

from typing import TYPE_CHECKING

from config.model.base import enabled
from config.model.capabilities.scheduled_scaling import Target
from config.nodes import Account, Organization
from config.rules.cost import ENVIRONMENT
from constructs_lib.cost.business_hours import BusinessHours
from constructs_lib.cost.scaling_targets import (
    AutoScalingGroup,
    EcsService,
    RdsCluster,
    RdsInstance,
    ScalingTarget,
    TaggedInstances,
)
from constructs_lib.cost.scheduled_scaling import ScheduledScalingConstruct
from stacks.capabilities.capability import Capability

if TYPE_CHECKING:
    from stacks.account import AccountStack

_NAME = "scheduled-scaling"


def _has(_organization: Organization, account: Account) -> bool:
    return enabled(account.settings.scheduled_scaling) is not None


def _add(stack: "AccountStack") -> None:
    scaling = stack.account.settings.scheduled_scaling
    if scaling is None:
        return
    hours = BusinessHours(scaling.time_zone, scaling.start, scaling.stop, scaling.weekdays, scaling.holidays)
    targets = {slug: _target(target) for slug, target in scaling.targets.items()}
    for region in sorted(set(scaling.regions)) or [stack.account.region]:
        # A role is in no region, so its name says which one it is for.
        name = _NAME if region == stack.account.region else f"{_NAME}-{region}"
        ScheduledScalingConstruct(
            stack,
            name,
            name=name,
            account_id=stack.account_id,
            region=region,
            environment=stack.account.tags.get(ENVIRONMENT, ""),
            hours=hours,
            targets=targets,
            even_in_production=scaling.even_in_production,
            key_arn=scaling.keys.get(region),
            partition=stack.organization.partition,
            provider=stack.provider(region),
        )


def _target(target: Target) -> ScalingTarget:
    match target.kind:
        case "ec2-instances":
            key, _, value = target.tag.partition("=")
            return TaggedInstances(key, value)
        case "auto-scaling-group":
            return AutoScalingGroup(target.name, target.desired, target.minimum)
        case "ecs-service":
            return EcsService(target.cluster, target.service, target.desired)
        case "rds-instance":
            return RdsInstance(target.identifier)
        case "rds-cluster":
            return RdsCluster(target.identifier)


SCHEDULED_SCALING = Capability(
    "scheduled_scaling",
    _has,
    _add,
    frozenset({"aws_iam_role", "aws_iam_role_policy", "aws_scheduler_schedule", "aws_scheduler_schedule_group"}),
)
