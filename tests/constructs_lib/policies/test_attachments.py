"""Attachments are counted per node, with AWS's own policy and without inherited ones."""

import pytest

from constructs_lib.policies.attachments import check_attachments, check_organization_counts, slots
from constructs_lib.policies.findings import Severity
from constructs_lib.policies.kinds import PolicyKind

pytestmark = pytest.mark.row("A7")


def named(count):
    return [f"policy-{index}" for index in range(count)]


def test_full_access_takes_a_slot():
    assert slots(PolicyKind.SCP) == 9
    assert slots(PolicyKind.SCP, full_access=False) == 10
    assert slots(PolicyKind.RCP) == 4
    assert slots(PolicyKind.TAG) == 10
    assert check_attachments("ou:a", PolicyKind.SCP, named(9)) == []
    (finding,) = check_attachments("ou:a", PolicyKind.SCP, named(10), inherited=["x", "y"])
    assert finding.severity is Severity.REFUSE
    assert (finding.node, finding.measured, finding.limit) == ("ou:a", 11, 10)
    assert "FullAWSAccess among them" in str(finding)
    assert "2 more are inherited and do not count" in str(finding)
    assert check_attachments("ou:a", PolicyKind.SCP, named(10), full_access=False) == []


def test_inherited_policies_do_not_count():
    assert check_attachments("account:a", PolicyKind.SCP, named(9), inherited=[f"above-{i}" for i in range(40)]) == []


def test_a_node_needs_one_service_control_policy():
    (finding,) = check_attachments("root", PolicyKind.SCP, [], full_access=False)
    assert finding.code == "attached-too-few"
    assert check_attachments("root", PolicyKind.TAG, [], full_access=False) == []


def test_a_policy_is_attached_once():
    (finding,) = check_attachments("root", PolicyKind.TAG, ["a", "b", "a"])
    assert finding.code == "attached-twice"
    (finding,) = check_attachments("ou:a", PolicyKind.SCP, ["a"], inherited=["a"])
    assert (finding.code, finding.severity) == ("attached-above", Severity.WARN)


def test_the_management_account_is_exempt():
    (finding,) = check_attachments("account:management", PolicyKind.SCP, ["a"], is_management_account=True)
    assert (finding.code, finding.severity) == ("management-account-exempt", Severity.WARN)
    assert check_attachments("account:management", PolicyKind.TAG, ["a"], is_management_account=True) == []


@pytest.mark.parametrize(
    ("scps", "tags", "ous", "deepest", "code"),
    [
        (10_001, 0, 1, 1, "scp.per-organization"),
        (0, 1_001, 1, 1, "other-policies.per-organization"),
        (0, 0, 2_001, 1, "ou.per-organization"),
        (0, 0, 1, 6, "ou.depth"),
    ],
)
def test_the_organization_has_its_own_quotas(scps, tags, ous, deepest, code):
    kinds = [PolicyKind.SCP] * scps + [PolicyKind.TAG] * tags
    (finding,) = check_organization_counts(kinds, ous=ous, deepest=deepest)
    assert finding.code == code
    assert finding.measured == finding.limit + 1
    assert check_organization_counts(kinds[1:], ous=min(ous, 2000), deepest=min(deepest, 5)) == []
