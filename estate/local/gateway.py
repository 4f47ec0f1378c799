"""The front door of the local AWS: it knows the caller, asks our handlers first and moto second."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from http.client import responses
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import ServiceException
from moto.core.exceptions import _RESTError as RESTError

from estate.local import permissions
from estate.local.extension import MOTO_ANSWERS, AwsError, Call, Extension
from estate.local.identity import Caller, Credentials
from estate.local.wire import AwsRequest, Environ, Reply

if TYPE_CHECKING:
    from estate.local.faults import Faults

_log = logging.getLogger("estate.local")
_WITHOUT_SIGNATURE = {"AssumeRoleWithWebIdentity"}
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

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one HTTP request."""
        request = AwsRequest(environ)
        path = environ.get("PATH_INFO", "")
        if path.startswith("/estate-local/"):
            with self._one_at_a_time:
                reply = self._control(environ["REQUEST_METHOD"], path, request.body)
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
            fault = self._faults.for_call(request.service, request.operation_name)
            if fault is not None:
                raise fault
            with self._one_at_a_time:
                caller = self._caller(request)
                account = caller.account_id
                reply = self._answer(request, caller)
        except AwsError as error:
            reply = request.error(error)
            _log.info("  %s: %s", error.code, error.message)
        milliseconds = (time.monotonic() - started) * 1000
        _log.info("%s %s %s %d %.0fms", account, request.service, request.operation_name, reply.status, milliseconds)
        return reply

    def _caller(self, request: AwsRequest) -> Caller:
        if request.access_key_id is not None:
            return self._credentials.caller(request.access_key_id, request.token, request.region)
        if request.operation_name in _WITHOUT_SIGNATURE:
            return Caller(account_id="anonymous", partition="aws", arn="anonymous", user_id="anonymous")
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)

    def _answer(self, request: AwsRequest, caller: Caller) -> Reply:
        extension = self._extensions.get(request.service)
        handler = extension.handlers.get(request.operation_name) if extension else None
        knows_more = extension is not None and (handler is not None or extension.resource_of is not None)
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
        if handler is not None:
            try:
                answer = handler(call)
            except ServiceException as error:  # raised by a moto backend that the handler used
                raise AwsError(error.code, error.message) from error
            except RESTError as error:
                raise AwsError(error.error_type, error.message, status=error.code) from error
            if answer is not MOTO_ANSWERS:
                return request.answer(answer)
        return self._ask_moto(request, caller)

    def _ask_moto(self, request: AwsRequest, caller: Caller) -> Reply:
        seen: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            seen.update(status=int(status.split(maxsplit=1)[0]), headers=headers)

        try:
            body = b"".join(self._moto(request.environ_for_moto(caller.account_id), start_response))
        except NotImplementedError:
            raise self._not_implemented(request) from None
        except Exception as error:
            _log.exception("moto failed at %s %s", request.service, request.operation_name)
            # Not a 500: the SDKs repeat that for minutes, and the answer would stay the same.
            raise AwsError(
                "LocalAwsFailure",
                f"moto failed at {request.service} {request.operation_name}: {type(error).__name__}: {error}",
            ) from error
        reply = Reply(seen["status"], seen["headers"], body)
        if reply.status in (404, 500) and (body[:9].lower().startswith(_HTML) or not _is_aws_answer(reply)):
            raise self._not_implemented(request)
        return reply

    @staticmethod
    def _not_implemented(request: AwsRequest) -> AwsError:
        _log.warning("NOT IMPLEMENTED: %s %s", request.service, request.operation_name)
        return AwsError(
            "NotImplementedLocally",
            f"The local AWS does not implement {request.service} {request.operation_name} (docs/local-aws.md says how "
            "to add it).",
        )


def _is_aws_answer(reply: Reply) -> bool:
    return bool(reply.body) or any(re.match(r"(?i)x-amz|etag|last-modified", name) for name, _ in reply.headers)
