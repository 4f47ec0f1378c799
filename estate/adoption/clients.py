"""Clients that only read: few requests at once, and patient where AWS throttles them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore import session as botocore_session
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

READ_ONLY: Final = "ReadOnlyAccess"
ROLES: Final = ("OrganizationAccountAccessRole", "AWSControlTowerExecution")
"""The roles by which a management account usually enters an account."""
_CONFIG: Final = Config(retries={"mode": "adaptive", "max_attempts": 12}, max_pool_connections=4)
_MAKING: Final = Lock()
_REFUSED: Final = frozenset({"AccessDenied", "AccessDeniedException", "NoSuchEntity", "ValidationError"})


@dataclass(frozen=True)
class Clients:
    """Clients of one account in one region.

    Args:
        session: A boto3 session.
        region: The region.
    """

    session: Any
    region: str
    _made: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> Any:
        """A client that waits where AWS throttles it: botocore measures how much AWS takes."""
        key = service, self.region
        with _MAKING:  # a session makes one client at a time; clients may be used by several threads
            if key not in self._made:
                self._made[key] = self.session.client(service, region_name=self.region, config=_CONFIG)
            return self._made[key]

    def at(self, region: str) -> Clients:
        """The same account in another region."""
        return replace(self, region=region)

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
        """All that an operation lists."""
        client = self.client(service)
        if not client.can_paginate(operation):
            yield from getattr(client, operation)(**arguments).get(key, ())
            return
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page.get(key, ())

    def into(self, account: str, roles: Sequence[str], partition: str) -> tuple[str, Clients] | str:
        """Enter an account through the first role that works, to read: the session's policy takes away everything else.

        Returns:
            The role and the clients in the account, or why nobody could enter it.
        """
        sts = self.client("sts")
        why = []
        for role in roles:
            try:
                given = sts.assume_role(
                    RoleArn=f"arn:{partition}:iam::{account}:role/{role}",
                    RoleSessionName="estate-adopt",
                    PolicyArns=[{"arn": f"arn:{partition}:iam::aws:policy/{READ_ONLY}"}],
                )["Credentials"]
            except ClientError as error:
                if error.response["Error"]["Code"] not in _REFUSED:
                    raise
                why.append(f"{role}: {error.response['Error'].get('Message', 'refused')}")
                continue
            keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
            return role, Clients(_session(*keys, self.region), self.region)
        return "; ".join(why)


@cache
def _loader() -> Any:
    """What reads the descriptions of services: once for all accounts, since each session would read them anew."""
    return botocore_session.Session().get_component("data_loader")


def _session(key: str, secret: str, token: str, region: str) -> Any:
    made = botocore_session.Session()
    made.register_component("data_loader", _loader())
    return boto3.Session(key, secret, token, region_name=region, botocore_session=made)
