"""Sets of actions: the algebra, checked against plain sets."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from constructs_lib.policies import names
from constructs_lib.policies.document import allow, deny
from estate.controls.actions import ActionSet

SERVICES = ("account", "sts", "organizations")
# With one action of a service that no pattern names, so that all three services are not yet everything.
UNIVERSE = frozenset(f"{service}:{name.lower()}" for service in SERVICES for name in names.actions(service)) | {
    "iam:createrole"
}
PATTERNS = st.lists(
    st.sampled_from(
        ["*", "account:*", "sts:*", "organizations:*", "sts:Assume*", "sts:Get*", "account:Get*", "organizations:*Policy",
         "sts:AssumeRole", "organizations:LeaveOrganization", "account:CloseAccount"]
    ),
    max_size=4,
)  # fmt: skip


def plain(patterns):
    return frozenset(
        action
        for action in UNIVERSE
        for pattern in patterns
        if pattern == "*" or names.wildcard(pattern.lower()).fullmatch(action)
    )


def members(found):
    return frozenset(action for action in UNIVERSE if action in found)


def read(patterns):
    found = list(patterns)
    left_out = [pattern.removeprefix("not ") for pattern in found if pattern.startswith("not ")]
    return ActionSet.of(pattern for pattern in found if not pattern.startswith("not ")) - ActionSet.of(left_out)


@settings(max_examples=300)
@example(["*"], ["account:*", "sts:*", "organizations:*"])
@given(PATTERNS, PATTERNS)
def test_the_algebra_is_that_of_sets(one, other):
    mine, theirs = ActionSet.of(one), ActionSet.of(other)
    assert members(mine) == plain(one)
    assert members(mine | theirs) == plain(one) | plain(other)
    assert members(mine & theirs) == plain(one) & plain(other)
    assert members(mine - theirs) == plain(one) - plain(other)
    assert members(~mine) == UNIVERSE - plain(one)
    assert bool(mine) is bool(plain(one))
    assert (mine == theirs) is (plain(one) == plain(other))
    assert read(mine.patterns()) == mine


def test_patterns_say_what_is_in_it_or_what_is_left_out():
    assert list(ActionSet.of(["sts:AssumeR*", "account:*"]).patterns()) == [
        "account:*",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:AssumeRoot",
    ]
    assert list((ActionSet.of(["*"]) - ActionSet.of(["iam:*", "sts:AssumeRole"])).patterns()) == [
        "*",
        "not iam:*",
        "not sts:AssumeRole",
    ]


def test_all_actions_of_a_service_are_the_service():
    every = ActionSet.of(f"account:{name}" for name in names.actions("account").values())
    assert every == ActionSet.of(["account:*"])
    assert list(every.patterns()) == ["account:*"]


def test_statements():
    assert ActionSet.of_statement(deny("s3:*", "*")) == ActionSet.of(["s3:*"])
    assert ActionSet.of_statement(allow(not_actions="s3:*", resources="*")) == ~ActionSet.of(["s3:*"])
