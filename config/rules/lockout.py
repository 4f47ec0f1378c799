"""No guardrail keeps those out who must get in: see `config.controls.lockout`."""

from collections.abc import Iterator, Sequence
from typing import Final

from config.controls.chains import Chains
from config.controls.lockout import Lockout, prove
from config.controls.needs import actions_of
from config.controls.stack_types import resource_types
from config.errors import KeyPath, Problem, plural
from config.files import Files
from config.model.policy import LockoutCase
from config.nodes import Account, Organization
from config.yaml_file import YamlFile

_SHOWN: Final = 3
_EXPECTED: Final = "policies that leave the way in open"
_CONSEQUENCES: Final[dict[LockoutCase, str]] = {
    "deploy": "{role} could not deploy the stack of {accounts}",
    "assume": "{role} could not get into {accounts} to deploy",
    "state": "{role} could not reach the states in {accounts}",
    "repair": "{role} could not repair policies in {accounts}",
    "recover": "{role} could not take back {accounts}, shut to everybody else",
}


def lockouts(organization: Organization, files: Files) -> Iterator[Problem]:
    """Stacks can be deployed, states reached, accounts repaired and taken back, unless a policy says that it is meant."""
    clean = (
        files.organization.clean
        and all(entry.clean for entry in files.accounts.values())
        and all(entry.clean for entry in files.policies.values())
    )
    if not clean or not organization.with_purpose("management"):
        return
    found = prove(Chains(organization), lambda account: resource_types(organization, account))
    uncertain: dict[str, list[Lockout]] = {}
    for lockout in found:
        accounts = [account for account in lockout.accounts if _meant(organization, lockout, account) is None]
        if accounts and lockout.networks:
            uncertain.setdefault(lockout.policy, []).append(lockout)
        elif accounts:
            yield _refusal(organization, lockout, accounts, files.policies[lockout.policy].file)
    for slug, some in uncertain.items():
        yield _doubt(slug, some, files.policies[slug].file)
    used = {(each.policy, _meant(organization, each, account)) for each in found for account in each.accounts}
    for policy in organization.policies.values():
        for index, accepted in enumerate(policy.accepted_lockouts):
            if (policy.slug, index) not in used and accepted.accounts:
                arrived = f"an accepted lockout ({accepted.case}) that does not happen"
                file = files.policies[policy.slug].file
                yield file.warning(("accepted_lockouts", index), arrived, "only those that do", "Remove it.")


def _meant(organization: Organization, lockout: Lockout, account: Account) -> int | None:
    """Which entry of the policy says that a lockout is meant for an account."""
    accepted = enumerate(organization.policies[lockout.policy].accepted_lockouts)
    return next((index for index, each in accepted if each.case == lockout.case and account in each.accounts), None)


def _refusal(organization: Organization, lockout: Lockout, accounts: list[Account], file: YamlFile) -> Problem:
    consequence = _CONSEQUENCES[lockout.case].format(
        role=lockout.role, accounts=_listed([account.slug for account in accounts])
    )
    action, region = lockout.actions[0]
    more = f" and {plural(len(lockout.actions) - 1, 'other action')}" if len(lockout.actions) > 1 else ""
    needed = f" (needed for {_needing(organization, accounts, action)})" if lockout.case == "deploy" else ""
    others = f" together with {_listed(lockout.with_policies)}" if lockout.with_policies else ""
    arrived = (
        f"a lockout: {consequence}, since the policy {lockout.policy!r} on {_listed(lockout.nodes)}{others} denies it "
        f"{action}{needed}{more} in {region}"
    )
    cure = (
        f"Leave {lockout.role} out of it (`exempted_principal_arns`, or a condition on aws:PrincipalArn), attach it elsewhere, "
        f"or, if it is meant, accept the lockout {lockout.case!r} with a reason in `accepted_lockouts`."
    )
    return file.problem(_place(file), arrived, _EXPECTED, cure)


def _doubt(slug: str, lockouts: list[Lockout], file: YamlFile) -> Problem:
    roles = _listed(sorted({lockout.role for lockout in lockouts}))
    keys = " or ".join(sorted({key for lockout in lockouts for key in lockout.networks}))
    arrived = f"the policy {slug!r}, which locks {roles} out where {keys} is not as it asks"
    cure = (
        "Leave them out of it, or make sure that they come from there, and accept the lockouts in `accepted_lockouts`."
    )
    return file.warning(_place(file), arrived, _EXPECTED, cure)


def _place(file: YamlFile) -> KeyPath:
    return next(((key,) for key in ("guardrail", "statements") if file.holds((key,))), ("document",))


def _needing(organization: Organization, accounts: list[Account], action: str) -> str:
    """The resource types of accounts' stacks that need an action."""
    types = {each for account in accounts for each in resource_types(organization, account)}
    return _listed([each for each in sorted(types) if action in actions_of(frozenset({each}))])


def _listed(names: Sequence[str]) -> str:
    """Names as people write them: ``a, b and c``, cut where nobody would read on."""
    if len(names) > _SHOWN + 1:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
