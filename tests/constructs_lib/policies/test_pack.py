"""Packing keeps the meaning: checked against the evaluator for any policies, and by example."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies import catalogue
from constructs_lib.policies.check import check_document, measure, size_limit
from constructs_lib.policies.document import PolicyDocument, Statement, allow, deny
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.pack import merge, pack, shrink
from constructs_lib.policies.quotas import quota

ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:get*",
    "s3:GET*",
    "s3:*",
    "ec2:RunInstances",
    "ec2:Run?nstances",
    "iam:*",
    "*",
)
RESOURCES = ("arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::*", "arn:aws:s3:::a/${aws:username}", "*")
CONDITIONS = (
    {},
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
)
REQUESTS = [
    Request(Principal.of("arn:aws:iam::111122223333:user/b"), action, resource, region=region)
    for action in ("s3:GetObject", "s3:PutObject", "ec2:RunInstances", "iam:CreateUser")
    for resource in ("arn:aws:s3:::a/b", "arn:aws:s3:::a/c", "arn:aws:s3:::z/b", "*")
    for region in ("eu-west-1", "us-west-2")
]


def some(values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=4, unique=True)


@st.composite
def statements(draw):
    actions, resources = draw(some(ACTIONS)), draw(some(RESOURCES))
    inverse_actions, inverse_resources = draw(st.booleans()), draw(st.booleans())
    return Statement(
        draw(st.sampled_from(["Allow", "Deny"])),
        actions=() if inverse_actions else actions,
        not_actions=actions if inverse_actions else (),
        resources=() if inverse_resources else resources,
        not_resources=resources if inverse_resources else (),
        conditions=draw(st.sampled_from(CONDITIONS)),
        sid=draw(st.sampled_from([None, "One", "Two"])),
    )


DOCUMENTS = st.lists(st.builds(PolicyDocument, st.lists(statements(), min_size=1, max_size=4)), min_size=1, max_size=4)


def decisions(*documents):
    identity = PolicySet.of(*documents)
    scps = (PolicySet.of(*documents),)
    full = PolicySet.of(PolicyDocument.of(allow("*", "*")))
    return [
        (
            evaluate(request, Policies(identity=identity)).allowed,
            evaluate(request, Policies(identity=full, scps=scps)).allowed,
        )
        for request in REQUESTS
    ]


@settings(max_examples=150)
@given(DOCUMENTS)
def test_packing_into_one_never_changes_a_decision(documents):
    (packed,) = pack(documents, PolicyKind.SCP, most=1)
    assert decisions(packed) == decisions(*documents)
    sids = [statement.sid for statement in packed.statements if statement.sid]
    assert len(sids) == len(set(sids)) or len(documents) == 1


@settings(max_examples=60)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_shrinking_and_reordering_never_change_a_decision(documents, random):
    document = PolicyDocument(tuple(statement for found in documents for statement in found.statements))
    before = decisions(document)
    assert decisions(shrink(document)) == before
    shuffled = list(document.statements)
    random.shuffle(shuffled)
    assert decisions(PolicyDocument(shuffled)) == before
    assert shrink(shrink(document)) == shrink(document)
    assert measure(shrink(document).to_json()) <= measure(document.to_json()) + 8  # a Sid may get a number


@settings(max_examples=60)
@given(DOCUMENTS)
def test_the_emitted_text_means_the_same(documents):
    read = [PolicyDocument.from_json(document.to_json()) for document in documents]
    assert read == documents
    assert decisions(*read) == decisions(*documents)
    assert [PolicyDocument.from_terraform(document.to_terraform()) for document in documents] == documents


def big(count, *, effect=deny, prefix="arn:aws:s3:::bucket-with-a-long-name"):
    return effect("s3:GetObject", [f"{prefix}-{index:04}/*" for index in range(count)], sid="Big")


def test_what_fits_is_left_alone():
    documents = (PolicyDocument.of(deny("s3:*", "*", sid="A")), PolicyDocument.of(deny("ec2:*", "*", sid="B")))
    assert pack(documents, PolicyKind.SCP) == documents


def test_statements_that_differ_in_one_list_are_merged():
    merged = merge(
        [
            deny("s3:GetObject", "arn:aws:s3:::a/*", sid="A"),
            deny("s3:PutObject", "arn:aws:s3:::a/*"),
            deny(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/*"),
            deny("s3:PutObject", "arn:aws:s3:::a/*", conditions={"Bool": {"aws:SecureTransport": "false"}}),
            allow("s3:PutObject", "arn:aws:s3:::a/*"),
        ]
    )
    assert merged == [
        deny(["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"], sid="A"),
        deny("s3:PutObject", "arn:aws:s3:::a/*", conditions={"Bool": {"aws:SecureTransport": "false"}}),
        allow("s3:PutObject", "arn:aws:s3:::a/*"),
    ]


def test_excluding_statements_are_not_merged():
    apart = [deny(not_actions="s3:*", resources="*"), deny(not_actions="ec2:*", resources="*")]
    assert merge(apart) == apart


def test_what_a_wildcard_covers_is_dropped():
    (statement,) = merge(
        [deny(["s3:*", "S3:GetObject", "s3:Get?bject", "ec2:*"], ["arn:aws:s3:::a*", "arn:aws:s3:::ab"])]
    )
    assert statement == deny(["s3:*", "ec2:*"], "arn:aws:s3:::a*")
    assert merge([deny(["s3:GET*", "s3:get*"], "*")]) == [deny("s3:GET*", "*")]
    (kept,) = merge([deny("s3:*", ["arn:aws:*:::a", "arn:aws:s3:x::a"])])
    assert len(kept.resources) == 2


@pytest.mark.parametrize("effect", [allow, deny])
def test_a_large_statement_is_divided_over_policies(effect):
    document = PolicyDocument.of(big(600, effect=effect))
    packed = pack([document], PolicyKind.SCP)
    assert 3 <= len(packed) <= 4
    assert all(measure(part.to_json()) <= size_limit(PolicyKind.SCP) for part in packed)
    assert {resource for part in packed for statement in part.statements for resource in statement.resources} == set(
        document.statements[0].resources
    )
    assert pack([document], PolicyKind.SCP) == packed
    assert not any(finding.code == "too-large" for part in packed for finding in check_document(part, PolicyKind.SCP))


def test_many_small_policies_are_put_together():
    documents = [
        PolicyDocument.of(deny(f"s3:{verb}*", "*", sid=f"S{index}")) for index, verb in enumerate("ABCDEFGHIJ")
    ]
    packed = pack(documents, PolicyKind.SCP)
    assert len(packed) == 1
    assert decisions(*packed) == decisions(*documents)


def test_the_whole_catalogue_fits_on_one_node():
    documents = [
        catalogue.build(entry.name, entry.example, organization_id="o-abcdefghij").document
        for entry in catalogue.ENTRIES.values()
        if entry.kind is PolicyKind.SCP
    ]
    assert len(documents) > 9
    packed = pack(documents, PolicyKind.SCP)
    assert len(packed) <= quota("scp.attached").limit - 1  # FullAWSAccess is there, too
    for document in packed:  # a statement that is divided has its name in each
        sids = [statement.sid for statement in document.statements]
        assert len(sids) == len(set(sids))


@pytest.mark.parametrize(
    ("documents", "kind", "says"),
    [
        ([PolicyDocument.of(big(2500))], PolicyKind.SCP, "at most 9 of 10,240"),
        ([PolicyDocument.of(big(300))], PolicyKind.TRUST, "at most 1 of 2,048"),
        (
            [PolicyDocument.of(deny(not_actions=[f"s3:{'x' * 90}{index}" for index in range(200)], resources="*"))],
            PolicyKind.SCP,
            "cannot be divided",
        ),
        (
            [PolicyDocument((big(300),), "2008-10-17"), PolicyDocument.of(big(300))],
            PolicyKind.SCP,
            "two versions",
        ),
    ],
)
def test_what_does_not_fit_is_refused(documents, kind, says):
    with pytest.raises(InvalidValueError) as caught:
        pack(documents, kind)
    assert says in str(caught.value)


@pytest.mark.parametrize("count", [150, 330, 377, 500])
def test_a_long_list_takes_no_more_policies_than_its_bytes_need(count):
    buckets = [f"arn:aws:s3:::a-very-long-bucket-name-number-{number:04}-for-the-test/*" for number in range(count)]
    document = PolicyDocument.of(deny("s3:PutObject", buckets, sid="Buckets"))
    parts = pack([document], PolicyKind.SCP)
    limit, frame = (
        size_limit(PolicyKind.SCP),
        measure(PolicyDocument.of(deny("s3:PutObject", "x", sid="Buckets")).to_json()),
    )
    assert len(parts) == -(-(measure(document.to_json()) - frame) // (limit - frame - 2))
    assert sorted(arn for part in parts for statement in part.statements for arn in statement.resources) == buckets
    assert all(measure(part.to_json()) <= limit for part in parts)


def test_statements_are_cut_where_that_saves_a_policy():
    third = [f"arn:aws:s3:::a-very-long-bucket-name-number-{number:04}-for-the-test/*" for number in range(100)]
    documents = [
        PolicyDocument.of(deny(action, third, conditions={"StringEquals": {"aws:PrincipalTag/team": sid}}, sid=sid))
        for action, sid in (
            ("s3:PutObject", "A"),
            ("s3:GetObject", "B"),
            ("s3:DeleteObject", "C"),
            ("s3:ListBucket", "D"),
        )
    ]
    total = sum(measure(document.to_json()) for document in documents)
    limit = size_limit(PolicyKind.SCP)
    assert 2 * limit < total < 3 * limit
    parts = pack(
        [PolicyDocument(tuple(each for document in documents for each in document.statements))], PolicyKind.SCP
    )
    assert len(parts) == 3
    for sid_action in ("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket"):
        found = [
            arn for part in parts for each in part.statements if sid_action in each.actions for arn in each.resources
        ]
        assert sorted(found) == third
