"""What declarative policies set in accounts, and what accounts say otherwise."""

import json

import pytest

import config
from config.capabilities.declared import declared

pytestmark = pytest.mark.row("E3")
CONSOLE = "serial_console_access.status"


@pytest.fixture
def organization(directory):
    directory.append("organization.yaml", "policy_types: [service_control_policy, declarative_policy_ec2]\n")
    machines(directory, "machines", ["root"])
    return directory


def machines(directory, slug, targets, **parameters):
    policy = {"type": "declarative_policy_ec2", "targets": targets, "guardrail": "harden-ec2", "parameters": parameters}
    directory.write(f"policies/{slug}.yaml", json.dumps(policy))


def shop(directory, **baseline):
    account = {"name": "Shop", "ou": "workloads/production", "settings": {"baseline": baseline}}
    directory.write("accounts/shop.yaml", json.dumps(account))


def warnings(directory):
    found, problems = config.examine(directory.path)
    assert found is not None, problems
    return [str(problem) for problem in problems]


def test_every_account_is_reached_and_the_lower_level_wins(organization):
    machines(organization, "console", ["ou:workloads/staging"], serial_console="enabled")
    found = config.load(organization.path)
    values = {slug: declared(found, account)[CONSOLE] for slug, account in found.accounts.items()}
    assert values == {"management": "disabled", "security": "disabled", "shop": "disabled", "test": "enabled"}


def test_a_type_that_is_switched_off_sets_nothing(organization):
    organization.replace("organization.yaml", ", declarative_policy_ec2", "")
    files = organization.path / "policies/machines.yaml"
    files.unlink()
    found = config.load(organization.path)
    assert declared(found, found.accounts["shop"]) == {}


@pytest.mark.parametrize(
    ("key", "said", "shown", "declared_as"),
    [
        ("serial_console", True, "true", "false"),
        ("block_public_images", False, "false", "true"),
        ("block_public_snapshots", False, "false", "true"),
        ("require_imdsv2", False, "false", "true"),
        ("metadata_hop_limit", 5, "5", "2"),
    ],
)
def test_what_an_account_says_otherwise_is_warned_of(organization, key, said, shown, declared_as):
    shop(organization, **{key: said})
    (warning,) = warnings(organization)
    assert warning.startswith(
        f"accounts/shop.yaml:1: settings.baseline.{key}: found `{key}: {shown}` for the account 'shop'"
    )
    assert f"expected {declared_as}, as machines sets it: AWS refuses what an account says otherwise" in warning
    assert "Leave it out here, or attach another declarative policy" in warning


def test_what_an_account_says_alike_or_not_at_all_is_right(organization):
    shop(organization, serial_console=False, block_public_images=True, metadata_hop_limit=2, require_imdsv2=True)
    assert warnings(organization) == []
    machines(organization, "console", ["ou:workloads/production"], serial_console="enabled", max_hops=3)
    shop(organization)
    assert warnings(organization) == []
