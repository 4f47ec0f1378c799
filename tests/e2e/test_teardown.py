"""Everything goes but what is protected. Runs last: the file's name puts it after the others."""

import pytest

from estate.demo import ACCESS_ROLE
from estate.terraform import TerraformError

pytestmark = pytest.mark.e2e


def protected(demo, name):
    stack = demo.stack(name)
    shown = (stack.directory / "cdk.tf.json").read_text()
    return '"prevent_destroy": true' in shown


@pytest.mark.row("C3", "A11")
def test_member_stacks_are_destroyed_through_the_access_role(demo):
    for name in demo.organization.accounts:
        if protected(demo, name):
            continue
        stack = demo.stack(name, TF_VAR_deploy_role=ACCESS_ROLE)
        stack.init()
        stack.destroy()
        assert stack.addresses() == []
        account = demo.organization.accounts[name]
        roles = demo.local.session(account.id).client("iam").list_roles()["Roles"]
        assert "TerraformExecutionRole" not in {role["RoleName"] for role in roles}


@pytest.mark.row("C3", "A6")
def test_what_is_protected_stays(demo):
    for name in demo.organization.accounts:
        if not protected(demo, name):
            continue
        stack = demo.stack(name, TF_VAR_deploy_role=ACCESS_ROLE)
        stack.init()
        before = stack.addresses()
        with pytest.raises(TerraformError, match="Instance cannot be destroyed"):
            stack.destroy()
        assert stack.addresses() == before
    client = demo.local.session().client("organizations")
    statuses = {account["Id"]: account["Status"] for account in client.list_accounts()["Accounts"]}
    assert set(statuses) >= set(demo.organization.lock.accounts.values())
    assert set(statuses.values()) == {"ACTIVE"}
