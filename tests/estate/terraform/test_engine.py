"""Terraform or OpenTofu. Where no OpenTofu is to be had, Terraform stands in for it, called `tofu`: what is decided is what is tested."""

import json
import shutil
from pathlib import Path

import pytest

from estate.pipeline.steps import HAVE_OPENTOFU, INSTALL_TERRAFORM, install_engine
from estate.terraform import engine as engines
from estate.terraform import providers
from estate.terraform.engine import OPENTOFU, TERRAFORM, engine
from estate.terraform.stack import Stack, TerraformError
from tests.deployment import run
from tests.organizations import SAMPLE
from tests.versions import Row


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """A configuration that says which of the two."""

    def configured(text):
        (tmp_path / "organization.yaml").write_text(text)
        monkeypatch.setenv("ESTATE_CONFIG", str(tmp_path))
        monkeypatch.delenv("TERRAFORM_BINARY_NAME", raising=False)
        engines._configured.cache_clear()

    return configured


@pytest.mark.row("E9")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: x\n", TERRAFORM),
        ("engine: terraform\n", TERRAFORM),
        ("engine: opentofu\n", OPENTOFU),
        ("- x\n", TERRAFORM),
    ],
)
def test_the_configuration_says_what_runs_stacks(configured, text, found):
    configured(text)
    assert engine() == found
    assert engine({"TERRAFORM_BINARY_NAME": ""}) == found


@pytest.mark.row("E9")
@pytest.mark.parametrize(
    ("program", "name", "registry"),
    [
        ("tofu", "OpenTofu", "registry.opentofu.org"),
        ("/usr/local/bin/tofu-1.11", "OpenTofu", "registry.opentofu.org"),
        ("/usr/local/tofu/terraform", "Terraform", "registry.terraform.io"),
    ],
)
def test_the_environment_goes_first(configured, program, name, registry):
    configured("engine: opentofu\n")
    found = engine({"TERRAFORM_BINARY_NAME": program})
    assert (found.name, found.program, found.registry) == (name, program, registry)


@pytest.mark.row("E9")
def test_pipelines_install_terraform_and_see_that_opentofu_is_there(configured):
    configured("engine: opentofu\n")
    assert install_engine() == HAVE_OPENTOFU
    configured("engine: terraform\n")
    assert install_engine() == INSTALL_TERRAFORM


@pytest.mark.row("E9")
def test_each_has_a_mirror_of_its_own(configured, monkeypatch, tmp_path):
    configured("engine: opentofu\n")
    monkeypatch.setattr(providers, "WORK", tmp_path / ".estate")
    monkeypatch.setattr(providers, "_reachable", lambda _: False)
    mirror = tmp_path / "mirror"
    (mirror / "registry.terraform.io").mkdir(parents=True)
    base = {"ESTATE_PROVIDER_MIRROR": str(mirror)}
    with pytest.raises(FileNotFoundError, match=r"holds no registry\.opentofu\.org/ directory"):
        providers.environment(base)
    (mirror / "registry.opentofu.org").mkdir()
    found = providers.environment(base)
    assert found["TERRAFORM_BINARY_NAME"] == "tofu"  # which `cdktf` asks for
    assert str(mirror) in Path(found["TF_CLI_CONFIG_FILE"]).read_text()


def test_nothing_is_said_of_terraform_that_it_does_not_know(configured, monkeypatch):
    configured("name: x\n")
    monkeypatch.setattr(providers, "_reachable", lambda _: True)
    assert "TERRAFORM_BINARY_NAME" not in providers.environment({"TF_PLUGIN_CACHE_DIR": "x"})


@pytest.fixture
def tofu(tmp_path):
    """Terraform in OpenTofu's place: says how it was called, and with which encryption."""
    program = tmp_path / "bin" / "tofu"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$1 ${{TF_ENCRYPTION-none}}" >> {tmp_path}/calls\nunset TF_ENCRYPTION\nexec {shutil.which("terraform")} "$@"\n'
    )
    program.chmod(0o755)
    return program


@pytest.mark.row("E9")
def test_every_command_of_a_stack_is_its_and_gets_the_encryption_of_states(tofu, tmp_path, ran):
    directory = tmp_path / "out" / "stacks" / "one"
    directory.mkdir(parents=True)
    resource = {"terraform_data": {"kept": {"input": "1"}}}
    output = {"said": {"value": "${terraform_data.kept.output}"}}
    # What stacks have that older versions of OpenTofu refuse: forgetting (1.10), ephemeral variables (1.11).
    forgotten = [{"from": "terraform_data.gone", "lifecycle": {"destroy": False}}]
    variable = {"deploy_role": {"type": "string", "default": "x", "ephemeral": True}}
    (directory / "cdk.tf.json").write_text(
        json.dumps({"resource": resource, "output": output, "removed": forgotten, "variable": variable})
    )
    variables = {"PATH": "/usr/bin:/bin", "TERRAFORM_BINARY_NAME": str(tofu), "TF_ENCRYPTION": "secret"}
    stack = Stack("one", tmp_path / "out", variables)
    stack.init()
    assert stack.plan()
    stack.apply()
    assert stack.outputs() == {"said": "1"}
    assert not stack.plan()
    assert stack.addresses() == ["terraform_data.kept"]
    stack.destroy()
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["init", "plan", "apply", "output", "plan", "state", "destroy"]
    assert {call.split()[1] for call in calls} == {"secret"}
    (directory / "cdk.tf.json").write_text("{")
    with pytest.raises(TerraformError, match=rf"{tofu} plan of stack one failed"):
        stack.plan()
    ran(Row("any", "its commands, by a stand-in: Terraform called `tofu`", "any", "any", "OpenTofu ≥ 1.11"))


@pytest.mark.row("E9")
def test_the_set_up_asks_for_the_program_that_is_named(tmp_path):
    (tmp_path / "tofu").write_text("#!/bin/sh\necho OpenTofu v1.9.0\n")
    (tmp_path / "tofu").chmod(0o755)
    script = f"""if True:
        import os, sys
        os.environ["TERRAFORM_BINARY_NAME"] = {str(tmp_path / "tofu")!r}
        sys.path.insert(0, ".")
        from estate import setup
        print(setup.unfit(*setup._engine()))
    """
    said = run("python3", "-c", script, cwd=SAMPLE.parents[1])
    assert said.startswith("OpenTofu 1.11 or newer and before 2.0 is needed, this is 1.9: https://opentofu.org/")
