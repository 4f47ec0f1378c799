"""What a plan does beside taking over, with the key of the configuration that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.capabilities.capability import AccountCapability
from config.registry import capabilities, inputs_of
from config.sources.files import ACCOUNTS, ORGANIZATION, POLICIES
from estate.guard.plan import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from config.loading.settings import Level
    from config.nodes import Account, Configuration
    from estate.guard.plan import Change, Plan

_ORGANIZATIONS: Final = "aws_organizations_"
_ARGUMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "account": {"parent_id": "ou"},
    "organizational_unit": {"parent_id": "organizational_units", "tags": "own_tags"},
    "policy": {"content": "document", "type": "type"},
    "organization": {"aws_service_access_principals": "trusted_services", "enabled_policy_types": "policy_types"},
}
"""Keys that are not named as Terraform's arguments, by type."""
_COMPUTED: Final = frozenset({"tags_all"})


def causes(configuration: Configuration, levels: Mapping[str, tuple[Level, ...]], plan: Plan) -> Iterator[str]:
    """What a plan does beside taking over as it is, a line each.

    Args:
        configuration: The organization.
        levels: What each level says of an account, by its slug.
        plan: A plan.

    Example:
        ``~ aws_organizations_account.account-shop: tags (accounts/shop.yaml: tags)``
    """
    account = configuration.accounts.get(plan.stack)
    for change in plan.changes:
        if change.action not in (Action.NONE, Action.READ):
            changed = sorted(_changed(change)) if change.action in (Action.UPDATE, Action.REPLACE) else []
            where = " or ".join(_keys(configuration, levels, account, change, changed))
            yield f"{change.action.value} {change.address}{': ' if changed else ''}{', '.join(changed)}{where and f' ({where})'}"


def _changed(change: Change) -> Iterator[str]:
    """The arguments that change; what follows from them is left out where they are known."""
    names = {name for name in (change.before.keys() | change.after.keys()) - _COMPUTED if change.changed(name)}
    configured = names & change.configured if change.configured is not None else names
    yield from configured or names


def _keys(
    configuration: Configuration,
    levels: Mapping[str, tuple[Level, ...]],
    account: Account | None,
    change: Change,
    changed: Collection[str],
) -> Iterator[str]:
    type_, name = change.type, change.address.rpartition(".")[2]
    if type_.startswith(_ORGANIZATIONS):
        yield from _of_organization(configuration, type_.removeprefix(_ORGANIZATIONS), name, changed)
        return
    if account is None:
        return
    inputs = inputs_of(configuration, account)
    for capability in capabilities():
        if not any(type_ in part.types and part.of(inputs) is not None for part in capability.parts):
            continue
        if isinstance(capability, AccountCapability):
            yield from _of_settings(capability.key, levels.get(account.slug, ()))
        else:
            yield capability.about[0] if capability.about else f"{ORGANIZATION}: {capability.key}"


def _of_organization(configuration: Configuration, type_: str, name: str, changed: Collection[str]) -> Iterator[str]:
    arguments = _ARGUMENTS.get(type_, {})
    keys = ", ".join(arguments.get(each, each) for each in changed)
    match type_:
        case "account":
            yield _at(f"{ACCOUNTS}/{name.removeprefix('account-')}.yaml", keys)
        case "organizational_unit":
            slug = name.removeprefix("unit-")
            unit = next((unit for unit in configuration.units.values() if unit.slug == slug), None)
            yield _at(f"{ORGANIZATION}: organizational_units.{unit.path if unit else slug}", keys)
        case "policy" | "policy_attachment":
            slugs = [slug for slug in configuration.policies if name.startswith(f"policy-{slug}_")]
            if slugs:
                yield _at(
                    f"{POLICIES}/{max(slugs, key=len)}.yaml", keys or ("targets" if "attachment" in type_ else "")
                )
        case "delegated_administrator":
            yield f"{ORGANIZATION}: delegated_administrators"
        case _:
            yield _at(ORGANIZATION, keys)


def _at(file: str, keys: str) -> str:
    return f"{file}: {keys}" if keys else file


def _of_settings(key: str, levels: Collection[Level]) -> Iterator[str]:
    """Where an account's settings say it: each level that does."""
    for level in levels:
        if key in level.data:
            yield f"{level.file.name}:{level.file.line((*level.path, key))}: {'.'.join(map(str, (*level.path, key)))}"
