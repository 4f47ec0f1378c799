"""What was in an account before its stack: imported, left out where it is the same, left alone where another manages it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from config.model.found import GLOBAL, Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.nodes import Organization

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_accessanalyzer_analyzer": ("analyzer_name",),
    "aws_account_alternate_contact": ("alternate_contact_type",),
    "aws_account_primary_contact": (),
    "aws_budgets_budget": ("name",),
    "aws_ce_anomaly_monitor": ("monitor_type", "monitor_dimension"),
    "aws_cloudtrail": ("name",),
    "aws_cloudtrail_organization_delegated_admin_account": ("account_id",),
    "aws_cloudwatch_event_bus": ("name",),
    "aws_cloudwatch_event_rule": ("event_bus_name", "name"),
    "aws_cloudwatch_log_group": ("name",),
    "aws_config_configuration_aggregator": ("name",),
    "aws_config_configuration_recorder": ("name",),
    "aws_config_configuration_recorder_status": ("name",),
    "aws_config_delivery_channel": ("name",),
    "aws_detective_organization_admin_account": ("account_id",),
    "aws_ebs_encryption_by_default": (),
    "aws_ebs_snapshot_block_public_access": (),
    "aws_ec2_image_block_public_access": (),
    "aws_ec2_instance_metadata_defaults": (),
    "aws_ec2_serial_console_access": (),
    "aws_ecr_repository": ("name",),
    "aws_guardduty_detector": (),
    "aws_guardduty_organization_admin_account": ("admin_account_id",),
    "aws_guardduty_organization_configuration": (),
    "aws_guardduty_organization_configuration_feature": ("name",),
    "aws_iam_account_alias": (),
    "aws_iam_account_password_policy": (),
    "aws_iam_instance_profile": ("name",),
    "aws_iam_openid_connect_provider": ("url",),
    "aws_iam_policy": ("path", "name"),
    "aws_iam_role": ("name",),
    "aws_iam_role_policy": ("role", "name"),
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_saml_provider": ("name",),
    "aws_iam_service_linked_role": ("aws_service_name",),
    "aws_iam_user": ("name",),
    "aws_iam_organizations_features": (),
    "aws_identitystore_group": ("display_name",),
    "aws_identitystore_group_membership": ("group_id", "member_id"),
    "aws_identitystore_user": ("user_name",),
    "aws_inspector2_delegated_admin_account": ("account_id",),
    "aws_inspector2_enabler": ("account_ids",),
    "aws_inspector2_organization_configuration": (),
    "aws_kms_alias": ("name",),
    "aws_macie2_account": (),
    "aws_macie2_organization_admin_account": ("admin_account_id",),
    "aws_macie2_organization_configuration": (),
    "aws_ram_principal_association": ("resource_share_arn", "principal"),
    "aws_ram_resource_association": ("resource_share_arn", "resource_arn"),
    "aws_ram_resource_share": ("name",),
    "aws_s3_account_public_access_block": (),
    "aws_s3_bucket": ("bucket",),
    "aws_scheduler_schedule_group": ("name",),
    "aws_securityhub_account": (),
    "aws_securityhub_finding_aggregator": (),
    "aws_securityhub_organization_admin_account": ("admin_account_id",),
    "aws_securityhub_organization_configuration": (),
    "aws_sns_topic": ("name",),
    "aws_ssoadmin_account_assignment": ("permission_set_arn", "principal_type", "principal_id", "target_id"),
    "aws_ssoadmin_customer_managed_policy_attachment": ("permission_set_arn", "customer_managed_policy_reference"),
    "aws_ssoadmin_managed_policy_attachment": ("permission_set_arn", "managed_policy_arn"),
    "aws_ssoadmin_permission_set": ("name",),
    "aws_ssoadmin_permission_set_inline_policy": ("permission_set_arn",),
    "aws_ssoadmin_permissions_boundary_attachment": ("permission_set_arn",),
    "aws_vpc_ipam_organization_admin_account": ("delegated_admin_account_id",),
}
"""The arguments that tell resources of a type apart, in an account and region."""
WITHOUT_REGION: Final = frozenset(
    {
        *(type_ for type_ in _KEYS if type_.startswith(("aws_iam_", "aws_account_", "aws_s3_"))),
        "aws_budgets_budget",
        "aws_ce_anomaly_monitor",
    }
)
"""Types whose service has no regions."""
_REFERENCE: Final = re.compile(r"\$\{(data\.)?(aws_[a-z0-9_]+)\.([\w-]+)\.([a-z_]+)\}")
_SEPARATOR: Final = ","
_META: Final = frozenset({"//", "depends_on", "detector_id", "lifecycle", "provider"})
"""Arguments that say nothing of what a resource is like."""
_SINGLE: Final = {"aws_config_configuration_recorder": "name", "aws_config_delivery_channel": "name"}
"""Types of which AWS allows one in a region, and the argument with its name."""


def key_of(*values: str) -> str:
    """What tells a resource apart from others of its type, as `Found` has it."""
    return _SEPARATOR.join(values)


def take_over(synthesized: dict[str, Any], organization: Organization, account: str | None) -> dict[str, Any]:
    """Have a stack take over what was in its account before, instead of making a second one.

    Terraform ignores an import block of what it has in its state already.

    Args:
        synthesized: A stack's Terraform JSON; it is changed.
        organization: The configuration.
        account: The account's id, if it is known.

    Returns:
        The same JSON.

    Source: https://developer.hashicorp.com/terraform/language/import
    """
    found = organization.found.get(account) if account else None
    if found is not None:
        _Stack(synthesized, organization, found).change()
    return synthesized


class _Stack:
    """A stack's resources, and what there was before them."""

    def __init__(self, content: dict[str, Any], organization: Organization, found: Found) -> None:
        self._content, self._organization, self._found = content, organization, found
        self._resources: dict[str, dict[str, dict[str, Any]]] = content.get("resource", {})
        self._regions = {
            ".".join(["aws", *([each["alias"]] if "alias" in each else [])]): each["region"]
            for each in content["provider"]["aws"]
        }

    def change(self) -> None:
        """Name, leave out, import."""
        for type_, _, body in self._each():
            if kept := self._found.names.get(self._region(type_, body), {}).get(type_):
                body[_SINGLE[type_]] = kept
        self._leave_out()
        imports = {each["to"]: each for each in self._content.get("import", ())}
        for type_, name, _ in self._each():
            if id_ := self._import_id(type_, name):
                imports[f"{type_}.{name}"] = {"to": f"{type_}.{name}", "id": id_}
        if imports:
            self._content["import"] = [imports[address] for address in sorted(imports)]

    def _each(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for type_ in sorted(self._resources.keys() & _KEYS.keys()):
            for name in sorted(self._resources[type_]):
                yield type_, name, self._resources[type_][name]

    def _region(self, type_: str, body: Mapping[str, Any]) -> str:
        return GLOBAL if type_ in WITHOUT_REGION else str(self._regions[body.get("provider", "aws")])

    # ── Left out ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _leave_out(self) -> None:
        """Leave out what Terraform cannot import and is as wanted, and what something else manages."""
        same = {f"{type_}.{name}" for type_, name, body in self._each() if self._is_same(type_, body)}
        self._remove({address for address in same if not self._users({address})})
        left = {
            f"{type_}.{name}"
            for type_, name, body in self._each()
            if type_ in self._found.left.get(self._region(type_, body), ())
        }
        while using := self._users(left) - left:
            left |= using
        self._remove(left)

    def _is_same(self, type_: str, body: Mapping[str, Any]) -> bool:
        key = self._key(type_, body)
        there = self._found.same.get(self._region(type_, body), {}).get(type_, {})
        if key is None or key not in there:
            return False
        wanted = {name: value for name, value in body.items() if name not in _META}
        return _flat(wanted) == there[key]

    def _users(self, addresses: set[str]) -> set[str]:
        """What has an argument from one of these; the stack's outputs count as one."""
        signs = [f"{{{address}." for address in addresses]
        found = set()
        for type_, resources in self._resources.items():
            for name, body in resources.items():
                text = json.dumps({key: value for key, value in body.items() if key != "depends_on"})
                if any(sign in text for sign in signs):
                    found.add(f"{type_}.{name}")
        return found - addresses

    def _remove(self, addresses: set[str]) -> None:
        for address in addresses:
            type_, _, name = address.partition(".")
            del self._resources[type_][name]
            if not self._resources[type_]:
                del self._resources[type_]
        for resources in self._resources.values() if addresses else ():
            for body in resources.values():
                if "depends_on" in body:
                    body["depends_on"] = [each for each in body["depends_on"] if each not in addresses]

    # ── Imported ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _import_id(self, type_: str, name: str) -> str | None:
        """Terraform's import id of what a resource is in AWS; None if there is no such thing, or it is not known."""
        body = self._resources.get(type_, {}).get(name)
        if body is None or type_ not in _KEYS:
            return None
        key = self._key(type_, body)
        there = self._found.imports.get(self._region(type_, body), {}).get(type_, {})
        return None if key is None else there.get(key)

    def _key(self, type_: str, body: Mapping[str, Any]) -> str | None:
        values = [self._value(body.get(argument, "")) for argument in _KEYS[type_]]
        return None if None in values else key_of(*(value for value in values if value is not None))

    def _value(self, value: Any) -> str | None:
        """The text that an argument has, as far as that is known before anything is made."""
        if isinstance(value, dict):
            parts = [self._value(value[name]) for name in sorted(value)]
            return None if None in parts else key_of(*(part for part in parts if part is not None))
        if isinstance(value, list):
            parts = [self._value(each) for each in value]
            return None if None in parts else key_of(*sorted(part for part in parts if part is not None))
        text = str(value)
        if found := _REFERENCE.fullmatch(text):
            return self._referred(bool(found[1]), found[2], found[3], found[4])
        return None if "${" in text.replace("$${", "") or "%{" in text.replace("%%{", "") else _plain(text)

    def _referred(self, data: bool, type_: str, name: str, attribute: str) -> str | None:  # noqa: FBT001 - of the pattern
        if type_ == "aws_organizations_account" and not data:
            slug = name.removeprefix("account-")
            account = self._organization.accounts.get(slug)
            return account.id if account else None
        if data:
            return self._looked_up(type_, name)
        body = self._resources.get(type_, {}).get(name, {})
        if attribute in body:
            return self._value(body[attribute])
        id_ = self._import_id(type_, name)
        return None if id_ is None else _attribute(type_, id_)

    def _looked_up(self, type_: str, name: str) -> str | None:
        """A user or group of another directory: it is found by its name."""
        body = self._content.get("data", {}).get(type_, {}).get(name, {})
        wanted = body.get("alternate_identifier", {}).get("unique_attribute", {}).get("attribute_value")
        region = self._region(type_, body)
        id_ = self._found.imports.get(region, {}).get(type_, {}).get(str(wanted))
        return None if id_ is None else _attribute(type_, id_)


def _attribute(type_: str, id_: str) -> str:
    """What other resources take of one, from its import id."""
    if type_.startswith("aws_identitystore_"):
        return id_.rpartition("/")[2]
    return id_.partition(_SEPARATOR)[0] if type_ == "aws_ssoadmin_permission_set" else id_


def _plain(text: str) -> str:
    """Text, as it is without Terraform's signs for text."""
    return text.replace("$${", "${").replace("%%{", "%{")


def _flat(value: Any, path: str = "") -> dict[str, str | int]:
    """Arguments in blocks as one mapping: ``block.argument`` to its value, a list's in any order."""
    if isinstance(value, dict):
        return {key: each for name, inner in value.items() for key, each in _flat(inner, f"{path}.{name}").items()}
    if isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        ordered = sorted(value, key=lambda inner: json.dumps(inner, sort_keys=True))
        return {
            key: each for index, inner in enumerate(ordered) for key, each in _flat(inner, f"{path}.{index}").items()
        }
    return {path.lstrip("."): key_of(*sorted(map(str, value))) if isinstance(value, list) else value}
