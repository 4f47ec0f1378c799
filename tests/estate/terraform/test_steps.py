"""What of a plan waits for other stacks, and that nothing is done which was not approved."""

import pytest

from estate.guard.plan import Plan
from estate.terraform.steps import all_but, following, in_words, require_approved
from estate.terraform.stopped import StoppedError
from tests.estate.guard.plans import change, plan

RULE = "aws_config_organization_managed_rule.a"
CHANNEL = "aws_config_delivery_channel.a"


def read(*changes):
    return Plan.from_json("security", plan(*changes))


def made(address, after=None, **more):
    return change(address, ("create",), None, after or {}, **more)


@pytest.mark.row("C6")
@pytest.mark.parametrize(
    ("address", "actions", "later", "waits"),
    [
        (RULE, ("create",), {"workload"}, True),
        (RULE, ("update",), {"network"}, True),
        (RULE, ("delete", "create"), {"network"}, True),
        (RULE, ("create",), set(), False),
        (RULE, ("delete",), {"workload"}, False),
        (RULE, ("no-op",), {"workload"}, False),
        (CHANNEL, ("create",), {"log-archive", "security", "workload"}, True),
        (
            CHANNEL,
            ("create",),
            {"security", "workload"},
            False,
        ),  # another account keeps the logs, and has been deployed
        (CHANNEL, ("create",), {"workload"}, False),
        ("aws_config_configuration_recorder_status.a", ("create",), {"log-archive", "security"}, True),
        ("aws_config_configuration_recorder.a", ("create",), {"log-archive", "security"}, False),
        ("aws_cloudwatch_log_account_policy.a", ("create",), {"log-archive", "security"}, True),
        ("aws_cloudwatch_log_account_policy.a", ("create",), {"workload"}, False),
    ],
)
def test_what_aws_refuses_before_other_accounts_are_ready_waits_for_them(address, actions, later, waits):
    found = read(change(address, actions, {}, {}), made("aws_vpc.a"))
    assert [one.address for one in following(found, later)] == [address] * waits


ASSIGNMENT = "aws_ssoadmin_account_assignment"
POLICY = "aws_ssoadmin_customer_managed_policy_attachment"
BOUNDARY = "aws_ssoadmin_permissions_boundary_attachment"


def of(permission_set):
    return {"permission_set_arn": [f"aws_ssoadmin_permission_set.{permission_set}.arn"]}


@pytest.mark.row("C13")
def test_an_assignment_waits_if_its_permission_set_names_a_policy_of_the_accounts():
    limits = {
        "own": {"customer_managed_policy_reference": [{"name": "Limit"}], "managed_policy_arn": None},
        "of-aws": {"customer_managed_policy_reference": [], "managed_policy_arn": "arn:aws:iam::aws:policy/X"},
    }
    found = read(
        *(made(f"{ASSIGNMENT}.{name}", references=of(name)) for name in ("deploy", "limited", "of-aws", "look")),
        change(f"{ASSIGNMENT}.there", ("no-op",), {}, {}, references=of("deploy")),
        change(f"{POLICY}.a", ("no-op",), {"x": "x"}, {"x": "x"}, references=of("deploy")),
        change(f"{POLICY}.gone", ("delete",), {"x": "x"}, None, references=of("look")),
        made(f"{POLICY}.new", {"x": "x"}, references=of("other")),
        made(f"{BOUNDARY}.a", {"permissions_boundary": [limits["own"]]}, references=of("limited")),
        made(f"{BOUNDARY}.b", {"permissions_boundary": [limits["of-aws"]]}, references=of("of-aws")),
    )
    assert [one.address for one in following(found, {"workload"})] == [
        f"{ASSIGNMENT}.deploy",
        f"{ASSIGNMENT}.limited",
        f"{POLICY}.new",
        f"{BOUNDARY}.a",
    ]
    assert following(found, set()) == ()


def test_the_first_step_is_all_else():
    found = read(made(RULE), made("aws_vpc.a"), change("aws_vpc.b", ("no-op",), {}, {}))
    assert all_but(found, following(found, {"workload"})) == ["-target=aws_vpc.a", "-target=aws_vpc.b"]
    assert all_but(found, ()) == []


def test_what_follows_is_told_by_kind():
    found = read(made(RULE), made(RULE.replace(".a", ".b")), made(CHANNEL))
    assert in_words(following(found, {"log-archive", "security"})) == [
        "Config delivery channels (1) follow when the log archive is there",
        "organization rules (2) follow when every account has a Config recorder",
    ]


def test_a_part_of_what_was_approved_is_approved():
    approved = read(made(RULE), made("aws_vpc.a", {"cidr_block": "10.0.0.0/16"}, unknown={"id": True}))
    require_approved(read(made("aws_vpc.a", {"cidr_block": "10.0.0.0/16", "id": "known by now"})), approved)
    require_approved(read(change("aws_vpc.b", ("no-op",), {}, {})), approved)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (made("aws_vpc.b"), "+ aws_vpc.b"),
        (change("aws_vpc.a", ("delete",), {}), "- aws_vpc.a"),
        (made("aws_vpc.a", {"cidr_block": "10.9.0.0/16"}), "+ aws_vpc.a"),
    ],
    ids=["another resource", "another action", "another value"],
)
def test_what_was_not_approved_is_named_and_not_done(changes, named):
    approved = read(made("aws_vpc.a", {"cidr_block": "10.0.0.0/16"}), made(RULE))
    with pytest.raises(StoppedError) as stopped:
        require_approved(read(changes, made(RULE)), approved)
    assert str(stopped.value).splitlines() == [
        "Stack security has changed since its plan was approved, and would now do something else:",
        f"  {named}",
        "None of this was done. Run the command again, to see it and to decide.",
    ]
