"""What Terraform has taken over of an account needs no import block any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.loading.found import write_found
from estate.terraform.stack import Stack
from estate.terraform.state_profile import synthesized
from estate.terraform.states import state_of
from estate.terraform.synth import synthesize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from config.model.found import Found
    from config.nodes import Organization


def settle(organization: Organization, directory: Path, out: Path) -> list[str]:
    """Take out of `existing/` what the stacks' states have.

    Args:
        organization: The configuration.
        directory: Its directory.
        out: Where the stacks were synthesized to; those that are missing there are synthesized.

    Returns:
        The stacks of which something was taken out.

    Raises:
        SynthError: A stack cannot be synthesized.
        ClientError: A state cannot be read.
    """
    waiting = {
        account.slug: account.id for account in organization.accounts.values() if account.id in organization.found
    }
    if missing := [slug for slug in waiting if not (Stack(slug, out).directory / "cdk.tf.json").is_file()]:
        synthesize(missing, out=out)
    settled = []
    for slug, id_ in waiting.items():
        stack = Stack(slug, out)
        state = state_of(stack).content()
        there = set(_addresses(state)) if state else set()
        imports = synthesized(stack).get("import", ())
        done = {(each["to"].partition(".")[0], each["id"]) for each in imports if each["to"] in there}
        if done and id_ is not None:
            write_found(directory, id_, without(organization.found[id_], done))
            settled.append(slug)
    return settled


def without(found: Found, done: Collection[tuple[str, str]]) -> Found:
    """What was found in an account, without what has been taken over.

    Args:
        found: What was found.
        done: Terraform's types, each with an import id.
    """
    imports = {}
    for region, types in found.imports.items():
        left = {
            type_: {key: id_ for key, id_ in ids.items() if (type_, id_) not in done} for type_, ids in types.items()
        }
        if left := {type_: ids for type_, ids in left.items() if ids}:
            imports[region] = left
    return found.model_copy(update={"imports": imports})


def _addresses(state: Mapping[str, Any]) -> Iterator[str]:
    for resource in state.get("resources", ()):
        if resource.get("mode") == "managed" and "module" not in resource:
            yield f"{resource['type']}.{resource['name']}"
