"""What an organization's own tests are written with: `organization_tests/` of this checkout.

They take the configuration that the commands take: `ESTATE_CONFIG`, else config/ of this checkout.

Example:
    >>> from estate.testing import assert_allowed, assert_denied
    >>> assert_denied(account="production", action="ec2:RunInstances", region="us-west-2", by="allowed-regions")
    >>> assert_allowed(account="production", action="iam:CreateRole")
"""

from estate.testing.access import assert_only, assert_reachable, assert_unreachable
from estate.testing.guardrails import Promise, assert_allowed, assert_denied, decisions, promises
from estate.testing.pages import stale_files
from estate.testing.stacks import addresses, astray, unencrypted, untagged, without_metadata

__all__ = [
    "Promise",
    "addresses",
    "assert_allowed",
    "assert_denied",
    "assert_only",
    "assert_reachable",
    "assert_unreachable",
    "astray",
    "decisions",
    "promises",
    "stale_files",
    "unencrypted",
    "untagged",
    "without_metadata",
]
