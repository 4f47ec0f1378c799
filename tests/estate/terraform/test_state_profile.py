"""States reached through a profile: a saved plan names no role."""

import configparser
import json

import pytest

from estate.terraform.stack import Stack
from estate.terraform.state_profile import settings_through, through_profile

READER = "arn:aws:iam::222222222222:role/TerraformStateReadRole"


WRITER = "arn:aws:iam::222222222222:role/TerraformStateRole"


def role(stack, arn=WRITER):
    return {"role_arn": arn, "tags": {"TerraformStack": stack}}


@pytest.fixture
def stack(tmp_path):
    (tmp_path / "aws-config").write_text("[profile pipeline]\nrole_arn = arn\n")
    found = Stack("shop", tmp_path / "cdktf.out", {"AWS_CONFIG_FILE": str(tmp_path / "aws-config")})
    found.directory.mkdir(parents=True)
    return found


def write(stack, backend, **data):
    text = json.dumps({"terraform": {"backend": backend}, "data": {"terraform_remote_state": data}})
    (stack.directory / "cdk.tf.json").write_text(text)


def override(stack):
    return json.loads((stack.directory / "backend_override.tf.json").read_text())


@pytest.mark.parametrize("own", [READER, WRITER])
@pytest.mark.row("E2", "B3")
def test_no_role_is_left_in_what_a_plan_freezes(stack, own):
    config = {"bucket": "states", "key": "stacks/management.tfstate", "assume_role": role("management", READER)}
    write(
        stack,
        {"s3": {"bucket": "states", "key": "stacks/shop.tfstate", "assume_role": role("shop")}},
        organization={"backend": "s3", "config": config},
    )
    found = through_profile(stack, own)
    assert override(stack)["terraform"]["backend"]["s3"] == {
        "bucket": "states",
        "key": "stacks/shop.tfstate",
        "profile": "terraform-state-shop",
    }
    data = override(stack)["data"]["terraform_remote_state"]["organization"]["config"]
    assert data["profile"] == "terraform-state-management"
    assert "role" not in json.dumps(override(stack))
    profiles = configparser.ConfigParser()
    profiles.read(found.variables["AWS_CONFIG_FILE"])
    assert profiles["profile pipeline"]["role_arn"] == "arn"
    # Whoever deploys writes its own state, and only reads the other's.
    for name, arn in (("shop", own), ("management", READER)):
        process = profiles[f"profile terraform-state-{name}"]["credential_process"]
        assert process.endswith(f"state_credentials.py {arn} {name}")


@pytest.mark.parametrize("backend", [{"local": {"path": "x"}}, {"s3": {"bucket": "b", "key": "k"}}])
def test_a_backend_without_a_role_stays(stack, backend):
    write(stack, backend)
    assert through_profile(stack, READER) is stack
    assert not (stack.directory / "backend_override.tf.json").exists()


def test_without_a_role_an_earlier_override_goes(stack):
    write(stack, {"s3": {"bucket": "b", "key": "k", "assume_role": role("shop")}})
    through_profile(stack, READER)
    assert through_profile(stack, None) is stack
    assert not (stack.directory / "backend_override.tf.json").exists()


def test_settings_name_the_role_that_is_asked_for(stack):
    write(stack, {"s3": {"bucket": "b", "key": "k", "assume_role": role("shop")}})
    assert settings_through(stack, READER)["assume_role"] == {**role("shop"), "role_arn": READER}
    assert settings_through(stack, None)["assume_role"] == role("shop")
