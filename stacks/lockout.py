"""The lockout proof for what was synthesized: the execution role can deploy all that the stacks hold."""

import json
import sys
from pathlib import Path

from config.controls.verdicts import verdicts
from config.nodes import Organization


def refuse_lockouts(organization: Organization, out: Path) -> None:
    """Refuse guardrails that would keep the execution role from deploying some resource of its stack.

    Args:
        organization: The configuration, whose guardrails leave the way in open as far as it tells by itself.
        out: Where the app was synthesized to.

    Raises:
        SystemExit: There is a lockout; all of them are said.
    """
    types = _types(out)
    found = [
        verdict
        for verdict in verdicts(organization, lambda account: types.get(account.slug, frozenset()))
        if verdict.refused
    ]
    for verdict in found:
        sys.stderr.write(f"policies/{verdict.policy}.yaml: {verdict.sentence}. {verdict.cure}\n")
    if found:
        sys.exit(1)


def _types(out: Path) -> dict[str, frozenset[str]]:
    """The resource types and data sources of every stack."""
    stacks = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["stacks"]
    found = {}
    for name, entry in stacks.items():
        content = json.loads((out / entry["synthesizedStackPath"]).read_text(encoding="utf-8"))
        data = {f"data.{type_}" for type_ in content.get("data", {})}
        found[name] = frozenset(
            type_ for type_ in (*content.get("resource", {}), *data) if type_.startswith(("aws_", "data.aws_"))
        )
    return found
