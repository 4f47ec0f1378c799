"""The rule that no guardrail keeps those out who must get in: see `config.controls.lockout`."""

from collections.abc import Iterator

from config.controls.verdicts import Verdict, verdicts
from config.errors import KeyPath, Problem
from config.model.state import S3State
from config.nodes import Configuration
from config.registry import resource_types
from config.sources.files import Files


def lockouts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Stacks can be deployed, states reached, accounts repaired and taken back, unless a policy says that it is meant."""
    clean = (
        files.organization.clean
        and all(entry.clean for entry in files.accounts.values())
        and all(entry.clean for entry in files.policies.values())
    )
    if not clean or not organization.with_purpose("management"):
        return
    regions = {account.region for account in organization.accounts.values()}
    if isinstance(organization.state, S3State) and organization.state.managed:
        regions.add(organization.state.region)
    if not regions <= set(organization.governed_regions):  # which is an error of its own; guardrails close such regions
        return
    for verdict in verdicts(organization, lambda account: resource_types(organization, account)):
        file = files.policies[verdict.policy].file
        path: KeyPath = next(
            ((key,) for key in ("guardrail", "guardrails", "statements") if file.holds((key,))), ("document",)
        )
        expected = "policies that leave the way in open"
        if verdict.accepted is not None:
            path, expected = ("accepted_lockouts", verdict.accepted), "only those that do"
        report = file.problem if verdict.refused else file.warning
        yield report(path, verdict.sentence, expected, f"{_out_of_use(files, verdict)}{verdict.cure}")


def _out_of_use(files: Files, verdict: Verdict) -> str:
    """What helps first where a policy shuts accounts on purpose, and one of them, by its OU, without saying so itself."""
    model = files.policies[verdict.policy].model
    states = [target.partition(":")[2] for target in (model.targets if model else ()) if target.startswith("state:")]
    if not (states and verdict.refused):
        return ""
    return (
        f"If the account is to be out of use, write `state: {states[0]}` into its file: it is not deployed then. Else: "
    )
