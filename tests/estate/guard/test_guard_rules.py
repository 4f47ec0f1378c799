"""What a plan must not do without an approval."""

import datetime as dt

import pytest

from config.model.approvals import ApprovalsFile
from estate.guard.plan import Plan
from estate.guard.verdict import judge
from tests.estate.guard.plans import change, plan

TODAY = dt.date(2026, 11, 22)
ACCOUNT = "aws_organizations_account.accounts_sandbox_1"
ATTACHED = "aws_organizations_policy_attachment"


def judged(*changes, stack="management", approvals=(), protect=(), today=TODAY):
    file = ApprovalsFile.model_validate({"approvals": tuple(approvals), "protect": tuple(protect)})
    return judge([Plan.from_json(stack, plan(*changes))], file, today)


def approval(address=ACCOUNT, until="2026-12-01", stack="management", rule="account-gone"):
    return {"stack": stack, "address": address, "rule": rule, "until": until, "reason": "The sandbox is empty."}


DELETES = ("delete",)
REPLACES = ("delete", "create")


@pytest.mark.row("C3", "B7")
@pytest.mark.parametrize("actions", [DELETES, REPLACES, ("create", "delete")])
@pytest.mark.parametrize(
    ("address", "before"),
    [
        (ACCOUNT, {"email": "a@example.com"}),
        ("aws_organizations_organizational_unit.units_prod_1", {}),
        ("aws_organizations_organization.org_1", {}),
        ("aws_kms_key.state_Key_1", {}),
        ("aws_kms_replica_key.key_1", {}),
        ("aws_s3_bucket.logs_Bucket_1", {"force_destroy": False}),
        ("aws_s3_bucket.logs_Bucket_1", {}),
        ("aws_dynamodb_table.locks_1", {"deletion_protection_enabled": True}),
        ("aws_rds_cluster.orders_1", {"deletion_protection": True}),
        ("aws_dynamodb_table.cache_1", {"deletion_protection_enabled": False}),
        ("aws_lb.web_1", {"enable_deletion_protection": True}),
        ("aws_cloudtrail.trail_1", {}),
        ("aws_route53_hosted_zone_dnssec.dnssec-main_1", {}),
        ("aws_route53_key_signing_key.dnssec-main_KeySigningKey_1", {}),
    ],
)
def test_what_cannot_be_had_back_is_kept(actions, address, before):
    after = None if actions == DELETES else before
    (danger,) = judged(change(address, actions, before, after)).stopped
    assert (danger.stack, danger.address) == ("management", address)
    assert danger.why
    assert ("replaces" if after is not None else "deletes") in danger.what


@pytest.mark.parametrize(
    "entry",
    [
        change("aws_iam_role.x_1", DELETES, {"name": "x"}),
        change("aws_s3_bucket.scratch_1", DELETES, {"force_destroy": True}),
        change(ACCOUNT, ("update",), {"name": "a", "email": "e"}, {"name": "b", "email": "e"}),
        change(ACCOUNT, ("no-op",), {"email": "e"}, {"email": "e"}),
        change(ACCOUNT, ("create",), None, {"email": "e"}),
        change("aws_kms_key.state_Key_1", ("update",), {"policy": "{}"}, {"policy": "{}"}),
    ],
)
def test_everything_else_passes(entry):
    assert judged(entry).passes


@pytest.mark.row("C3")
@pytest.mark.parametrize("actions", [("update",), REPLACES])
def test_an_account_keeps_its_address(actions):
    entry = change(ACCOUNT, actions, {"email": "old@example.com"}, {"email": "new@example.com"})
    assert "account-email" in {danger.rule for danger in judged(entry).stopped}


def test_the_address_of_a_new_email_is_told():
    entry = change(ACCOUNT, ("update",), {"email": "old@example.com"}, {"email": "new@example.com"})
    (danger,) = judged(entry).stopped
    assert danger.what == "The e-mail address of an account changes from old@example.com to new@example.com."


def test_a_replacement_says_what_forces_it():
    entry = change(ACCOUNT, REPLACES, {"role_name": "a"}, {"role_name": "b"}, replace_paths=[["role_name"]])
    assert "since role_name cannot change in place" in judged(entry).stopped[0].what


class TestAttachments:
    def test_the_last_one_is_kept(self):
        entry = change(f"{ATTACHED}.a", DELETES, {"policy_id": "p-1", "target_id": "ou-1"})
        (danger,) = judged(entry).stopped
        assert danger.what == "The policy p-1 is detached from ou-1."

    def test_one_of_two_may_not_go_either(self):
        gone = change(f"{ATTACHED}.a", DELETES, {"policy_id": "p-1", "target_id": "ou-1"})
        stays = {"policy_id": "p-1", "target_id": "ou-2"}
        assert not judged(gone, change(f"{ATTACHED}.b", ("no-op",), stays, stays)).passes

    def test_two_of_two_may_not(self):
        gone = [change(f"{ATTACHED}.{name}", DELETES, {"policy_id": "p-1", "target_id": name}) for name in "ab"]
        assert len(judged(*gone).stopped) == 2

    def test_another_policys_attachment_does_not_help(self):
        gone = change(f"{ATTACHED}.a", DELETES, {"policy_id": "p-1", "target_id": "ou-1"})
        other = {"policy_id": "p-2", "target_id": "ou-1"}
        assert not judged(gone, change(f"{ATTACHED}.b", ("no-op",), other, other)).passes

    def test_it_may_not_move(self):
        before, after = {"policy_id": "p-1", "target_id": "ou-1"}, {"policy_id": "p-1", "target_id": "ou-2"}
        assert not judged(change(f"{ATTACHED}.a", REPLACES, before, after)).passes

    def test_a_policy_that_is_made_anew_leaves_a_gap(self):
        before, after = {"policy_id": "p-1", "target_id": "ou-1"}, {"target_id": "ou-1"}
        assert not judged(change(f"{ATTACHED}.a", REPLACES, before, after, unknown={"policy_id": True})).passes


class TestMarks:
    @pytest.mark.parametrize(
        ("mark", "stopped"),
        [
            ({"address": "aws_subnet.*"}, True),
            ({"address": "aws_subnet.orders_1"}, True),
            ({"address": "aws_subnet.*", "stack": "production"}, True),
            ({"address": "aws_subnet.*", "stack": "staging"}, False),
            ({"address": "aws_subnet.orders"}, False),
            ({"address": "aws_sub.*"}, False),
        ],
    )
    def test_users_can_mark_more(self, mark, stopped):
        entry = change("aws_subnet.orders_1", DELETES, {"name": "orders"})
        assert judged(entry, stack="production", protect=[mark]).passes is not stopped

    def test_brackets_are_brackets(self):
        entry = change('aws_subnet.orders["a"]', DELETES, {})
        assert not judged(entry, protect=[{"address": 'aws_subnet.orders["a"]'}]).passes


class TestApprovals:
    entry = change(ACCOUNT, DELETES, {"email": "e"})

    def test_one_lets_exactly_that_through(self):
        verdict = judged(self.entry, approvals=[approval()])
        assert verdict.passes
        assert [found.reason for found in verdict.approved.values()] == ["The sandbox is empty."]

    @pytest.mark.parametrize(("today", "passes"), [("2026-12-01", True), ("2026-12-02", False)])
    def test_it_holds_to_the_end_of_its_day(self, today, passes):
        verdict = judged(self.entry, approvals=[approval()], today=dt.date.fromisoformat(today))
        assert verdict.passes is passes
        assert bool(verdict.expired) is not passes

    @pytest.mark.parametrize(
        "wrong",
        [{"stack": "production"}, {"address": f"{ACCOUNT}2"}, {"address": "a.*"}, {"rule": "tags-lost"}],
    )
    def test_it_holds_for_nothing_else(self, wrong):
        assert not judged(self.entry, approvals=[approval(**wrong)]).passes

    def test_it_lets_one_rule_through_and_not_the_others(self):
        entry = change(
            "aws_cloudtrail.t", ("update",), {"enable_logging": True, "kms_key_id": "a"}, {"kms_key_id": "b"}
        )
        verdict = judged(entry, approvals=[approval("aws_cloudtrail.t", rule="trail-unencrypted")])
        assert [danger.rule for danger in verdict.approved] == ["trail-unencrypted"]
        assert [danger.rule for danger in verdict.stopped] == ["trail-off"]

    def test_some_stops_no_approval_lifts(self):
        entry = change("aws_organizations_organization.o", DELETES, {})
        one = approval("aws_organizations_organization.o", rule="organization-gone")
        assert not judged(entry, approvals=[one]).passes

    def test_one_that_nothing_needs_is_reported(self):
        verdict = judged(approvals=[approval()])
        assert [found.address for found in verdict.idle] == [ACCOUNT]


SET, GROUP = "arn:aws:sso:::permissionSet/i/ps-1", "g-1"
ASSIGNED, MEMBER = "aws_ssoadmin_account_assignment", "aws_identitystore_group_membership"


def administrators(policy="AdministratorAccess", **actions):
    """Administrators of two accounts, with two members; the actions of those that change, by name."""
    assignment = {"permission_set_arn": SET, "principal_type": "GROUP", "principal_id": GROUP}
    found = [
        ("aws_ssoadmin_managed_policy_attachment.policy", "policy", {"permission_set_arn": SET}),
        (f"{ASSIGNED}.one", "one", assignment),
        (f"{ASSIGNED}.two", "two", assignment),
        (f"{MEMBER}.ada", "ada", {"group_id": GROUP, "member_id": "ada"}),
        (f"{MEMBER}.grace", "grace", {"group_id": GROUP, "member_id": "grace"}),
    ]
    found[0][2]["managed_policy_arn"] = f"arn:aws:iam::aws:policy/{policy}"
    return [
        change(address, actions.get(name, ("no-op",)), before, None if actions.get(name) == DELETES else before)
        for address, name, before in found
    ]


@pytest.mark.row("C13")
@pytest.mark.parametrize(
    ("actions", "stopped"),
    [
        ({}, []),
        ({"one": DELETES}, []),
        ({"ada": DELETES}, []),
        ({"one": DELETES, "two": DELETES}, [f"{ASSIGNED}.one", f"{ASSIGNED}.two"]),
        ({"one": REPLACES, "two": DELETES}, [f"{ASSIGNED}.one", f"{ASSIGNED}.two"]),
        ({"ada": DELETES, "grace": DELETES}, [f"{MEMBER}.ada", f"{MEMBER}.grace"]),
    ],
)
def test_the_last_administrator_stays(actions, stopped):
    assert [danger.address for danger in judged(*administrators(**actions)).stopped] == stopped


@pytest.mark.row("C13")
def test_the_last_administrator_may_be_another_one():
    new = change(f"{MEMBER}.alan", ("create",), None, {"group_id": GROUP})
    (danger,) = judged(*administrators(ada=DELETES, grace=DELETES), new).stopped
    assert (danger.rule, danger.address) == ("new-administrators", f"{MEMBER}.alan")


def test_others_may_lose_their_assignment():
    assert judged(*administrators("ReadOnlyAccess", one=DELETES, two=DELETES, ada=DELETES, grace=DELETES)).stopped == ()
