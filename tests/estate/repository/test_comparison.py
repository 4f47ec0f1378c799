"""What a plan would see of two versions of a stack."""

import json

import pytest

from estate.repository.comparison import Difference, difference, differences


def stack(*addresses, moved=(), **others):
    resource = {}
    for address in addresses:
        kind, _, rest = address.partition(".")
        name, _, value = rest.partition("=")
        resource.setdefault(kind, {})[name] = {"value": value}
    blocks = [dict(zip(("from", "to"), one.split(">"), strict=True)) for one in moved]
    return {"resource": resource, **({"moved": blocks} if blocks else {}), **others}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (stack("a.x"), stack("a.x"), {}),
        (stack("a.x"), stack("a.x", "a.y"), {"added": ("a.y",)}),
        (stack("a.x"), stack("b.x"), {"added": ("b.x",), "removed": ("a.x",)}),
        (stack("a.x=1"), stack("a.x=2"), {"changed": ("a.x",)}),
        (stack("a.x=1"), stack("a.y=1", moved=["a.x>a.y"]), {"moved": (("a.x", "a.y"),)}),
        (stack("a.x=1"), stack("a.y=2", moved=["a.x>a.y"]), {"moved": (("a.x", "a.y"),), "changed": ("a.y",)}),
        (stack("a.x"), stack("a.z", moved=["a.x>a.y", "a.y>a.z"]), {"moved": (("a.x", "a.z"),)}),
        # A block of an earlier version, for states that have not passed it yet.
        (stack("a.y"), stack("a.y", moved=["a.x>a.y"]), {}),
        # A block that leads nowhere takes nothing along, nor one that goes in a circle.
        (stack("a.x"), stack(moved=["a.x>a.y"]), {"removed": ("a.x",)}),
        (stack("a.x"), stack(moved=["a.x>a.y", "a.y>a.x"]), {"removed": ("a.x",)}),
        # What is there already is not moved to.
        (stack("a.x", "a.y"), stack("a.y", moved=["a.x>a.y"]), {"removed": ("a.x",)}),
        (stack(data={"a": {"x": 1}}), stack(data={"a": {"x": 2}}), {"other": ("data.a.x",)}),
        (stack(provider=1, output=1), stack(provider=1, output=2, variable=1), {"other": ("output", "variable")}),
    ],
)
def test_difference(old, new, found):
    result = difference("s", old, new)
    assert result == Difference("s", **found)
    assert bool(result) == bool(found)


def test_stacks_are_compared_without_cdktfs_metadata_and_those_that_come_or_go_are_there(tmp_path):
    def write(out, **stacks):
        for name, content in stacks.items():
            path = tmp_path / out / "stacks" / name / "cdk.tf.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(content))
        return tmp_path / out

    before = write("before", same={"//": 1, **stack("a.x")}, goes=stack("a.x"))
    after = write("after", same={"//": 2, **stack("a.x")}, comes=stack("a.y"))
    assert differences(before, after) == [
        Difference("comes", added=("a.y",)),
        Difference("goes", removed=("a.x",)),
    ]
