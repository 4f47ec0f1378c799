"""What a change does to the guard's own rules: another version's are read as data, none of its code is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from estate.guard.rule import Rule, RulesError, Severity, read_rules, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PLACE: Final = "estate/guard/rules"
_LISTS: Final = ("types", "attributes", "values")
_OTHERS: Final = ("weakens", "order", "orders", "default", "forever", "unless", "policy")


def proposed_rules(checkout: Path) -> tuple[Rule, ...]:
    """The rules of another version of this repository.

    Args:
        checkout: A checkout of it.

    Raises:
        RulesError: They cannot be read, or there are none of some kind.
    """
    directory = checkout / PLACE
    files = [path for path in sorted(directory.glob("*.toml")) if path.is_file() and not path.is_symlink()]
    return read_rules({path.stem: path.read_text(encoding="utf-8", errors="replace") for path in files})


def weaker_rules(checkout: Path, own: Sequence[Rule] | None = None) -> tuple[str, ...]:
    """What a change takes from the guard's rules, a sentence for each rule; empty if it takes nothing.

    Args:
        checkout: A checkout of the change.
        own: The rules to compare with; those of this version by default.
    """
    try:
        new = {rule.name: rule for rule in proposed_rules(checkout)}
    except RulesError as error:
        return (f"With this change the guard can judge no plan at all: {error}",)
    return tuple(
        f"The rule {old.name} {' and '.join(words)}."
        for old in (rules() if own is None else own)
        if (words := list(_weaker(old, new.get(old.name))))
    )


def as_markdown(checkout: Path) -> str:
    """The same for a comment on a pull request; empty if the change takes nothing from the rules."""
    found = weaker_rules(checkout)
    if not found:
        return ""
    return "\n".join(["### This change weakens the guard", "", *(f"- {line}" for line in found), ""])


def _weaker(old: Rule, new: Rule | None) -> Iterator[str]:
    if new is None:
        yield "is taken out"
        return
    if old.severity is Severity.STOP and new.severity is Severity.SAY:
        yield "only says, and does not stop any more"
    if new.approvable and not old.approvable:
        yield "can be lifted by an approval"
    if old.created and new.created is not old.created and new.created is not Severity.STOP:
        yield "lets more pass that is new"
    for name in _LISTS:
        lost = [each for each in getattr(old, name) if each not in getattr(new, name)]
        if lost:
            yield f"loses the {name} {', '.join(lost)}"
    # Whether such a change is weaker, no program can tell.
    for name in _OTHERS:
        if getattr(old, name) != getattr(new, name):
            yield f"has another {name}"
