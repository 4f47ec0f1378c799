"""The last look at what was synthesized: every policy of every stack, whoever wrote it."""

import sys
from pathlib import Path

from config.nodes import Organization
from constructs_lib.policies.findings import Severity
from constructs_lib.policies.lint import Around, lint_output


def lint(organization: Organization, out: Path) -> list[str]:
    """Refuse policies and trusts that AWS refuses or that let strangers in; warn of dubious ones.

    Args:
        organization: What is known of it tells its own accounts from others'.
        out: Where the app was synthesized to.

    Returns:
        The warnings, which are said.

    Raises:
        SystemExit: Something is refused; all of it is said.
    """
    ids = frozenset(account.id for account in organization.accounts.values() if account.id)
    accepted = {part.name: part.accepted_findings for policy in organization.policies.values() for part in policy.parts}
    management = organization.management.id
    around = Around(ids, organization.organization_id, management, accepted_in_policies=accepted)
    findings = lint_output(out, around)
    said = [str(finding) for finding in findings]
    for line in said:
        sys.stderr.write(f"{line}\n")
    if any(finding.severity is Severity.REFUSE for finding in findings):
        sys.exit(1)
    return said
