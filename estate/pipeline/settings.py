"""The settings of a repository that its pipeline relies on, compared with what they are.

What is written into a pipeline holds only as long as nobody can push past it, approve themselves, or bring a pipeline of
their own. These are settings of the CI system, which no file of the repository makes.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class Finding:
    """One setting.

    Args:
        setting: What it is, as the CI system calls it.
        good: Whether it is as it should be; None if the token may not look at it.
        found: What it is.
        cure: What to set.
    """

    setting: str
    good: bool | None
    found: str = ""
    cure: str = ""

    def __str__(self) -> str:
        """A line for people."""
        if self.good is None:
            return f"?     {self.setting}: this token may not see it. {self.cure}"
        return f"ok    {self.setting}" if self.good else f"wrong {self.setting}: {self.found}. {self.cure}"


class NotReadableError(RuntimeError):
    """The CI system does not show something to this token."""


@dataclass(frozen=True)
class Api:
    """A CI system's REST API.

    Args:
        url: Its address.
        headers: What authenticates.
    """

    url: str
    headers: Mapping[str, str]

    def get(self, path: str) -> Any:
        """Get a resource; None if there is none.

        Raises:
            NotReadableError: The token may not see it.
        """
        request = urllib.request.Request(f"{self.url.rstrip('/')}/{path}", headers=dict(self.headers))  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the CI system's own address
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code == 404:  # noqa: PLR2004
                return None
            raise NotReadableError(f"{path}: {error.code} {error.reason}") from error
        except OSError as error:
            raise NotReadableError(f"{path}: {error}") from error


def look(api: Api, setting: str, path: str, judge: Callable[[Any], Iterator[Finding]], cure: str) -> Iterator[Finding]:
    """Judge a resource, or say that it cannot be seen."""
    try:
        yield from judge(api.get(path))
    except NotReadableError:
        yield Finding(setting, None, cure=cure)


def quoted(name: str) -> str:
    """A name in a path."""
    return urllib.parse.quote(name, safe="")
