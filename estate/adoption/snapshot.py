"""An organization as AWS describes it, kept in a file: reviewed by people, and used without credentials afterwards."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from constructs_lib.policies.attachments import FULL_ACCESS_ID
from estate.private import open_private, private_directory

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 2
IDENTITY_CENTER: Final = "Identity Center"
"""What `unread` names it by."""


class SnapshotError(RuntimeError):
    """A snapshot cannot be used; the message says why and what helps."""


@dataclass
class Snapshot:
    """What was read, in AWS's words.

    Args:
        region: The region that was asked for what is regional in the management account.
        regions: The regions that were asked for what is in the accounts.
        organization: As `DescribeOrganization` answers.
        root: The root's ``Id``, its ``Tags``, and the ``PolicyTypes`` that are switched on.
        service_access: Service principals that are trusted.
        resource_policy: The text of the organization's resource policy; None if it has none.
        units: By id: ``Name``, ``Parent``, ``Tags``.
        accounts: By id: ``Name``, ``Email``, ``State``, ``Parent``, ``Tags``.
        policies: By id: ``Name``, ``Description``, ``Type``, ``AwsManaged``, ``Content``, ``Targets`` (ids), ``Tags``.
        administrators: By service principal, the ids of accounts that administer it.
        ram_sharing: Whether RAM shares with the organization.
        root_access: What of central root access is switched on.
        identity_center: The instance with its ``Groups``, ``PermissionSets`` and ``Assignments``; None if there is none.
        inside: By account id, what is in the account (``Role``, ``Found`` as `read_inside` has it), or why nobody could enter it
        unread: What could not be read, each with the reason; ids or names of sections.
        done: The sections that are complete; what is missing is read when the command runs again.
    """

    region: str
    regions: list[str] = field(default_factory=list)
    organization: dict[str, Any] = field(default_factory=dict)
    root: dict[str, Any] = field(default_factory=dict)
    service_access: list[str] = field(default_factory=list)
    resource_policy: str | None = None
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    administrators: dict[str, list[str]] = field(default_factory=dict)
    ram_sharing: bool = False
    root_access: list[str] = field(default_factory=list)
    identity_center: dict[str, Any] | None = None
    inside: dict[str, dict[str, Any]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return "end" in self.done

    @property
    def management(self) -> str:
        """The id of the management account."""
        return str(self.organization["MasterAccountId"])

    def save(self, path: Path) -> None:
        """Write it for nobody but its owner; a reader sees the old file or the new one."""
        if not path.parent.is_dir():
            private_directory(path.parent)
        draft = path.with_name(f"{path.name}.new")
        with open_private(draft, "w") as file:
            json.dump({"format": FORMAT, **asdict(self)}, file, indent=1, sort_keys=True)
            file.write("\n")
        draft.replace(path)


def full_access_targets(snapshot: Snapshot) -> list[str] | None:
    """The ids of the nodes to which AWS's FullAWSAccess is attached; None where service control policies are off."""
    if "SERVICE_CONTROL_POLICY" not in snapshot.root["PolicyTypes"]:
        return None
    policy = snapshot.policies.get(FULL_ACCESS_ID)
    return policy["Targets"] if policy else None


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot that was kept.

    Raises:
        SnapshotError: It is none, or one of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = data.pop("format", None)
    except OSError as error:
        raise SnapshotError(f"{path}: {error.strerror}. `estate adopt` without --snapshot makes one.") from error
    except (ValueError, AttributeError) as error:
        raise SnapshotError(
            f"{path} is no snapshot of an organization: {error}. Remove it to make a new one."
        ) from error
    names = {each.name for each in fields(Snapshot)}
    if version != FORMAT or not data.keys() <= names or "region" not in data:
        raise SnapshotError(f"{path} has format {version!r}; this version reads {FORMAT}. Remove it to make a new one.")
    return Snapshot(**data)
