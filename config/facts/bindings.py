"""Which bindings of AWS's provider are installed: their version decides which version of the provider stacks ask for."""

from importlib.metadata import version
from typing import Final

_PROVIDER: Final = "cdktf_cdktf_provider_aws.provider"  # the build for CDK Terrain renames modules, in strings too
PACKAGE: Final = _PROVIDER.partition(".")[0]
"""The Python package of the bindings."""
DISTRIBUTION: Final = PACKAGE.replace("_", "-")
"""What it is installed as."""
_OF_PROVIDER_6: Final = 21  # CDK Terrain's bindings began later


def installed() -> str:
    """The version of the bindings that is installed."""
    return version(DISTRIBUTION)


def know_regions() -> bool:
    """Whether resources can name their region: since AWS provider 6."""
    return int(installed().partition(".")[0]) >= _OF_PROVIDER_6
