"""What another project's Terraform state holds of the organization, and how it lets go of that without destroying it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from estate.adoption.snapshot import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from estate.adoption.view import View

_S3 = re.compile(r"s3://([a-z0-9.-]+)/(.+)")
_STATE_VERSION = 4


def read_state(place: str) -> dict[str, Any]:
    """Read a state.

    Args:
        place: A file, or ``s3://bucket/key``.

    Raises:
        SnapshotError: It is no state of Terraform's.
        ClientError: S3 refuses it.
    """
    in_s3 = _S3.fullmatch(place)
    try:
        text = (
            boto3.client("s3").get_object(Bucket=in_s3[1], Key=in_s3[2])["Body"].read().decode()
            if in_s3
            else Path(place).read_text(encoding="utf-8")
        )
        state = json.loads(text)
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{place} is no state of Terraform's: {error}") from error
    if not isinstance(state, dict) or state.get("version") != _STATE_VERSION:
        raise SnapshotError(
            f"{place} is no state of Terraform's of version {_STATE_VERSION}. Name one, or s3://bucket/key."
        )
    return state


def steps(view: View, state: Mapping[str, Any], place: str) -> Iterator[str]:
    """How the resources of another state come here, as Markdown: what happens there, what here, and in which order.

    Args:
        view: The organization.
        state: The other project's state.
        place: Where it is.
    """
    ours = _taken_over(view)
    taken: list[str] = []
    left: list[str] = []
    for address, type_, ids in _resources(state):
        (taken if ids and ours.get(type_, set()).issuperset(ids) else left).append(address)
    yield f"## What {place} holds"
    yield ""
    if not taken:
        yield "Nothing that is taken over here."
        yield ""
        return
    yield from (
        "1. Stop the pipeline of that project: until step 3 is done, both would manage the same.",
        "2. Here: `estate deploy management`. It imports what exists, and changes nothing.",
        "3. There: add these blocks, remove the resources' own, and apply. Nothing is destroyed, the plan has to say so.",
        "",
        "```hcl",
    )
    for address in taken:
        yield f"removed {{\n  from = {address}\n  lifecycle {{\n    destroy = false\n  }}\n}}"
    yield "```"
    yield ""
    if left:
        yield "It keeps: " + ", ".join(f"`{address}`" for address in left) + "."
        yield ""


def _resources(state: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Each resource with the ids of its instances; a `removed` block is about all of them."""
    for resource in state.get("resources", ()):
        if resource.get("mode") == "managed":
            module = re.sub(r"\[[^\]]*\]", "", f"{resource['module']}." if resource.get("module") else "")
            ids = [str(each.get("attributes", {}).get("id", "")) for each in resource.get("instances", ())]
            yield f"{module}{resource['type']}.{resource['name']}", resource["type"], ids


def _taken_over(view: View) -> dict[str, set[str]]:
    """The ids of all that the configuration takes over, by Terraform's type."""
    snapshot = view.snapshot
    policies = [id_ for id_ in view.policies if id_ not in view.managed]
    found = {
        "organization": {str(snapshot.organization["Id"])},
        "organizational_unit": {id_ for id_ in view.units if id_ not in view.managed},
        "account": {id_ for id_ in view.accounts if id_ not in view.managed and id_ != snapshot.management},
        "policy": set(policies),
        "policy_attachment": {
            f"{target}:{id_}"
            for id_ in policies
            for target in snapshot.policies[id_]["Targets"]
            if view.selector(target)
        },
        "delegated_administrator": {f"{account}/{service}" for service, account in view.administrators.items()},
    }
    return {f"aws_organizations_{type_}": ids for type_, ids in found.items()}
