"""What IAM's calls act on, and the condition keys that policies about identities go by: boundary, policy, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.iam.models import IAMBackend, iam_backends

from estate.local.answers import AwsError
from estate.local.authority import Resource, tag_keys
from estate.local.extension import MOTO_ANSWERS, Answer, Call
from estate.local.services.iam import extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_POLICY_CALLS = frozenset(
    [
        "CreatePolicyVersion",
        "DeletePolicy",
        "DeletePolicyVersion",
        "GetPolicy",
        "GetPolicyVersion",
        "ListEntitiesForPolicy",
        "ListPolicyTags",
        "ListPolicyVersions",
        "SetDefaultPolicyVersion",
        "TagPolicy",
        "UntagPolicy",
    ]
)
# AWS says for these how the identity is bounded, and for no others.
_BOUNDED_ALREADY = frozenset(
    f"{verb}{holder}{what}"
    for holder in ("Role", "User")
    for verb, what in (
        ("Attach", "Policy"),
        ("Delete", "PermissionsBoundary"),
        ("Delete", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
    )
)


@extension.answers("PutUserPermissionsBoundary")
def put_user_permissions_boundary(call: Call) -> Answer:
    """Bound a user."""
    user: Any = iam_backends[call.account_id][call.partition].get_user(call["UserName"])
    user.permissions_boundary_arn = call["PermissionsBoundary"]
    return {}


@extension.answers("DeleteUserPermissionsBoundary")
def delete_user_permissions_boundary(call: Call) -> Answer:
    """Take a user's boundary away."""
    user: Any = iam_backends[call.account_id][call.partition].get_user(call["UserName"])
    user.permissions_boundary_arn = None
    return {}


@extension.answers("DeletePolicy")
def delete_policy(call: Call) -> Answer:
    """Refuse to delete what bounds somebody, as AWS does; moto deletes the rest."""
    iam = iam_backends[call.account_id][call.partition]
    bounded = [one.name for one in _holders(iam) if _boundary(one) == call["PolicyArn"]]
    if bounded:
        raise AwsError(
            "DeleteConflict", f"Cannot delete a policy that is the boundary of {', '.join(bounded)}.", status=409
        )
    return MOTO_ANSWERS


@extension.amends("A new user keeps the boundary that it is made with.")
def _keep_boundaries_of_users() -> None:
    from moto.iam.responses import IamResponse  # noqa: PLC0415 - only when the server starts

    create = IamResponse.create_user

    def create_with_boundary(self: IamResponse) -> Any:
        answer = create(self)
        user: Any = self.backend.get_user(self._get_param("UserName"))
        user.permissions_boundary_arn = self._get_param("PermissionsBoundary")
        return answer

    IamResponse.create_user = create_with_boundary  # type: ignore[method-assign]


def _resource(call: Call) -> Resource | None:
    """Find the role, user, group or policy that a call is about, under its path."""
    iam = iam_backends[call.account_id][call.partition]
    arn = call.get("PolicyArn") if call.operation in _POLICY_CALLS else None
    found: Any = iam.managed_policies.get(arn) if arn else None
    for parameter, kind, existing in (
        ("InstanceProfileName", "instance-profile", iam.instance_profiles.values()),
        ("RoleName", "role", iam.roles.values()),
        ("UserName", "user", iam.users.values()),
        ("GroupName", "group", iam.groups.values()),
        ("PolicyName", "policy", ()),
    ):
        name = call.get(parameter)
        if name is not None and arn is None and (kind != "policy" or call.operation == "CreatePolicy"):
            found = _named(existing, name)
            path = found.path if found else call.get("Path", "/")
            arn = call.arn(f"{kind}{path}{name}", regional=False)
    if arn is None:
        arn = call.get("OpenIDConnectProviderArn") or call.get("SAMLProviderArn") or _provider_to_be(call)
    return _as_resource(call, arn, found) if arn else None


def _provider_to_be(call: Call) -> str | None:
    """The ARN that an identity provider will have which a call makes."""
    if call.operation == "CreateSAMLProvider":
        return call.arn(f"saml-provider/{call['Name']}", regional=False)
    if call.operation == "CreateOpenIDConnectProvider":
        return call.arn(f"oidc-provider/{call['Url'].removeprefix('https://')}", regional=False)
    return None


def _as_resource(call: Call, arn: str, found: Any) -> Resource:
    requested = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    keys, known = tag_keys(on_resource=_tags(found), in_request=requested)
    keys |= {key.replace("aws:", "iam:"): value for key, value in keys.items() if key.startswith("aws:resourcetag/")}
    boundary = _boundary(found) if call.operation in _BOUNDED_ALREADY else call.get("PermissionsBoundary")
    if boundary:
        keys["iam:permissionsboundary"] = boundary
    if call.operation.startswith(("Attach", "Detach")):
        keys["iam:policyarn"] = call["PolicyArn"]
    return Resource(
        arn=arn,
        owner=call.account_id,
        keys=keys,
        known=known | {"iam:permissionsboundary", "iam:policyarn", "iam:resourcetag/"},
    )


def _named(existing: Iterable[Any], name: str) -> Any:
    return next((one for one in existing if one.name == name), None)


def _holders(iam: IAMBackend) -> Sequence[Any]:
    return [*iam.roles.values(), *iam.users.values()]


def _boundary(holder: Any) -> str | None:
    return getattr(holder, "permissions_boundary_arn", None)


def _tags(holder: Any) -> dict[str, str]:
    tags: Any = getattr(holder, "tags", None) or {}
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in tags}
    return {name: tag["Value"] if isinstance(tag, dict) else tag for name, tag in tags.items()}


extension.resource_of = _resource
