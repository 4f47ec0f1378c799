"""Permissions spread over several policies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import InvalidValueError
from constructs_lib.ci.packing import measured, pack
from constructs_lib.policies.document import allow, deny

ACTIONS = st.lists(st.from_regex(r"ec2:[A-Z][a-z]{3,20}", fullmatch=True), min_size=1, max_size=12, unique=True)


@given(st.lists(ACTIONS, min_size=1, max_size=6))
def test_nothing_is_lost_and_everything_fits(groups):
    documents = pack([allow(actions, "*") for actions in groups], limit=300)
    packed = {action for document in documents for statement in document.statements for action in statement.actions}
    assert packed == {action for actions in groups for action in actions}
    assert all(len(document.to_json()) <= 300 for document in documents)


def test_what_fits_stays_together():
    assert len(pack([allow("s3:GetObject", "*"), allow("s3:PutObject", "*")])) == 1


def test_an_unknown_account_id_counts_as_one():
    known, unknown = (
        allow("sts:AssumeRole", f"arn:aws:iam::{id_}:role/x") for id_ in ("1" * 12, "${TfToken[TOKEN.7]}")
    )
    assert measured([known]) == measured([unknown])


@pytest.mark.parametrize("statement", [allow("s3:GetObject", "arn:" + "x" * 300), deny(["a:B" * 50, "a:C" * 50], "*")])
def test_what_cannot_be_divided_is_refused(statement):
    with pytest.raises(InvalidValueError, match="within 200 characters"):
        pack([statement], limit=200)
