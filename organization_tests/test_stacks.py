"""What holds for every stack of your organization, and what was recorded of each: `make record` writes it anew."""

from estate.testing import addresses, astray, unencrypted, untagged, without_metadata


def test_each_account_has_a_stack(organization, stacks):
    assert sorted(stacks) == sorted(organization.accounts)


def test_each_stack_has_a_state_of_its_own(stacks):
    states = [str(stack["terraform"]["backend"]) for stack in stacks.values()]
    assert len(set(states)) == len(states)


def test_no_stack_can_be_deployed_into_another_account(account, organization, stacks):
    assert astray(stacks[account], organization.accounts[account]) == []


def test_what_can_be_encrypted_with_a_key_is(account, stacks):
    assert unencrypted(stacks[account]) == []


def test_everything_is_tagged(account, organization, stacks):
    assert untagged(stacks[account], organization.accounts[account]) == []


def test_addresses(account, stacks, recorded):
    """An address that goes is a resource destroyed, for some (accounts, states, logs, keys) for ever."""
    assert addresses(stacks[account]) == recorded, "Is that meant? Then `make record`, and review what it changes."


def test_json(account, stacks, recorded):
    """Leave this test out where nobody reads the difference: `estate plan --changed` shows what it does."""
    assert without_metadata(stacks[account]) == recorded, "Is that meant? Then `make record`."
