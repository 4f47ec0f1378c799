"""In which direction a change of values weakens: each is a function from what was and what will be to a sentence."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from estate.guard.rule import Rule, Weakens
from estate.guard.values import canonical, is_empty, is_on, leaves, members, number, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Values = Mapping[str, Any]
    Direction = Callable[[Rule, str, Values, Values], str]


def weakened(rule: Rule, path: str, before: Values, after: Values) -> str:
    """What is weakened, to follow the attribute's name; empty if nothing is.

    Args:
        rule: The rule.
        path: One of its attributes.
        before: The resource's values now; empty if it is made.
        after: Its values afterwards.
    """
    return DIRECTIONS[rule.weakens](rule, path, before, after)


def could_weaken(rule: Rule, path: str, before: Values) -> bool:
    """Whether a value that nobody knows yet could be weaker than the one now."""
    found = _values(rule, path, before)
    match rule.weakens:
        case Weakens.OFF:
            return any(map(is_on, found))
        case Weakens.ON:
            return not found or not all(map(is_on, found))
        case Weakens.FALLS:
            return bool(before) and _rank(rule, found) < len(rule.order) - 1
        case Weakens.GAINS | Weakens.BECOMES | Weakens.LONGER | Weakens.SOONER:
            return True
        case _:
            return bool(found)


def _values(rule: Rule, path: str, values: Values) -> list[Any]:
    found = leaves(values, path)
    return found if found or rule.default is None or not values else [rule.default]


def _off(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = (_values(rule, path, each) for each in (before, after))
    if not before:
        return "is off" if any(not is_on(each) for each in leaves(after, path) if isinstance(each, bool)) else ""
    return "is switched off" if sum(map(is_on, new)) < sum(map(is_on, old)) else ""


def _on(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = (_values(rule, path, each) for each in (before, after))
    return "is switched on" if sum(map(is_on, new)) > sum(map(is_on, old)) else ""


def _unset(_rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = ([each for each in leaves(values, path) if not is_empty(each)] for values in (before, after))
    return f"is not set any more (it was {shown(old[0])})" if len(new) < len(old) else ""


def _changes(_rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = (sorted(map(canonical, leaves(values, path))) for values in (before, after))
    if not before or old == new or not any(old):
        return ""
    return f"changes from {', '.join(map(shown, old))} to {', '.join(map(shown, new)) or 'nothing'}"


def _loses(_rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = members(before, path), members(after, path)
    lost = [text for key, text in old.items() if key not in new]
    return f"loses {', '.join(sorted(lost))}" if lost else ""


def _gains(_rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = members(before, path), members(after, path)
    gained = [text for key, text in new.items() if key not in old]
    return f"gains {', '.join(sorted(gained))}" if gained else ""


def _amounts(rule: Rule, path: str, values: Values) -> list[float]:
    found = [each for each in map(number, _values(rule, path, values)) if each is not None]
    return [float("inf") if each in rule.forever else each for each in found]


def _shorter(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = _amounts(rule, path, before), _amounts(rule, path, after)
    if not old or (new and min(new) >= min(old)):
        return ""
    return f"goes down from {_amount(min(old))} to {_amount(min(new)) if new else 'what AWS chooses'}"


def _longer(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = _amounts(rule, path, before), _amounts(rule, path, after)
    if not before or not new or (old and max(new) <= max(old)):
        return ""
    return f"goes up from {_amount(max(old)) if old else 'what AWS chooses'} to {_amount(max(new))}"


def _amount(value: float) -> str:
    return "forever" if value == float("inf") else f"{value:g}"


def _rank(rule: Rule, found: Sequence[Any]) -> int:
    """How weak the weakest value is; a value that the rule does not know is the weakest."""
    known = {value.lower(): index for index, value in enumerate(rule.order)}
    return max((known.get(canonical(each).lower(), len(known)) for each in found), default=len(known))


def _falls(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = (_values(rule, path, each) for each in (before, after))
    if not before:
        new = leaves(after, path)
        return f"is {shown(new[0])}" if new and _rank(rule, new) >= len(rule.order) - 1 else ""
    if _rank(rule, new) <= _rank(rule, old):
        return ""
    return f"falls from {shown(old[0])} to {shown(new[0]) if new else 'nothing'}"


def _becomes(rule: Rule, path: str, before: Values, after: Values) -> str:
    old, new = (set(map(canonical, _values(rule, path, each))) for each in (before, after))
    found = sorted(value for value in new - old if any(fnmatchcase(value, weak) for weak in rule.values))
    return f"becomes {', '.join(map(shown, found))}" if found else ""


_AGES: Final = (
    ("expiration", "days", "objects after {} days"),
    ("expiration", "date", "objects on {}"),
    ("noncurrent_version_expiration", "noncurrent_days", "old versions of objects after {} days"),
    ("noncurrent_version_expiration", "days", "old versions of objects after {} days"),
)
"""How a lifecycle rule says when something goes: block, attribute, and words for it."""


def _sooner(_rule: Rule, path: str, before: Values, after: Values) -> str:
    """Lifecycle rules: an object goes after fewer days than before, or at all."""
    old, new = ([rule for rule in leaves(values, path) if _is_active(rule)] for values in (before, after))
    for rule in new:
        for block, name, words in _AGES:
            age = _age(rule, block, name)
            if age is None:
                continue
            others = [
                found
                for each in old
                if _scope(each) in (_scope(rule), "")
                and (found := _age(each, block, name)) is not None
                and _kept(each, block) <= _kept(rule, block)
            ]
            if not others or min(others) > age:
                return f"removes {words.format(leaves(rule, f'{block}.{name}')[0])}, sooner than before"
    return ""


def _age(rule: Values, block: str, name: str) -> float | None:
    for value in leaves(rule, f"{block}.{name}"):
        if value:
            found = number(value)
            # A date: the digits of 2026-12-31 as one number, so that an earlier one is less.
            return found if found is not None else float(str(value)[:10].replace("-", ""))
    return None


def _is_active(rule: Mapping[str, Any]) -> bool:
    return rule.get("status", "Enabled") == "Enabled" and rule.get("enabled") is not False


def _scope(rule: Mapping[str, Any]) -> str:
    """What a rule is about; empty if it is about all objects."""
    filters = [each for each in leaves(rule, "filter") if _said(each)]
    said = {"prefix": rule.get("prefix") or "", "tags": rule.get("tags") or {}, "filter": list(map(_said, filters))}
    return canonical(said) if any(said.values()) else ""


def _said(value: Any) -> Any:
    """A block without what says nothing."""
    if isinstance(value, dict):
        return {key: kept for key, each in value.items() if (kept := _said(each)) not in ({}, [], None, "", 0)}
    return [kept for each in value if (kept := _said(each))] if isinstance(value, list) else value


def _kept(rule: Mapping[str, Any], what: str) -> float:
    return min((number(found) or 0 for found in leaves(rule, f"{what}.newer_noncurrent_versions")), default=0)


def _fewer_events(_rule: Rule, path: str, before: Values, after: Values) -> str:
    """Event selectors: together they take in what they did."""
    new = leaves(after, path)
    for selector in leaves(before, path):
        if not any(_takes_in(each, selector) for each in new):
            return f"does not take in any more what {shown(selector.get('name') or _said(selector))} did"
    return ""


def _takes_in(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Whether a selector takes in every event that another one does."""
    if "field_selector" in wide or "field_selector" in narrow:
        asked = leaves(narrow, "field_selector")
        return all(any(_asks_less(each, other) for other in asked) for each in leaves(wide, "field_selector"))
    kinds = wide.get("read_write_type") or "All", narrow.get("read_write_type") or "All"
    management = [each.get("include_management_events") is not False for each in (wide, narrow)]
    left_out = [set(leaves(each, "exclude_management_event_sources")) for each in (wide, narrow)]
    data = [
        {(block.get("type"), value) for block in leaves(each, "data_resource") for value in leaves(block, "values")}
        for each in (wide, narrow)
    ]
    return (
        kinds[0] in ("All", kinds[1])
        and management[0] >= management[1]
        and left_out[0] <= left_out[1]
        and data[0] >= data[1]
    )


def _asks_less(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    """Whether a condition on a field holds wherever another one does."""
    if wide.get("field") != narrow.get("field"):
        return False
    for name in ("equals", "starts_with", "ends_with", "not_equals", "not_starts_with", "not_ends_with"):
        asks, asked = set(leaves(wide, name)), set(leaves(narrow, name))
        if asks and not (asks <= asked if name.startswith("not_") else asked and asked <= asks):
            return False
    return True


DIRECTIONS: Final[Mapping[Weakens, Direction]] = {
    Weakens.OFF: _off,
    Weakens.ON: _on,
    Weakens.UNSET: _unset,
    Weakens.CHANGES: _changes,
    Weakens.LOSES: _loses,
    Weakens.GAINS: _gains,
    Weakens.SHORTER: _shorter,
    Weakens.LONGER: _longer,
    Weakens.FALLS: _falls,
    Weakens.BECOMES: _becomes,
    Weakens.SOONER: _sooner,
    Weakens.FEWER_EVENTS: _fewer_events,
}
