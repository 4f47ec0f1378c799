"""What execution roles may do without naming what they do it to, and why: one table for all stacks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from config.capabilities.workloads import stacks_of
from config.nodes import Organization
from constructs_lib.ci.rights import Right, is_read, rights
from stacks.rights import described

_HEAD = """\
# What execution roles may do on `*`

<!-- Written by `estate rights`; a test fails when it is stale. Change the code instead. -->

Of everything else an execution role is permitted, it is said which resource by its name
([ADR 12](adr/0012-deployment-rights-on-a-route-of-their-own.md)). What is here has no name before it is made, or AWS knows no
resources for it. "Reads" are descriptions that a plan refreshes. Where a condition stands, it holds for the action.

This page is about the sample organization; `estate rights` prints it for yours.
"""


def page(stacks: Mapping[str, Mapping[str, Any]], organization: Organization) -> str:
    """The page.

    Args:
        stacks: The synthesized JSON of stacks, by name.
        organization: Their configuration, as stacks know it.
    """
    rows: dict[tuple[str, str, str, bool], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    known = stacks_of(organization)
    for name, content in stacks.items():
        stack, _ = described(dict(content), organization, *known[name])
        for right in rights(stack):
            if right.resources == ("*",):
                key = (", ".join(right.types), _condition(right, name), right.reason, is_read(right.action))
                rows[key][right.action].add(name)
    return (
        "\n".join(
            [_HEAD, *_table("Changes", rows, stacks, reads=False), "", *_table("Reads", rows, stacks, reads=True)]
        )
        + "\n"
    )


def _table(
    title: str,
    rows: Mapping[tuple[str, str, str, bool], Mapping[str, set[str]]],
    stacks: Mapping[str, Any],
    *,
    reads: bool,
) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| needed by | actions | condition | stacks | why |\n|---|---|---|---|---|"
    for (types, condition, reason, is_reading), actions in sorted(rows.items()):
        if is_reading is not reads:
            continue
        by_stacks: dict[frozenset[str], list[str]] = defaultdict(list)
        for action, permitted in sorted(actions.items()):
            by_stacks[frozenset(permitted)].append(action)
        for having, names in sorted(by_stacks.items(), key=lambda pair: sorted(pair[0])):
            where = "all" if len(having) == len(stacks) else ", ".join(sorted(having))
            needed = ", ".join(f"`{type_}`" for type_ in types.split(", "))
            yield f"| {needed} | {', '.join(f'`{name}`' for name in names)} | {condition} | {where} | {reason} |"


def _condition(right: Right, stack: str) -> str:
    return "; ".join(
        f"`{key}` is {', '.join('the stack' if value == stack else f'`{value}`' for value in values)}"
        f"{' or missing' if operator.endswith('IfExists') else ''}"
        for operator, key, values in right.conditions
    )
