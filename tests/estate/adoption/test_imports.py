"""What Terraform takes over: all that has an id, until the lock says that it is done; and what is left word for word."""

import json

import pytest

import config
from config.loading.lock import read_lock, write_lock
from estate.paths import LOCK_FILE
from stacks.app import synthesize
from tests.estate.adoption.test_view import snapshot
from tests.estate.adoption.test_writing import ACCOUNTS, POLICIES, UNITS, write

pytestmark = pytest.mark.row("E4")


def synth(directory):
    synthesize(config.load(directory), LOCK_FILE, ["management"], directory.parent / "out")
    return json.loads((directory.parent / "out/stacks/management/cdk.tf.json").read_text())


def imports(stack):
    return {each["to"].partition(".")[2]: each["id"] for each in stack.get("import", ())}


@pytest.fixture
def adopted(tmp_path):
    directory = tmp_path / "config"
    directory.mkdir()
    found = snapshot(UNITS, ACCOUNTS, POLICIES)
    found.service_access = ["ram.amazonaws.com", "sso.amazonaws.com"]
    found.ram_sharing = True
    found.administrators = {"sso.amazonaws.com": ["222222222222"]}
    found.policies["p-11111111"]["Content"] = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": ["s3:*"], "Resource": "x/${aws:username}"}],
        }
    )
    write(directory, found)
    return directory


def test_everything_that_exists_is_imported_until_the_lock_says_that_it_is_done(adopted):
    stack = synth(adopted)
    assert set(imports(stack).values()) == {
        "o-a1b2c3d4e5",
        "111111111111",
        "ou-ab12-11111111",
        "222222222222",
        "333333333333",
        "p-11111111",
        "ou-ab12-11111111:p-11111111",
        "333333333333:p-11111111",
        "222222222222/sso.amazonaws.com",
    }
    (policy,) = stack["resource"]["aws_organizations_policy"].values()
    assert policy["content"] == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["s3:*"],"Resource":"x/$${aws:username}"}]}'
    )
    assert "default_tags" not in stack["provider"]["aws"][0]
    locked = {
        "accounts": {"prod": "222222222222", "left-in-the-root": "333333333333"},
        "organizational_units": {"shop-co": "ou-ab12-11111111"},
        "policies": {"deny-s3": "p-11111111"},
        "existing": None,
    }
    write_lock(adopted, read_lock(adopted).model_copy(update=locked))
    assert imports(synth(adopted)) == {}


def test_what_something_else_manages_is_named_by_its_id_and_is_no_resource(adopted):
    path = adopted / "accounts/prod.yaml"
    path.write_text(path.read_text() + "managed_by: other\n")
    stack = synth(adopted)
    assert list(stack["resource"]["aws_organizations_account"]) == ["account-left-in-the-root"]
    (delegate,) = stack["resource"]["aws_organizations_delegated_administrator"].values()
    assert delegate["account_id"] == "222222222222"
    assert stack["output"]["account_ids"]["value"]["prod"] == "222222222222"


def test_an_id_that_is_written_by_hand_is_enough(adopted):
    (adopted / "organization.lock.yaml").unlink()
    assert set(imports(synth(adopted)).values()) == {
        "o-a1b2c3d4e5",
        "ou-ab12-11111111",
        "222222222222",
        "333333333333",
        "p-11111111",
    }
