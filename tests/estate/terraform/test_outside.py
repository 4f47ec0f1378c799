"""A new account's stack, as it is planned without entering the account."""

import json

import pytest

from estate.terraform.outside import mentions, outside
from estate.terraform.stack import Stack


@pytest.fixture
def stack(tmp_path):
    found = Stack("shop", tmp_path / "cdktf.out", {})
    found.directory.mkdir(parents=True)
    ids = "${data.terraform_remote_state.organization.outputs.account_ids"
    content = {
        "provider": {
            "aws": [
                {
                    "region": "eu-central-1",
                    "allowed_account_ids": [f"{ids}.shop}}"],
                    "assume_role": [{"role_arn": f"arn:aws:iam::{ids}.shop}}:role/${{var.deploy_role}}"}],
                }
            ],
            "other": [{"allowed_account_ids": []}],
        },
        "data": {"aws_caller_identity": {"caller": {}}, "terraform_remote_state": {"organization": {"backend": "s3"}}},
        "output": {
            "account_id": {"value": "${data.aws_caller_identity.caller.account_id}"},
            "role": {"value": f'${{arn:aws:iam::{ids}["shared-services"]}}:role/A'},
        },
    }
    (found.directory / "cdk.tf.json").write_text(json.dumps(content))
    return found


@pytest.mark.row("C12", "E2")
def test_it_enters_no_account_and_does_not_say_which_it_is_in(stack):
    before = (stack.directory / "cdk.tf.json").read_text()
    copy = outside(stack)
    found = json.loads((copy.directory / "cdk.tf.json").read_text())
    assert found["provider"] == {
        "aws": [{"region": "eu-central-1", "skip_credentials_validation": True, "skip_requesting_account_id": True}],
        "other": [{"allowed_account_ids": []}],
    }
    assert list(found["data"]) == ["terraform_remote_state"]
    assert list(found["output"]) == ["role"]
    assert (stack.directory / "cdk.tf.json").read_text() == before
    assert copy.plan_file != stack.plan_file


def test_a_block_of_which_nothing_is_left_goes(stack):
    file = stack.directory / "cdk.tf.json"
    found = json.loads(file.read_text())
    del found["output"]["role"]
    del found["data"]["terraform_remote_state"]
    file.write_text(json.dumps(found))
    assert list(json.loads((outside(stack).directory / "cdk.tf.json").read_text())) == ["provider"]


@pytest.mark.parametrize(
    ("accounts", "does"),
    [(["shop"], True), (["shared-services"], True), (["sho"], False), (["shared"], False), ([], False)],
)
def test_which_accounts_it_mentions(stack, accounts, does):
    assert mentions(stack, accounts) is does
