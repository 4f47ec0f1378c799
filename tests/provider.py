"""Where the provider is, said to Terraform, so that it does not hash 700 MB of it before every command.

Terraform compares the provider with the lock file when a stack is initialized, and again before each plan, apply, show or output: half
a second of processor time, a fifth of what tests take that deploy. `dev_overrides` spares the latter; `terraform init` compares as ever.

Source: https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
"""

import os
from pathlib import Path

from estate.paths import WORK
from estate.terraform.providers import REGISTRY, environment, find_mirror

_ADDRESS = "hashicorp/aws"


def say_where():
    """Say it to all that this process starts, if there is a mirror with the provider unpacked, and no configuration of somebody's own."""
    before = os.environ.get("TF_CLI_CONFIG_FILE")
    try:
        found = environment()
        if found.get("TF_CLI_CONFIG_FILE") in (None, before):
            return
        mirror = find_mirror(os.environ.get("ESTATE_PROVIDER_MIRROR"))
    except FileNotFoundError:
        return  # who needs Terraform is told
    packages = [path for path in (mirror / REGISTRY / _ADDRESS).glob("*/*") if path.is_dir()]
    if len(packages) != 1:
        return
    own = Path(found["TF_CLI_CONFIG_FILE"]).read_text(encoding="utf-8")
    overrides = f'  dev_overrides {{\n    "{_ADDRESS}" = "{packages[0].as_posix()}"\n  }}\n'
    path, partial = WORK / "tests.rc", WORK / f"tests.rc.{os.getpid()}"
    partial.write_text(own.replace("{\n", "{\n" + overrides, 1), encoding="utf-8")
    partial.replace(path)
    os.environ["TF_CLI_CONFIG_FILE"] = str(path)
    os.environ["TF_PLUGIN_CACHE_DIR"] = ""  # `environment` adds none, and Terraform takes this for none
    for name in ("CDKTF_DISABLE_PLUGIN_CACHE_ENV", "CHECKPOINT_DISABLE", "CDKTF_SKIP_PROVIDER_LOCK"):
        os.environ[name] = found[name]
