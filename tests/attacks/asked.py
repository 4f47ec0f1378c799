"""What an attack asks of AWS, without AWS: its calls, as the requests that are to be decided."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import botocore.session
from botocore import xform_name

from config.nodes import Organization
from estate.local import services
from tests.attacks.attack import Target

_ALIAS = re.compile(r"alias/(.+)")


@dataclass(frozen=True)
class Asked:
    """A request.

    Args:
        action: ``service:Action``.
        resource: The ARN, or a key's alias; None for something of the kind.
        said: Condition keys that the call tells.
        subject: The subject of the token that it comes with, if it comes with one.
    """

    action: str
    resource: str | None
    said: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = None


def asked(attack, organization: Organization, ids: Mapping[str, str]):
    """The requests of an attack: it succeeds if all of them do."""
    account = {"job": "terraform", "foundation": "management"}.get(attack.principal[0], attack.principal[1])
    session = _Session(ids[account])
    attack.step(session, _Target(SimpleNamespace(organization=organization), ids, session))
    return session.requests


class _Session:
    """Stands for a session of boto3's, and notes what is called."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self.requests: list[Asked] = []

    def client(self, service: str):
        return _Client(self, service)


class _Client:
    def __init__(self, session, service: str) -> None:
        self._session, self._service = session, service

    def __getattr__(self, method: str):
        operation = _operations(self._service)[method]

        def call(**parameters):
            if operation == "DescribeKey":
                return {"KeyMetadata": {"KeyId": parameters["KeyId"]}}
            self._session.requests += _requests(self._session.account_id, self._service, operation, parameters)
            return {}

        return call


class _Target(Target):
    """Tells names, and notes what is assumed; what the account's administrator prepares is not the attack."""

    def __init__(self, small, ids, session) -> None:
        super().__init__(small)
        self.__dict__.update(ids=ids, _noted=session.requests)

    def administrator(self, slug):
        return _Session(self.ids[slug])

    def assume(self, _caller, slug, role):
        self._note("sts:AssumeRole", slug, role, {"sts:ExternalId": "small"})

    def state(self, _caller, role, stack):
        self._note("sts:AssumeRole", "terraform", role, {"aws:RequestTag/TerraformStack": stack})
        self._note("sts:TagSession", "terraform", role, {"aws:RequestTag/TerraformStack": stack})

    def with_token(self, role, subject):
        self._note("sts:AssumeRoleWithWebIdentity", "terraform", role, {}, subject)

    def _note(self, action, slug, role, said, subject=None):
        self._noted.append(Asked(action, self.arn(slug, f"role/{role}"), said, subject))


@cache
def _operations(service: str) -> Mapping[str, str]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): name for name in model.operation_names}


@cache
def _renamed() -> Mapping[str, Mapping[str, str]]:
    """What IAM calls operations otherwise, by service."""
    return {name: extension.actions for name, extension in services.load().items()}


def _requests(account_id, service, operation, given):
    action = f"{service}:{_renamed().get(service, {}).get(operation, operation)}"
    resource = _resource(account_id, service, given)
    said = {"iam:PermissionsBoundary": given["PermissionsBoundary"]} if "PermissionsBoundary" in given else {}
    if service == "iam" and operation == "AttachRolePolicy":
        said = {"iam:PolicyARN": given["PolicyArn"]}
    if given.get("VersionId") and operation == "DeleteObject":
        action = "s3:DeleteObjectVersion"
    yield Asked(action, resource, said)
    if given.get("BypassGovernanceRetention"):
        yield Asked("s3:BypassGovernanceRetention", resource)
    for target in given.get("Targets", ()):
        yield Asked("iam:PassRole", target["RoleArn"], {"iam:PassedToService": f"{service}.amazonaws.com"})


def _resource(account_id, service, given):
    iam = f"arn:aws:iam::{account_id}"
    forms = {
        "RoleName": f"{iam}:role/%s",
        "UserName": f"{iam}:user/%s",
        "PolicyArn": "%s",
        "OpenIDConnectProviderArn": "%s",
        "Bucket": "arn:aws:s3:::%s",
        "KeyId": "%s",
        "TrailName": f"arn:aws:cloudtrail:eu-central-1:{account_id}:trail/%s",
    }
    if service == "cloudtrail":
        forms["Name"] = forms["TrailName"]
    if service == "events":
        forms |= dict.fromkeys(("Name", "Rule"), f"arn:aws:events:eu-central-1:{account_id}:rule/%s")
    found = next((form % given[name] for name, form in forms.items() if name in given), None)
    return f"{found}/{given['Key']}" if found and "Key" in given and service == "s3" else found
