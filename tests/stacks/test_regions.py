"""Providers stay as long as a state may need them; what is in a closed region waits until it is open."""

import pytest

from config.facts.regions import REGIONS

pytestmark = pytest.mark.row("E12", "A1")


def providers(stack):
    return {one.get("alias"): one for one in stack["provider"]["aws"]}


def test_each_stack_has_a_provider_for_every_region(synthesized, sample):
    for name, stack in synthesized.items():
        found = providers(stack)
        assert set(found) == {None, *REGIONS["aws"]}, name
        default = found.pop(None)
        for region, provider in found.items():
            assert provider == {**default, "alias": region, "region": region}, name
        assert default["sts_region"] == sample.home_region


def test_a_dropped_region_keeps_its_provider(synthesize_changed):
    def drop(data):
        data["regions"]["governed"] = ["eu-central-1"]
        data["shares"]["routing"]["ipam_pools"] = ["eu-central-1"]

    found = synthesize_changed(
        drop,
        ["management", "production"],
        also={"accounts/shared-services.yaml": _no_dns, "accounts/network.yaml": _no_pools},
    )
    for stack in found.values():
        assert "us-east-1" in providers(stack)
        assert all(
            block.get("provider") in {None, "aws"} for kind in stack["resource"].values() for block in kind.values()
        )


def _no_dns(data):
    data["settings"]["dns"] = {"enabled": False}


def _no_pools(data):
    del data["settings"]["ipam"]["regions"]["us-east-1"]


def test_what_is_in_a_closed_region_waits_until_it_is_open(synthesize_changed):
    stack = synthesize_changed(lambda data: data["regions"]["governed"].append("eu-south-1"), ["management"])[
        "management"
    ]
    opened = stack["resource"]["aws_account_region"]
    assert stack["locals"]["opened-eu-south-1"] == [f"${{aws_account_region.{name}.id}}" for name in sorted(opened)]
    blocks = [
        block for kind in ("resource", "data") for found in stack.get(kind, {}).values() for block in found.values()
    ]
    waiting = [block for block in blocks if "local.opened-eu-south-1" in block.get("depends_on", ())]
    assert waiting == [block for block in blocks if block.get("provider") == "aws.eu-south-1"] != []
