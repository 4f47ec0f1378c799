"""Where an account is in its organization, and which policies of the organization bear on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.organizations.models import organizations_backends

if TYPE_CHECKING:
    from moto.organizations.models import OrganizationsBackend

Documents = list[tuple[str, str]]


@dataclass(frozen=True)
class Level:
    """A node above an account, or the account itself: its name, and the policies attached to it that bear on calls."""

    name: str
    service_control: Documents
    resource_control: Documents
    ec2_settings: Documents = field(default_factory=list)


@dataclass(frozen=True)
class Membership:
    """An account's place in an organization.

    Args:
        organization_id: Such as `o-a1b2c3d4e5`.
        management_account_id: The organization's management account.
        path: As `aws:PrincipalOrgPaths` has it.
        levels: From the root down to the account.
    """

    organization_id: str
    management_account_id: str
    path: str
    levels: tuple[Level, ...]


def organization_of(account_id: str, partition: str) -> OrganizationsBackend | None:
    """Return moto's backend of the organization that an account is in."""
    owner, owner_partition = organizations_backends.master_accounts.get(account_id, (account_id, partition))
    backend = organizations_backends[owner][owner_partition]
    return backend if backend.org is not None else None


def accounts_below(account_id: str, partition: str, target_id: str) -> list[str]:
    """The accounts that a root, a unit or an account stands for, in the organization of an account."""
    backend = organization_of(account_id, partition)
    if backend is None:
        return []
    nodes: list[Any] = [*backend.ou, *backend.accounts]
    parents = {node.id: node.parent_id for node in nodes}

    def is_below(node: str | None) -> bool:
        return node is not None and (node == target_id or is_below(parents.get(node)))

    return [account.id for account in backend.accounts if is_below(account.id)]


def membership(account_id: str, partition: str) -> Membership | None:
    """Return where an account is, or None if it is in no organization."""
    backend = organization_of(account_id, partition) if account_id else None
    account: Any = next((known for known in backend.accounts if known.id == account_id), None) if backend else None
    if backend is None or backend.org is None or account is None:
        return None
    units = {unit.id: unit for unit in backend.ou}
    nodes: list[Any] = [account]
    while parent := units.get(nodes[0].parent_id):
        nodes.insert(0, parent)
    enabled = {kind["Type"] for kind in getattr(nodes[0], "policy_types", [])}
    return Membership(
        backend.org.id,
        backend.org.master_account_id,
        "/".join([backend.org.id, *(node.id for node in nodes[:-1]), ""]),
        tuple(
            Level(
                node.name,
                _attached(node, "SERVICE_CONTROL_POLICY", enabled),
                _attached(node, "RESOURCE_CONTROL_POLICY", enabled),
                _attached(node, "DECLARATIVE_POLICY_EC2", enabled, ()),
            )
            for node in nodes
        ),
    )


_EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
_FULL_ACCESS = (("FullAWSAccess", _EVERYTHING),)


def _attached(
    node: Any, kind: str, enabled: set[str], switched_off: tuple[tuple[str, str], ...] = _FULL_ACCESS
) -> Documents:
    if kind not in enabled:
        return list(switched_off)
    return [(policy.name, policy.content) for policy in node.attached_policies if policy.type == kind]
