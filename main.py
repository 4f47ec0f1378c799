"""The app: read the organization's configuration, build one stack per account, synthesize Terraform JSON."""

import gc
from functools import cache, partial
from pathlib import Path

# All that is made is used to the end: looking for garbage would take a tenth of the time and find none.
gc.disable()

# ruff: noqa: E402
# isort: split
from constructs_lib.lazy import load_early
from stacks.asked import Asked
from stacks.kept.run import Run


def main(repository: Path) -> None:
    """Synthesize all stacks, or those that `ESTATE_STACKS=a,b` names, of the organization in `ESTATE_CONFIG`.

    Args:
        repository: Has the configuration, where `ESTATE_CONFIG` names none, and the lock of the providers.
    """
    this = Run(Asked.by_environment(repository))
    if this.repeat():  # nothing has changed since the last time
        return
    bindings = cache(partial(load_early, "cdktf_cdktf_provider_aws.provider"))
    if not this.is_known():
        # The JavaScript kernel starts while Python goes on: with the other imports and with reading the configuration.
        bindings()

    from stacks.synthesis import run  # noqa: PLC0415 - nothing of it is needed to repeat a run

    run(this, bindings)
    gc.freeze()  # nor is there any to be found at the end


if __name__ == "__main__":
    main(Path(__file__).resolve().parent)
