"""A policy that is copied from another stack's is what reading it by itself gives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.policies import copies
from constructs_lib.policies.copies import parsed
from constructs_lib.policies.document import PolicyDocument, PolicyFormatError

OWN, OTHER, NAME = "111122223333", "444455556666", "web"
WORDS = st.lists(
    st.sampled_from(
        [OWN, OTHER, NAME, "arn:aws:iam::", ":role/", "*", "${aws:PrincipalTag/", "}", "${x.y}", "-", "e", "é"]
    ),
    min_size=1,
    max_size=5,
).map("".join)
VALUES = st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=6))
STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": VALUES},
    optional={
        "Sid": WORDS,
        "Resource": VALUES,
        "NotResource": VALUES,
        "Principal": st.one_of(st.just("*"), st.dictionaries(st.sampled_from(["AWS", "Service"]), VALUES, min_size=1)),
        "Condition": st.dictionaries(
            st.sampled_from(["StringEquals", "ArnLike"]),
            st.dictionaries(WORDS, st.one_of(VALUES, st.integers(), st.booleans()), min_size=1, max_size=3),
            max_size=2,
        ),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.lists(STATEMENTS, min_size=1, max_size=3)},
    optional={"Id": WORDS},
)


def read(text, differing):
    """What comes of a text, copied and by itself: a document in every form that it has, or what is wrong with it."""
    found = []
    for read_it in (lambda: parsed(text, differing), lambda: PolicyDocument.from_terraform(text)):
        try:
            document = read_it()
        except PolicyFormatError as error:
            found.append(str(error))
        else:
            order = [
                (list(each.conditions), [list(keys) for keys in each.conditions.values()])
                for each in document.statements
            ]
            found.append((document, hash(document), document.to_json(), document.to_terraform(), order))
    return found


@given(DOCUMENTS, st.sampled_from([OWN, None]), st.sampled_from([NAME, "e", "llow", "arn", "2012-10-17", None]))
def test_a_copy_is_what_reading_gives(document, number, name):
    text = json.dumps(document, ensure_ascii=False)
    copied, by_itself = read(text, (number, name))
    assert copied == by_itself
    # The form that has been kept of it fills in for another stack as well.
    copied, by_itself = read(text.replace(OWN, OTHER), (OTHER, name))
    assert copied == by_itself


@pytest.mark.parametrize(
    "text",
    [
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Condition":{"NumericEquals":{"k":111122223333}}}}',
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"\\u111122223333"}}',
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:\ue000","Resource":"111122223333"}}',
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:\ue001","Resource":"111122223333"}}',
        '{"Version":"2012-10-17","Statement":{"Effect":"web","Action":"111122223333"}}',
        '{"Version":"2012-10-17","Statement":[{"111122223333":"web"}]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"web","Action":"111122223333"}]}',
        "111122223333",
        "web",
    ],
)
def test_corners(text):
    copied, by_itself = read(text, (OWN, NAME))
    assert copied == by_itself


def test_what_does_not_differ_is_shared():
    text = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
                {"Effect": "Allow", "Action": "iam:PassRole", "Resource": f"arn:aws:iam::{OWN}:role/{NAME}"},
            ],
        }
    )
    copies._read.cache_clear()
    one = parsed(text, (OWN, NAME))
    other = parsed(text.replace(OWN, OTHER).replace(NAME, "api"), (OTHER, "api"))
    assert copies._read.cache_info().misses == 1
    assert one.statements[0] is other.statements[0]
    assert other.statements[1].resources == (f"arn:aws:iam::{OTHER}:role/api",)
