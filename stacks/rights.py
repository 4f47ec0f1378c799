"""The rights of a stack's execution and plan roles, and the boundary of all other roles: from what the stack really holds."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from config.capabilities.customer_policies import CONSTRUCT
from config.capabilities.execution_role import EXECUTION_ROLE
from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.workload import WorkloadStack
from config.controls.kept import BOUNDARY, ENTRY, kept, narrower
from config.facts.addresses import unique
from config.nodes import Account, Organization
from config.registry import listed_actions
from constructs_lib.ci.boundary import Kept, boundary, denials
from constructs_lib.ci.contents import is_content, without_contents
from constructs_lib.ci.naming import StackNames
from constructs_lib.ci.packing import pack
from constructs_lib.ci.permissions import Permissions
from constructs_lib.ci.rights import Stack, handed, is_read, rights, statements
from constructs_lib.policies.document import PolicyDocument, Statement, allow
from stacks.backend import READER, WRITER

_EXECUTION: Final = "execution-role"
_PLAN: Final = "plan-role"
_BOUNDARY: Final = "boundary"
_POLICY: Final = "aws_iam_policy"
_ATTACHMENT: Final = "aws_iam_role_policy_attachment"
_OWN_POLICY: Final = re.compile(rf"\$\{{{_POLICY}\.(?P<address>{CONSTRUCT}(?P<slug>[a-z0-9-]+)_[0-9A-F]{{8}})\.arn\}}")
_EXPRESSION: Final = re.compile(r"\$\{[^{}]*\}")
_ASSUME: Final = "sts:AssumeRole"
COMPARED: Final = (
    "organizations:DescribeOrganization",
    "organizations:DescribePolicy",
    "organizations:DescribeResourcePolicy",
    "organizations:ListAWSServiceAccessForOrganization",
    "organizations:ListAccountsForParent",
    "organizations:ListDelegatedAdministrators",
    "organizations:ListDelegatedServicesForAccount",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListPolicies",
    "organizations:ListRoots",
    "organizations:ListTagsForResource",
    "organizations:ListTargetsForPolicy",
)
"""What `estate drift` reads, in the daily job that plans."""
COMPARED_PEOPLE: Final = (
    "identitystore:DescribeUser",
    "identitystore:ListGroupMemberships",
    "identitystore:ListGroups",
    "sso:DescribePermissionSet",
    "sso:GetInlinePolicyForPermissionSet",
    "sso:GetPermissionsBoundaryForPermissionSet",
    "sso:ListAccountAssignments",
    "sso:ListAccountsForProvisionedPermissionSet",
    "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
    "sso:ListInstances",
    "sso:ListManagedPoliciesInPermissionSet",
    "sso:ListPermissionSets",
    "sso:ListTagsForResource",
)
"""What it reads where the configuration has Identity Center, whoever administers that."""

Json = dict[str, Any]


def bounded(synthesized: Json, organization: Organization) -> Json:
    """Bound the roles and users of a workload's stack by the boundary that the account's stack makes.

    Args:
        synthesized: The workload's Terraform JSON; it is changed.
        organization: The configuration.

    Returns:
        The same JSON.
    """
    _bound(synthesized, f"arn:{organization.partition}:iam::{_account_id(synthesized)}:policy/{BOUNDARY}")
    return synthesized


def with_rights(
    synthesized: Json,
    organization: Organization,
    account: Account,
    beside: Mapping[WorkloadStack, Json] = MappingProxyType({}),
) -> Json:
    """Write the policies of a stack's roles, from the types and names in its JSON.

    Args:
        synthesized: An account's Terraform JSON; it is changed.
        organization: The configuration.
        account: The stack's account.
        beside: The JSON of the workloads beside it, whose roles are in the account's stack.

    Returns:
        The same JSON.
    """
    roles = _constructs(synthesized, "aws_iam_role")
    if _EXECUTION not in roles:
        return synthesized  # the management account's without pipelines: administrators deploy it
    within = _name_boundaries(synthesized, account)
    for construct, role in roles.items():
        if construct.startswith((_EXECUTION, _PLAN)):
            _name_policies(synthesized, construct, role)
    stack, held = described(synthesized, organization, account)
    found = rights(stack)
    own = account is organization.management
    extra = {role: list(_assuming(synthesized, role)) if own else [] for role in (_EXECUTION, _PLAN)}
    imports = list(_to_import(organization, account, beside=synthesized.get("resource", {})))
    deploys = [*statements(found), *handed(stack), *imports, *extra[_EXECUTION], *denials(held)]
    _write(synthesized, account, _EXECUTION, organization.execution_role.name, "Deploys", deploys)
    if organization.ci and _PLAN in roles:
        role = f"arn:{organization.partition}:iam::*:role/aws-service-role/ram.amazonaws.com/AWSServiceRoleForResourceAccessManager"
        people = COMPARED_PEOPLE if IDENTITY_CENTER.of(organization) else ()
        compares = [allow((*COMPARED, *people), "*"), allow("iam:GetRole", role)] if own else []
        plans = [*statements(right for right in found if is_read(right.action)), *compares, *imports, *extra[_PLAN]]
        _write(synthesized, account, _PLAN, organization.ci.account_plan_role, "Plans", without_contents(plans))
    workloads = [described(content, organization, account, workload)[0] for workload, content in beside.items()]
    for workload, its in zip(beside, workloads, strict=True):
        allowed = list(rights(its))
        deploys = [*statements(allowed), *handed(its), *denials(held)]
        execution, plan = f"{_EXECUTION}-{workload.key}", f"{_PLAN}-{workload.key}"
        _write(synthesized, account, execution, roles[execution], "Deploys", deploys)
        if plan in roles:
            reads = statements(right for right in allowed if is_read(right.action))
            _write(synthesized, account, plan, roles[plan], "Plans", without_contents(reads))
    all_of_them = (stack, *workloads)
    made = tuple(arn for each in all_of_them for arn in each.free("aws_iam_role"))
    users = tuple(arn for each in all_of_them for arn in each.free("aws_iam_user"))
    policy = boundary(held, roles=made, users=users)
    _policy(synthesized, account, (_BOUNDARY, "Resource"), BOUNDARY, "Bounds the roles and users of stacks", policy)
    for slug, document in within.items():
        name = narrower(slug)
        policy = boundary(replace(held, boundary=name), roles=made, users=users, within=document)
        path, description = (f"{_BOUNDARY}-{slug}", "Resource"), f"Bounds roles of stacks by the policy {slug}, too"
        _policy(synthesized, account, path, name, description, policy)
    return synthesized


def _to_import(organization: Organization, account: Account, *, beside: Collection[str]) -> Iterator[Statement]:
    """What reads that which was in the account before, of types that the stack has not yet, contents left out.

    Terraform reads it while it plans the import, before it changes any right.
    """
    found = organization.found.get(account.id) if account.id else None
    types = {type_ for ids in (found.imports if found else {}).values() for type_ in ids if type_ not in beside}
    permitted = Permissions.of(types, listed=listed_actions()).actions
    if actions := sorted(action for action in permitted if is_read(action) and not is_content(action)):
        yield allow(actions, "*")


def described(
    synthesized: Json, organization: Organization, account: Account, workload: WorkloadStack | None = None
) -> tuple[Stack, Kept]:
    """What a stack's rights are made from, and what is kept from its pipeline.

    Args:
        synthesized: The stack's Terraform JSON.
        organization: The configuration.
        account: The stack's account.
        workload: The workload whose stack it is, beside the account's.
    """
    partition, account_id = organization.partition, _account_id(synthesized)
    names = StackNames(synthesized, partition=partition, account_id=account_id)
    held = Kept(
        account_id,
        partition,
        roles=_roles(organization, account),
        arns=tuple(_kept_arns(names)),
        boundary=BOUNDARY,
    )
    own = {type_ for type_ in synthesized.get("resource", {}) if type_.startswith("aws_")}
    stack = Stack(
        workload.name_in(account) if workload else account.slug,
        names,
        own | (workload.types if workload else shared_types(organization, account)),
        boundary=held.boundary_arn,
        kept=lambda address: kept(address) is not None,
        account_id=account_id,
        partition=partition,
        listed=listed_actions(),
        tagged=organization.default_tags,
        prefix=f"{workload.key}-" if workload else "",
        hidden=workload is not None and workload.module is not None,
        narrower=tuple(
            held.arn(f"policy/{block['name']}")
            for address, block in synthesized.get("resource", {}).get(_POLICY, {}).items()
            if address.startswith(f"{_BOUNDARY}-")
        ),
    )
    return stack, held


def _kept_arns(names: StackNames) -> Iterator[str]:
    """The ARNs of what is kept: a construct's buckets that are named after one of them (``logs-config``) by one pattern.

    A policy has little room. Buckets that only begin alike, and are not one construct's, may be somebody else's.
    """
    of_constructs: dict[str, set[str]] = defaultdict(set)
    for one in names.each():
        if kept(one.address):
            of_constructs[one.address.partition("_")[0]].update(one.arns)
    for arns in of_constructs.values():
        buckets = {arn for arn in arns if arn.split(":")[2] == "s3"}
        first = min(buckets, key=len, default="")
        together = len(buckets) > 1 and all(arn == first or arn.startswith(f"{first}-") for arn in buckets)
        yield from sorted(arns - buckets | {f"{first}*"} if together else arns)


def shared_types(organization: Organization, account: Account) -> frozenset[str]:
    """The types that an account's role is permitted beside those that its stack holds."""
    kind = "workload" if account.purpose == "workload" else "core"
    shared = EXECUTION_ROLE.published(organization)
    types: frozenset[str] = shared["management" if account is organization.management else kind]
    own: frozenset[str] = shared["accounts"].get(account.slug, frozenset())
    return types | own


def _roles(organization: Organization, account: Account) -> tuple[str, ...]:
    """The roles by which an account is deployed and entered, and the names that such roles have elsewhere."""
    ci = organization.ci
    pipelines = (
        (
            *(ci.deploy_role, f"{ci.deploy_role}-*"),  # of all tiers
            *(ci.plan_role, ci.account_plan_role, ci.foundation_role, ci.management_foundation_role),
        )
        if ci
        else ()
    )
    entries = (*ENTRY, "OrganizationAccountAccessRole", organization.break_glass_role, account.entry_role)
    of_workloads = (f"{name}-*" for name in (organization.execution_role.name, *([ci.account_plan_role] if ci else [])))
    return tuple(sorted({organization.execution_role.name, *of_workloads, *pipelines, WRITER, READER, *entries}))


def _account_id(synthesized: Json) -> str:
    """The account as the provider has it: an id, or the expression that becomes one."""
    return str(synthesized["provider"]["aws"][0]["allowed_account_ids"][0])


def _constructs(synthesized: Json, type_: str) -> dict[str, str]:
    """The constructs that make resources of a type, and what these are called."""
    found = synthesized.get("resource", {}).get(type_, {})
    return {address.partition("_")[0]: str(block.get("name")) for address, block in found.items()}


def _assuming(synthesized: Json, construct: str) -> Iterator[Statement]:
    """What a role's construct permits beside what types need: to reach states."""
    for name, block in synthesized["resource"].get(_POLICY, {}).items():
        if name.startswith(f"{construct}_"):
            document = PolicyDocument.from_terraform(block["policy"])
            yield from (one for one in document.statements if one.effect == "Allow" and _ASSUME in one.actions)


def _name_policies(synthesized: Json, construct: str, role: str) -> None:
    """Let a role's policies be named whatever their number will be: the roles read their own policies, too."""
    for name, block in synthesized["resource"].get(_POLICY, {}).items():
        if name.startswith(f"{construct}_"):
            block["name"] = f"{role}-*"


def _name_boundaries(synthesized: Json, account: Account) -> dict[str, PolicyDocument]:
    """Bound every role and user that is no deployment right itself.

    A role that is bounded by a policy of the account's own gets another boundary in its place: that policy, and what no role of a stack
    may do. IAM takes one boundary for each role.

    Returns:
        Those policies, by slug.
    """
    within: dict[str, PolicyDocument] = {}
    policies = synthesized.get("resource", {}).get(_POLICY, {})
    for block in synthesized["resource"]["aws_iam_role"].values():
        named = _OWN_POLICY.fullmatch(block.get("permissions_boundary", ""))
        if named:
            slug = named["slug"]
            within[slug] = PolicyDocument.from_terraform(policies[named["address"]]["policy"])
            block["permissions_boundary"] = f"${{{_POLICY}.{unique(f'{_BOUNDARY}-{slug}', 'Resource')}.arn}}"
    _bound(synthesized, f"${{{_POLICY}.{unique(_BOUNDARY, 'Resource')}.arn}}")
    # Names are read from the JSON, and those of the boundaries are among them.
    _policy(synthesized, account, (_BOUNDARY, "Resource"), BOUNDARY, "", None)
    for slug in within:
        _policy(synthesized, account, (f"{_BOUNDARY}-{slug}", "Resource"), narrower(slug), "", None)
    return dict(sorted(within.items()))


def _bound(synthesized: Json, arn: str) -> None:
    for type_ in ("aws_iam_role", "aws_iam_user"):
        for name, block in synthesized.get("resource", {}).get(type_, {}).items():
            if not kept(name):
                block.setdefault("permissions_boundary", arn)


def _write(
    synthesized: Json, account: Account, construct: str, role: str, description: str, found: Iterable[Statement]
) -> None:
    """Replace a role's policies; those that stay keep their addresses."""
    for type_ in (_POLICY, _ATTACHMENT):
        blocks = synthesized["resource"].get(type_, {})
        for name in [name for name in blocks if name.startswith(f"{construct}_")]:
            del blocks[name]
    of_role = next(name for name in synthesized["resource"]["aws_iam_role"] if name.startswith(f"{construct}_"))
    for number, document in enumerate(pack(found), start=1):
        policy = _policy(
            synthesized, account, (construct, f"Policy{number}"), f"{role}-{number}", description, document
        )
        path = (construct, "Role", f"policy-{number}")
        synthesized["resource"].setdefault(_ATTACHMENT, {})[unique(*path)] = {
            "//": _metadata(account, path),
            "policy_arn": f"${{{_POLICY}.{policy}.arn}}",
            "role": f"${{aws_iam_role.{of_role}.name}}",
        }


def _policy(
    synthesized: Json,
    account: Account,
    path: tuple[str, ...],
    name: str,
    description: str,
    document: PolicyDocument | None,
) -> str:
    address = unique(*path)
    synthesized["resource"].setdefault(_POLICY, {})[address] = {
        "//": _metadata(account, path),
        "description": description,
        "name": name,
        "policy": _EXPRESSION.sub(_unescaped, document.to_json()) if document else "",
    }
    return address


def _unescaped(expression: re.Match[str]) -> str:
    r"""An expression as Terraform reads it: JSON's ``\\"`` around a key is no quote there."""
    return expression[0].replace('\\"', '"')


def _metadata(account: Account, path: tuple[str, ...]) -> Json:
    return {"metadata": {"path": "/".join((account.slug, *path)), "uniqueId": unique(*path)}}
