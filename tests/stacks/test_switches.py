"""Switching a capability off takes exactly its resources out of the stacks, and changes nothing else in them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True)
class Switch:
    """A capability of the sample, and how to switch it off.

    `off` changes what organization.yaml says; `children` are the starts of the resources' names in Terraform; `types` are
    types of which none may be left; `stacks` is where it is on.
    """

    name: str
    off: Callable[[dict[str, Any]], object]
    children: tuple[str, ...]
    stacks: tuple[str, ...]
    types: tuple[str, ...] = field(default=())


def off(*path):
    """Say `enabled: false` below a key of organization.yaml."""

    def change(data):
        for key in path:
            data = data.setdefault(key, {})
        data["enabled"] = False

    return change


SWITCHES = (
    Switch(
        "baseline",
        off("defaults", "baseline"),
        children=("baseline_", "baseline-", "default-vpc-", "quotas-"),
        stacks=("management", "network", "production"),
        types=("aws_ebs_encryption_by_default", "aws_iam_account_alias", "aws_s3_account_public_access_block"),
    ),
    Switch(
        "logging",
        off("logging"),
        children=("log-archive_", "trail_", "alerts_", "alerts-"),
        stacks=("management", "production", "security"),
        types=(
            "aws_cloudtrail",
            "aws_cloudwatch_event_bus",
            "aws_cloudwatch_event_rule",
            "aws_s3_bucket",
            "aws_sns_topic",
        ),
    ),
    Switch(
        "logging.alerts",
        off("logging", "alerts"),
        children=("alerts_", "alerts-"),
        stacks=("management", "production", "security"),
        types=("aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule", "aws_sns_topic"),
    ),
)


def resources(stack):
    """What a stack makes, by address, but for the permissions to make it."""
    return {
        f"{kind}.{name}": json.dumps({key: value for key, value in resource.items() if key != "//"}, sort_keys=True)
        for kind, found in stack["resource"].items()
        for name, resource in found.items()
        if not (kind == "aws_iam_policy" and name.startswith(("execution-role_", "plan-role_")))
        and not (kind == "aws_iam_role_policy_attachment" and name.startswith(("execution-role_", "plan-role_")))
    }


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_off(synthesized, synthesize_changed, switch):
    found = synthesize_changed(switch.off, switch.stacks)
    assert sorted(found) == sorted(switch.stacks)
    for name, stack in found.items():
        before, after = resources(synthesized[name]), resources(stack)
        its_own = {address for address in before if address.partition(".")[2].startswith(switch.children)}
        assert its_own, name
        assert after == {address: resource for address, resource in before.items() if address not in its_own}
        assert not set(stack["resource"]) & set(switch.types)
