"""What a caller may do: decided by the policies that exist in the local AWS, with the product's own evaluator.

Every policy takes part: identity policies, boundaries, session policies, trust and bucket policies, and the
organization's SCPs and RCPs from the root down to the account. Where the local AWS does not know what a call acts on, or
the value of a condition key (a resource's tags, a source network), it gives the benefit of the doubt: an Allow holds
whatever it asks of what is not known, a Deny that depends on it does not. So nothing is refused here that AWS would let
through, and every action that no policy allows is refused in both.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.evaluator import (
    Decision,
    Policies,
    Policy,
    PolicySet,
    Principal,
    PrincipalKind,
    Request,
    evaluate,
)
from estate.local.membership import Membership, membership

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from estate.local.identity import Caller

# Keys whose values the local AWS knows for every call, or knows to be absent.
_KNOWN_KEYS = frozenset(
    [
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:currenttime",
        "aws:epochtime",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:securetransport",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
    ]
)


@dataclass(frozen=True)
class Resource:
    """What a call acts on, as far as policies are concerned.

    Args:
        arn: Its ARN.
        owner: The account it belongs to.
        policy: Its own policy, if it has one.
        keys: Condition keys that follow from the call, in lower case.
        keys_are_complete: Whether these are all keys that the call can have.
        known: Further keys, in lower case, that the call does not have where `keys` has them not; a text that ends in ``/``
            stands for all keys that begin with it.
    """

    arn: str
    owner: str
    policy: str | None = None
    keys: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    keys_are_complete: bool = False
    known: frozenset[str] = frozenset()


def tag_keys(
    *, on_resource: Mapping[str, str] | None = None, in_request: Mapping[str, str] | None = None
) -> tuple[dict[str, str | Sequence[str]], frozenset[str]]:
    """The condition keys that are about tags, and which of them are known.

    Args:
        on_resource: The tags of what is acted on; None where they are not known.
        in_request: The tags that the call gives; None where it cannot give any.

    Returns:
        `Resource.keys` and `Resource.known`.
    """
    keys: dict[str, str | Sequence[str]] = {}
    known: set[str] = set()
    for prefix, tags in (("aws:resourcetag/", on_resource), ("aws:requesttag/", in_request)):
        if tags is not None:
            known.add(prefix)
            keys |= {f"{prefix}{name}".lower(): value for name, value in tags.items()}
    if in_request is not None:
        known.add("aws:tagkeys")
        if in_request:
            keys["aws:tagkeys"] = list(in_request)
    return keys, frozenset(known)


def decide(caller: Caller, action: str, region: str, resource: Resource | None = None) -> Decision:
    """Decide whether a caller may do something.

    Args:
        caller: Who asks.
        action: Such as `s3:GetObject`.
        region: The region that is called.
        resource: What is acted on, where that is known.
    """
    principal = principal_of(caller)
    owner = resource.owner if resource else caller.account_id
    home, place = membership(caller.account_id, caller.partition), membership(owner, caller.partition)
    request = Request(
        principal,
        action,
        resource=resource.arn if resource else "*",
        resource_account=owner,
        region=region,
        context=_keys(caller, home, place) | dict(resource.keys if resource else {}),
    )
    read = functools.partial(_policy_set, resource=resource)
    in_account = principal.kind in (PrincipalKind.USER, PrincipalKind.ROLE)
    bound = _boundary(caller) if in_account else None
    organization = home or place
    policies = Policies(
        identity=read(_identity_documents(caller)) if in_account else PolicySet(),
        boundary=read([bound]) if bound else None,
        session=read(caller.session_policies) if caller.session_policies is not None else None,
        resource=read([resource.policy]) if resource and resource.policy is not None else None,
        scps=tuple(read(level.service_control, node=level.name) for level in home.levels) if home else (),
        rcps=tuple(read(level.resource_control, node=level.name) for level in place.levels) if place else (),
        management_account=organization.management_account_id if organization else None,
    )
    return evaluate(request, policies)


def service_may(service: str, action: str, resource: Resource, policies: Iterable[str]) -> bool:
    """Whether an AWS service that works for somebody may do something, by the policies of what it acts on.

    Args:
        service: Such as `route53.amazonaws.com`.
        action: Such as `logs:PutLogEvents`.
        resource: What is acted on; its keys say for whom (`aws:sourceaccount`, `aws:sourcearn`).
        policies: Its policies.
    """
    request = Request(
        Principal.of(service), action, resource=resource.arn, resource_account=resource.owner, context=resource.keys
    )
    return evaluate(request, Policies(resource=_policy_set(policies, resource=resource))).allowed


def principal_of(caller: Caller) -> Principal:
    """Return the caller as the evaluator knows principals."""
    if caller.role_arn is not None:
        return Principal(PrincipalKind.ROLE, caller.arn, caller.account_id, caller.partition, caller.role_arn)
    return Principal.of(caller.arn)


def _keys(caller: Caller, home: Membership | None, place: Membership | None) -> dict[str, str | Sequence[str]]:
    now = dt.datetime.now(dt.UTC)
    keys: dict[str, str | Sequence[str]] = {
        "aws:userid": caller.user_id,
        "aws:securetransport": "true",  # as if: the real AWS is reached by TLS only
        "aws:viaawsservice": "false",
        "aws:currenttime": now.isoformat(timespec="seconds"),
        "aws:epochtime": str(int(now.timestamp())),
    }
    keys |= {f"aws:principaltag/{name}".lower(): value for name, value in caller.tags.items()}
    if home:
        keys |= {"aws:principalorgid": home.organization_id, "aws:principalorgpaths": [home.path]}
    if place:
        keys |= {"aws:resourceorgid": place.organization_id, "aws:resourceorgpaths": [place.path]}
    return keys


def _identity_documents(caller: Caller) -> list[tuple[str, str]]:
    iam = iam_backends[caller.account_id][caller.partition]
    if caller.role_arn is not None:
        return _documents(iam.get_role_by_arn(caller.role_arn))
    user = iam.get_user(str(caller.user_name))
    holders = [user, *iam.get_groups_for_user(user.name)]
    return [document for holder in holders for document in _documents(holder)]


def _documents(holder: Any) -> list[tuple[str, str]]:
    attached = [(policy.name, _default_version(policy)) for policy in holder.managed_policies.values()]
    return [*holder.policies.items(), *attached]


def _boundary(caller: Caller) -> tuple[str, str] | None:
    iam = iam_backends[caller.account_id][caller.partition]
    holder: Any = iam.get_role_by_arn(caller.role_arn) if caller.role_arn else iam.get_user(str(caller.user_name))
    arn = getattr(holder, "permissions_boundary_arn", None)
    return managed_policy(caller.account_id, caller.partition, arn) if arn else None


def managed_policy(account_id: str, partition: str, arn: str) -> tuple[str, str]:
    """Return the name and the document of a managed policy."""
    policy = iam_backends[account_id][partition].managed_policies[arn]
    return policy.name, _default_version(policy)


def _default_version(policy: Any) -> str:
    return str(next(version.document for version in policy.versions if version.is_default))


def _policy_set(
    documents: Iterable[tuple[str, str] | str], *, resource: Resource | None, node: str | None = None
) -> PolicySet:
    known = _Known(
        resource is not None,
        resource is not None and resource.keys_are_complete,
        frozenset(key.lower() for key in resource.keys) | resource.known if resource else frozenset(),
    )
    named = [("resource policy", document) if isinstance(document, str) else document for document in documents]
    return PolicySet(tuple(Policy(name, _read(document, known)) for name, document in named), node)


@dataclass(frozen=True)
class _Known:
    """What is known of a call: its resource, all of its condition keys, or these."""

    resource: bool
    all_keys: bool
    keys: frozenset[str]

    def key(self, key: str) -> bool:
        folded = key.lower()
        family = f"{folded.partition('/')[0]}/"
        return (
            self.all_keys
            or folded in _KNOWN_KEYS
            or folded in self.keys
            or family in self.keys
            or family == "aws:principaltag/"
        )


@functools.lru_cache(maxsize=8192)
def _read(text: str, known: _Known) -> PolicyDocument:
    decoded = text if text.lstrip().startswith("{") else urllib.parse.unquote(text)
    document = PolicyDocument.from_json(decoded)
    statements = (_as_far_as_known(statement, known) for statement in document.statements)
    return dataclasses.replace(document, statements=tuple(one for one in statements if one is not None))


def _as_far_as_known(statement: Statement, known: _Known) -> Statement | None:
    """Return the statement without what it asks of the unknown; None for a Deny that depends on it."""
    conditions = {
        operator: {key: values for key, values in keys.items() if known.key(key)}
        for operator, keys in statement.conditions.items()
    }
    about_all = statement.resources in ((), ("*",)) and not statement.not_resources
    if conditions == statement.conditions and (known.resource or about_all):
        return statement
    if statement.effect == "Deny":
        return None
    left: dict[str, Any] = {"conditions": {operator: keys for operator, keys in conditions.items() if keys}}
    if not known.resource and not about_all:
        left |= {"resources": ("*",), "not_resources": ()}
    return dataclasses.replace(statement, **left)
