"""`python -m estate.access.managed`: write the texts of AWS-managed policies anew, from the package of the local AWS."""

import gzip
import json
from typing import Any

from stacks.reach.texts import FILE


def content() -> bytes:
    """The file, as it is to be."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data as data  # noqa: PLC0415 - a third of a second

    found: dict[str, Any] = json.loads(data) if isinstance(data, str) else data
    newest = max(str(policy["UpdateDate"])[:10] for policy in found.values())
    lines = [newest]
    lines += [
        f"{name}\t{json.dumps(policy['Document'], separators=(',', ':'))}" for name, policy in sorted(found.items())
    ]
    return gzip.compress("\n".join(lines).encode(), mtime=0)


if __name__ == "__main__":
    FILE.write_bytes(content())
