"""What an account's stack has made, by its state."""

from config.capabilities.workloads import stacks_of
from config.nodes import Account, Configuration
from estate.terraform.providers import environment
from estate.terraform.stack import Stack
from estate.terraform.synth import OUT, synthesize


def living(organization: Configuration, account: Account) -> list[str]:
    """The Terraform addresses in an account's states; those of its workloads, too.

    Args:
        organization: The configuration.
        account: The account.

    Raises:
        SynthError: The app does not synthesize.
        TerraformError: A state cannot be read.
    """
    names = [name for name, (owner, _) in stacks_of(organization).items() if owner is account]
    synthesize(names)
    found = []
    for name in names:
        stack = Stack(name, OUT, environment())
        stack.init()
        found += [address for address in stack.addresses() if not address.startswith("data.")]
    return found
