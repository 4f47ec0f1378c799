"""What AWS has of the organization by now: ids, so that the first deploy imports it, and what the Accelerator's files do not say."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from config import ConfigError
from estate.adoption.lockouts import accept_lockouts
from estate.adoption.writing import write_configuration
from estate.lza.reading import ACCOUNTS, MANAGEMENT
from estate.lza.writing import PAGE
from estate.repository.writing import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from estate.adoption.snapshot import Snapshot
    from estate.lza.draft import Draft
    from estate.lza.reading import Lza


def account_ids(lza: Lza, snapshot: Snapshot) -> dict[str, str]:
    """Ids of accounts by the Accelerator's names of them: their addresses tell which is which, and AWS which is the management account."""
    by_address = {entry["Email"].lower(): id_ for id_, entry in snapshot.accounts.items()}
    entries = (entry for key in ("mandatoryAccounts", "workloadAccounts") for entry in lza.file(ACCOUNTS).each(key))
    found = {entry.text("name"): by_address.get(entry.text("email").lower()) for entry in entries}
    return {name: id_ for name, id_ in {**found, MANAGEMENT: snapshot.management}.items() if id_}


def with_ids(into: Draft, snapshot: Snapshot) -> None:
    """Have the ids of what exists, and its names, so that nothing is renamed."""
    into.organization["id"] = snapshot.organization["Id"]
    paths = {_path(id_, snapshot): id_ for id_ in snapshot.units}
    for name, path in into.units.items():
        if name in paths:
            into.unit(path)["id"] = paths[name]
    by_path = {entry.get("id"): path for path in into.units.values() if (entry := into.unit(path))}
    for slug, account in into.accounts.items():
        found = snapshot.accounts.get(account.get("id", ""))
        if found is None:
            continue
        account["name"], account["email"] = found["Name"], found["Email"]
        home = by_path.get(found["Parent"])
        if home != account.get("ou") and slug != into.with_purpose("management"):
            there = home or _path(found["Parent"], snapshot) or "the root"
            into.tell(
                f"The account {slug} is in {there}, and belongs into {account.get('ou') or 'the root'}: the first deploy moves it."
            )
    if snapshot.identity_center and into.organization.pop("identity_center", None):
        into.tell(
            "Identity Center is written as it is in AWS, below `identity_center.management`, and not as the files say it."
        )
    ids = {(entry["Type"].lower(), entry["Name"]): id_ for id_, entry in snapshot.policies.items()}
    for slug, policy in into.policies.items():
        if id_ := ids.get((policy["type"], policy.get("name", slug))):
            policy["id"] = id_


def _path(id_: str, snapshot: Snapshot) -> str:
    """The path of an OU by names, as the Accelerator has it."""
    unit = snapshot.units.get(id_)
    return "" if unit is None else f"{_path(unit['Parent'], snapshot)}/{unit['Name']}".lstrip("/")


def with_the_rest(files: Mapping[str, bytes], into: Draft, snapshot: Snapshot) -> dict[str, bytes]:
    """The files with what AWS has beside, as `estate adopt` writes it, and with its lock."""
    with tempfile.TemporaryDirectory() as temporary:
        draft = Path(temporary) / "config"
        write(draft, files)
        organization = into.organization
        written = write_configuration(snapshot, draft, name=organization["name"], slug=organization["slug"])
        with suppress(ConfigError):  # what is wrong is told as `estate check` tells it
            accept_lockouts(written)
        for line in written.added:
            into.tell(f"Added, since AWS has it: {line}")
        page = draft / PAGE
        told = "".join(f"- {line}\n" for line in into.told) or "Nothing beside what the files say.\n"
        page.write_text(f"{page.read_text(encoding='utf-8')}\n## In AWS\n\n{told}", encoding="utf-8")
        return {path.relative_to(draft).as_posix(): path.read_bytes() for path in draft.rglob("*") if path.is_file()}
