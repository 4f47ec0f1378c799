"""States reached through a profile of AWS's configuration, so that a saved plan holds no role.

A saved plan freezes the settings of its backend. With a role among them, whoever applies the plan would reach the state
through the role of whoever made it. With a profile, each run's own AWS configuration says which role that is.

`cdk.tf.json` stays as it is: an override file, which Terraform merges over it, names the profile.

Source: https://developer.hashicorp.com/terraform/language/files/override
"""

import json
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from constructs_lib.state.permissions import STACK_TAG
from estate.terraform import state_credentials
from estate.terraform.stack import Stack
from estate.terraform.states import OVERRIDE

_PROFILE: Final = "terraform-state-"


def through_profile(stack: Stack, role_arn: str | None) -> Stack:
    """Let a stack reach its state through a role that its saved plan does not hold.

    The states of others that it reads are read through the role that it names for them, which can do no more.

    Args:
        stack: A synthesized stack.
        role_arn: The role for its own state. None, and the backend stays as it is synthesized.

    Returns:
        The stack, with the environment that its Terraform needs for that.
    """
    override = stack.directory / OVERRIDE
    made = _override(stack) if role_arn else None
    if made is None or role_arn is None:
        override.unlink(missing_ok=True)
        return stack
    override.write_text(json.dumps(made, indent=2), encoding="utf-8")
    others = {tagged: config["assume_role"]["role_arn"] for _, config, tagged in _others(synthesized(stack))}
    roles = {**others, stack.name: role_arn}
    return replace(stack, variables={**stack.variables, "AWS_CONFIG_FILE": str(_configure(stack, roles))})


def synthesized(stack: Stack) -> dict[str, Any]:
    """A stack's `cdk.tf.json`."""
    found: dict[str, Any] = json.loads((stack.directory / "cdk.tf.json").read_text(encoding="utf-8"))
    return found


def settings_through(stack: Stack, role_arn: str | None) -> dict[str, Any] | None:
    """The settings of a stack's S3 backend, with another role than the synthesized one; None if it has another backend."""
    settings: dict[str, Any] | None = synthesized(stack)["terraform"]["backend"].get("s3")
    if settings is None or role_arn is None or "assume_role" not in settings:
        return settings
    return {**settings, "assume_role": {**settings["assume_role"], "role_arn": role_arn}}


def _override(stack: Stack) -> dict[str, Any] | None:
    found = synthesized(stack)
    settings = found["terraform"]["backend"].get("s3", {})
    if "assume_role" not in settings:
        return None
    made: dict[str, Any] = {"terraform": {"backend": {"s3": _with_profile(settings, stack.name)}}}
    for id_, config, name in _others(found):
        made.setdefault("data", {}).setdefault("terraform_remote_state", {})[id_] = {
            "config": _with_profile(config, name)
        }
    return made


def _others(found: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The states of other stacks that a stack reads: id, settings, name of the other stack."""
    for id_, data in found.get("data", {}).get("terraform_remote_state", {}).items():
        role = data.get("config", {}).get("assume_role")
        if role:
            yield id_, data["config"], role["tags"][STACK_TAG]


def _with_profile(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "assume_role"} | {"profile": f"{_PROFILE}{name}"}


def _configure(stack: Stack, roles: Mapping[str, str]) -> Path:
    """Write an AWS configuration: the one that is there, and a profile for each state, by the stack whose it is."""
    there = Path(stack.variables.get("AWS_CONFIG_FILE") or Path.home() / ".aws/config")
    text = there.read_text(encoding="utf-8").rstrip() + "\n" if there.is_file() else ""
    for name, role_arn in roles.items():
        program = [sys.executable, "-P", state_credentials.__file__, role_arn, name]
        text += f"\n[profile {_PROFILE}{name}]\ncredential_process = {shlex.join(program)}\n"
    path = stack.work / "aws" / f"{stack.name}.config"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path
