"""Terraform addresses, as CDKTF makes them of constructs."""

import hashlib


def unique(*path: str) -> str:
    """The name that CDKTF gives to a construct at a path below its stack.

    Example:
        >>> unique("baseline-eu-central-1", "Snapshots")
        'baseline-eu-central-1_Snapshots_E76AEF76'

    Source: https://github.com/hashicorp/terraform-cdk/blob/v0.21.0/packages/cdktf/lib/private/unique.ts
    """
    digest = hashlib.md5("/".join(path).encode(), usedforsecurity=False).hexdigest()[:8].upper()
    return "_".join([*(part for part in path if part != "Resource"), digest])
