"""Machines of an account that stop outside business hours, and start again."""

from config.capabilities.scheduled_scaling import ENVIRONMENT, ScheduledScaling, Target
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
from stacks.scope import AccountScope

_NAME = "scheduled-scaling"


def add(stack: AccountScope, scaling: ScheduledScaling) -> None:
    """Add the schedules, in every region where something stops."""
    hours = BusinessHours(scaling.time_zone, scaling.start, scaling.stop, scaling.weekdays, scaling.holidays)
    targets = {slug: _target(target) for slug, target in scaling.targets.items()}
    for region in sorted(set(scaling.regions)) or [stack.account.region]:
        # A role is in no region, so its name says which one it is for.
        name = _NAME if region == stack.account.region else f"{_NAME}-{region}"
        ScheduledScalingConstruct(
            stack,
            name,
            name=name,
            account_id=stack.own_id,
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
