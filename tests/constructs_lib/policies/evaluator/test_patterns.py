"""ARN patterns that are looked up, since they hold no wildcard, match what their expression matches."""

from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.policies.evaluator.patterns import arn_parts, arns_matcher, matcher

TEXTS = st.lists(st.sampled_from(["arn", "aws", "iam", ":", ":", ":", "1", "role/a", "*", "?", "\n"]), max_size=12).map(
    "".join
)
ARNS = st.one_of(
    TEXTS, st.sampled_from(["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", "arn:aws:iam::1:role/a:b", "arn:aws:iam"])
)
PARTS = st.one_of(
    ARNS.map(lambda text: (text,)), st.tuples(ARNS, ARNS.map(lambda text: (text,))), ARNS.map(lambda text: ((text,),))
)


@given(st.lists(PARTS, max_size=4), ARNS)
def test_arns_are_matched_as_by_their_expressions(patterns, arn):
    for asked in (arn, *("".join(part if isinstance(part, str) else part[0] for part in each) for each in patterns)):
        assert bool(arns_matcher(patterns)(asked)) is bool(matcher(map(arn_parts, patterns))(asked))
