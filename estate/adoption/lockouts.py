"""Lockouts that were there before: an organization works with its policies, so the configuration says that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from config import load
from config.controls.chains import Chains
from config.controls.lockout import prove
from config.registry import resource_types
from config.sources.files import POLICIES
from estate.adoption.files import round_trip, text_of

if TYPE_CHECKING:
    from config.model.policy import LockoutCase
    from estate.adoption.writing import Written

_REASON: Final = (
    "Found so when the organization was taken over: look at it before the stack of such an account is deployed."
)


def accept_lockouts(written: Written) -> None:
    """Write into the policies that were taken over, which accounts they keep from what the proof asks for.

    Raises:
        ConfigError: The configuration has an error; then nothing is written.
    """
    organization = load(written.directory, prove_access=False)
    taken_over = {policy.slug for policy in organization.policies.values() if policy.id}
    found: dict[tuple[str, LockoutCase], set[str]] = {}
    for lockout in prove(Chains(organization), lambda account: resource_types(organization, account)):
        for slug in {lockout.policy, *lockout.with_policies} & taken_over:
            known = {
                account.slug
                for each in organization.policies[slug].accepted_lockouts
                if each.case == lockout.case
                for account in each.accounts
            }
            new = {account.slug for account in lockout.accounts} - known
            if new and not lockout.networks:
                found.setdefault((slug, lockout.case), set()).update(new)
    yaml = round_trip()
    for (slug, case), accounts in sorted(found.items()):
        path = written.directory / POLICIES / f"{slug}.yaml"
        policy = yaml.load(path.read_text(encoding="utf-8"))
        entries = policy.setdefault("accepted_lockouts", CommentedSeq())
        entries.append(
            CommentedMap(case=case, accounts=[f"account:{account}" for account in sorted(accounts)], reason=_REASON)
        )
        path.write_text(text_of(yaml, policy), encoding="utf-8")
        written.added.append(f"{POLICIES}/{slug}.yaml: accepted_lockouts ({case}: {', '.join(sorted(accounts))})")
