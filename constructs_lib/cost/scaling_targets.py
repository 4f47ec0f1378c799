"""What goes down outside business hours, and by which calls. Pure values, no construct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import Statement, allow
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Place:
    """Where the targets are.

    Args:
        partition: ``aws`` or ``aws-us-gov``.
        region: The region.
        account_id: The account.
        role_arn: The role that the schedules use.
    """

    partition: str
    region: str
    account_id: str
    role_arn: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource there."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True)
class Call:
    """One call of an AWS API, as EventBridge Scheduler makes it.

    Args:
        action: Service and operation as the scheduler writes them, such as ``ecs:updateService``.
        input: The call's parameters as the scheduler writes them.
    """

    action: str
    input: Mapping[str, Any]


@typed
@dataclass(frozen=True)
class AutoScalingGroup:
    """An Auto Scaling group; down means no instances.

    Args:
        name: The group's name.
        desired: Instances during business hours.
        minimum: The least of them. Default: as many as desired.
    """

    name: str
    desired: int
    minimum: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that the group would refuse."""
        minimum = self.desired if self.minimum is None else self.minimum
        if not 0 <= minimum <= self.desired:
            raise InvalidValueError("minimum", minimum, expected=f"0 to {self.desired}, the desired number")

    def start(self, place: Place) -> Call:  # noqa: ARG002 - one signature for all targets
        """Back to the desired number."""
        return self._call(self.desired if self.minimum is None else self.minimum, self.desired)

    def stop(self, place: Place) -> Call:  # noqa: ARG002
        """Down to none."""
        return self._call(0, 0)

    def permissions(self, place: Place) -> list[Statement]:
        """What the role needs."""
        group = place.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{self.name}")
        return [allow("autoscaling:UpdateAutoScalingGroup", group)]

    def _call(self, minimum: int, desired: int) -> Call:
        return Call(
            "autoscaling:updateAutoScalingGroup",
            {"AutoScalingGroupName": self.name, "MinSize": minimum, "DesiredCapacity": desired},
        )


@typed
@dataclass(frozen=True)
class EcsService:
    """An ECS service; down means no tasks.

    Args:
        cluster: The cluster's name.
        service: The service's name.
        desired: Tasks during business hours.
    """

    cluster: str
    service: str
    desired: int

    def start(self, place: Place) -> Call:  # noqa: ARG002
        """Back to the desired number."""
        return self._call(self.desired)

    def stop(self, place: Place) -> Call:  # noqa: ARG002
        """Down to none."""
        return self._call(0)

    def permissions(self, place: Place) -> list[Statement]:
        """What the role needs."""
        return [allow("ecs:UpdateService", place.arn("ecs", f"service/{self.cluster}/{self.service}"))]

    def _call(self, desired: int) -> Call:
        return Call("ecs:updateService", {"Cluster": self.cluster, "Service": self.service, "DesiredCount": desired})


@typed
@dataclass(frozen=True)
class RdsInstance:
    """A database instance. AWS starts a stopped one after seven days by itself; the next evening stops it again.

    Args:
        identifier: The instance's identifier.
    """

    identifier: str

    def start(self, place: Place) -> Call:  # noqa: ARG002
        """Start the instance."""
        return Call("rds:startDBInstance", {"DbInstanceIdentifier": self.identifier})

    def stop(self, place: Place) -> Call:  # noqa: ARG002
        """Stop the instance."""
        return Call("rds:stopDBInstance", {"DbInstanceIdentifier": self.identifier})

    def permissions(self, place: Place) -> list[Statement]:
        """What the role needs."""
        return [allow(["rds:StartDBInstance", "rds:StopDBInstance"], place.arn("rds", f"db:{self.identifier}"))]


@typed
@dataclass(frozen=True)
class RdsCluster:
    """An Aurora cluster with all its instances.

    Args:
        identifier: The cluster's identifier.
    """

    identifier: str

    def start(self, place: Place) -> Call:  # noqa: ARG002
        """Start the cluster."""
        return Call("rds:startDBCluster", {"DbClusterIdentifier": self.identifier})

    def stop(self, place: Place) -> Call:  # noqa: ARG002
        """Stop the cluster."""
        return Call("rds:stopDBCluster", {"DbClusterIdentifier": self.identifier})

    def permissions(self, place: Place) -> list[Statement]:
        """What the role needs."""
        return [allow(["rds:StartDBCluster", "rds:StopDBCluster"], place.arn("rds", f"cluster:{self.identifier}"))]


@typed
@dataclass(frozen=True)
class TaggedInstances:
    """All EC2 instances with a tag, those to come included. Systems Manager finds them and calls EC2.

    Args:
        key: The tag's key.
        value: The tag's value.
    """

    key: str
    value: str

    def start(self, place: Place) -> Call:
        """Start the instances."""
        return self._automation("AWS-StartEC2Instance", place)

    def stop(self, place: Place) -> Call:
        """Stop the instances."""
        return self._automation("AWS-StopEC2Instance", place)

    def permissions(self, place: Place) -> list[Statement]:
        """What the role needs.

        Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
        """
        # Systems Manager asks about the document and the execution, and about what was one resource before, no longer.
        documents = [
            f"arn:{place.partition}:ssm:{place.region}::{resource}"
            for verb in ("Start", "Stop")
            for resource in (f"automation-definition/AWS-{verb}EC2Instance:*", f"document/AWS-{verb}EC2Instance")
        ]
        return [
            allow("ssm:StartAutomationExecution", [*documents, place.arn("ssm", "automation-execution/*")]),
            allow(
                "iam:PassRole",
                place.role_arn,
                conditions={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
            ),
            allow(["ec2:DescribeInstanceStatus", "ec2:DescribeInstances", "tag:GetResources"], "*"),
            allow(
                ["ec2:StartInstances", "ec2:StopInstances"],
                place.arn("ec2", "instance/*"),
                conditions={"StringEquals": {f"aws:ResourceTag/{self.key}": self.value}},
            ),
        ]

    def _automation(self, document: str, place: Place) -> Call:
        return Call(
            "ssm:startAutomationExecution",
            {
                "DocumentName": document,
                "TargetParameterName": "InstanceId",
                "Targets": [{"Key": f"tag:{self.key}", "Values": [self.value]}],
                "Parameters": {"AutomationAssumeRole": [place.role_arn]},
                "MaxConcurrency": "50",
                "MaxErrors": "100%",
            },
        )


ScalingTarget = AutoScalingGroup | EcsService | RdsCluster | RdsInstance | TaggedInstances
"""Anything that can go down outside business hours."""
