"""Conditions that let in whom nobody here knows, and those that do not: one table, for trust and resource policies."""

import pytest

from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.findings import refused
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.trust import Surroundings, check_trust

pytestmark = pytest.mark.row("A2", "B4", "E1")

OWN, ORGANIZATION = "444455556666", "o-abc1234567"
AROUND = Surroundings(OWN, frozenset({OWN, "111122223333"}), ORGANIZATION)
FOREIGN = "o-zzzz999999"
ANY_OF = "ForAnyValue:StringLike"

OPEN = [
    # anybody can make such a role, account, organization, VPC, bucket, session, tag
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/CiDeployer"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::????????????:role/CiDeployer"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::11112222333*:role/CiDeployer"),
    ("StringLike", "aws:PrincipalArn", "*:role/CiDeployer"),
    ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam"),
    ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::444455556666:role/a", "arn:aws:iam::*:role/b"]),
    ("StringLike", "aws:PrincipalAccount", "1*"),
    ("StringLike", "aws:PrincipalOrgID", "o-*"),
    (ANY_OF, "aws:PrincipalOrgPaths", "o-*/r-ab12/*"),
    (ANY_OF, "aws:PrincipalOrgPaths", "*/r-ab12/ou-ab12-11111111/*"),
    ("StringLike", "aws:SourceVpc", "vpc-*"),
    ("StringLike", "aws:SourceVpce", "?*"),
    ("StringLike", "aws:SourceAccount", "*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::logs-*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:topic"),
    ("StringLike", "aws:userid", "*:session"),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
    ("IpAddress", "aws:SourceIp", ["0.0.0.0/1", "128.0.0.0/1"]),
    ("IpAddress", "aws:SourceIp", "::/0"),
    ("StringEquals", "aws:PrincipalTag/team", "payments"),
    ("StringEquals", "aws:PrincipalServiceName", "ec2.amazonaws.com"),
    ("StringEquals", "sts:RoleSessionName", "ci"),
    ("StringEquals", "sts:ExternalId", "acme-secret-1"),
    ("Bool", "aws:SecureTransport", "true"),
    ("Bool", "aws:MultiFactorAuthPresent", "true"),
    ("StringNotEquals", "aws:PrincipalOrgID", ORGANIZATION),
    ("StringEqualsIfExists", "aws:PrincipalOrgID", ORGANIZATION),
    ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", f"{ORGANIZATION}/*"),
    ("Null", "aws:PrincipalOrgID", "false"),
    ("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}"),
]  # fmt: skip
CLOSED = [
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:role/Ci*"),
    ("ArnEquals", "aws:PrincipalArn", "arn:*:iam::111122223333:role/ci"),
    ("StringLike", "aws:PrincipalArn", "arn:aws:iam::111122223333:*"),
    ("StringEquals", "aws:PrincipalAccount", [OWN, "111122223333"]),
    ("StringEquals", "aws:PrincipalOrgID", ORGANIZATION),
    (ANY_OF, "aws:PrincipalOrgPaths", f"{ORGANIZATION}/*"),
    (ANY_OF, "aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"),
    ("StringEquals", "aws:PrincipalOrgID", "${aws:ResourceOrgID}"),
    ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
    ("StringEquals", "aws:PrincipalOrgID", "${TfToken[TOKEN.7]}"),
    ("StringLike", "aws:userid", "AROAABCDEFGHIJKLMNOPQ:*"),
]  # fmt: skip
CLOSED_FOR_RESOURCES = [
    ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]),
    ("StringEquals", "aws:SourceVpc", "vpc-0123456789abcdef0"),
    ("StringEquals", "aws:SourceVpce", ["vpce-0123456789abcdef0", "vpce-1123456789abcdef0"]),
    ("StringEquals", "aws:VpceOrgID", ORGANIZATION),
]
BY_SERVICES = [
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:*:*:one-bucket"),
    ("ArnEquals", "aws:SourceArn", "arn:aws:sns:eu-west-1:444455556666:topic"),
    ("StringEquals", "aws:SourceAccount", OWN),
    ("StringEquals", "aws:SourceOrgID", ORGANIZATION),
]


def judged(kind, condition, principal="*"):
    operator, key, value = condition
    action = "sts:AssumeRole" if kind is PolicyKind.TRUST else "s3:GetObject"
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Condition": {operator: {key: value}}}
    document = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [statement]})
    return check_trust(document, kind, surroundings=AROUND)


@pytest.mark.parametrize("kind", [PolicyKind.TRUST, PolicyKind.RESOURCE])
@pytest.mark.parametrize("condition", OPEN, ids=str)
def test_what_a_stranger_can_satisfy_confines_to_nobody(kind, condition):
    found = refused(judged(kind, condition))
    assert [finding.code for finding in found] == ["everybody"]
    assert "every customer of AWS" in found[0].message


@pytest.mark.parametrize("kind", [PolicyKind.TRUST, PolicyKind.RESOURCE])
@pytest.mark.parametrize("condition", CLOSED, ids=str)
def test_what_no_stranger_can_satisfy_confines(kind, condition):
    assert judged(kind, condition) == []


@pytest.mark.parametrize("condition", [*CLOSED_FOR_RESOURCES, *BY_SERVICES], ids=str)
def test_networks_and_sources_keep_strangers_from_a_resource(condition):
    assert judged(PolicyKind.RESOURCE, condition) == []


@pytest.mark.parametrize("condition", CLOSED_FOR_RESOURCES, ids=str)
def test_a_network_is_little_for_a_role_and_a_source_nothing(condition):
    assert [finding.code for finding in judged(PolicyKind.TRUST, condition)] == ["everybody-in-a-network"]
    for other in BY_SERVICES:
        assert [finding.code for finding in judged(PolicyKind.TRUST, other)] == ["everybody"]


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        (ANY_OF, "aws:PrincipalOrgPaths", f"{FOREIGN}/r-ab12/*"),
        ("StringEquals", "aws:PrincipalOrgID", FOREIGN),
        ("StringEquals", "aws:PrincipalOrgID", [ORGANIZATION, FOREIGN]),
    ],
)
def test_another_organization_is_warned_about(operator, key, value):
    for kind in (PolicyKind.TRUST, PolicyKind.RESOURCE):
        assert [finding.code for finding in judged(kind, (operator, key, value))] == ["foreign-organization"]


@pytest.mark.parametrize(
    ("condition", "narrows"),
    [
        (("StringLike", "sts:ExternalId", "?*"), False),
        (("StringLike", "sts:ExternalId", "*"), False),
        (("StringEquals", "sts:ExternalId", "acme-1"), True),
        (("StringLike", "sts:ExternalId", "acme-*"), True),
        (("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/CiDeployer"), True),  # the account is named already
        (("ArnLike", "aws:PrincipalArn", "arn:aws:iam::999988887777:*"), False),
        (("ArnLike", "aws:PrincipalArn", "arn:aws:iam::999988887777:role/*"), False),
        (("StringLike", "aws:PrincipalOrgID", "o-*"), False),
        (("StringEquals", "aws:PrincipalOrgID", ORGANIZATION), True),
        (("IpAddress", "aws:SourceIp", "203.0.113.0/24"), True),
        (("Bool", "aws:SecureTransport", "true"), False),
    ],
    ids=str,
)
def test_another_account_s_root_needs_a_condition_that_narrows(condition, narrows):
    found = judged(PolicyKind.TRUST, condition, {"AWS": "arn:aws:iam::999988887777:root"})
    assert [finding.code for finding in found] == ([] if narrows else ["whole-account"])


@pytest.mark.parametrize(
    ("condition", "bound"),
    [
        (("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:topic"), False),
        (("StringLike", "aws:SourceAccount", "*"), False),
        *((each, True) for each in BY_SERVICES),
    ],
    ids=str,
)
def test_a_service_needs_a_source_that_is_somebody(condition, bound):
    found = judged(PolicyKind.RESOURCE, condition, {"Service": "sns.amazonaws.com"})
    assert [finding.code for finding in found] == ([] if bound else ["confused-deputy"])


@pytest.mark.parametrize("service", ["*", "sns", "sns.amazonws.com"])
def test_what_is_no_service_principal_is_refused_as_such_and_judged_no_further(service):
    assert not judged(PolicyKind.RESOURCE, ("StringEquals", "aws:SecureTransport", "true"), {"Service": service})
