"""How to call the local AWS: boto3 sessions that know nothing of the user's own AWS configuration, and CI systems' tokens."""

from __future__ import annotations

import base64
import functools
import json
import os
import time
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from estate.local.environment import s3_control_endpoint

_TOKEN_SECONDS = 300


class _LocalSession(boto3.Session):
    def __init__(self, endpoint: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._endpoint = endpoint

    def client(self, service_name: str, **settings: Any) -> Any:  # type: ignore[override]
        through_proxy = service_name == "s3control"  # its host names begin with an account id: see environment.py
        config = Config(
            proxies={"http": self._endpoint} if through_proxy else {},
            retries={"total_max_attempts": 1},  # a test wants the first answer
        )
        given = settings.pop("config", None)
        settings["config"] = config.merge(given) if given else config
        endpoint = s3_control_endpoint(self._endpoint) if through_proxy else self._endpoint
        return super().client(service_name, endpoint_url=endpoint, **settings)  # type: ignore[call-overload]


@functools.cache
def _service_models() -> Loader:
    """Return the one loader of all sessions: it keeps the service models, which take a while to read."""
    return create_loader()


def session(endpoint: str, key_id: str, secret: str, *, region: str, token: str | None = None) -> boto3.Session:
    """Return a boto3 session whose clients call the local AWS with these credentials.

    Args:
        endpoint: The local AWS.
        key_id: Access key id.
        secret: Secret access key.
        region: Region of the clients.
        token: Session token, for temporary credentials.
    """
    nothing = (None, None, os.devnull, None)
    core = botocore.session.Session(
        session_vars={"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
    )
    core.register_component("data_loader", _service_models())
    return _LocalSession(
        endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        region_name=region,
        botocore_session=core,
    )


def web_identity_token(**claims: Any) -> str:
    """Return a token as a CI system issues it to a run; nobody signed it, which only the local AWS does not look at.

    Args:
        claims: What it says; valid for five minutes unless told otherwise.
    """
    parts: tuple[dict[str, Any], ...] = ({"alg": "RS256"}, {"exp": time.time() + _TOKEN_SECONDS, **claims}, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
