"""Organizations: stable account ids, e-mails used once, names unique per parent, and all that moto's lists leave out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from typing import TYPE_CHECKING

import moto.organizations.models as organizations
from moto.core.utils import unix_time, utcnow
from moto.iam.models import iam_backends
from moto.organizations import utils as organizations_utils
from moto.organizations.exceptions import AWSOrganizationsNotInUseException, OrganizationNotEmptyException
from moto.organizations.models import FakePolicy, OrganizationsBackend, organizations_backends

from estate.local.answers import AwsError
from estate.local.extension import MOTO_ANSWERS, Answer, Call, Extension, Json, Shelf
from estate.local.identity import ADMINISTRATOR_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator

extension = Extension("organizations")

_DEEPEST_OU = 5
_MORE_POLICY_TYPES = ("DECLARATIVE_POLICY_EC2", "CHATBOT_POLICY", "SECURITYHUB_POLICY", "S3_POLICY", "BEDROCK_POLICY")
_NOT_IN_MOTO = ("BACKUP_POLICY", *_MORE_POLICY_TYPES)  # moto lists BACKUP_POLICY, but cannot create one
_resource_policies = Shelf[Json](dict, regional=False)
_failed_requests = Shelf[dict[str, Json]](dict, regional=False)
_closed_emails = Shelf[dict[str, str]](dict, regional=False)


def stable_account_id(email: str) -> str:
    """Return the id of the account with this e-mail address: the same on every machine, after every reset."""
    return str(10**11 + int(hashlib.sha256(email.lower().encode()).hexdigest(), 16) % (9 * 10**11))


@extension.amends("Service-access principals, delegated administrators and policy types beyond moto's lists.")
def _accept_what_aws_accepts() -> None:
    class Everything(list[str]):
        def __contains__(self, _: object) -> bool:
            return True

    organizations.FakeServiceAccess.TRUSTED_SERVICES = Everything()
    organizations.FakeDelegatedAdministrator.SUPPORTED_SERVICES = Everything()
    types = [*FakePolicy.SUPPORTED_POLICY_TYPES, *_MORE_POLICY_TYPES]
    FakePolicy.SUPPORTED_POLICY_TYPES = types
    organizations.FakeRoot.SUPPORTED_POLICY_TYPES = types


@extension.amends("Deleting an organization knows the management account by its id, not by its name.")
def _delete_by_id() -> None:
    def delete_organization(self: OrganizationsBackend) -> None:
        if self.org is None:
            raise AWSOrganizationsNotInUseException
        if any(account.id != self.account_id for account in self.accounts):
            raise OrganizationNotEmptyException
        self._reset()

    OrganizationsBackend.delete_organization = delete_organization  # type: ignore[method-assign]


@extension.answers("CreateOrganization")
def create_organization(call: Call) -> Answer:
    """Create the organization; the management account keeps its id and gets no access role of its own."""
    backend = organizations_backends[call.account_id][call.partition]
    had_roles = set(iam_backends[call.account_id]["aws"].roles)
    with _next_account_id(call.account_id):
        organization = backend.create_organization(region=call.region, FeatureSet=call.get("FeatureSet"))
    roles = iam_backends[call.account_id]["aws"].roles
    for role_id in set(roles) - had_roles:
        del roles[role_id]
    return organization


@extension.answers("CreateAccount")
def create_account(call: Call) -> Answer:
    """Create an account under a stable id, with an administrator role; an e-mail address serves once."""
    backend = organization_in(call)
    email = call["Email"]
    used = {account.email.lower() for account in backend.accounts} | set(_closed_emails(call))
    if email.lower() in used:
        return {"CreateAccountStatus": _failed(call, "EMAIL_ALREADY_EXISTS")}
    account_id = stable_account_id(email)
    with _next_account_id(account_id):
        status = backend.create_account(**call.given())
    role_name = call.get("RoleName", "OrganizationAccountAccessRole")
    if call.partition != "aws":  # moto makes the role in the commercial partition whatever the organization's is
        trusted = f"arn:{call.partition}:iam::{call.account_id}:root"
        statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
        iam_backends[account_id][call.partition].create_role(
            role_name=role_name,
            assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            path="",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
        )
    iam_backends[account_id][call.partition].put_role_policy(role_name, "AdministratorAccess", ADMINISTRATOR_POLICY)
    return status


@extension.answers("DescribeCreateAccountStatus")
def describe_create_account_status(call: Call) -> Answer:
    """Report requests that failed; moto knows the others."""
    failed = _failed_requests(call).get(call["CreateAccountRequestId"])
    return {"CreateAccountStatus": failed} if failed else MOTO_ANSWERS


@extension.answers("CreateOrganizationalUnit")
def create_organizational_unit(call: Call) -> Answer:
    """Refuse a name that the parent already has and a tree of more than five levels."""
    backend = organization_in(call)
    _refuse_duplicate(backend, call["ParentId"], call["Name"])
    depth, parent_id = 0, call["ParentId"]
    while parent_id:
        depth += 1
        parent_id = next((unit.parent_id for unit in backend.ou if unit.id == parent_id), None)
    if depth > _DEEPEST_OU:
        raise AwsError("ConstraintViolationException", "OU_DEPTH_LIMIT_EXCEEDED: OUs nest five deep below the root.")
    return MOTO_ANSWERS


@extension.answers("UpdateOrganizationalUnit")
def update_organizational_unit(call: Call) -> Answer:
    """Rename an OU; the name has to be new under its own parent only."""
    backend = organization_in(call)
    unit = backend.get_organizational_unit_by_id(call["OrganizationalUnitId"])
    if call.get("Name") and call["Name"] != unit.name:
        _refuse_duplicate(backend, str(unit.parent_id), call["Name"])
        unit.name = call["Name"]
    return unit.describe()


@extension.answers("DeleteOrganizationalUnit")
def delete_organizational_unit(call: Call) -> Answer:
    """Refuse to delete an OU that holds anything, and forget its attachments."""
    backend = organization_in(call)
    unit_id = call["OrganizationalUnitId"]
    unit = backend.get_organizational_unit_by_id(unit_id)
    parents = {unit.parent_id for unit in backend.ou} | {account.parent_id for account in backend.accounts}
    if unit_id in parents:
        raise AwsError("OrganizationalUnitNotEmptyException", f"The OU {unit_id} still holds accounts or OUs.")
    for policy in unit.attached_policies:
        policy.attachments.remove(unit)
    return MOTO_ANSWERS


@extension.answers("DisablePolicyType")
def disable_policy_type(call: Call) -> Answer:
    """Detach all policies of the type from everything, as AWS does."""
    backend = organization_in(call)
    for policy in backend.policies:
        if policy.type == call["PolicyType"]:
            for target in list(policy.attachments):
                backend.detach_policy(PolicyId=policy.id, TargetId=target.id)
    return MOTO_ANSWERS


@extension.answers("UpdatePolicy")
def update_policy(call: Call) -> Answer:
    """Refuse a name that another policy of the type has."""
    backend = organization_in(call)
    policy = backend.get_policy_by_id(call["PolicyId"])
    others = (other for other in backend.policies if other is not policy and other.type == policy.type)
    if call.get("Name") and any(other.name == call["Name"] for other in others):
        raise AwsError("DuplicatePolicyException", f"A policy named {call['Name']} exists already.")
    return MOTO_ANSWERS


@extension.answers("CreatePolicy")
def create_policy(call: Call) -> Answer:
    """Create a policy of a type that moto has no class for."""
    backend = organization_in(call)
    if call["Type"] not in _NOT_IN_MOTO:
        return MOTO_ANSWERS
    policy_type = call["Type"]
    created = backend.create_policy(**{**call.given(), "Type": "TAG_POLICY"})
    policy = backend.get_policy_by_id(created["Policy"]["PolicySummary"]["Id"])
    policy.type = policy_type
    policy._arn_format = f"arn:{{0}}:organizations::{{1}}:policy/{{2}}/{policy_type.lower()}/{{3}}"  # noqa: SLF001
    return policy.describe()


@extension.answers("PutResourcePolicy")
def put_resource_policy(call: Call) -> Answer:
    """Keep the organization's resource policy."""
    backend = organization_in(call)
    policy = _resource_policies(call)
    if not policy:
        policy_id = "rp-" + uuid.uuid4().hex[:12]
        arn = call.arn(f"resourcepolicy/{backend.org.id}/{policy_id}", regional=False)  # type: ignore[union-attr]
        policy.update(ResourcePolicySummary={"Id": policy_id, "Arn": arn}, tags={})
        policy["tags"] = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    policy["Content"] = call["Content"]
    return {"ResourcePolicy": policy}


@extension.answers("DescribeResourcePolicy")
def describe_resource_policy(call: Call) -> Answer:
    """Show the organization's resource policy."""
    policy = _resource_policies(call)
    if not policy:
        raise AwsError("ResourcePolicyNotFoundException", "The organization has no resource policy.")
    return {"ResourcePolicy": policy}


@extension.answers("DeleteResourcePolicy")
def delete_resource_policy(call: Call) -> Answer:
    """Remove the organization's resource policy."""
    _resource_policies(call).clear()
    return {}


@extension.answers("ListTagsForResource", "TagResource", "UntagResource")
def tags_of_resource_policy(call: Call) -> Answer:
    """Keep the tags of the resource policy; moto keeps all others."""
    if not call["ResourceId"].startswith("rp-"):
        return MOTO_ANSWERS
    tags: dict[str, str] = _resource_policies(call).get("tags", {})
    tags.update({tag["Key"]: tag["Value"] for tag in call.get("Tags", [])})
    for key in call.get("TagKeys", []):
        tags.pop(key, None)
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def closed_emails(account_id: str) -> dict[str, str]:
    """Addresses of accounts that left an organization, or were closed: they serve no other account."""
    return _closed_emails.of(account_id)


def organization_in(call: Call) -> OrganizationsBackend:
    """The organization that the calling account is the management account of.

    Raises:
        AwsError: There is none.
    """
    backend = organizations_backends[call.account_id][call.partition]
    if backend.org is None:
        raise AwsError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
    return backend


@contextlib.contextmanager
def _next_account_id(account_id: str) -> Iterator[None]:
    """Let moto, which would draw lots, give the next account this id. One call runs at a time: see the gateway."""
    random_id = organizations_utils.make_random_account_id
    organizations_utils.make_random_account_id = lambda: account_id
    try:
        yield
    finally:
        organizations_utils.make_random_account_id = random_id


def _refuse_duplicate(backend: OrganizationsBackend, parent_id: str, name: str) -> None:
    if any(unit.parent_id == parent_id and unit.name == name for unit in backend.ou):
        raise AwsError("DuplicateOrganizationalUnitException", f"An OU named {name} exists under {parent_id} already.")


def _failed(call: Call, reason: str) -> Json:
    request_id = "car-" + uuid.uuid4().hex
    status = {
        "Id": request_id,
        "AccountName": call["AccountName"],
        "State": "FAILED",
        "FailureReason": reason,
        "RequestedTimestamp": unix_time(utcnow()),
        "CompletedTimestamp": unix_time(utcnow()),
    }
    _failed_requests(call)[request_id] = status
    return status
