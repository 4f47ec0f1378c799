"""What runs stacks: Terraform, or OpenTofu, which is called alike.

`TERRAFORM_BINARY_NAME` names the program, as it does for CDKTF's own command line; without it, `engine` in organization.yaml says which
of the two.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from estate.paths import config_directory

VARIABLE: Final = "TERRAFORM_BINARY_NAME"


@dataclass(frozen=True)
class Engine:
    """A program that runs stacks.

    Args:
        name: What people call it.
        program: What is called: a name that is found by PATH, or a path.
        registry: The registry that it takes providers from, and the directory of a mirror.
    """

    name: str
    program: str
    registry: str


TERRAFORM: Final = Engine("Terraform", "terraform", "registry.terraform.io")
OPENTOFU: Final = Engine("OpenTofu", "tofu", "registry.opentofu.org")
_BY_KEY: Final = {"terraform": TERRAFORM, "opentofu": OPENTOFU}


def engine(variables: Mapping[str, str] | None = None) -> Engine:
    """The program that runs stacks.

    Args:
        variables: The environment; this process's by default. A program whose file name begins with `tofu` is OpenTofu.
    """
    program = (os.environ if variables is None else variables).get(VARIABLE)
    if not program:
        return _configured(config_directory())
    known = OPENTOFU if Path(program).name.startswith(OPENTOFU.program) else TERRAFORM
    return Engine(known.name, program, known.registry)


@cache
def _configured(directory: Path) -> Engine:
    """What the configuration says; Terraform where it says nothing. What is wrong with it, `estate check` tells."""
    try:
        text = (directory / "organization.yaml").read_bytes()
        # The parser in C, since every command asks this; as safe as the other one.
        found = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, yaml.YAMLError):
        return TERRAFORM
    return _BY_KEY.get(found.get("engine", ""), TERRAFORM) if isinstance(found, dict) else TERRAFORM
