"""What is in an account, as far as the account's own stack would make something like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from estate.bootstrap.finders import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable

    from estate.adoption.clients import Clients


def _contact(clients: Clients, _: str) -> Any:
    return clients.client("account").get_contact_information()["ContactInformation"].get("CompanyName", "")


def _named(service: str, operation: str, key: str, name: str | None) -> Callable[[Clients, str], list[Any]]:
    def read(clients: Clients, _: str) -> list[Any]:
        listed = clients.pages(service, operation, key)
        return sorted(each if name is None else each[name] for each in listed)

    return read


def _budgets(clients: Clients, account: str) -> list[str]:
    listed = clients.pages("budgets", "describe_budgets", "Budgets", AccountId=account)
    return sorted(each["BudgetName"] for each in listed)


def _shares(clients: Clients, _: str) -> list[str]:
    listed = clients.pages("ram", "get_resource_shares", "resourceShares", resourceOwner="SELF")
    return sorted(each["resourceShareArn"] for each in listed if each["status"] == "ACTIVE")


def _hub(clients: Clients, _: str) -> str:
    return str(clients.client("securityhub").describe_hub()["HubArn"])


READERS: Final[dict[str, Callable[[Clients, str], Any]]] = {
    "contact": _contact,
    "roles": _named("iam", "list_roles", "Roles", "RoleName"),
    "oidc providers": _named("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", "Arn"),
    "buckets": _named("s3", "list_buckets", "Buckets", "Name"),
    "recorders": _named("config", "describe_configuration_recorders", "ConfigurationRecorders", "name"),
    "trails": _named("cloudtrail", "list_trails", "Trails", "Name"),
    "detectors": _named("guardduty", "list_detectors", "DetectorIds", None),
    "security hub": _hub,
    "analyzers": _named("accessanalyzer", "list_analyzers", "analyzers", "name"),
    "budgets": _budgets,
    "shares": _shares,
}
"""What is read, by what people call it."""


def read_inside(clients: Clients, account: str) -> dict[str, Any]:
    """Read what is in an account, in its region.

    Args:
        clients: Clients in the account.
        account: Its id.

    Returns:
        What was found, by kind; nothing for a kind of which there is none. ``unread`` has what AWS refused to say, with
        its reason.
    """
    found: dict[str, Any] = {}
    for what, read in READERS.items():
        try:
            value = read(clients, account)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in MISSING:
                found.setdefault("unread", {})[what] = code
            continue
        except BotoCoreError as error:
            found.setdefault("unread", {})[what] = str(error)
            continue
        if value:
            found[what] = value
    return found
