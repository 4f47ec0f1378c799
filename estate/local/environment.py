"""The environment for Terraform, cdktf and boto3 to reach the local AWS, and nothing else."""

from __future__ import annotations

import ipaddress
import os
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ACCESS_KEY_ID = "AKIALOCALMANAGEMENT0"
SECRET_ACCESS_KEY = "the-local-aws-holds-no-secret-at-all-000"  # noqa: S105 - a name for the nobody that it admits


class LocalAwsError(Exception):
    """The local AWS cannot do what was asked; the message says why, and what helps."""


def variables(endpoint: str, directory: Path, *, region: str = "us-east-1") -> dict[str, str]:
    """Return the variables that lead every AWS client to the local AWS.

    Args:
        endpoint: The local AWS, such as `http://127.0.0.1:41234`. A loopback address, so that S3 is addressed by path.
        directory: Where the (empty) AWS configuration and credentials files are.
        region: The default region.

    Raises:
        LocalAwsError: if the endpoint is not on this machine's loopback.
    """
    loopback_port(endpoint)
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3_CONTROL": s3_control_endpoint(endpoint),
        "HTTP_PROXY": endpoint,
        "http_proxy": endpoint,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(directory / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(directory / "aws-credentials"),
    }


def without_aws(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment without anything that names an AWS account, key, profile or endpoint, or an HTTP proxy."""
    proxies = {"http_proxy", "no_proxy"}
    source = os.environ if base is None else base
    return {
        name: value for name, value in source.items() if not name.startswith("AWS_") and name.lower() not in proxies
    }


def s3_control_endpoint(endpoint: str) -> str:
    """Return S3 Control's endpoint. The SDKs put the account id before its host name, so it needs a name.

    No resolver knows `<account id>.s3-control.localhost`: the HTTP proxy, which is the local AWS itself, does.
    """
    return f"http://s3-control.localhost:{loopback_port(endpoint)}"


def loopback_port(endpoint: str) -> int:
    """Return the port of an endpoint on this machine's loopback address.

    Raises:
        LocalAwsError: for any other endpoint.
    """
    parts = urllib.parse.urlsplit(endpoint)
    try:
        loopback = ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        loopback = False
    if parts.scheme != "http" or not loopback or parts.port is None:
        raise LocalAwsError(
            f"{endpoint} is not the local AWS: expected http://127.0.0.1:PORT, as `estate local status` shows it."
        )
    return parts.port
