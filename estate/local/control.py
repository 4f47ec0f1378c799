"""The local AWS's own API below `/estate-local/`: status, reset, faults, ended sessions."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from estate.local.clock import pass_days
from estate.local.faults import Fault, Faults
from estate.local.wire import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from estate.local.identity import Credentials
    from estate.local.wire import Environ

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class Control:
    """Answers requests below `/estate-local/`.

    Args:
        credentials: The credentials that are accepted.
        faults: The faults that are on.
        reset: Empties the local AWS.
    """

    def __init__(self, credentials: Credentials, faults: Faults, reset: Callable[[], None]) -> None:
        self._credentials = credentials
        self._faults = faults
        self._reset = reset

    def __call__(self, method: str, path: str, body: bytes) -> Reply:
        """Answer one request."""
        actions: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "/estate-local/status"): lambda _: self._status(),
            ("POST", "/estate-local/reset"): lambda _: self._reset(),
            ("GET", "/estate-local/faults"): lambda _: [_shown(fault) for fault in self._faults.active()],
            ("POST", "/estate-local/faults"): lambda given: self._faults.add(Fault(**given)),
            ("DELETE", "/estate-local/faults"): lambda _: self._faults.clear(),
            ("POST", "/estate-local/pass-days"): lambda given: pass_days(float(given["days"])),
            ("POST", "/estate-local/reopen"): lambda given: _reopen(given["account"]),
            ("POST", "/estate-local/expire-sessions"): lambda _: {"expired": self._credentials.expire_sessions()},
        }
        action = actions.get((method, path))
        if action is None:
            return _reply(404, {"error": f"no {method} {path}"})
        try:
            return _reply(200, action(json.loads(body or b"null")) or {})
        except (TypeError, ValueError) as error:
            return _reply(400, {"error": str(error)})

    def _status(self) -> dict[str, Any]:
        return {
            "management_account_id": self._credentials.management_account_id,
            "pid": os.getpid(),
            "faults": len(self._faults.active()),
        }


def refusal(environ: Environ) -> Reply | None:
    """The answer to a request that a web page made, in a browser on this machine; None for any other.

    Browsers say which name they looked up (one of the page's own may lead to this machine) and which page asks.

    Args:
        environ: The WSGI environment.
    """
    host = environ.get("HTTP_HOST", "")
    origin = environ.get("HTTP_ORIGIN")
    if urlsplit(f"//{host}").hostname not in _LOOPBACK:
        return _reply(403, {"error": f"Host is {host!r}; expected 127.0.0.1 with the local AWS's port"})
    if origin not in (None, f"http://{host}"):
        return _reply(403, {"error": f"Origin is {origin!r}; web pages may not control the local AWS"})
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        return _reply(403, {"error": "another site's page may not control the local AWS"})
    return None


def _reopen(account_id: str) -> None:
    from estate.local.services.organizations_closing import reopen  # noqa: PLC0415 - moto loads when it is first needed

    reopen(account_id)


def _shown(fault: Fault) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(fault).items() if not name.startswith("_")}


def _reply(status: int, content: object) -> Reply:
    return Reply(status, [("Content-Type", "application/json")], json.dumps(content).encode())
