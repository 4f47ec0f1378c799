import pytest

from constructs_lib.baseline.region_opt_in import RegionOptInConstruct
from constructs_lib.errors import InvalidValueError
from tests.template import synth


def build(stack, **changes):
    return RegionOptInConstruct(stack, "regions", **{"regions": ["eu-south-1"], **changes})


@pytest.mark.parametrize(("changes", "account"), [({}, None), ({"account_id": "333333333333"}, "333333333333")])
def test_a_region_is_opened_in_the_account(changes, account):
    region = synth(lambda stack: build(stack, **changes)).only("aws_account_region")
    assert (region["region_name"], region["enabled"], region.get("account_id")) == ("eu-south-1", True, account)


@pytest.mark.parametrize(
    ("changes", "message"), [({"regions": ["Milan"]}, "regions is 'Milan'"), ({"account_id": "3"}, "account_id is '3'")]
)
def test_malformed_regions_and_ids_are_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
