"""Every rule changed for the worse, in every way that its fields allow: does the table notice?

`python -m tests.estate.guard.mutations` prints the changes that no row of the table notices.
"""

import sys
from collections.abc import Iterator

from estate.guard.rule import Rule, Severity, Weakens, rules
from tests.estate.guard.attacks import ROWS
from tests.estate.guard.table import TABLE, found

_OPPOSITE = {
    Weakens.OFF: Weakens.ON,
    Weakens.LOSES: Weakens.GAINS,
    Weakens.SHORTER: Weakens.LONGER,
    Weakens.GONE: Weakens.NEW,
}
_OPPOSITE |= {right: left for left, right in _OPPOSITE.items()}
_FLIPPED = {Severity.STOP: Severity.SAY, Severity.SAY: Severity.STOP}


def mutants(rule: Rule) -> Iterator[tuple[str, Rule | None]]:
    """Changes of a rule, each with a name; None if it is taken out."""
    yield "taken out", None
    for name, changes in (*_answers(rule), *_shorter_lists(rule), *_values(rule)):
        yield name, rule.model_copy(update=changes)


def _answers(rule: Rule) -> Iterator[tuple[str, dict[str, object]]]:
    yield "another severity", {"severity": _FLIPPED[rule.severity]}
    if rule.severity is Severity.STOP:
        yield "another answer to approvals", {"approvable": not rule.approvable}
    if rule.created:
        yield "new ones are let pass", {"created": None}
        yield "another severity of new ones", {"created": _FLIPPED[rule.created]}
    if rule.weakens in _OPPOSITE:
        yield "the other direction", {"weakens": _OPPOSITE[rule.weakens]}


def _shorter_lists(rule: Rule) -> Iterator[tuple[str, dict[str, object]]]:
    for name in ("types", "attributes", "values"):
        # A rule about whole plans finds what it is about without types.
        if name != "types" or rule.weakens is not Weakens.GUARDRAILS:
            entries = getattr(rule, name)
            for gone in entries:
                yield f"without {gone}", {name: tuple(each for each in entries if each != gone)}


def _values(rule: Rule) -> Iterator[tuple[str, dict[str, object]]]:
    if rule.order:
        yield "the order turned round", {"order": rule.order[::-1]}
    for name in rule.orders:
        yield f"without the order of {name}", {"orders": {k: v for k, v in rule.orders.items() if k != name}}
    if rule.default is not None:
        yield "without what null stands for", {"default": None}
    if rule.forever:
        yield "without what is forever", {"forever": ()}
    if rule.unless:
        yield "whatever makes it harmless", {"unless": {}}


def unnoticed() -> Iterator[str]:
    """The changes that no row notices."""
    every = rules()
    for rule in every:
        of_plan = not rule.types or rule.weakens is Weakens.GUARDRAILS
        mine = ROWS if of_plan else [row for row in TABLE if row.types & set(rule.types)]
        for name, mutant in mutants(rule):
            others = [each for each in every if of_plan and each is not rule]
            by = [*others, mutant] if mutant else others
            if not any(_notices(row, rule.name, by) for row in mine):
                yield f"{rule.name}: {name}"


def _notices(row: object, rule: str, by: list[Rule]) -> bool:
    said = found(row, by).get(rule)
    expected = row.rules.get(rule)  # type: ignore[attr-defined]
    return said != expected if expected or not row.rules else False  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in unnoticed())
