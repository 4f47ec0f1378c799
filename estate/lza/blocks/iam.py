"""Policies, roles, identity providers, and Identity Center."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from config.model.types import RoleName
from estate.adoption.slugs import slug_of
from estate.lza.block import Block, State
from estate.lza.documents import document
from estate.lza.reading import IAM

if TYPE_CHECKING:
    from estate.lza.draft import Draft
    from estate.lza.reading import Node

_SSO: Final = "sso.amazonaws.com"
_ADMINISTRATOR: Final = "AdministratorAccess"
_ADMINISTRATORS: Final = "delegated_administrators"
_ACCOUNT: Final = re.compile(
    r"(?:arn:[^:]+:iam::)?(\d{12}|\$\(account_ids\.[^()]+\))(?::root|:role/(?P<role>[\w+=,.@-]+))?"
)
_OWN: Final = re.compile(r"\$\(account_ids\.([^()]+)\)")
_MINUTES: Final = 60


def _providers(_node: Node, into: Draft) -> None:
    for entry in into.lza.file(IAM).each("providers"):
        name, file = entry.needed("name"), entry.needed("metadataDocument")
        slug = slug_of(name)
        text = into.lza.text_of(file, entry.child("metadataDocument")) if file else None
        if text is not None:
            into.documents[f"documents/{slug}.xml"] = text
            saml = {"name": name, "metadata": f"documents/{slug}.xml"}
            into.at("identity_providers")[slug] = {"accounts": ["root"], "saml": saml}


def _policies(_node: Node, into: Draft) -> None:
    sets = into.lza.file(IAM).each("policySets")
    entries = {f"{i}.{j}": entry for i, each in enumerate(sets) for j, entry in enumerate(each.each("policies"))}
    found = into.shortened({key: entry.needed("name") for key, entry in entries.items()}, into.policies, "policy")
    for i, each in enumerate(sets):
        accounts = into.targets(each.child("deploymentTargets"))
        each.flag("identityCenterDependency")
        for j, entry in enumerate(each.each("policies")):
            slug = found[f"{i}.{j}"]
            entry.needed("policy")
            if path := document(entry.child("policy"), into, slug):
                policy = {"name": entry.text("name"), "accounts": accounts, "document": path}
                into.at("customer_policies")[slug] = policy


def _roles(_node: Node, into: Draft) -> None:
    sets = into.lza.file(IAM).each("roleSets")
    entries = {f"{i}.{j}": entry for i, each in enumerate(sets) for j, entry in enumerate(each.each("roles"))}
    found = into.shortened({key: entry.needed("name") for key, entry in entries.items()}, (), "role")
    for i, each in enumerate(sets):
        accounts = into.targets(each.child("deploymentTargets"))
        into.only(each, "path", "/", "Roles have no path here.")
        for j, entry in enumerate(each.each("roles")):
            if role := _role(entry, accounts, into):
                into.at("roles")[found[f"{i}.{j}"]] = role


def _role(entry: Node, accounts: list[str], into: Draft) -> dict[str, Any] | None:
    external = entry.texts("externalIds")
    trusts = [trust for each in entry.each("assumedBy") if (trust := _trust(each, external, into))]
    role: dict[str, Any] = {"name": entry.typed("name", RoleName), "accounts": accounts, "trusted_by": trusts}
    if external:
        role["external_id"] = external[0]
    if external[1:]:
        into.note(entry.child("externalIds"), f"A role asks for one external id: {external[0]}.")
    if (seconds := entry.number("maxSessionDuration")) is not None:
        role["max_session_duration"] = seconds
    may = _may(entry, into)
    if not trusts or not may:
        into.note(entry.seen(), f"Left out: {'it may do nothing' if trusts else 'nobody is left who may assume it'}.")
        return None
    role.update(may)
    boundary = entry.text("boundaryPolicy")
    if boundary and (slug := _policy(entry.child("boundaryPolicy"), boundary, into)):
        role["boundary"] = slug
    if entry.flag("instanceProfile"):
        role["instance_profile"] = True
    return role


def _may(entry: Node, into: Draft) -> dict[str, Any]:
    """The policies of a role."""
    policies = entry.child("policies")
    managed = [f"arn:$(partition):iam::aws:policy/{name}" for name in policies.texts("awsManaged")]
    named = policies.texts("customerManaged")
    own = [slug for name in named if (slug := _policy(policies.child("customerManaged"), name, into))]
    return {**({"managed_policies": managed} if managed else {}), **({"customer_policies": own} if own else {})}


def _policy(node: Node, name: str, into: Draft) -> str | None:
    """The slug of a policy of accounts by its name."""
    found = next((slug for slug, each in into.at("customer_policies").items() if each["name"] == name), None)
    if found is None:
        into.note(node, f"Left out: {name} is none of `policySets`, or none that could be taken.")
    return found


def _trust(entry: Node, external: list[str], into: Draft) -> dict[str, Any] | None:
    """Who may assume a role; None if our configuration cannot say it."""
    kind, principal = entry.needed("type"), entry.text("principal")
    if kind == "service":
        return {"service": principal}
    if kind == "provider" and slug_of(principal) in into.at("identity_providers"):
        return {"identity_provider": slug_of(principal)}
    found = _ACCOUNT.fullmatch(principal) if kind in ("account", "principalArn") else None
    ours = _own_account(principal, found, into)
    roles = {"roles": [found["role"]]} if found and found["role"] else {}
    if ours:
        return {"account": ours, **roles}
    if found and external:
        return {"outside_account": found[1], **roles}
    why = "outsiders have to say an external id" if found else f"`{kind}` of {principal or 'nobody'} has no counterpart"
    into.note(entry, f"Left out: {why}. Write it as `trusted_by`.")
    return None


def _own_account(principal: str, found: re.Match[str] | None, into: Draft) -> str | None:
    """The slug of an account of the organization, by its name, or by its id in an ARN or by itself."""
    if principal in into.lza_accounts or found is None:
        return into.lza_accounts.get(principal)
    if own := _OWN.fullmatch(found[1]):
        return into.lza_accounts.get(own[1], own[1])
    return next((slug for slug, each in into.accounts.items() if each.get("id") == found[1]), None)


def _identity_center(node: Node, into: Draft) -> None:
    node.text("name")
    slug = into.account_at(node, "delegatedAdminAccount")
    if slug and slug != into.with_purpose("management"):
        into.administer(_SSO, slug)
    if not node.each("identityCenterPermissionSets"):
        return
    into.trust(_SSO)
    sets = {entry.needed("name"): entry for entry in node.each("identityCenterPermissionSets")}
    made = {name: made for name, entry in sets.items() if (made := _permission_set(entry, name, into)) is not None}
    center = into.at("identity_center")
    groups, users = _assignments(node, made, center, into)
    administrators = next((group for group in groups.get(_ADMINISTRATOR, ())), None)
    if administrators is None:
        into.note(
            node,
            "Nobody has AdministratorAccess by a group: name who can always get in (`identity_center.management.administrators`).",
        )
        del into.organization["identity_center"]
        return
    center["management"] = {"administrators": {"external_group": administrators}}
    center["permission_sets"] = {slug_of(name): each for name, each in made.items()}
    for key, names in (("groups", {each for found in groups.values() for each in found}), ("users", users)):
        known = {
            slug_of(name): {("name" if key == "groups" else "user_name"): name, "external": True}
            for name in sorted(names)
        }
        if known:
            center[key] = known
    into.note(node, "Groups and users are those of another directory (`external`): the Accelerator makes none either.")


def _permission_set(entry: Node, name: str, into: Draft) -> dict[str, Any] | None:
    made: dict[str, Any] = {} if name == slug_of(name) else {"name": name}
    minutes = entry.number("sessionDuration")
    if minutes:
        made["session_hours"] = max(1, minutes // _MINUTES)
        if minutes % _MINUTES:
            into.note(entry.child("sessionDuration"), f"Sessions last whole hours: {made['session_hours']}.")
    policies = entry.child("policies")
    if managed := [f"arn:$(partition):iam::aws:policy/{each}" for each in policies.texts("awsManaged")]:
        made["managed_policies"] = managed
    if own := [*policies.texts("customerManaged"), *policies.texts("acceleratorManaged")]:
        made["customer_policies"] = own
    if inline := policies.text("inlinePolicy"):
        into.note(policies, f"Left out: {inline}. Write what it says as `statements`.")
    boundary = policies.child("permissionsBoundary")
    arn = boundary.text("awsManagedPolicyName") or boundary.child("customerManagedPolicy").text("name")
    if arn:
        into.note(boundary, f"Left out: the boundary {arn}. Write it as `boundary`.")
    if not managed and not own:
        into.note(entry, "Left out: it may do nothing.")
        return None
    return made


def _assignments(
    node: Node, sets: dict[str, Any], center: dict[str, Any], into: Draft
) -> tuple[dict[str, set[str]], set[str]]:
    """Have the assignments; the groups by what they may do, and the users."""
    groups: dict[str, set[str]] = {}
    users: set[str] = set()
    for entry in node.each("identityCenterAssignments"):
        name, wanted = entry.needed("name"), entry.needed("permissionSetName")
        accounts = into.targets(entry.child("deploymentTargets"))
        if {"root", f"account:{into.with_purpose('management')}"} & {*accounts} and _SSO in into.at(_ADMINISTRATORS):
            accounts = into.but_management(accounts)
            text = "Left out: the management account. Whoever gets into it stands below `identity_center.management`."
            into.note(entry.child("deploymentTargets"), text)
        if entry.text("principalId") or entry.text("principalType"):
            into.note(entry, "Left out: a principal by its id. Name it in `principals`.")
            continue
        if wanted not in sets:
            into.note(entry, f"Left out: no permission set {wanted}.")
            entry.seen()
            continue
        assignment: dict[str, Any] = {"permission_set": slug_of(wanted)}
        for principal in entry.each("principals"):
            kind, who = principal.needed("type"), principal.needed("name")
            key = "groups" if kind == "GROUP" else "users"
            assignment.setdefault(key, []).append(slug_of(who))
            if kind == "GROUP":
                may = [arn.rpartition("/")[2] for arn in sets[wanted].get("managed_policies", ())]
                for each in [*may, ""]:
                    groups.setdefault(each, set()).add(who)
            else:
                users.add(who)
        if accounts:
            center.setdefault("assignments", {})[slug_of(name)] = {**assignment, "accounts": accounts}
    return groups, users


def _block(key: str, about: str, state: State, ours: str = "", why: str = "", **others: Any) -> Block:
    return Block(IAM, key, about, state, ours, why, **others)


BLOCKS: Final = (
    _block("providers", "SAML providers.", State.WORKS, "identity_providers", take=_providers, universal=False),
    _block("policySets", "Managed policies of accounts.", State.WORKS, "customer_policies", take=_policies),
    _block("roleSets", "Roles of accounts.", State.WORKS, "roles", take=_roles),
    _block("roleSets.roles.assumedBy", "Who may assume a role.", State.WORKS, "roles.trusted_by"),
    _block(
        "roleSets.roles.policies",
        "What a role may do.",
        State.WORKS,
        "roles.managed_policies, roles.customer_policies",
    ),
    _block("roleSets.roles.boundaryPolicy", "What a role may do at most.", State.WORKS, "roles.boundary"),
    _block("roleSets.roles.instanceProfile", "Machines can have the role.", State.WORKS, "roles.instance_profile"),
    _block(
        "identityCenter",
        "Who administers Identity Center; permission sets and assignments.",
        State.WORKS,
        "delegated_administrators, identity_center",
        take=_identity_center,
    ),
    _block(
        "groupSets",
        "IAM groups.",
        State.NONE,
        why="People come by Identity Center; IAM users and their groups are not made.",
        universal=False,
    ),
    _block(
        "userSets",
        "IAM users.",
        State.NONE,
        why="People come by Identity Center; machines by roles.",
        universal=False,
    ),
    _block("managedActiveDirectories", "Directories.", State.NONE, why="Not made.", universal=False),
)
