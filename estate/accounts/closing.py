"""An account closed by AWS's account-closing call: what stands in the way, and what is left behind.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
"""

import datetime as dt
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from config import Account, Configuration
from config.capabilities.workloads import stacks_of
from config.loading.lock import to_yaml
from config.model.lock import Closed, Lock
from estate.account_state import account_state, is_shut
from estate.accounts.refusals import why
from estate.controls.fingerprint import changed_stacks
from estate.paths import LOCK_FILE

GRACE: Final = dt.timedelta(days=90)
"""For so long AWS Support can reopen it; then AWS deletes all that is in it."""
_WHY: Final[Mapping[str, str]] = {
    "CLOSE_ACCOUNT_QUOTA_EXCEEDED": "As many accounts were closed in the last 30 days as AWS allows: 250, or a fifth of the member "
    "accounts if that is more, and 1,000 at most. Run this again when the oldest of these closings is 30 days ago.",
    "CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED": "AWS is still closing others. Run this again in a few minutes.",
    "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG": "It is still a delegated administrator of a service. End that, then run this "
    "again.",
}
_SHUT: Final = "AccountAlreadyClosedException"
_NO_ADMINISTRATOR: Final = "AccountNotRegisteredException"


class CloseError(RuntimeError):
    """The account cannot be closed now; the message says why and what helps."""


def without(organization: Configuration, lock: Lock, slug: str, today: dt.date) -> str:
    """The text of the lock when an account is closed: its slug and its address are kept, so that no other account gets them.

    Args:
        organization: The configuration.
        lock: Its lock.
        slug: The account.
        today: The day on which it is closed.
    """
    account = organization.accounts[slug]
    accounts = {other: id_ for other, id_ in lock.accounts.items() if other != slug}
    closed = Closed(id=str(account.id), email=account.email, until=today + GRACE)
    return to_yaml(lock.model_copy(update={"accounts": accounts, "closed": {**lock.closed, slug: closed}}))


def elsewhere(in_use: Configuration, closing: Configuration, account: Account) -> dict[str, dict[str, bool]]:
    """What the stacks of others have for an account, and otherwise or no more when it is closing.

    Args:
        in_use: The configuration, as if the account were not closing.
        closing: The same, with the account closing.
        account: The account.

    Returns:
        By stack and Terraform address, whether it goes.
    """
    own = {name for name, (owner, _) in stacks_of(closing).items() if owner.slug == account.slug}
    names = [name for name in changed_stacks(in_use, closing) if name not in own]
    if not names:
        return {}
    before, after = _made(in_use, names), _made(closing, names)
    found = {
        name: {
            address: address not in after[name]
            for address, block in before[name].items()
            if after[name].get(address) != block
        }
        for name in names
    }
    return {name: addresses for name, addresses in found.items() if addresses}


def left(
    others: Mapping[str, Mapping[str, bool]], states: Mapping[str, Mapping[str, str]], account: Account
) -> dict[str, list[str]]:
    """What the states of others still have of what is to go, or still says the account's id, by stack.

    Args:
        others: What they have, of `elsewhere`.
        states: Their states, of `estate.terraform.living`.
        account: The account.
    """
    found = {
        name: sorted(
            address
            for address, goes in addresses.items()
            if address in states[name] and (goes or str(account.id) in states[name][address])
        )
        for name, addresses in others.items()
    }
    return {name: addresses for name, addresses in found.items() if addresses}


def _made(organization: Configuration, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """The resources in the JSON of some stacks, by their addresses."""
    from stacks import output  # noqa: PLC0415 - as the next
    from stacks.app import synthesize  # noqa: PLC0415 - CDKTF loads where it is needed

    with tempfile.TemporaryDirectory() as out:
        synthesize(organization, LOCK_FILE, names, Path(out))
        made = {name: output.read(Path(out), name) for name in names}
    return {
        name: {
            f"{kind}.{each}": {key: value for key, value in block.items() if key != "//"}
            for kind, blocks in content.get("resource", {}).items()
            for each, block in blocks.items()
        }
        for name, content in made.items()
    }


def administers(client: Any, account_id: str) -> list[str]:
    """The services of which AWS has an account as delegated administrator.

    Args:
        client: Organizations, as the management account.
        account_id: The account.
    """
    pages = client.get_paginator("list_delegated_services_for_account").paginate(AccountId=account_id)
    try:
        return [service["ServicePrincipal"] for page in pages for service in page["DelegatedServices"]]
    except ClientError as error:
        if error.response["Error"]["Code"] == _NO_ADMINISTRATOR:
            return []
        raise


def close(client: Any, account_id: str) -> None:
    """Close an account; one that is closed already stays so.

    Args:
        client: Organizations, as the management account.
        account_id: The account.

    Raises:
        CloseError: AWS refuses.
    """
    found = client.describe_account(AccountId=account_id)["Account"]
    if is_shut(found):
        return
    if services := administers(client, account_id):
        calls = "".join(
            f"\n  aws organizations deregister-delegated-administrator --account-id {account_id} --service-principal {each}"
            for each in services
        )
        raise CloseError(f"AWS has {account_id} as delegated administrator. End that, then run this again:{calls}")
    try:
        client.close_account(AccountId=account_id)
    except ClientError as error:
        if error.response["Error"]["Code"] == _SHUT:
            return
        raise CloseError(
            f"AWS refuses to close {account_id} ({account_state(found)}): {why(error, _WHY)} Nothing was written."
        ) from error


def as_reopened(client: Any, organization: Configuration, account: Closed) -> dict[str, Any]:
    """What the file of a closed account says that AWS Support has reopened.

    Args:
        client: Organizations, as the management account.
        organization: The configuration.
        account: The account, from the lock.

    Raises:
        CloseError: It is not open, or in an OU that the configuration lacks.
    """
    gone = f"{account.id} is gone for good: AWS deletes what was closed after {GRACE.days} days. Its slug and address stay its own."
    try:
        found = client.describe_account(AccountId=account.id)["Account"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccountNotFoundException":
            raise CloseError(gone) from error
        raise
    if is_shut(found):
        raise CloseError(
            f"{account.id} is {account_state(found)}. Until {account.until} AWS Support reopens it when its root user "
            f"({account.email}) asks. Then run this again."
        )
    parent = client.list_parents(ChildId=account.id)["Parents"][0]
    unit = next((unit.path for unit in organization.units.values() if unit.id == parent["Id"]), None)
    if unit is None and parent["Type"] != "ROOT":
        raise CloseError(
            f"{account.id} is in the OU {parent['Id']}, which the configuration lacks: move it in AWS first."
        )
    return {"name": found["Name"], **({"ou": unit} if unit else {}), "email": found["Email"], "id": account.id}
