"""What was said of stacks before, kept by what it was said of."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from stacks.judging import Judged, around
from stacks.kept.digest import Digests, UnknownTypeError, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.nodes import Organization
    from stacks.kept.store import Store

_KIND: Final = "verdict"
# The lockout proof sees an organization without its accounts' settings (`config.controls`).
_NOT_JUDGED: Final = frozenset({"settings", "warnings"})


class Verdicts:
    """What is kept of the verdicts on an organization's stacks.

    Args:
        organization: The organization.
        code: The digest of the code that judges.
        store: Where they are kept.
    """

    def __init__(self, organization: Organization, code: str, store: Store) -> None:
        self._organization = organization
        self._code = code
        self._store = store
        self._around = around(organization)
        known = self._around
        self._known = digest(
            code.encode(),
            Digests().of((known.organization_id, known.management_account, dict(known.accepted_in_policies))),
        )

    def find(self, texts: Mapping[str, str]) -> dict[str, Judged]:
        """The verdicts that hold for stacks with some JSON.

        Args:
            texts: The digest of each stack's JSON.
        """
        keys = {name: self._key(name, text) for name, text in texts.items()}
        contents = self._store.get(_KIND, keys.values())
        self._store.use(_KIND, contents)
        found = {name: Judged(**json.loads(contents[key])) for name, key in keys.items() if key in contents}
        return {name: judged for name, judged in found.items() if self._holds(judged)}

    def keep(self, texts: Mapping[str, str], judged: Mapping[str, Judged]) -> None:
        """Keep verdicts on stacks.

        Args:
            texts: The digest of each stack's JSON.
            judged: What was said of these stacks, and of others.
        """
        self._store.put(
            _KIND,
            {self._key(name, text): json.dumps(asdict(judged[name])).encode() for name, text in texts.items()},
        )

    def on_roles(self, stacks: Mapping[str, Judged], make: Callable[[], list[Any]]) -> list[Any]:
        """What was said of the same roles together; made and kept, if it is not kept."""
        return self._once("roles", [[name, each.roles] for name, each in sorted(stacks.items())], make)

    def on_types(self, stacks: Mapping[str, Judged], make: Callable[[], list[Any]]) -> list[Any]:
        """What was proved for the same types under the same guardrails; made and kept, if it is not kept."""
        try:
            kind = f"types {self._guardrails}"
        except UnknownTypeError:
            return make()
        return self._once(kind, [[name, each.types] for name, each in sorted(stacks.items())], make)

    def on_access(self, stacks: Mapping[str, Judged], make: Callable[[], list[Any]]) -> list[Any]:
        """What was proved of the same rights and trusts under the same guardrails; made and kept, if it is not kept."""
        try:
            kind = f"access {self._guardrails}"
        except UnknownTypeError:
            return make()
        return self._once(kind, [[name, each.access] for name, each in sorted(stacks.items())], make)

    def _once(self, kind: str, what: Any, make: Callable[[], list[Any]]) -> list[Any]:
        key = digest(self._code.encode(), kind.encode(), json.dumps(what).encode())
        content = self._store.get(_KIND, [key]).get(key)
        if content is not None:
            kept: list[Any] = json.loads(content)
            return kept
        made = make()
        self._store.put(_KIND, {key: json.dumps(made).encode()})
        return made

    @cached_property
    def _guardrails(self) -> str:
        """The digest of the organization, as the lockout proof sees it."""
        fields = type(self._organization).__dataclass_fields__.keys() - _NOT_JUDGED
        digests = Digests()
        return digest(*(digests.of(getattr(self._organization, name)) for name in sorted(fields)))

    def _key(self, name: str, text: str) -> str:
        return digest(self._known.encode(), name.encode(), text.encode())

    def _holds(self, judged: Judged) -> bool:
        return all((id_ in self._around.accounts) == known for id_, known in judged.ids.items())
