"""The guard's rules as a Markdown page, written from the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from estate.guard.rule import WORDS, Kind, Rule, Severity, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLES = {
    Kind.AUDIT: "Audit: trails, archives, keys",
    Kind.DETECTION: "Detection",
    Kind.IDENTITY: "Identity",
    Kind.GUARDRAILS: "Guardrails",
    Kind.ORGANIZATION: "Organization",
    Kind.NETWORK: "Networks and shares",
    Kind.DATA: "Data",
    Kind.PLAN: "Plans as a whole",
}
_HEAD = """\
# Rules of the guard

<!-- Written by `python -m estate.guard`; a test fails when it is stale. Change the rules in `estate/guard/rules/` instead. -->

`estate guard`, `estate deploy` and the pipeline hold every plan against these rules. A rule that **stops** keeps the plan
from being applied until somebody approves exactly that change; one that **says** names it under "what matters".

```yaml
# config/approvals.yaml: one approval for each address and rule, as the guard prints it
approvals:
  - stack: security
    address: aws_cloudtrail.trail_Resource_1A2B3C4D
    rule: trail-events
    until: 2026-12-31
    reason: Data events of the build cache cost more than they tell.
protect:                      # further resources that no plan may delete, replace or forget
  - address: aws_rds_cluster.*
    stack: production
```

How it decides:

- **Policies are decided, not compared as text.** From both versions of a policy the guard derives requests, and AWS's own logic
  decides each. Statements in another order, split, joined or renamed say the same; one that lets a request through that was
  denied is found, and the request is shown.
- **Guardrails count where they hold.** For every account and OU the policies above it are compared, before and after. It is the
  same whether a document says less, an attachment goes, a policy is split and one half is not attached, or an account moves.
- **What is not known is not harmless.** A value that only the apply will know could be weaker, and is treated so. Put a known value in its
  place, or approve it.
- **What is new weakens nothing.** In a stack's first plan, and in a bootstrap, rules about new things only say so, unless strangers get in.
- **Forgetting is losing.** A `removed` block leaves the resource in AWS with nobody to look after it.
- **What no plan shows is stopped.** Programs that Terraform runs, and templates that make things by themselves, are named.
- **The guard guards itself.** `estate guard --change DIRECTORY` reads the rules of a change as data, runs none of its code, and says what
  the change takes from them. Without rules of every kind the guard judges no plan, and nothing is applied.
- **Drift.** What somebody weakened by hand, and the plan does not mend, is said.

Attributes are written as paths: `rule.expiration` is the block `expiration` of every block `rule`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for kind in Kind:
        yield f"## {_TITLES[kind]}\n"
        yield "| rule | found when | of | does | why |\n|---|---|---|---|---|"
        yield from (_row(rule) for rule in rules() if rule.kind is kind)
        yield ""


def _row(rule: Rule) -> str:
    attributes = ", ".join(f"`{path}`" for path in rule.attributes)
    when = f"{attributes} {WORDS[rule.weakens]}" if attributes else WORDS[rule.weakens]
    if rule.order:
        when += f" ({' > '.join(rule.order)})"
    if rule.values:
        when += f" ({', '.join(f'`{value}`' for value in rule.values)})"
    if rule.unless:
        when += f", unless {' or '.join(f'`{name}` is on' for name in rule.unless)}"
    types = ", ".join(f"`{type_}`" for type_ in rule.types) or "everything"
    return f"| `{rule.name}` | {when} | {types} | {_does(rule)} | {rule.why} |"


def _does(rule: Rule) -> str:
    words = {Severity.STOP: "**stops**", Severity.SAY: "says"}
    found = words[rule.severity]
    if not rule.approvable:
        found += "; no approval lifts it"
    if rule.created:
        found += f"; new ones: {words[rule.created]}"
    return found
