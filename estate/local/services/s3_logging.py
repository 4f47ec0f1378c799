"""S3's access logs: moto looks for the permission in the target bucket's policy, and stumbles over other statements."""

from __future__ import annotations

import json

from moto.s3.models import FakeBucket

from estate.local.services.s3 import extension

_LOGGING = "logging.s3.amazonaws.com"


@extension.amends("A bucket may receive access logs whatever else its policy says, such as statements about everybody.")
def _find_the_permission_among_all_statements() -> None:
    def permitted(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        if not target_bucket.policy:
            return False
        arn = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}"
        objects = {f"{arn}/*", f"{arn}/{target_prefix or ''}*"}
        return any(
            statement["Effect"] == "Allow"
            and isinstance(statement["Principal"], dict)
            and _LOGGING in _listed(statement["Principal"].get("Service", []))
            and "s3:PutObject" in _listed(statement["Action"])
            and objects & set(_listed(statement["Resource"]))
            for statement in json.loads(target_bucket.policy)["Statement"]
        )

    FakeBucket._log_permissions_enabled_policy = staticmethod(permitted)  # type: ignore[method-assign]  # noqa: SLF001


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
