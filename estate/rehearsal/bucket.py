"""CloudTrail's files in a bucket: of the accounts and days that matter, and no copy of them on disk.

The layout: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from estate.rehearsal.sources import File, TrailError, Wanted

_AT_ONCE: Final = 16
_CONFIG: Final = Config(retries={"mode": "standard", "max_attempts": 10}, max_pool_connections=_AT_ONCE)
_ACCOUNT: Final = re.compile(r"(?:^|/)(\d{12})/$")
_REGION: Final = re.compile(r"(?:^|/)CloudTrail/[^/]+/")


@dataclass(frozen=True)
class Keys:
    """Credentials, as they are handed to other processes.

    Args:
        key: The access key's id.
        secret: The secret.
        token: The session's token.
        region: The region.
    """

    key: str
    secret: str = field(repr=False)
    token: str | None = field(repr=False)
    region: str


@dataclass(frozen=True)
class Bucket:
    """A prefix of a bucket, with files at any depth.

    Args:
        name: The bucket.
        prefix: Empty, or with a slash at its end.
        keys: Who reads it.
    """

    name: str
    prefix: str
    keys: Keys

    def __str__(self) -> str:
        """As people call it."""
        return f"s3://{self.name}/{self.prefix}"

    def files(self, wanted: Wanted) -> Iterator[File]:
        """Those that can hold records that count."""
        prefixes = self._prefixes(self.prefix, wanted)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            while some := list(islice(prefixes, _AT_ONCE)):
                for found in threads.map(partial(self._listed, wanted=wanted), some):
                    yield from found

    def _prefixes(self, prefix: str, wanted: Wanted) -> Iterator[tuple[str, bool]]:
        """What is to be listed, and whether with all that is below: the regions of the accounts that matter, and what lies elsewhere."""
        if _REGION.search(prefix):
            yield prefix, True
            return
        yield prefix, False
        account = _ACCOUNT.search(prefix)
        for page in self._pages(Prefix=prefix, Delimiter="/"):
            for each in page.get("CommonPrefixes", ()):
                below = str(each["Prefix"])
                named = _ACCOUNT.search(below)
                if (named and named[1] in wanted.unneeded) or (account and not below.endswith("/CloudTrail/")):
                    continue
                yield from self._prefixes(below, wanted)

    def _listed(self, prefix: tuple[str, bool], *, wanted: Wanted) -> list[File]:
        name, deep = prefix
        more: dict[str, str] = {} if deep else {"Delimiter": "/"}
        region = _REGION.search(name)
        if wanted.since and region and region.end() == len(name):  # what follows are days, in their order
            more["StartAfter"] = f"{name}{wanted.since.replace('-', '/')}"
        pages = self._pages(Prefix=name, **more)
        return [
            File(each["Key"], each["Size"])
            for page in pages
            for each in page.get("Contents", ())
            if wanted.takes(each["Key"])
        ]

    def _pages(self, **arguments: str) -> Iterator[Any]:
        try:
            yield from _client(self.keys).get_paginator("list_objects_v2").paginate(Bucket=self.name, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise TrailError(f"{self} cannot be listed: {error}") from error

    def read(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The contents of some, each with its name; several are fetched at once."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for start in range(0, len(names), _AT_ONCE):
                some = names[start : start + _AT_ONCE]
                yield from zip(some, threads.map(self._fetched, some), strict=True)

    def _fetched(self, name: str) -> bytes:
        try:
            found: bytes = _client(self.keys).get_object(Bucket=self.name, Key=name)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise TrailError(f"s3://{self.name}/{name} cannot be read: {error}") from error
        return found


def keys(session: Any) -> Keys:
    """What other processes need to read as a session does.

    Raises:
        TrailError: There are no credentials.
    """
    found = session.get_credentials()
    if found is None:
        raise TrailError("There are no credentials to read the bucket with. Sign in (AWS_PROFILE, `aws sso login`).")
    frozen = found.get_frozen_credentials()
    return Keys(frozen.access_key, frozen.secret_key, frozen.token, session.region_name)


@cache
def _client(keys: Keys) -> Any:
    session = boto3.Session(keys.key, keys.secret, keys.token, region_name=keys.region)
    return session.client("s3", config=_CONFIG)
