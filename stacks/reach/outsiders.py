"""Who is named in a trust or resource policy and is nobody of the organization: pipelines, services, other accounts, anybody."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import PolicySet, Principal
from constructs_lib.policies.evaluator.policy import Match
from stacks.reach.identities import Identity, Kind

_ACCOUNT: Final = re.compile(r"(?:arn:[\w-]+:iam::)?(\d{12})(?::(\w+)(?:/(.+))?)?")
_ID: Final = re.compile(r"\d{12}")
ANY_ACCOUNT: Final = "999999999999"
"""Stands for an account that nobody here knows."""


def named_in(policies: PolicySet) -> Iterator[Identity]:
    """The outsiders whom Allow statements name; accounts and roles of the organization are among them, as ARNs say them."""
    for policy in policies.policies:
        for statement in policy.document.statements:
            if statement.effect == "Allow" and statement.principals is not None:
                yield from _named(statement)


def _named(statement: Statement) -> Iterator[Identity]:
    principals = statement.principals
    if principals is None or isinstance(principals, str):
        if principals is not None:
            yield anybody()
        return
    for kind, values in principals.items():
        for value in values:
            if kind == "Service":
                yield Identity(f"{Kind.SERVICE}:{value}", Kind.SERVICE, Principal.of(value))
            elif kind == "Federated":
                yield from _federated(statement, value)
            elif kind == "AWS" and value == "*":
                yield anybody()
            elif kind == "AWS" and (found := _ACCOUNT.fullmatch(value)):
                yield outside(found[1], value if found[3] else None)


def anybody() -> Identity:
    """Somebody of an account that nobody here knows, whose own policies permit everything."""
    return Identity(Kind.ANYBODY.value, Kind.ANYBODY, Principal.of(f"arn:aws:iam::{ANY_ACCOUNT}:role/anybody"))


def outside(account_id: str, arn: str | None = None) -> Identity:
    """Somebody of another account, whose own policies permit everything: a role or user that is named, else any role."""
    principal = Principal.of(arn or f"arn:aws:iam::{account_id}:role/anybody")
    label = account_id if arn is None else f"{account_id}/{arn.rpartition(':')[2].partition('/')[2]}"
    return Identity(f"{Kind.OUTSIDE}:{label}", Kind.OUTSIDE, principal)


def _federated(statement: Statement, provider: str) -> Iterator[Identity]:
    """One for each subject that the statement names; one for the whole provider if it names none."""
    issuer = provider.partition("provider/")[2] or provider
    saml = ":saml-provider/" in provider
    prefix = "saml" if saml else issuer.lower()
    claims: dict[str, tuple[str, ...]] = {}
    for operator, named in statement.conditions.items():
        if operator.startswith(("StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike")):
            claims |= {key: values for key, values in named.items() if key.lower().startswith(f"{prefix}:")}
    subject_key = next((key for key in claims if key.lower().endswith(":sub")), None)
    subjects = claims.get(subject_key, ()) if subject_key else ("*",)
    others = tuple((key, values[0].replace("*", "any")) for key, values in claims.items() if key != subject_key)
    for subject in subjects:
        said = ((subject_key, subject.replace("*", "any")),) if subject_key else ()
        if saml:
            kind, label = Kind.FEDERATED, f"{issuer}/{subject}" if subject_key else issuer
        else:
            kind, label = Kind.PIPELINE, subject if subject_key else f"{issuer} (any subject)"
        yield Identity(f"{kind}:{label}", kind, Principal.of(provider), claims=(*said, *others))


def as_trusted(who: Identity, trust: PolicySet) -> tuple[Identity, ...]:
    """Somebody from outside as a trust policy names them: by its account's own provider, with the claims that it asks for.

    A token is made for whoever asks for it, so the same pipeline can meet the claims of one role and those of another.
    """
    return tuple(each for each in named_in(trust) if each == who) or (who,)


def accounts_named(allowing: Iterable[Match]) -> frozenset[str] | None:
    """The ids of the accounts that statements let in, or somebody of; None if they may let in anybody."""
    found: set[str] = set()
    for _, compiled in allowing:
        principals = compiled.statement.principals
        if principals is None or isinstance(principals, str):
            return None
        for each in principals.get("AWS", ()):
            named = _ID.search(each)
            if named is None:
                return None
            found.add(named[0])
    return frozenset(found)
