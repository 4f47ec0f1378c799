import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.prefix_list import PrefixListConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A8")


def offices(stack, **changes):
    arguments = {"name": "offices", "entries": {"plant": "198.51.100.0/24", "hq": "192.0.2.0/24"}, "max_entries": 5}
    return PrefixListConstruct(stack, "offices", **{**arguments, **changes})


def test_ranges_are_described_by_their_slugs():
    found = synth(offices).only("aws_ec2_managed_prefix_list")
    assert (found["name"], found["address_family"], found["max_entries"]) == ("offices", "IPv4", 5)
    assert {entry["description"]: entry["cidr"] for entry in found["entry"]} == {
        "hq": "192.0.2.0/24",
        "plant": "198.51.100.0/24",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_entries": 1}, "max_entries is 1"),
        ({"entries": {}}, "ranges, each once"),
        ({"entries": {"a": "192.0.2.0/24", "b": "192.0.2.0/24"}}, "ranges, each once"),
        ({"entries": {"A": "192.0.2.0/24"}}, "entries is 'A'"),
        ({"entries": {"a": "192.0.2.1/24"}}, "entries is '192.0.2.1/24'"),
    ],
)
def test_what_ec2_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: offices(stack, **changes))
