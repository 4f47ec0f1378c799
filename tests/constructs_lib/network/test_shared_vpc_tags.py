import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.network.shared_vpc_tags import SharedSubnetTags, SharedVpcTagsConstruct
from tests.template import synth

pytestmark = pytest.mark.row("A9")


def tags(stack, **changes):
    arguments = {
        "owner_id": "444455556666",
        "subnets": {
            "a": SharedSubnetTags("10.0.0.0/20", {"Name": "apps-a", "kubernetes.io/role/elb": "1"}),
            "b": SharedSubnetTags("10.0.16.0/20", {}),
        },
        "tags": {"Name": "apps"},
    }
    return SharedVpcTagsConstruct(stack, "shared", **{**arguments, **changes})


def test_each_tag_is_of_what_its_owner_shares():
    template = synth(tags)
    found = {
        one["resource_id"].partition(".aws_subnet.")[2]: one["for_each"]
        for one in template.resources("aws_ec2_tag").values()
    }
    (a,) = (name for name in template.json["data"]["aws_subnet"] if name.startswith("shared_subnet-a_"))
    asked = {one["name"]: one["values"] for one in template.json["data"]["aws_subnet"][a]["filter"]}
    assert asked == {"cidr-block": ["10.0.0.0/20"], "owner-id": ["444455556666"]}
    assert found == {
        f"{a}.vpc_id}}": {"Name": "apps"},
        f"{a}.id}}": {"Name": "apps-a", "kubernetes.io/role/elb": "1"},
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"subnets": {"a": SharedSubnetTags("10.0.0.0", {"Name": "a"})}},
        {"subnets": {"a b": SharedSubnetTags("10.0.0.0/20", {"Name": "a"})}},
        {"subnets": {"a": SharedSubnetTags("10.0.0.0/20", {})}},
        {"subnets": {}},
    ],
)
def test_what_finds_nothing_or_tags_nothing_is_refused(changes):
    with pytest.raises(InvalidValueError):
        synth(lambda stack: tags(stack, **changes))
