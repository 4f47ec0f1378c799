"""The last look at what was synthesized: every policy of every stack, whoever wrote it."""

import sys
from collections.abc import Iterable

from constructs_lib.policies.findings import Severity
from stacks.judging import Said


def lint(findings: Iterable[Said]) -> list[str]:
    """Refuse policies and trusts that AWS refuses or that let strangers in; warn of dubious ones.

    Args:
        findings: What was found.

    Returns:
        The warnings, which are said.

    Raises:
        SystemExit: Something is refused; all of it is said.
    """
    found = list(findings)
    said = [line for _, line in found]
    for line in said:
        sys.stderr.write(f"{line}\n")
    if any(severity == Severity.REFUSE for severity, _ in found):
        sys.exit(1)
    return said
