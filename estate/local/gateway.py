"""The front door of the local AWS: it knows the caller, asks our handlers first and moto second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.core.exceptions import _RESTError as RESTError

from estate.local import permissions
from estate.local.answers import AwsError
from estate.local.control import refusal
from estate.local.extension import MOTO_ANSWERS, Call, Extension
from estate.local.identity import Caller, Credentials
from estate.local.services.account import is_open
from estate.local.wire import AwsRequest, Environ, Reply

if TYPE_CHECKING:
    from estate.local.faults import Faults

_log = logging.getLogger("estate.local")
_WITHOUT_SIGNATURE = {"AssumeRoleWithWebIdentity"}
_REMEMBERED = 256  # answers: an attempt follows the other within seconds
_HTML = (b"<!doctype", b"<html")

WsgiApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Gateway:
    """A WSGI application in front of moto's.

    It handles one call at a time: moto is not written for threads, and a conditional write (the lock file of a
    Terraform state) has to look and write in one step.

    Args:
        moto: moto's own WSGI application.
        extensions: Our handlers by service.
        credentials: The credentials that are accepted.
        faults: The faults that are on.
        control: Answers requests below `/estate-local/`.
        enforce: Whether callers need permissions (to assume a role they always do).
    """

    def __init__(
        self,
        moto: WsgiApplication,
        extensions: dict[str, Extension],
        credentials: Credentials,
        faults: Faults,
        control: Callable[[str, str, bytes], Reply],
        *,
        enforce: bool,
    ) -> None:
        self._enforce = enforce
        self._moto = moto
        self._extensions = extensions
        self._credentials = credentials
        self._faults = faults
        self._control = control
        self._one_at_a_time = threading.RLock()
        self._answered: dict[tuple[str, str, str], Reply] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request."""
        request = AwsRequest(environ)
        path = environ.get("PATH_INFO", "")
        if path.startswith("/estate-local/"):
            with self._one_at_a_time:
                reply = refusal(environ) or self._control(environ["REQUEST_METHOD"], path, request.body)
        else:
            reply = self._aws(request)
        status = responses.get(reply.status, "Unknown")
        headers = [(name, value) for name, value in reply.headers if name.lower() != "content-length"]
        length = next((value for name, value in reply.headers if name.lower() == "content-length"), None)
        if environ["REQUEST_METHOD"] != "HEAD" or length is None:
            length = str(len(reply.body))
        start_response(f"{reply.status} {status}", [*headers, ("Content-Length", length)])
        return [reply.body]

    def _aws(self, request: AwsRequest) -> Reply:
        started = time.monotonic()
        account = "-"
        try:
            bucket = request.path.split("/")[1:2] if request.service == "s3" else []
            self._faults.strike(request.service, request.operation_name, *bucket)
            with self._one_at_a_time:
                caller = self._caller(request)
                account = caller.account_id
                reply = self._once(request, caller)
        except Exception as raised:  # noqa: BLE001 - whatever it is, the client gets an answer in its protocol
            error = _as_aws_error(raised, request)
            reply = request.error(error)
            _log.info("  %s: %s", error.code, error.message)
        milliseconds = (time.monotonic() - started) * 1000
        _log.info("%s %s %s %d %.0fms", account, request.service, request.operation_name, reply.status, milliseconds)
        return reply

    def _caller(self, request: AwsRequest) -> Caller:
        if request.access_key_id is not None:
            caller = self._credentials.caller(request.access_key_id, request.token, request.region)
            if not is_open(caller.account_id, caller.partition, request.region):
                # A region that an account has not opted into knows nobody of it, STS included.
                raise AwsError(
                    "InvalidClientTokenId", "The security token included in the request is invalid.", status=403
                )
            return caller
        if request.operation_name in _WITHOUT_SIGNATURE:
            return Caller(account_id="anonymous", partition="aws", arn="anonymous", user_id="anonymous")
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)

    def _once(self, request: AwsRequest, caller: Caller) -> Reply:
        """Answer a call; an SDK that repeats one whose answer got lost on its way gets that answer.

        Else Terraform would wait for minutes for what it has made itself to be gone.
        """
        key = (caller.arn, request.operation_name, request.invocation or "")
        if reply := self._answered.get(key):
            _log.info("  answered before: %s", key[-1])
            return reply
        reply = self._answer(request, caller)
        if request.invocation and reply.status < HTTPStatus.MULTIPLE_CHOICES:
            self._answered[key] = reply
            if len(self._answered) > _REMEMBERED:
                del self._answered[next(iter(self._answered))]
        return reply

    def _answer(self, request: AwsRequest, caller: Caller) -> Reply:
        extension = self._extensions.get(request.service)
        handler = extension.handlers.get(request.operation_name) if extension else None
        knows_more = (
            extension is not None and (handler is not None or extension.resource_of is not None)
        ) or permissions.hands_roles(request.signing_name)
        call = Call(
            service=request.service,
            operation=request.operation_name,
            caller=caller,
            region=request.region,
            parameters=request.parameters() if knows_more else {},
            credentials=self._credentials,
        )
        if self._enforce:
            permissions.require(call, request.signing_name, extension)
        if extension is not None and extension.account_of is not None:
            call = replace(call, owner=extension.account_of(call))
        if handler is not None:
            answer = handler(call)
            if answer is not MOTO_ANSWERS:
                return request.answer(answer)
        return self._ask_moto(request, call.account_id)

    def _ask_moto(self, request: AwsRequest, account_id: str) -> Reply:
        seen: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            seen.update(status=int(status.split(maxsplit=1)[0]), headers=headers)

        environ = request.environ_for_moto(account_id)
        body = b"".join(self._moto(environ, start_response))
        # No path of moto's: Flask's own page. No operation of moto's: nothing.
        nothing = not body and environ["REQUEST_METHOD"] != "HEAD"
        if seen["status"] in (404, 500) and (nothing or body[:9].lower().startswith(_HTML)):
            raise NotImplementedError
        return Reply(seen["status"], seen["headers"], body)


def _as_aws_error(raised: Exception, request: AwsRequest) -> AwsError:
    """Return what to answer. Never a 500 for our own or moto's sake: the SDKs repeat the call for minutes."""
    call = f"{request.service} {request.operation_name}"
    match raised:
        case AwsError():
            return raised
        case ServiceException():  # of a moto backend that a handler used
            return AwsError(raised.code, raised.message)
        case RESTError():
            return AwsError(raised.error_type, raised.message, status=raised.code)
        case NotImplementedError():
            message = f"The local AWS does not implement {call} (docs/local-aws.md says how to add it)."
            return AwsError("NotImplementedLocally", message)
        case _:
            _log.error("failed at %s", call, exc_info=raised)
            return AwsError("LocalAwsFailure", f"The local AWS failed at {call}: {type(raised).__name__}: {raised}")
