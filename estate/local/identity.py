"""Who is calling: access keys and sessions, and the account each belongs to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.iam.models import AccessKey, iam_backends

from constructs_lib.policies.partitions import partition_of
from estate.local.answers import AwsError
from estate.local.environment import ACCESS_KEY_ID, SECRET_ACCESS_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

ADMINISTRATOR = "local-administrator"
"""The user in the management account whose access key `estate local env` hands out."""

ADMINISTRATOR_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'  # what its name says
)


class _AccessKey(AccessKey):
    def is_created(self) -> bool:  # abstract in moto, though moto itself never asks
        """Return that the key exists."""
        return True


_HOME_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1", "aws-eusc": "eusc-de-east-1"}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """An authenticated principal.

    Args:
        account_id: The account that the principal belongs to and acts in.
        partition: The account's partition.
        arn: The ARN that GetCallerIdentity shows: of a user, or of a role's session.
        user_id: The unique id that GetCallerIdentity shows.
        user_name: The IAM user, if it is one.
        role_arn: The role whose session this is, if it is one.
        tags: Session tags.
        session_policies: Names and documents of the policies handed over when the session was made, if any were.
    """

    account_id: str
    partition: str
    arn: str
    user_id: str
    user_name: str | None = None
    role_arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    session_policies: tuple[tuple[str, str], ...] | None = None

    @property
    def principal_arn(self) -> str:
        """The ARN that policies know the caller by: the user's or the role's, never the session's."""
        return self.role_arn or self.arn


@dataclass(frozen=True)
class Session:
    """Temporary credentials that AssumeRole has given out."""

    caller: Caller
    token: str
    expires: dt.datetime


class Credentials:
    """All credentials that the local AWS accepts. Any other, so every real one, is refused.

    Args:
        management_account_id: The account of the one access key that exists from the start.
    """

    def __init__(self, management_account_id: str) -> None:
        self.management_account_id = management_account_id
        self._sessions: dict[str, Session] = {}

    def reset(self) -> None:
        """Forget all sessions and make the administrator anew (moto has been emptied)."""
        self._sessions.clear()
        self._make_administrator("aws")

    def add(self, access_key_id: str, session: Session) -> None:
        """Accept a session's credentials from now on."""
        self._sessions[access_key_id] = session

    def expire_sessions(self) -> int:
        """Let every session that exists end now; return how many there were."""
        now = dt.datetime.now(dt.UTC)
        live = {key: session for key, session in self._sessions.items() if session.expires > now}
        for key, session in live.items():
            self._sessions[key] = Session(session.caller, session.token, now)
        return len(live)

    def caller(self, access_key_id: str, token: str | None, region: str) -> Caller:
        """Return who has signed a request.

        Raises:
            AwsError: if nobody has these credentials, or the session has ended.
        """
        session = self._sessions.get(access_key_id)
        if session is None:
            return self._user(access_key_id, partition_of(region))
        if token != session.token:
            raise AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", status=403)
        if session.expires <= dt.datetime.now(dt.UTC):
            raise AwsError("ExpiredToken", "The security token included in the request is expired", status=403)
        return session.caller

    def _make_administrator(self, partition: str) -> None:
        iam = iam_backends[self.management_account_id][partition]
        iam.create_user(region_name=_HOME_REGION[partition], user_name=ADMINISTRATOR)
        iam.put_user_policy(ADMINISTRATOR, "Administrator", ADMINISTRATOR_POLICY)
        key = _AccessKey(ADMINISTRATOR, prefix="AKIA", account_id=self.management_account_id)
        key.access_key_id, key.secret_access_key = ACCESS_KEY_ID, SECRET_ACCESS_KEY
        iam.get_user(ADMINISTRATOR).access_keys.append(key)
        iam.access_keys[ACCESS_KEY_ID] = key

    def _user(self, access_key_id: str, partition: str) -> Caller:
        if access_key_id == ACCESS_KEY_ID and partition not in iam_backends[self.management_account_id].keys():  # noqa: SIM118
            self._make_administrator(partition)
        for account_id, partitions in list(iam_backends.items()):
            # .keys(): moto's `in` says yes to every partition, and then makes it
            if partition in partitions.keys() and access_key_id in partitions[partition].access_keys:  # noqa: SIM118
                user: Any = partitions[partition].get_user_from_access_key_id(access_key_id)
                if user is not None:
                    return Caller(
                        account_id=account_id,
                        partition=partition,
                        arn=user.arn,
                        user_id=user.id,
                        user_name=user.name,
                    )
        raise AwsError(
            "InvalidClientTokenId",
            "The local AWS does not know this access key. It accepts its own only: see `estate local env`.",
            status=403,
        )
