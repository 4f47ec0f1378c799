"""Ranges of VPCs that are reserved by account: the VPC is said once for many, and each has its own range."""

import pytest

import config

pytestmark = pytest.mark.row("A8")

PLAN = "address_plan: {live: {cidr: 10.64.0.0/12, prefix: 20, reserved: {%s}}}\n"
VPC = "defaults_by_tag: {'tag:vpc=yes': {network: {zones: [a], tiers: {private: {}}}}}\n"


@pytest.fixture
def planned(directory):
    """Two accounts have a VPC by their tag; what is reserved is up to the test."""
    for slug in ("shop", "test"):
        directory.append(f"accounts/{slug}.yaml", "tags: {vpc: 'yes'}\n")

    def run(reserved, more=""):
        directory.append("organization.yaml", PLAN % reserved + VPC + more)
        return directory

    return run


def ranges(directory):
    found = {slug: settings.network for slug, settings in config.load(directory.path).settings.items()}
    return {
        slug: (network.cidr, {key: one.cidr for key, one in network.subnets.items()})
        for slug, network in found.items()
        if network
    }


def said(directory):
    _, problems = config.examine(directory.path)
    return [str(problem) for problem in problems]


def test_each_account_has_the_range_that_is_reserved_for_it(planned):
    directory = planned("shop: 10.64.0.0/20, test: 10.64.16.0/20, security: 10.64.32.0/20")
    assert ranges(directory) == {
        "shop": ("10.64.0.0/20", {"private-a": "10.64.0.0/23"}),
        "test": ("10.64.16.0/20", {"private-a": "10.64.16.0/23"}),
    }, "a reservation alone makes no VPC"


def test_what_the_account_says_itself_wins(planned):
    directory = planned("shop: 10.64.0.0/20, test: 10.64.16.0/20")
    directory.append("accounts/shop.yaml", "settings: {network: {cidr: 10.0.0.0/20}}\n")
    assert ranges(directory)["shop"][0] == "10.0.0.0/20"


def test_a_vpc_without_a_range(planned):
    (message,) = said(planned("shop: 10.64.0.0/20"))
    assert "network.cidr: found nothing" in message
    assert "`address_plan`" in message


@pytest.mark.parametrize(
    ("reserved", "more", "parts"),
    [
        ("shop: 10.64.0.0/20, test: 10.64.0.0/20", "", ("address_plan.live", "do not overlap", "shop", "test")),
        (
            "shop: 10.64.0.0/21, test: 10.64.16.0/20",
            "",
            ("address_plan.live", "ranges of `prefix: 20`", "shop is 10.64.0.0/21"),
        ),
        ("shop: 10.96.0.0/20, test: 10.64.16.0/20", "", ("address_plan.live", "inside 10.64.0.0/12")),
        (
            "shop: 10.64.0.0/20, test: 10.64.16.0/20, tset: 10.64.32.0/20",
            "",
            ("address_plan.live.reserved.tset", "the slug of an account", "Did you mean 'test'?"),
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_once(planned, reserved, more, parts):
    (message,) = said(planned(reserved, more))
    for part in parts:
        assert part in message


def test_pools_do_not_share_addresses_and_an_account_has_one_range(planned):
    directory = planned("shop: 10.64.0.0/20, test: 10.64.16.0/20")
    directory.replace(
        "organization.yaml",
        "address_plan: {",
        "address_plan: {more: {cidr: 10.64.0.0/16, prefix: 20, reserved: {test: 10.64.240.0/20}}, ",
    )
    first, second = said(directory)
    assert "address_plan.more.cidr: found 10.64.0.0/16, which overlaps 10.64.0.0/12 of 'live'" in first
    assert "address_plan.more.reserved.test: found a second range of 'test', beside that of 'live'" in second
