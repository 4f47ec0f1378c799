"""What Terraform has taken over needs no import block any more."""

import pytest

from config.model.found import Found
from estate.adoption.settling import without

pytestmark = pytest.mark.row("E4")


def test_only_what_has_been_taken_over_goes():
    ids = {"aws_iam_role": {"A": "A", "B": "B"}, "aws_iam_user": {"A": "A"}}
    names = {"eu-central-1": {"aws_config_configuration_recorder": "ours"}}
    found = Found(imports={"global": ids, "eu-central-1": {"aws_guardduty_detector": {"": "d"}}}, names=names)
    left = without(found, {("aws_iam_role", "A"), ("aws_guardduty_detector", "d")})
    assert left.imports == {"global": {"aws_iam_role": {"B": "B"}, "aws_iam_user": {"A": "A"}}}
    assert left.names == names
