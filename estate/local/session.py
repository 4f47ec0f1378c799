"""boto3 sessions that know the local AWS and nothing of the user's own AWS configuration."""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from estate.local.environment import s3_control_endpoint


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
