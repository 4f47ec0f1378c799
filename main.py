"""The app: read the organization's configuration, build one stack per account, synthesize Terraform JSON."""

import gc
import os
import sys
from pathlib import Path

# All that is made is used to the end: looking for garbage would take a tenth of the time and find none.
gc.disable()

# ruff: noqa: E402
# isort: split
from constructs_lib.lazy import load_early

# The JavaScript kernel starts while Python goes on: with the other imports and with reading the configuration.
bindings = load_early("cdktf_cdktf_provider_aws.provider")

# isort: split
from config import ConfigError, load
from stacks.lint import lint
from stacks.lockout import refuse_lockouts
from stacks.parallel import synthesize


def main(repository: Path) -> None:
    """Synthesize all stacks, or those that `ESTATE_STACKS=a,b` names, of the organization in `ESTATE_CONFIG`.

    Args:
        repository: Has the configuration, where `ESTATE_CONFIG` names none, and the lock of the providers.
    """
    directory = Path(os.environ.get("ESTATE_CONFIG") or repository / "config")
    only = os.environ.get("ESTATE_STACKS", "").replace(",", " ").split()
    try:
        organization = load(directory)
        bindings.join()
        out = synthesize(organization, repository / ".terraform.lock.hcl", only)
    except (ConfigError, LookupError) as error:
        sys.exit(str(error))
    lint(organization, out)
    refuse_lockouts(organization, out)


if __name__ == "__main__":
    main(Path(__file__).resolve().parent)
