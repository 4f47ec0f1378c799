"""Which bindings of AWS's provider are installed: their version decides which version of the provider stacks ask for."""

from importlib.metadata import version
from typing import Final

_PROVIDER: Final = "cdktf_cdktf_provider_aws.provider"  # the build for CDK Terrain renames modules, in strings too
PACKAGE: Final = _PROVIDER.partition(".")[0]
"""The Python package of the bindings."""
DISTRIBUTION: Final = PACKAGE.replace("_", "-")
"""What it is installed as."""
_OF_PROVIDER_6: Final = 21  # CDK Terrain's bindings began later
_OF_CDK_TERRAIN: Final = 22  # CDKTF's ended with 21, AWS provider 6.25


def installed() -> str:
    """The version of the bindings that is installed."""
    return version(DISTRIBUTION)


def know_regions() -> bool:
    """Whether resources can name their region: since AWS provider 6."""
    return int(installed().partition(".")[0]) >= _OF_PROVIDER_6


def know_sovereign_cloud() -> bool:
    """Whether the provider takes ARNs of the European Sovereign Cloud: since 6.29, which CDK Terrain alone has.

    Source: https://github.com/hashicorp/terraform-provider-aws/pull/45895
    """
    return int(installed().partition(".")[0]) >= _OF_CDK_TERRAIN
