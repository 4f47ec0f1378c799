"""What the proof found, in sentences for people, without what is said to be meant."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from config.controls.chains import Chains
from config.controls.lockout import Lockout, prove
from config.controls.needs import SETUP_ROLE, TypesOf, actions_of
from config.errors import plural
from config.model.policy import LockoutCase
from config.nodes import Account, Organization

_SHOWN: Final = 3
_LOG_IN: Final = "sts:AssumeRoleWithWebIdentity"
_CONSEQUENCES: Final[dict[LockoutCase, str]] = {
    "deploy": "{role} could not deploy the stack of {accounts}",
    "assume": "{role} could not get into {accounts} to deploy",
    "state": "{role} could not reach the states in {accounts}",
    "repair": "{role} could not repair policies in {accounts}",
    "recover": "{role} could not take back {accounts}, shut to everybody else",
}


_FIRST_DEPLOY: Final = "{role} could not deploy the stack of {accounts} for the first time"


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a policy.

    Args:
        policy: Its slug.
        sentence: What it does.
        cure: What to do about it.
        refused: Whether it is an error; else it may be one, which depends on networks that are not known here.
        accepted: Which entry of its `accepted_lockouts` this is about, if one is superfluous.
    """

    policy: str
    sentence: str
    cure: str
    refused: bool
    accepted: int | None = None


def verdicts(
    organization: Organization, types_of: TypesOf, accounts: Collection[Account] | None = None
) -> Iterator[Verdict]:
    """Everything that the proof finds and no policy says to be meant.

    Args:
        organization: The organization.
        types_of: The resource types that an account's stack makes.
        accounts: Those to look at; all by default.
    """
    found = prove(Chains(organization), types_of, accounts)
    uncertain: dict[str, list[Lockout]] = {}
    for lockout in found:
        shut_out = [account for account in lockout.accounts if _meant(organization, lockout, account) is None]
        if shut_out and lockout.networks:
            uncertain.setdefault(lockout.policy, []).append(lockout)
        elif shut_out:
            yield _refusal(lockout, shut_out, types_of)
    for slug, some in uncertain.items():
        yield _doubt(slug, some)
    used = {(each.policy, _meant(organization, each, account)) for each in found for account in each.accounts}
    for policy in organization.policies.values():
        for index, accepted in enumerate(policy.accepted_lockouts):
            if (policy.slug, index) not in used and accepted.accounts:
                sentence = f"an accepted lockout ({accepted.case}) that does not happen"
                yield Verdict(policy.slug, sentence, "Remove it.", refused=False, accepted=index)


def _meant(organization: Organization, lockout: Lockout, account: Account) -> int | None:
    """Which entry of the policy says that a lockout is meant for an account."""
    accepted = enumerate(organization.policies[lockout.policy].accepted_lockouts)
    return next((index for index, each in accepted if each.case == lockout.case and account in each.accounts), None)


def _refusal(lockout: Lockout, accounts: list[Account], types_of: TypesOf) -> Verdict:
    first = lockout.case == "deploy" and lockout.role == SETUP_ROLE
    consequence = (_FIRST_DEPLOY if first else _CONSEQUENCES[lockout.case]).format(
        role=lockout.role, accounts=_listed([account.slug for account in accounts])
    )
    action, region = lockout.actions[0]
    more = f" and {plural(len(lockout.actions) - 1, 'other action')}" if len(lockout.actions) > 1 else ""
    needed = f" (needed for {_needing(types_of, accounts, action)})" if lockout.case == "deploy" else ""
    others = f" together with {_listed(lockout.with_policies)}" if lockout.with_policies else ""
    where = f"the policy {lockout.policy!r} on {_listed(lockout.nodes)}{others}"
    why = f"{where} denies it {action}{needed}{more} in {region}"
    if lockout.statement is None:
        why = f"{where} does not allow it {action}{needed}{more} in {region}, and FullAWSAccess is not attached there"
        cure = (
            f"Allow it, attach FullAWSAccess again (`without_full_access`), or, if it is meant, accept the lockout "
            f"{lockout.case!r} with a reason in `accepted_lockouts`."
        )
        return Verdict(lockout.policy, f"a lockout: {consequence}, since {why}", cure, refused=True)
    sentence = f"a lockout: {consequence}, since {why}"
    # Pipelines log in before they are any role, so no condition on a role's ARN can spare them.
    # A new account is deployed into by the role that AWS made with it: sparing one of the two is no cure.
    roles = " and ".join(dict.fromkeys((lockout.role, SETUP_ROLE))) if lockout.case == "deploy" else lockout.role
    spared = (
        f"{action} out of it"
        if action == _LOG_IN
        else f"{roles} out of it (`exempted_principal_arns`, or a condition on aws:PrincipalArn)"
    )
    cure = (
        f"Leave {spared}, attach it elsewhere, "
        f"or, if it is meant, accept the lockout {lockout.case!r} with a reason in `accepted_lockouts`."
    )
    return Verdict(lockout.policy, sentence, cure, refused=True)


def _doubt(slug: str, lockouts: list[Lockout]) -> Verdict:
    roles = _listed(sorted({lockout.role for lockout in lockouts}))
    keys = " or ".join(sorted({key for lockout in lockouts for key in lockout.networks}))
    sentence = f"the policy {slug!r}, which locks {roles} out where {keys} is not as it asks"
    cure = (
        "Leave them out of it, or make sure that they come from there, and accept the lockouts in `accepted_lockouts`."
    )
    return Verdict(slug, sentence, cure, refused=False)


def _needing(types_of: TypesOf, accounts: list[Account], action: str) -> str:
    """The resource types of accounts' stacks that need an action."""
    types = {each for account in accounts for each in types_of(account)}
    return _listed([each for each in sorted(types) if action in actions_of(frozenset({each}))])


def _listed(names: Sequence[str]) -> str:
    """Names as people write them: ``a, b and c``, cut where nobody would read on."""
    if len(names) > _SHOWN + 1:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
