"""STS: moto hands out credentials for any role; here a role has to exist, to trust the caller, and to be allowed."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from constructs_lib.policies import names
from estate.local.answers import AwsError
from estate.local.authority import Resource, decide, managed_policy
from estate.local.extension import Answer, Call, Extension, Json
from estate.local.identity import Caller, Session
from estate.local.services.organizations_closing import is_suspended

extension = Extension("sts")

_ROLE_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(.+)")
_LONGEST_CHAINED_SESSION = 3600


@extension.answers("AssumeRole")
def assume_role(call: Call) -> Answer:
    """Give out a session if the role's trust policy and, across accounts, the caller's own policies allow it."""
    role = _role(call)
    actions = ["sts:AssumeRole"]
    actions += ["sts:TagSession"] if call.get("Tags") else []
    actions += ["sts:SetSourceIdentity"] if call.get("SourceIdentity") else []
    for action in actions:
        _require(call, call.caller, action, role, _request_keys(call))
    if call.caller.role_arn and call.get("DurationSeconds", 0) > _LONGEST_CHAINED_SESSION:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        )
    return _session(call, role)


@extension.answers("AssumeRoleWithWebIdentity")
def assume_role_with_web_identity(call: Call) -> Answer:
    """Give out a session for an OIDC token whose claims the trust policy admits. The signature is not looked at."""
    role = _role(call)
    claims = _claims(call["WebIdentityToken"])
    issuer = str(claims.get("iss", "")).removeprefix("https://")
    iam = iam_backends[role.account_id][role.partition]
    provider = next((known for known in iam.open_id_providers.values() if known.url == issuer), None)
    if provider is None:
        raise AwsError(
            "InvalidIdentityToken", f"No OpenIDConnect provider found in account {role.account_id} for https://{issuer}"
        )
    audiences = _texts(claims.get("aud"))
    if not set(audiences) & set(provider.client_id_list):
        raise AwsError("InvalidIdentityToken", "Incorrect token audience")
    if float(claims.get("exp", 0)) <= dt.datetime.now(dt.UTC).timestamp():
        raise AwsError("ExpiredTokenException", "Token expired: the claim exp is in the past")
    keys: dict[str, str | list[str]] = dict(_request_keys(call))
    for claim, given in claims.items():
        if not isinstance(given, dict) and names.is_evaluated_claim(issuer, claim):
            values = _texts(given)
            keys[f"{issuer}:{claim}".lower()] = values if len(values) > 1 else values[0]
    federated = Caller(account_id="", partition=role.partition, arn=provider.arn, user_id=str(claims.get("sub", "")))
    _require(call, federated, "sts:AssumeRoleWithWebIdentity", role, keys)
    return {
        **_session(call, role),
        "SubjectFromWebIdentityToken": claims.get("sub", ""),
        "Provider": provider.arn,
        "Audience": audiences[0],
    }


@extension.answers("GetCallerIdentity")
def get_caller_identity(call: Call) -> Answer:
    """Say who the caller is."""
    return {"UserId": call.caller.user_id, "Account": call.account_id, "Arn": call.caller.arn}


def _role(call: Call) -> Any:
    found = _ROLE_ARN.fullmatch(call["RoleArn"])
    if found is None:
        raise AwsError("ValidationError", f"{call['RoleArn']} is invalid")
    partition, account_id, _ = found.groups()
    role = None
    if account_id in iam_backends:
        roles = iam_backends[account_id][partition].roles.values()
        role = next((role for role in roles if role.arn == call["RoleArn"]), None)
    if role is None:
        raise _denied(call.caller, f"sts:{call.operation}", call["RoleArn"], "the role does not exist")
    if is_suspended(account_id, partition):
        raise _denied(call.caller, f"sts:{call.operation}", call["RoleArn"], "the account is suspended")
    if call.get("DurationSeconds", 3600) > int(role.max_session_duration or 3600):
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return role


def _require(call: Call, caller: Caller, action: str, role: Any, keys: Any) -> None:
    resource = Resource(role.arn, role.account_id, role.assume_role_policy_document, keys, keys_are_complete=True)
    decision = decide(caller, action, call.region, resource)
    if not decision.allowed:
        raise _denied(caller, action, role.arn, str(decision.reason).replace("resource policy", "trust policy"))


def _denied(caller: Caller, action: str, role_arn: str, why: str) -> AwsError:
    message = f"User: {caller.arn} is not authorized to perform: {action} on resource: {role_arn} ({why})"
    return AwsError("AccessDenied", message, status=403)


def _request_keys(call: Call) -> dict[str, str | list[str]]:
    given: dict[str, str | list[str] | None] = {
        "sts:externalid": call.get("ExternalId"),
        "sts:rolesessionname": call.get("RoleSessionName"),
        "sts:sourceidentity": call.get("SourceIdentity"),
    }
    tags = call.get("Tags", [])
    given |= {f"aws:requesttag/{tag['Key']}".lower(): tag["Value"] for tag in tags}
    if tags:
        given["aws:tagkeys"] = [tag["Key"] for tag in tags]
    return {key: value for key, value in given.items() if value is not None}


def _session(call: Call, role: Any) -> Json:
    name = call["RoleSessionName"]
    given = sts_backends[role.account_id][role.partition].assume_role(
        region_name=call.region,
        role_session_name=name,
        role_arn=role.arn,
        policy=call.get("Policy"),
        duration=call.get("DurationSeconds", 3600),
        external_id=call.get("ExternalId"),
    )
    caller = Caller(
        account_id=role.account_id,
        partition=role.partition,
        arn=f"arn:{role.partition}:sts::{role.account_id}:assumed-role/{role.name}/{name}",
        user_id=f"{role.id}:{name}",
        role_arn=role.arn,
        tags={tag["Key"]: tag["Value"] for tag in call.get("Tags", [])},
        session_policies=_session_policies(call, role),
    )
    expires = given.expiration.replace(tzinfo=dt.UTC)
    call.credentials.add(given.access_key_id, Session(caller, given.session_token, expires))
    return {
        "Credentials": {
            "AccessKeyId": given.access_key_id,
            "SecretAccessKey": given.secret_access_key,
            "SessionToken": given.session_token,
            "Expiration": expires,
        },
        "AssumedRoleUser": {"AssumedRoleId": caller.user_id, "Arn": caller.arn},
        "PackedPolicySize": 6,
    }


def _session_policies(call: Call, role: Any) -> tuple[tuple[str, str], ...] | None:
    arns = [policy["arn"] for policy in call.get("PolicyArns", [])]
    handed = [managed_policy(role.account_id, role.partition, arn) for arn in arns]
    if call.get("Policy"):
        handed.append(("session", call["Policy"]))
    return tuple(handed) or None


def _claims(token: str) -> Json:
    try:
        payload = token.split(".")[1]
        claims: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        raise AwsError("InvalidIdentityToken", "The ID Token provided is not a valid JWT") from None
    return claims


def _texts(claim: Any) -> list[str]:
    values = claim if isinstance(claim, list) else [claim]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
