"""AWS's protocols, by moto's parsers and serializers: which call a request makes, and how an answer is written."""

from __future__ import annotations

import functools
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from estate.local.answers import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

Environ = dict[str, Any]

_SCOPE = re.compile(r"(?:Credential=)?([^/\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
# Signing names that are not botocore's name of the service.
_SERVICE_OF_SIGNING_NAME = {
    "access-analyzer": "accessanalyzer",
    "airflow": "mwaa",
    "aps": "amp",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "email": "ses",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
# What the protocols call AccessDenied.
_ACCESS_DENIED = {"ec2": "UnauthorizedOperation", "json": "AccessDeniedException", "rest-json": "AccessDeniedException"}
_UNSIGNED_SERVICE = "sts"  # only AssumeRoleWithWebIdentity and AssumeRoleWithSAML come without a signature


@dataclass
class Reply:
    """An HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class AwsRequest:
    """One HTTP request, read as a call of an AWS operation.

    Args:
        environ: The WSGI environment. Its input is read whole, once; `environ_for_moto` has it again.
    """

    def __init__(self, environ: Environ) -> None:
        self._environ = environ
        self.path: str = environ.get("PATH_INFO", "")
        length = environ.get("CONTENT_LENGTH")
        stream = environ["wsgi.input"]
        self.body: bytes = stream.read(int(length)) if length else b""
        if not length and environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            self.body = stream.read()
        self._query = parse_qs(environ.get("QUERY_STRING", ""))
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "") or self._query_value("X-Amz-Credential"))
        self.access_key_id = scope[1] if scope else None
        self.region = scope[2] if scope else "us-east-1"
        self.signing_name = scope[3].lower() if scope else _UNSIGNED_SERVICE
        self.service = self._service_of(self.signing_name)

    @property
    def token(self) -> str | None:
        """The session token of temporary credentials."""
        return self._environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or self._query_value("X-Amz-Security-Token") or None

    @property
    def invocation(self) -> str | None:
        """What an SDK calls this call, the same in each attempt; None where the client does not say.

        Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
        """
        return self._environ.get("HTTP_AMZ_SDK_INVOCATION_ID")

    @functools.cached_property
    def request(self) -> Request:
        """The request as moto's parsers want it."""
        return Request(self._environ_with_body())

    @functools.cached_property
    def operation(self) -> OperationModel | None:
        """The model of the operation that is called, or None where botocore knows no such operation."""
        return self._match[0]

    @property
    def operation_name(self) -> str:
        """The operation's name, or the best that the request tells."""
        if self.operation is not None:
            return str(self.operation.name)
        target = str(self._environ.get("HTTP_X_AMZ_TARGET", ""))
        return target.rpartition(".")[2] or f"{self._environ['REQUEST_METHOD']} {self._environ.get('PATH_INFO', '')}"

    def parameters(self) -> dict[str, Any]:
        """Return the operation's parameters, read by moto's parser for the service's protocol."""
        operation, path_parameters = self._match
        if operation is None:
            return {}
        parser: Any = PROTOCOL_PARSERS[self._protocol](operation)
        parsed: dict[str, Any] = parser.parse(
            {
                "method": self.request.method,
                "values": self.request.values,
                "headers": self.request.headers,
                "body": self.body,
                "url_path": self.request.path,
                "url_params": path_parameters,
            }
        )
        return parsed

    def environ_for_moto(self, account_id: str) -> Environ:
        """Return the WSGI environment for moto: body unread, the account named as moto lets clients name it."""
        return {**self._environ_with_body(), "HTTP_X_MOTO_ACCOUNT_ID": account_id}

    def answer(self, result: Mapping[str, Any]) -> Reply:
        """Write an operation's output."""
        return self._serialize(dict(result), self.operation)

    def error(self, error: AwsError) -> Reply:
        """Write an error as the service's protocol has it."""
        if error.code == "AccessDenied":
            error = AwsError(_ACCESS_DENIED.get(self._protocol, error.code), error.message, status=error.status)
        try:
            reply = self._serialize(error, self.operation or self._no_operation())
        except Exception:  # noqa: BLE001 - a service that botocore does not know at all
            body = json.dumps({"__type": error.code, "message": error.message}).encode()
            reply = Reply(400, [("Content-Type", "application/json")], body)
        if error.status is not None:
            reply.status = error.status
        return reply

    @functools.cached_property
    def _match(self) -> tuple[OperationModel | None, dict[str, Any]]:
        try:
            target = str(self._environ.get("HTTP_X_AMZ_TARGET", "")).rpartition(".")[2]
            if target in get_service_model(self.service).operation_names:
                # By name alone: the SDKs differ in what they write before it (CloudTrail's prefix, for one).
                return get_service_model(self.service).operation_model(target), {}
            operation, path_parameters = get_service_router(self.service).match(self.request)
        except (NotFound, NotImplementedError, UnknownServiceError):
            return None, {}
        return operation, path_parameters

    @property
    def _protocol(self) -> str:
        return str(determine_request_protocol(get_service_model(self.service), self.request.content_type))

    def _no_operation(self) -> OperationModel:
        return OperationModel({}, get_service_model(self.service))

    def _serialize(self, result: object, operation: Any) -> Reply:
        serializer: Any = get_serializer_class(self.service, self._protocol)(operation_model=operation)
        written = serializer.serialize(result)
        body = written["body"] or b""
        headers = [(name, str(value)) for name, value in written["headers"].items() if name.lower() != "content-length"]
        return Reply(int(written["status_code"]), headers, body.encode() if isinstance(body, str) else body)

    def _environ_with_body(self) -> Environ:
        environ = {**self._environ, "wsgi.input": io.BytesIO(self.body), "CONTENT_LENGTH": str(len(self.body))}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return environ

    def _query_value(self, name: str) -> str:
        return str(self._query.get(name, [""])[0])

    def _service_of(self, signing_name: str) -> str:
        if signing_name == "s3" and self._environ.get("PATH_INFO", "").startswith("/v20180820/"):
            return "s3control"
        return _SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)
