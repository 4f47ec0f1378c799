"""Which controls of a framework are kept in which accounts, and by what: guardrails, switches, rules, standards, or nobody."""

import csv
import io
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config import Account, Configuration
from config.capabilities.baseline import BASELINE, Baseline, switches
from config.capabilities.config_recorder import CONFIG_RECORDER
from config.capabilities.identity_center import IDENTITY_CENTER
from config.capabilities.logging import LOGGING
from config.capabilities.network import NETWORK
from config.capabilities.security import SECURITY
from config.capabilities.security.model import HubPolicy
from config.nodes import Node
from constructs_lib.policies.frameworks import Check, Control, Framework
from estate.controls.in_force import in_force

NOBODY: Final = "nobody"


@dataclass(frozen=True, order=True)
class Keeper:
    """What keeps or watches a control.

    Args:
        kind: ``guardrail``, ``switch``, ``config rule`` or ``security hub``.
        name: The policy's slug, the key of the configuration, the rule's slug, or the standard of Security Hub.
        accounts: Slugs of the accounts in which it does.
    """

    kind: str
    name: str
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """A control, and who keeps it.

    Args:
        control: The control.
        keepers: Everything that keeps or watches it; empty if nobody does.
        open_accounts: Slugs of the accounts in which nobody does.
    """

    control: Control
    keepers: tuple[Keeper, ...]
    open_accounts: tuple[str, ...]


def compliance(configuration: Configuration, framework: Framework, accounts: Sequence[Account]) -> tuple[Kept, ...]:
    """Every control of a framework with what keeps it.

    Args:
        configuration: The organization.
        framework: The framework.
        accounts: The accounts that are asked about.
    """
    by_check: dict[str, dict[tuple[str, str], list[str]]] = {}
    checks = {check.name: check for control in framework.controls for check in control.checks}
    switches = {switch for check in checks.values() for switch in check.switches}
    forms: dict[Hashable, tuple[_Keeping, list[str]]] = {}
    for account in accounts:
        keeping = _Keeping(configuration, framework, account)
        forms.setdefault(keeping.form(switches), (keeping, []))[1].append(account.slug)
    for keeping, slugs in forms.values():
        for check in checks.values():
            for keeper in keeping.of(check):
                by_check.setdefault(check.name, {}).setdefault(keeper, []).extend(slugs)
    return tuple(_kept(control, by_check, accounts) for control in framework.controls)


def _kept(
    control: Control, by_check: Mapping[str, Mapping[tuple[str, str], list[str]]], accounts: Sequence[Account]
) -> Kept:
    found: dict[tuple[str, str], set[str]] = {}
    for check in control.checks:
        for keeper, slugs in by_check.get(check.name, {}).items():
            found.setdefault(keeper, set()).update(slugs)
    covered = set[str]().union(*found.values())
    keepers = sorted(Keeper(kind, name, tuple(sorted(slugs))) for (kind, name), slugs in found.items())
    return Kept(control, tuple(keepers), tuple(each.slug for each in accounts if each.slug not in covered))


class _Keeping:
    """What one account has that keeps or watches checks."""

    def __init__(self, configuration: Configuration, framework: Framework, account: Account) -> None:
        self._configuration, self._account = configuration, account
        self._guardrails: dict[str, list[str]] = {}
        self._policies = tuple(policy for policy, _ in in_force(configuration, account))
        for policy in self._policies:
            for guardrail in policy.guardrails:
                self._guardrails.setdefault(guardrail, []).append(policy.slug)
        security = SECURITY.of(configuration)
        self._security = security if security is not None and security.enabled else None
        self._recorded = CONFIG_RECORDER.in_account(configuration, account) is not None
        rules = self._security.config.rules if self._security and self._security.config and self._recorded else {}
        self._rules = {rule.identifier: slug for slug, rule in rules.items()}
        self._hub = self._hub_policy() if self._security and self._security.on("security_hub") else None
        on = self._hub.standards if self._hub and self._hub.enabled else ()
        self._standards = {name: controls for name, controls in framework.standards.items() if name in on}
        self._values: dict[str, Any] = {}

    def form(self, switches: Iterable[str]) -> Hashable:
        """What answers follow from: accounts of one form share them."""
        hub = self._hub and id(self._hub)  # the configuration keeps it
        on = frozenset(each for each in switches if self._is_on(each))
        return tuple(each.slug for each in self._policies), self._recorded, hub, on

    def of(self, check: Check) -> Iterator[tuple[str, str]]:
        """Each kind and name of what keeps or watches a check here."""
        for guardrail in check.guardrails:
            for slug in self._guardrails.get(guardrail, ()):
                yield "guardrail", slug
        for switch in check.switches:
            if self._is_on(switch):
                yield "switch", switch
        for identifier in check.config_rules:
            if identifier in self._rules:
                yield "config rule", self._rules[identifier]
        looked_at = set(check.hub_controls).difference(self._hub.disabled_controls if self._hub else ())
        for standard, controls in self._standards.items():
            if looked_at if controls is None else looked_at & controls:
                yield "security hub", standard

    def _is_on(self, switch: str) -> bool:
        path, _, wanted = switch.partition("=")
        key, *rest = path.split(".")
        if key == "security":
            return self._security is not None and self._security.on(rest[0])
        if key not in self._values:
            self._values[key] = _ROOTS[key](self._configuration, self._account)
        value = self._values[key]
        for name in rest:
            if value is None or getattr(value, "enabled", True) is False:
                return False
            value = getattr(value, name)
        if wanted:
            return wanted == value or (isinstance(value, tuple) and wanted in value)
        return bool(value) and getattr(value, "enabled", True) is not False

    def _hub_policy(self) -> HubPolicy | None:
        """The nearest policy above the account counts."""
        hub = self._security.security_hub if self._security else None
        policies = hub.policies.values() if hub else ()
        nodes: tuple[Node, ...] = (self._account, *reversed(self._account.chain), self._configuration.root)
        for node in nodes:
            for policy in policies:
                if node.selector in policy.targets or any(_tagged(node, target) for target in policy.targets):
                    return policy
        return None


def _tagged(node: Node, target: str) -> bool:
    kind, _, rest = target.partition(":")
    key, _, value = rest.partition("=")
    return kind == "tag" and isinstance(node, Account) and node.tags.get(key) == value


def _switches(configuration: Configuration, account: Account) -> Baseline | None:
    """The switches that the account has itself; a policy that sets the others is a guardrail."""
    baseline = BASELINE.in_account(configuration, account)
    return switches(configuration, account, baseline) if baseline else None


_ROOTS: Final[Mapping[str, Callable[[Configuration, Account], Any]]] = {
    "baseline": _switches,
    "config_recorder": CONFIG_RECORDER.in_account,
    "identity_center": lambda configuration, _account: IDENTITY_CENTER.of(configuration),
    "logging": lambda configuration, _account: LOGGING.of(configuration),
    "network": NETWORK.in_account,
}


def as_json(framework: Framework, found: Sequence[Kept]) -> str:
    """For machines."""
    return json.dumps(
        {
            "framework": framework.name,
            "version": framework.version,
            "source": framework.source,
            "controls": [
                {
                    "id": each.control.id,
                    "title": each.control.title,
                    "kept_by": [
                        {"kind": keeper.kind, "name": keeper.name, "accounts": list(keeper.accounts)}
                        for keeper in each.keepers
                    ],
                    "nobody_in": list(each.open_accounts),
                }
                for each in found
            ],
        },
        indent=2,
    )


def as_csv(framework: Framework, found: Sequence[Kept]) -> str:
    """For auditors: one line for each control and keeper, or one that says ``nobody``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("framework", "version", "control", "title", "kind", "kept by", "accounts"))
    for each in found:
        head = (framework.name, framework.version, each.control.id, each.control.title)
        for keeper in each.keepers:
            writer.writerow((*head, keeper.kind, keeper.name, " ".join(keeper.accounts)))
        if each.open_accounts:
            writer.writerow((*head, "", NOBODY, " ".join(each.open_accounts)))
    return text.getvalue()
