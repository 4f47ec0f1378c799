"""Which bucket a killed bootstrap can have left, and which is somebody else's."""

import pytest

from estate.bootstrap.finders import FINDERS, Known, Place

pytestmark = pytest.mark.row("E4")


@pytest.fixture
def place(local):
    return Place(local.session(), local.management_account_id, "aws")


def found(place, bucket):
    (candidate,) = FINDERS["aws_s3_bucket"](place, Known({"bucket": bucket}))
    return candidate.tags


def test_a_bucket_that_is_in_use_is_nobodys_leftover_though_it_has_no_tags(place):
    s3 = place.client("s3")
    for bucket in ("cut-off", "states-of-others", "tagged"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="states-of-others", Key="a.tfstate", Body=b"{}")
    s3.put_bucket_tagging(Bucket="tagged", Tagging={"TagSet": [{"Key": "stack", "Value": "terraform"}]})
    assert found(place, "cut-off") is None
    assert found(place, "states-of-others") == {}
    assert found(place, "tagged") == {"stack": "terraform"}
