"""The catalogue as a Markdown page, written from the code."""

import json
from collections.abc import Iterator
from typing import Any

from constructs_lib.policies.catalogue.registry import ENTRIES, Entry, Parameter, build
from constructs_lib.policies.check import measure, size_limit
from constructs_lib.policies.frameworks import framework, served_by

_GROUPS = (
    "Identities",
    "Accounts",
    "Regions",
    "Network",
    "Services",
    "Protection of security services",
    "Protection of data",
    "Keeping",
    "Sharing",
    "Tags",
    "Perimeter",
    "Lifecycle",
    "Resources",
    "Settings",
)
_KINDS = {
    "scp": "Service control policy",
    "rcp": "Resource control policy",
    "tag": "Tag policy",
    "backup": "Backup policy",
    "declarative-ec2": "EC2 declarative policy",
    "ai-opt-out": "AI services opt-out policy",
}
_ORGANIZATION_ID = "o-exampleorgid"

_HEAD = """\
# Guardrails

<!-- Written by `python -m constructs_lib.policies.catalogue`; a test fails when it is stale. Change the code instead. -->

Every guardrail of the catalogue, by the name that a policy file gives it:

```yaml
# config/policies/stay-in-europe.yaml
type: service_control_policy
guardrail: deny-unapproved-regions
parameters:
  allowed_regions: [eu-central-1, eu-west-1]
targets: [ou:workloads]
```

A node takes few policies, so one policy may hold several guardrails, each with its parameters or `{}`, under `guardrails` in place
of `guardrail`. `estate guardrails baseline` and `estate guardrails strict` write such files to begin with.

The same in Python: `catalogue.deny_unapproved_regions(allowed_regions=["eu-central-1", "eu-west-1"]).document`.

Where a parameter takes principals, a bare name is a role of that name in any account: `TerraformExecutionRole` stands for
`arn:aws:iam::*:role/TerraformExecutionRole`. Whoever can make a role of that name is exempt too, so protect exempt names with
[protect-roles](#protect-roles). Every guardrail with statements also exempts by tag, as in
`exempted_principal_tags: {Team: [platform]}`; whoever can give such a tag is exempt too, so protect its key with
[protect-principal-tags](#protect-principal-tags). Service and resource control policies never restrict the management account or
service-linked roles.

Which controls of CIS AWS Foundations, NIST SP 800-53 and PCI DSS a guardrail serves is listed with it; `estate controls --framework
cis production` says by what each control is kept in an account. The partition and the organization's id come from the organization.
Sizes are those of the example, in bytes.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD, *_contents()]
    for group in _GROUPS:
        parts.append(f"## {group}\n")
        parts += (_section(entry) for entry in ENTRIES.values() if entry.group == group)
    return "\n".join(parts)


def _contents() -> Iterator[str]:
    yield "| guardrail | kind | what it does |\n|---|---|---|"
    for group in _GROUPS:
        for entry in ENTRIES.values():
            if entry.group == group:
                first = entry.intent.partition("\n")[0]
                yield f"| [{entry.name}](#{entry.name}) | {entry.kind} | {first} |"
    yield ""


def _section(entry: Entry) -> str:
    document = build(entry.name, entry.example, organization_id=_ORGANIZATION_ID).document
    text = document.to_json()
    lines = [
        f"### {entry.name}\n",
        f"{_KINDS[entry.kind]}, {measure(text):,} of {size_limit(entry.kind):,} bytes.\n",
        f"{entry.intent}\n",
        f"**What it breaks.** {entry.breaks}\n",
    ]
    if entry.parameters:
        lines.append("| parameter | takes | default | meaning |\n|---|---|---|---|")
        lines += (_row(parameter) for parameter in entry.parameters)
        lines.append("")
    if entry.example:
        lines.append(f"With `{json.dumps(entry.example)}`:\n")
    shown = json.dumps(document.to_dict(), indent=2, ensure_ascii=False)
    lines.append(f"<details><summary>The policy</summary>\n\n```json\n{shown}\n```\n\n</details>\n")
    served = served_by(entry.name)
    if served:
        listed = "; ".join(f"{framework(key).name} {', '.join(ids)}" for key, ids in served.items())
        lines.append(f"<details><summary>Controls</summary>\n\n{listed}\n\n</details>\n")
    lines.append("Source: " + ", ".join(f"<{source}>" for source in entry.sources) + "\n")
    return "\n".join(lines)


def _row(parameter: Parameter) -> str:
    default = "**needed**" if parameter.required else _literal(parameter.default)
    return f"| `{parameter.name}` | {parameter.type} | {default} | {parameter.doc} |"


def _literal(value: Any) -> str:
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, tuple):
        return ", ".join(f"`{entry}`" for entry in value)
    return f"`{json.dumps(value)}`"
