"""Reads an organization from AWS. Nothing is written there; killed, it goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from estate.account_state import account_state, is_shut
from estate.adoption.identity_center import read_identity_center
from estate.adoption.inside import read_inside
from estate.adoption.snapshot import IDENTITY_CENTER
from estate.parallel import in_parallel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from estate.adoption.clients import Clients
    from estate.adoption.snapshot import Snapshot

_EVERY: Final = 25
"""What is read one by one is kept after so many."""
_AT_ONCE: Final = 4
"""So many accounts are read at once."""
_ALL_FEATURES: Final = "ALL"
_RAM_ROLE: Final = "AWSServiceRoleForResourceAccessManager"


class NotAdoptableError(RuntimeError):
    """There is no organization, or one that cannot be taken over; the message says why and what helps."""


class Reader:
    """Reads an organization, section by section, each kept as soon as it is complete.

    Args:
        clients: Clients of the management account.
        snapshot: What was read before; it is filled.
        path: Where the snapshot is kept.
        roles: The roles by which accounts are entered, the first that works.
        say: Gets a line for what is begun, and how far it is.
    """

    def __init__(
        self, clients: Clients, snapshot: Snapshot, path: Path, roles: Sequence[str], say: Callable[[str], None]
    ) -> None:
        self._clients, self._found, self._path, self._roles, self._say = clients, snapshot, path, roles, say

    def read(self) -> None:
        """Read what is not read yet.

        Raises:
            NotAdoptableError: There is nothing that could be taken over.
            ClientError: AWS refuses what has to be known.
        """
        for name, work in (
            ("organization", self._organization),
            ("tree", self._tree),
            ("tags", self._tags),
            ("policies", self._policies),
            ("administrators", self._administrators),
            ("switches", self._switches),
            ("identity-center", self._identity_center),
            ("inside", self._inside),
        ):
            if name in self._found.done:
                continue
            self._say(f"reading {name.replace('-', ' ')}")
            work()
            self._found.done.append(name)
            self._keep()
        self._found.done.append("end")
        self._keep()

    def _keep(self) -> None:
        self._found.save(self._path)

    def _pages(self, operation: str, key: str, **arguments: Any) -> Iterable[Any]:
        return self._clients.pages("organizations", operation, key, **arguments)

    def _organization(self) -> None:
        client, found = self._clients.client("organizations"), self._found
        try:
            organization = client.describe_organization()["Organization"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "AWSOrganizationsNotInUseException":
                raise NotAdoptableError(
                    "This account is in no organization. Begin one with: estate bootstrap"
                ) from error
            raise
        caller = self._clients.client("sts").get_caller_identity()["Account"]
        if caller != organization["MasterAccountId"]:
            raise NotAdoptableError(
                f"These credentials are of account {caller}, and the organization {organization['Id']} is managed by "
                f"{organization['MasterAccountId']}. Sign in there."
            )
        if organization["FeatureSet"] != _ALL_FEATURES:
            raise NotAdoptableError(
                f"The organization {organization['Id']} has consolidated billing only. Enable all features first: "
                "every account has to agree, so nothing else can do it."
            )
        keys = ("Id", "Arn", "FeatureSet", "MasterAccountId", "MasterAccountEmail")
        found.organization = {key: organization[key] for key in keys if key in organization}
        (root,) = self._pages("list_roots", "Roots")
        types = sorted(each["Type"] for each in root.get("PolicyTypes", ()) if each["Status"] == "ENABLED")
        found.root = {"Id": root["Id"], "PolicyTypes": types, "Tags": self._tags_of(root["Id"])}
        access = self._pages("list_aws_service_access_for_organization", "EnabledServicePrincipals")
        found.service_access = sorted(each["ServicePrincipal"] for each in access)
        try:
            found.resource_policy = client.describe_resource_policy()["ResourcePolicy"]["Content"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourcePolicyNotFoundException":
                found.unread["resource policy"] = str(error)

    def _tree(self) -> None:
        """OUs and accounts, from the root down: what a parent lists need not be asked for its parent."""
        found = self._found
        waiting = [found.root["Id"]]
        while waiting:
            parent = waiting.pop()
            for account in self._pages("list_accounts_for_parent", "Accounts", ParentId=parent):
                found.accounts[account["Id"]] = {
                    "Name": account["Name"],
                    "Email": account["Email"],
                    "State": account_state(account),
                    "Shut": is_shut(account),
                    "Parent": parent,
                }
            listed = self._pages("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=parent)
            for unit in listed:
                found.units[unit["Id"]] = {"Name": unit["Name"], "Parent": parent}
                waiting.append(unit["Id"])

    def _tags(self) -> None:
        found = self._found
        todo = [(id_, entry) for entries in (found.units, found.accounts) for id_, entry in entries.items()]
        self._one_by_one(
            "tags",
            [(id_, entry) for id_, entry in todo if "Tags" not in entry],
            self._tag,
        )

    def _tag(self, id_: str, entry: dict[str, Any]) -> None:
        entry["Tags"] = self._tags_of(id_)

    def _tags_of(self, id_: str) -> dict[str, str]:
        tags = self._pages("list_tags_for_resource", "Tags", ResourceId=id_)
        return {tag["Key"]: tag["Value"] for tag in tags}

    def _policies(self) -> None:
        found = self._found
        for type_ in found.root["PolicyTypes"]:
            for policy in self._pages("list_policies", "Policies", Filter=type_):
                entry = found.policies.setdefault(policy["Id"], {})
                entry |= {
                    "Name": policy["Name"],
                    "Description": policy.get("Description", ""),
                    "Type": type_,
                    "AwsManaged": policy["AwsManaged"],
                }
        todo = [(id_, entry) for id_, entry in found.policies.items() if "Tags" not in entry]
        self._one_by_one("policies", todo, self._policy)

    def _policy(self, id_: str, entry: dict[str, Any]) -> None:
        client = self._clients.client("organizations")
        entry["Content"] = client.describe_policy(PolicyId=id_)["Policy"]["Content"]
        entry["Targets"] = sorted(
            each["TargetId"] for each in self._pages("list_targets_for_policy", "Targets", PolicyId=id_)
        )
        entry["Tags"] = {} if entry["AwsManaged"] else self._tags_of(id_)

    def _administrators(self) -> None:
        administrators = self._found.administrators
        for account in list(self._pages("list_delegated_administrators", "DelegatedAdministrators")):
            services = self._pages("list_delegated_services_for_account", "DelegatedServices", AccountId=account["Id"])
            for service in services:
                known = administrators.setdefault(service["ServicePrincipal"], [])
                if account["Id"] not in known:
                    known.append(account["Id"])

    def _switches(self) -> None:
        """What says in no other way whether it is on."""
        found = self._found
        iam = self._clients.client("iam")
        if "ram.amazonaws.com" in found.service_access:
            try:
                iam.get_role(RoleName=_RAM_ROLE)
                found.ram_sharing = True
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchEntity":
                    raise
        if "iam.amazonaws.com" in found.service_access:
            self._perhaps("central root access", self._root_access)

    def _root_access(self) -> None:
        features = self._clients.client("iam").list_organizations_features().get("EnabledFeatures", ())
        self._found.root_access = sorted(features)

    def _identity_center(self) -> None:
        def read() -> None:
            self._found.identity_center = read_identity_center(self._clients)

        self._perhaps(IDENTITY_CENTER, read)

    def _inside(self) -> None:
        found = self._found
        partition = found.organization["Arn"].split(":")[1]
        todo = [id_ for id_, entry in found.accounts.items() if id_ not in found.inside and not entry["Shut"]]

        services: dict[str, set[str]] = {}
        for service, accounts in found.administrators.items():
            for account in accounts:
                services.setdefault(account, set()).add(service)

        def enter(id_: str) -> tuple[str, dict[str, Any]]:
            administers = services.get(id_, set())
            if id_ == found.management:
                inside = read_inside(self._clients, id_, found.regions, management=True, administers=administers)
                return id_, {"Role": None, "Found": inside}
            entered = self._clients.into(id_, self._roles, partition)
            if isinstance(entered, str):
                return id_, {"Refused": entered}
            role, clients = entered
            return id_, {"Role": role, "Found": read_inside(clients, id_, found.regions, administers=administers)}

        for number, (id_, inside) in enumerate(in_parallel(enter, todo, _AT_ONCE), 1):
            found.inside[id_] = inside
            self._reached("accounts", number, len(todo))

    def _one_by_one(
        self,
        what: str,
        todo: Sequence[tuple[str, dict[str, Any]]],
        work: Callable[[str, dict[str, Any]], None],
    ) -> None:
        """Work on many things, and keep what is done from time to time."""
        for number, (id_, entry) in enumerate(todo, 1):
            work(id_, entry)
            self._reached(what, number, len(todo))

    def _reached(self, what: str, number: int, of: int) -> None:
        if number % _EVERY == 0:
            self._keep()
            self._say(f"{what}: {number} of {of}")

    def _perhaps(self, what: str, work: Callable[[], None]) -> None:
        """Read what an organization can do without; where AWS refuses it, that is written down."""
        try:
            work()
        except (ClientError, BotoCoreError) as error:
            self._found.unread[what] = str(error)
