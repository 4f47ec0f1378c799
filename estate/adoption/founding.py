"""What was in the accounts, as their stacks take it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from config.model.found import GLOBAL, Found
from estate.adoption.people_imports import people_imports
from estate.adoption.recognized import RECORDERS

if TYPE_CHECKING:
    from estate.adoption.view import View

_RECORDER: Final = "aws_config_configuration_recorder"
_CHANNEL: Final = "aws_config_delivery_channel"
_NO_PREFERENCE: Final = ("no-preference", -1)


def found_in(view: View, account: str) -> Found | None:
    """What was found in an account, as its stack takes it over.

    Args:
        view: The organization.
        account: The account's id.

    Returns:
        It; None where nobody could enter the account.
    """
    inside = view.snapshot.inside.get(account, {}).get("Found")
    if inside is None:
        return None
    imports = {region: dict(types) for region, types in inside.get("imports", {}).items()}
    names: dict[str, dict[str, str]] = {}
    left: dict[str, tuple[str, ...]] = {}
    for region, types in imports.items():
        managed = any(name.startswith(RECORDERS) for name in types.get(_RECORDER, ()))
        if managed:
            left[region] = (_CHANNEL, _RECORDER)
            continue
        if own := {type_: min(types[type_]) for type_ in (_RECORDER, _CHANNEL) if types.get(type_)}:
            names[region] = own
    if account == view.snapshot.management:
        _add_of_organization(view, imports)
    return Found(imports=imports, names=names, same=_same(inside.get("values", {})), left=left)


def _add_of_organization(view: View, imports: dict[str, dict[str, dict[str, str]]]) -> None:
    """What only the management account has."""
    snapshot = view.snapshot
    if center := view.people.center:
        imports[center["Region"]] = {**imports.get(center["Region"], {}), **people_imports(center)}
    if snapshot.root_access:
        imports.setdefault(GLOBAL, {})["aws_iam_organizations_features"] = {"": str(snapshot.organization["Id"])}
    for service, type_ in (
        ("cloudtrail.amazonaws.com", "aws_cloudtrail_organization_delegated_admin_account"),
        ("ipam.amazonaws.com", "aws_vpc_ipam_organization_admin_account"),
    ):
        for account in snapshot.administrators.get(service, ()):
            for region in snapshot.regions:
                imports.setdefault(region, {}).setdefault(type_, {})[account] = account


def _same(values: dict[str, dict[str, dict[str, dict[str, Any]]]]) -> dict[str, Any]:
    """Arguments of what Terraform cannot import, without those that say nothing."""
    found: dict[str, Any] = {}
    for region, types in values.items():
        for type_, each in types.items():
            for key, arguments in each.items():
                said = {name: value for name, value in arguments.items() if value not in _NO_PREFERENCE}
                if said:
                    found.setdefault(region, {}).setdefault(type_, {})[key] = said
    return found
