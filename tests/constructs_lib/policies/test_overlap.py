"""Whether two patterns have a text in common is told as quickly as they permit, and as step by step through both."""

from hypothesis import example, given
from hypothesis import strategies as st

from constructs_lib.policies.rules.resources import overlap, overlap_of_wildcards

PATTERNS = st.lists(st.sampled_from(["a", "b", ":", "*", "?"]), max_size=7).map("".join)


@given(PATTERNS, PATTERNS)
@example("a*", "*b")
@example("a?", "*ab")
@example("", "*")
def test_it_is_told_as_step_by_step(one, other):
    assert overlap(one, other) is overlap_of_wildcards(one, other) is overlap_of_wildcards(other, one)


def test_what_terraform_fills_in_may_be_anything():
    assert overlap("arn:aws:s3:::${var.name}", "arn:*:s3:::web")
    assert not overlap("arn:aws:s3:::${var.name}-x", "arn:*:s3:::web")
