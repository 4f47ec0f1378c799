"""Settings of several levels are put together as AWS does it."""

import pytest

from constructs_lib.policies.effective import effective
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.management import CHILD_OPERATORS, ManagementPolicy, assign, locked

pytestmark = pytest.mark.row("E3")
CONSOLE = ("ec2_attributes", "serial_console_access", "status")


def policy(setting, **around):
    return ManagementPolicy(
        PolicyKind.DECLARATIVE_EC2, {"ec2_attributes": {"serial_console_access": {"status": setting, **around}}}
    )


ON, OFF = policy(assign("enabled")), policy(assign("disabled"))


@pytest.mark.parametrize(
    ("levels", "value"),
    [
        ([[OFF]], "disabled"),
        ([[OFF], [], [ON]], "enabled"),
        ([[OFF], [ON], []], "enabled"),
        ([[OFF, ON]], "disabled"),
        ([[policy(locked(assign("disabled")))], [ON]], "disabled"),
        ([[policy(assign("disabled"), **{CHILD_OPERATORS: ["@@none"]})], [ON]], "disabled"),
        ([[policy({**assign("disabled"), CHILD_OPERATORS: ["@@append"]})], [ON]], "disabled"),
        ([[policy({**assign("disabled"), CHILD_OPERATORS: ["@@assign"]})], [ON]], "enabled"),
        ([[policy({**assign("disabled"), CHILD_OPERATORS: ["@@all"]})], [ON]], "enabled"),
        # What one policy of a level closes is not closed to another of that level.
        ([[policy(locked(assign("disabled"))), ON]], "disabled"),
        ([[ON, policy(locked(assign("disabled")))]], "enabled"),
    ],
)
def test_the_lower_level_wins_unless_it_is_closed(levels, value):
    assert effective(levels) == {CONSOLE: value}


def test_nothing_is_set_by_nobody():
    assert effective([[], []]) == {}
