"""Lists of addresses that GuardDuty trusts, or takes for threats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.guardduty_ipset import GuarddutyIpset
from cdktf_cdktf_provider_aws.guardduty_threatintelset import GuarddutyThreatintelset
from cdktf_cdktf_provider_aws.s3_object import S3Object
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.logging.archive_statements import keepers_change
from constructs_lib.logging.secure_bucket import SecureBucketConstruct
from constructs_lib.policies.document import Statement, deny
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_MOST_TRUSTED = 2_000
_MOST_THREATS = 250_000
_MOST_LISTS = 6


@typed
@dataclass(frozen=True)
class RegionDetector:
    """GuardDuty in a region.

    Args:
        detector_id: The administrator's detector.
        provider: The administrator's account, in that region.
    """

    detector_id: str
    provider: TerraformProvider


@typed
class GuardDutyIpListsConstruct(Construct):
    """Lists of IPv4 addresses for GuardDuty, and the bucket that they are in. For its administrator; they hold for its members.

    GuardDuty reads a list when the list is switched on or moved, and not when the file changes. So each text has a name of its own in the
    bucket: another text is another place, and GuardDuty reads it.

    Children: ``Bucket``; ``file-trusted`` and ``file-threat-<name>`` (objects); ``trusted-<region>`` and ``threat-<name>-<region>`` (lists).

    Args:
        scope: Where the lists are kept.
        id_: The construct's id.
        bucket_name: The bucket's name, unique in the partition.
        detectors: The administrator's detector by region.
        trusted: Addresses and ranges, one a line, at most 2,000: GuardDuty finds nothing in what comes from there. Default: no such list.
        threats: As `trusted`, at most 250,000: whoever is there is taken for a threat. By the name that findings show, a slug; at most six.
            Default: none.
        writer_arns: Roles that may change the bucket and what is in it. Default: whoever IAM allows.
        partition: ``aws`` or ``aws-us-gov``.
        provider: The administrator's account, in the bucket's region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no list or no region, or a list has no entry, or more than GuardDuty takes, or a name is malformed.

    Example:
        >>> GuardDutyIpListsConstruct(
        ...     stack, "IpLists", bucket_name="acme-guardduty-lists", detectors={"eu-west-1": RegionDetector(detector.id, ireland)},
        ...     threats={"scanners": "198.51.100.0/24"},
        ... )

    Source: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        bucket_name: str,
        detectors: Mapping[str, RegionDetector],
        trusted: str | None = None,
        threats: Mapping[str, str] | None = None,
        writer_arns: Sequence[str] = (),
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        lists = dict(threats or {})
        if trusted is None and not lists:
            raise InvalidValueError("trusted", None, expected="a list, or some `threats`")
        if not detectors:
            raise InvalidValueError("detectors", {}, expected="GuardDuty in at least one region")
        require_between("threats", len(lists), 0, _MOST_LISTS, unit="lists")
        self._provider = provider
        arn = f"arn:{partition}:s3:::{bucket_name}"
        self._bucket = SecureBucketConstruct(
            self,
            "Bucket",
            bucket_name=bucket_name,
            statements=[*keepers_change(arn, writer_arns), *_writers_write(arn, writer_arns)],
            partition=partition,
            provider=provider,
        )
        if trusted is not None:
            _require_entries("trusted", trusted, _MOST_TRUSTED)
            self._trust(self._file("trusted", "trusted", trusted), detectors)
        for name, text in sorted(lists.items()):
            require_slug("threats", name)
            _require_entries(f"threats[{name!r}]", text, _MOST_THREATS)
            self._threaten(name, self._file(f"threat-{name}", f"threats/{name}", text), detectors)

    def _file(self, id_: str, place: str, text: str) -> str:
        """Put a list into the bucket; where it is."""
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        made = S3Object(
            self,
            f"file-{id_}",
            bucket=self._bucket.bucket_name,
            key=f"{place}/{digest}.txt",
            content=as_text(text),
            content_type="text/plain",
            # GuardDuty is led to the new one before the old one goes.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            provider=self._provider,
        )
        return f"s3://{made.bucket}/{made.key}"

    def _trust(self, location: str, detectors: Mapping[str, RegionDetector]) -> None:
        for region, detector in sorted(detectors.items()):
            GuarddutyIpset(
                self,
                f"trusted-{require_region('detectors', region)}",
                activate=True,
                detector_id=detector.detector_id,
                format="TXT",
                location=location,
                name="trusted",
                provider=detector.provider,
            )

    def _threaten(self, name: str, location: str, detectors: Mapping[str, RegionDetector]) -> None:
        for region, detector in sorted(detectors.items()):
            GuarddutyThreatintelset(
                self,
                f"threat-{name}-{require_region('detectors', region)}",
                activate=True,
                detector_id=detector.detector_id,
                format="TXT",
                location=location,
                name=name,
                provider=detector.provider,
            )


def _require_entries(name: str, text: str, most: int) -> None:
    require_between(name, len([line for line in text.splitlines() if line.strip()]), 1, most, unit="entries")


def _writers_write(bucket_arn: str, writer_arns: Sequence[str]) -> list[Statement]:
    """Nobody but some roles writes or deletes a list; whoever IAM allows if none are named."""
    if not writer_arns:
        return []
    return [
        deny(
            ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"],
            f"{bucket_arn}/*",
            principals="*",
            conditions={"ArnNotLike": {"aws:PrincipalArn": writer_arns}},
            sid="DenyOtherWriters",
        )
    ]
