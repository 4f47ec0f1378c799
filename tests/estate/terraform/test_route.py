"""Which route a plan takes."""

import pytest

from config.controls.kept import Kept, kept
from estate.guard.plan import Plan
from estate.terraform.route import Route, reserved, route
from tests.estate.guard.plans import change, plan

RULE = "aws_cloudwatch_event_rule.alerts-eu-central-1_Rule-root-use_F72CE1C9"


@pytest.mark.row("E1")
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("aws_iam_role.execution-role_Role_F7BDE5EE", Kept.RIGHT),
        ("aws_iam_policy.boundary_45A5A84B", Kept.RIGHT),
        ("aws_iam_openid_connect_provider.oidc-gitlab-com_8359A9E3", Kept.RIGHT),
        ("aws_iam_role.state-read-role_6436E587", Kept.RIGHT),
        ("aws_s3_bucket.state_Bucket_34297045", Kept.JEWEL),
        ("aws_kms_key.log-archive_Key_3B450924", Kept.JEWEL),
        ("aws_cloudtrail.trail_671F64C4", Kept.JEWEL),
        ('aws_cloudtrail.trail_671F64C4["a"]', Kept.JEWEL),
        ("trail_671F64C4", Kept.JEWEL),
        (RULE, None),
        ("aws_iam_role.role-security-audit_41CD3F22", None),
        ("aws_vpc.statement_1", None),
        ("module.state.aws_vpc.a", None),
    ],
)
def test_what_is_kept(address, why):
    assert kept(address) is why


@pytest.mark.row("E1")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], Route.ORDINARY),
        ([change(RULE, ("update",), {"a": 1}, {"a": 2})], Route.ORDINARY),
        ([change("aws_iam_policy.boundary_1", ("no-op",), {"a": 1}, {"a": 1})], Route.ORDINARY),
        ([change("aws_iam_policy.boundary_1", ("update",), {"a": 1}, {"a": 2})], Route.FOUNDATION),
        ([change("aws_cloudtrail.trail_1", ("delete",), {"a": 1})], Route.FOUNDATION),
        ([change("aws_iam_role.plan-role_1", ("create",), None, {})], Route.FOUNDATION),
    ],
)
def test_the_plan_decides(changes, expected):
    found = Plan.from_json("shop", plan(*changes))
    assert route(found) is expected
    assert bool(reserved(found)) is (expected is Route.FOUNDATION)
