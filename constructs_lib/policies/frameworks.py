"""Frameworks that auditors ask about: their controls, the checks that each asks for, and what keeps or watches a check.

Which checks a control asks for is said by a public mapping, named in the data; what keeps a check is said here.

Example:
    >>> framework("cis").version
    '5.0.0'
    >>> served_by("deny-public-function-urls")["nist"][:2]
    ('AC-2(6)', 'AC-3')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from constructs_lib.policies.data import load

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAMEWORKS = ("cis", "nist", "pci")
"""CIS AWS Foundations, NIST SP 800-53 and PCI DSS."""


@dataclass(frozen=True)
class Check:
    """Something that is so, or is not, in an account.

    Args:
        name: Its name in the public mapping.
        switches: Keys of the configuration that make it so: ``baseline.encrypt_volumes``, ``baseline.default_vpc=closed``.
        guardrails: Guardrails of the catalogue that keep it from being otherwise.
        config_rules: Identifiers of AWS Config's managed rules that watch it.
        hub_controls: Controls of Security Hub that watch it.
    """

    name: str
    switches: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    config_rules: tuple[str, ...] = ()
    hub_controls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """A control of a framework.

    Args:
        id: As the framework numbers it.
        title: What it is about, in short words.
        checks: What it asks for, as far as something here keeps or watches it.
    """

    id: str
    title: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Framework:
    """A framework.

    Args:
        key: ``cis``, ``nist`` or ``pci``.
        name: Its name.
        version: The version that is meant.
        source: The public mapping of its controls to checks.
        standards: The standards of Security Hub that watch it, as `security.security_hub` names them; each with the controls
            that it has, None for all that a check names.
        controls: Its controls, in its order.
    """

    key: str
    name: str
    version: str
    source: str
    standards: Mapping[str, frozenset[str] | None]
    controls: tuple[Control, ...]


@cache
def framework(key: str) -> Framework:
    """A framework by its key."""
    data: dict[str, Any] = load("frameworks")
    found = data["frameworks"][key]
    known = {
        name: Check(name, **{kind: tuple(values) for kind, values in entry.items()})
        for name, entry in data["checks"].items()
    }
    return Framework(
        key,
        found["name"],
        found["version"],
        found["source"],
        {
            name: frozenset(data["hub_standards"][name]) if name in data["hub_standards"] else None
            for name in found["standards"]
        },
        tuple(
            Control(each["id"], each["title"], tuple(known[name] for name in each["checks"]))
            for each in found["controls"]
        ),
    )


@cache
def served_by(guardrail: str) -> dict[str, tuple[str, ...]]:
    """The controls of each framework for which a guardrail does something; frameworks with none are left out."""
    found = {
        key: tuple(
            control.id
            for control in framework(key).controls
            if any(guardrail in check.guardrails for check in control.checks)
        )
        for key in FRAMEWORKS
    }
    return {key: controls for key, controls in found.items() if controls}
