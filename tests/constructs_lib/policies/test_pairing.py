"""Both sides of roles that are assumed from other accounts."""

import pytest

from constructs_lib.policies.document import PolicyDocument, allow, deny
from constructs_lib.policies.findings import Severity
from constructs_lib.policies.pairing import RoleSides, check_pairs

pytestmark = pytest.mark.row("D4", "B4", "C12")

CI = "arn:aws:iam::111122223333:role/ci"
DEPLOY = "arn:aws:iam::444455556666:role/TerraformExecutionRole"
OTHER = "arn:aws:iam::777788889999:role/TerraformExecutionRole"


def trust(*principals, action="sts:AssumeRole"):
    return PolicyDocument.of(allow(action, principals={"AWS": principals}))


def may(*roles, action="sts:AssumeRole"):
    return (PolicyDocument.of(allow(action, roles)),)


def role(arn, trusted=None, permissions=(), **more):
    nobody = PolicyDocument.of(allow("sts:AssumeRole", principals={"Service": "ec2.amazonaws.com"}))
    return RoleSides(arn, trusted or nobody, permissions, **more)


@pytest.mark.parametrize(
    "roles",
    [
        [role(CI, permissions=may(DEPLOY)), role(DEPLOY, trust(CI))],
        [role(CI, permissions=may(DEPLOY)), role(DEPLOY, trust("arn:aws:iam::111122223333:root"))],
        [role(CI, permissions=may(DEPLOY)), role(DEPLOY, trust("111122223333"))],
        [role(CI, permissions=may(DEPLOY)), role(DEPLOY, PolicyDocument.of(allow("sts:AssumeRole", principals="*")))],
        [
            role(CI, permissions=may("arn:aws:iam::*:role/TerraformExecutionRole")),
            role(DEPLOY, trust(CI)),
            role(OTHER, trust(CI)),
        ],
        [role(CI, permissions=may(DEPLOY, action="sts:*")), role(DEPLOY, trust(CI, action="sts:Assume*"))],
        [role(CI, has_other_permissions=True), role(DEPLOY, trust(CI))],
        # somebody else's account
        [role(DEPLOY, trust("arn:aws:iam::999988887777:role/vendor"))],
        [role(CI, permissions=may("arn:aws:iam::999988887777:role/vendor"))],
        # within one account the trust alone is enough
        [role(CI), role("arn:aws:iam::111122223333:role/x", trust(CI))],
        # not about assuming
        [role(CI, permissions=(PolicyDocument.of(allow("s3:*", DEPLOY), deny("sts:AssumeRole", DEPLOY)),))],
        [role(CI, permissions=may("*")), role(DEPLOY, trust("${TfToken[TOKEN.1]}"))],
    ],
)
def test_complete_pairs_pass(roles):
    assert [str(finding) for finding in check_pairs(roles)] == []


@pytest.mark.parametrize(
    ("roles", "code", "place"),
    [
        ([role(CI), role(DEPLOY, trust(CI))], "trust-without-permission", DEPLOY),
        ([role(CI, permissions=may(OTHER)), role(DEPLOY, trust(CI)), role(OTHER, trust(CI))], "trust-without-permission", DEPLOY),
        ([role(CI), role(DEPLOY, trust("111122223333"))], "trust-without-permission", DEPLOY),
        ([role(CI), role(DEPLOY, trust("arn:aws:iam::111122223333:role/c1"))], "trust-without-role", DEPLOY),
        ([role(CI, permissions=may(DEPLOY)), role(DEPLOY)], "permission-without-trust", CI),
        (
            [role(CI, permissions=may("arn:aws:iam::*:role/TerraformExecutionRole")), role(DEPLOY), role(OTHER)],
            "permission-without-trust",
            CI,
        ),
        ([role(CI, permissions=may(DEPLOY + "2")), role(DEPLOY)], "permission-without-role", CI),
        ([role(CI, permissions=may("arn:aws:iam::*:role/Nobody*")), role(DEPLOY)], "permission-without-role", CI),
    ],
)  # fmt: skip
def test_one_side_without_the_other_is_reported(roles, code, place):
    (finding,) = check_pairs(roles)
    assert (finding.code, finding.policy, finding.severity) == (code, place, Severity.WARN)
    assert finding.cure
