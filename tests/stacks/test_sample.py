"""The sample organization's stacks: their JSON, their addresses, what holds for each of them."""

import json
import re
from pathlib import Path

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

from config import load
from config.controls.kept import BOUNDARY_ADDRESS, kept
from config.registry import listed_actions, shared
from constructs_lib.ci.permissions import Permissions
from constructs_lib.ci.rights import is_read
from constructs_lib.policies.document import PolicyDocument
from estate.testing import addresses, without_metadata
from stacks.rights import described
from tests.organizations import SAMPLE

ORGANIZATION = load(SAMPLE)
MEMBERS = [slug for slug, account in ORGANIZATION.accounts.items() if account is not ORGANIZATION.management]


class StackSnapshot(JSONSnapshotExtension):
    """One file a stack, in `tests/snapshots/`, without CDKTF's metadata."""

    @classmethod
    def dirname(cls, *, test_location):
        test = Path(test_location.filepath)
        return str(test.parents[1] / "snapshots" / test.stem)


@pytest.fixture
def snapshot(snapshot):
    return snapshot.use_extension(StackSnapshot)


@pytest.mark.row("A11", "C14", "A3")
def test_one_stack_per_account(synthesized):
    assert sorted(synthesized) == sorted(ORGANIZATION.accounts)


@pytest.mark.parametrize("name", ORGANIZATION.accounts)
def test_json(synthesized, snapshot, name):
    assert without_metadata(synthesized[name]) == snapshot


@pytest.mark.parametrize("name", ORGANIZATION.accounts)
def test_addresses(synthesized, snapshot, name):
    assert addresses(synthesized[name]) == snapshot


@pytest.mark.row("A11")
def test_each_stack_has_its_own_state(synthesized):
    states = [json.dumps(stack["terraform"]["backend"]) for stack in synthesized.values()]
    assert len(set(states)) == len(ORGANIZATION.accounts)


@pytest.mark.row("B5", "A1")
@pytest.mark.parametrize("name", MEMBERS)
def test_a_provider_works_in_its_account_only(synthesized, name):
    for provider in synthesized[name]["provider"]["aws"]:
        (own,) = provider["allowed_account_ids"]
        (role,) = provider["assume_role"]
        assert own.endswith(f"account_ids.{name}}}") or f'"{name}"' in own
        assert role["role_arn"] == f"arn:aws:iam::{own}:role/${{var.deploy_role}}"
        assert role["session_name"] == f"terraform-{name}"
        assert role["external_id"] == "example-terraform"


@pytest.mark.row("E2", "B7")
@pytest.mark.parametrize("name", MEMBERS)
def test_the_role_is_no_part_of_a_saved_plan(synthesized, name):
    """So that a plan of the role that reads can be applied by the role that writes."""
    assert synthesized[name]["variable"]["deploy_role"]["ephemeral"] is True


@pytest.mark.row("C2")
def test_only_the_organization_stack_works_in_the_management_account(synthesized):
    for provider in synthesized["management"]["provider"]["aws"]:
        assert provider["allowed_account_ids"] == ["111111111111"]
        assert "assume_role" not in provider
    organization_types = {
        kind for name, stack in synthesized.items() if name != "management" for kind in stack["resource"]
    }
    assert not {kind for kind in organization_types if kind.startswith("aws_organizations_")}


@pytest.mark.row("B4", "C12", "E1")
@pytest.mark.parametrize("name", ORGANIZATION.accounts)
def test_the_execution_role_is_permitted_what_its_stack_contains(synthesized, name):
    """Every action of every type, unless all that the stack has of the type is kept from its pipeline."""
    account = ORGANIZATION.accounts[name]
    stack, _ = described(synthesized[name], shared(ORGANIZATION), account)
    permitted = {action for one in _of_role(synthesized[name], "execution-role_", "Allow") for action in one.actions}
    data = {f"data.{type_}" for type_ in synthesized[name].get("data", {}) if type_ != "terraform_remote_state"}
    for type_ in {*synthesized[name]["resource"], *data}:
        for action in Permissions.of([type_], listed=listed_actions()).actions:
            theirs = type_ in data or stack.of_type(type_, reading=is_read(action))
            assert not theirs or action in permitted or "PermissionsBoundary" in action, f"{type_}: {action}"


@pytest.mark.row("B4")
def test_product_accounts_share_a_template(synthesized):
    """The same actions in all of them, but for types without a name, of which only those that have them are permitted anything."""
    products = [account.slug for account in ORGANIZATION.with_purpose("workload")]
    assert len(products) > 1
    for role in ("execution-role_", "plan-role_"):
        permitted = {
            name: {action for one in _of_role(synthesized[name], role, "Allow") for action in one.actions}
            for name in products
        }
        every = set().union(*permitted.values())
        for name in products:
            held = {type_ for other in products for type_ in synthesized[other]["resource"]}
            lacking = Permissions.of(held - set(synthesized[name]["resource"]), listed=listed_actions()).actions
            assert every - permitted[name] <= lacking


@pytest.mark.row("E1")
@pytest.mark.parametrize("name", ORGANIZATION.accounts)
def test_roles_of_stacks_are_bounded(synthesized, name):
    resources = synthesized[name]["resource"]
    (boundary,) = (address for address in resources["aws_iam_policy"] if address.startswith("boundary_"))
    assert boundary == BOUNDARY_ADDRESS
    for address, role in resources["aws_iam_role"].items():
        expected = None if kept(address) else f"${{aws_iam_policy.{boundary}.arn}}"
        assert role.get("permissions_boundary") == expected, address


def _of_role(stack, role, effect):
    expression = re.compile(r"\$\{[^{}]*\}")
    for address, policy in stack["resource"]["aws_iam_policy"].items():
        if address.startswith(role):
            document = PolicyDocument.from_json(expression.sub("111122223333", policy["policy"]))
            yield from (one for one in document.statements if one.effect == effect)


@pytest.mark.row("A6")
def test_the_break_glass_role_is_made_in_new_accounts_and_accounts_with_an_id_are_imported(synthesize_changed):
    found = synthesize_changed(
        lambda data: data.update(break_glass_role="BreakGlass"),
        ["management"],
        also={"accounts/network.yaml": lambda data: data.update(id="222222222222")},
    )["management"]
    accounts = found["resource"]["aws_organizations_account"]
    assert {account["role_name"] for account in accounts.values()} == {"BreakGlass"}
    assert found["import"] == [{"id": "222222222222", "to": "aws_organizations_account.account-network"}]
