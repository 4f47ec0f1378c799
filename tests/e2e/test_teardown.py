"""An account comes, then everything goes but what is protected. Runs last: the file's name puts it after the others."""

import pytest

from estate.parallel import in_parallel
from estate.terraform.failures import explain
from estate.terraform.planning import room
from estate.terraform.stack import TerraformError
from tests.deployed import planned_actions, resynthesize, tree

pytestmark = pytest.mark.e2e


@pytest.mark.row("A3", "D2")
def test_a_new_account_changes_its_own_stack_the_organization_and_who_gets_in(demo):
    before = resynthesize(demo)  # all of them: the command line synthesizes only what it is called with
    (demo.config / "accounts/sandbox.yaml").write_text("name: Sandbox\nou: workloads/development\n")
    after = resynthesize(demo)
    # Identity Center's administrator, the security account, lets developers into every account of the OU; the terraform
    # account lets the pipelines in.
    changed = {"management", "sandbox", "security", "terraform"}
    assert {name for name in after if after[name] != before.get(name)} == changed
    organization = demo.stack("management")
    actions = planned_actions(organization)
    assert actions["aws_organizations_account.account-sandbox"] == ["create"]
    assert all(taken in (["create"], ["update"]) for taken in actions.values())
    organization.apply()
    demo.estate("lock")
    assert "sandbox" in demo.organization.lock.accounts
    locked = resynthesize(demo)
    assert {name for name in locked if locked[name] != before.get(name)} == changed
    assert planned_actions(demo.stack("terraform"))  # the pipelines' role learns of the account before it deploys there
    demo.estate("deploy", "terraform", "--yes", stack="terraform", foundation=True)
    stack = demo.stack("sandbox")
    stack.init()
    with pytest.raises(TerraformError) as refused:  # a pipeline works through a role that the first deploy makes
        stack.plan()
    assert "takes the foundation route" in explain(refused.value).cure
    # Nobody is needed for it: a job of the pipeline enters the account.
    assert "sandbox  deployed" in demo.estate("deploy", "sandbox", "--yes", stack="sandbox", foundation=True)
    assert planned_actions(demo.stack("sandbox")) == {}
    assert tree(demo)["Workloads/Development"] == ["Development", "Sandbox"]


@pytest.fixture(scope="module")
def protected(demo):
    """The stacks that hold something which Terraform refuses to destroy."""
    texts = resynthesize(demo)
    return {name for name, text in texts.items() if b'"prevent_destroy": true' in text}


def ready(demo, name):
    stack = demo.setup_stack(name)
    stack.init()
    return stack


def destroyed(demo, name):
    stack = ready(demo, name)
    stack.destroy()
    return stack


@pytest.mark.row("C3", "A11")
def test_member_stacks_are_destroyed_through_the_access_role(demo, protected):
    names = sorted(set(demo.organization.accounts) - protected)
    assert "shared-services" in names
    for stack in in_parallel(lambda name: destroyed(demo, name), names, room(applying=True)):
        assert stack.addresses() == []
        roles = demo.local.session(demo.organization.accounts[stack.name].id).client("iam").list_roles()["Roles"]
        assert "TerraformExecutionRole" not in {role["RoleName"] for role in roles}


@pytest.mark.row("C3", "A6")
def test_what_is_protected_stays(demo, protected):
    assert "management" in protected
    for name in sorted(protected):
        stack = ready(demo, name)
        before = stack.addresses()
        with pytest.raises(TerraformError, match="Instance cannot be destroyed"):
            stack.destroy()
        assert stack.addresses() == before
    client = demo.local.session().client("organizations")
    statuses = {account["Id"]: account["Status"] for account in client.list_accounts()["Accounts"]}
    assert set(statuses) >= set(demo.organization.lock.accounts.values())
    assert set(statuses.values()) == {"ACTIVE"}
