"""Alarms of an account's metrics."""

from config.capabilities.metric_alarms import MetricAlarms, alarm_regions
from constructs_lib.operations.metric_alarms import MetricAlarm, MetricAlarmsConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, found: MetricAlarms) -> None:
    """Add the alarms of each region that has some, and their topics."""
    organization = stack.organization
    for region in sorted({region for alarm in found.alarms.values() for region in alarm_regions(organization, alarm)}):
        MetricAlarmsConstruct(
            stack,
            f"metric-alarms-{region}",
            account_id=stack.own_id,
            alarms={
                slug: MetricAlarm(**alarm.model_dump(exclude={"regions"}))
                for slug, alarm in found.alarms.items()
                if region in alarm_regions(organization, alarm)
            },
            emails=found.emails,
            partition=organization.partition,
            provider=stack.provider(region),
        )
