"""Where the other side is known to differ from AWS, each with AWS's own words.

A defect's cure rewrites a case into one of the same meaning that the other side gets right. A disagreement counts as
explained only if the cured case ends it.
"""

import copy
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.constructs_lib.policies.evaluator.differential.differential_cases import Case

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ALLOW_NOTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}],
}
Ask = Callable[[Case], str]


@dataclass(frozen=True)
class Defect:
    """One way in which the other side differs from AWS."""

    name: str
    source: str
    says: str
    cure: Callable[[Case, Ask], None]


def cured(case: Case, ask: Ask, defects: "tuple[Defect, ...] | None" = None) -> Case:
    """The case as the other side can be asked it."""
    found = copy.deepcopy(case)
    for defect in DEFECTS if defects is None else defects:
        defect.cure(found, ask)
    return found


def _policies(case: Case) -> Iterator[dict[str, Any]]:
    levels = [policy for level in (*case.scps, *case.rcps) for policy in level]
    for policy in (*case.identity, case.resource_policy, case.boundary, case.session, *levels):
        if policy is not None:
            yield policy


def _statements(case: Case) -> Iterator[dict[str, Any]]:
    for policy in _policies(case):
        yield from policy["Statement"]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _old_version(case: Case, _ask: Ask) -> None:
    for policy in _policies(case):
        if policy["Version"] == "2008-10-17":
            text = json.dumps(policy["Statement"]).replace("${", "${$}{")
            policy |= {"Version": "2012-10-17", "Statement": json.loads(text)}


def _root(case: Case, _ask: Ask) -> None:
    if case.principal.endswith(":root"):
        case.identity = [ALLOW_ALL]


def _federated(case: Case, _ask: Ask) -> None:
    if "federated-user" in case.principal and case.session is None:
        case.session = copy.deepcopy(ALLOW_NOTHING)


def _direct(case: Case, ask: Ask) -> None:
    """If the resource policy alone, naming none but the caller, lets the request in, the session policy cannot limit it."""
    if case.session is None or case.resource_policy is None:
        return
    alone = copy.deepcopy(case)
    alone.identity, alone.boundary, alone.session, alone.scps, alone.rcps = [], None, None, [], []
    for statement in alone.resource_policy["Statement"]:
        element = statement.get("Principal")
        if isinstance(element, dict) and statement["Effect"] == "Allow":
            named = [name for name in _list(element.get("AWS", [])) if name in (case.principal, "*")]
            statement["Principal"] = {"AWS": named or ["arn:aws:iam::999999999999:user/nobody"]}
    alone.resource_policy["Statement"] = [s for s in alone.resource_policy["Statement"] if s["Effect"] == "Allow"]
    if alone.resource_policy["Statement"] and ask(alone) == "Allowed":
        case.session["Statement"].append(ALLOW_ALL["Statement"][0])


def _zero_prefix(case: Case, _ask: Ask) -> None:
    for _statement, _operator, keys, key in _conditions(case, "IpAddress"):
        keys[key] = [
            network
            for value in _list(keys[key])
            for network in (("0.0.0.0/1", "128.0.0.0/1") if value == "0.0.0.0/0" else (value,))
        ]


def _other_family(case: Case, _ask: Ask) -> None:
    source = case.context.get("aws:SourceIp")
    if source is None:
        return
    version = ipaddress.ip_address(source).version
    for statement, operator, keys, key in _conditions(case, "NotIpAddress"):
        same = [value for value in _list(keys[key]) if ipaddress.ip_network(value, strict=False).version == version]
        _replace(statement, operator, key, same)


def _null_variable(case: Case, _ask: Ask) -> None:
    for statement, operator, keys, key in _conditions(case, "Not"):
        values = _list(keys[key])
        resolved = [value for value in values if not _is_null(case, value)]
        if len(resolved) < len(values):
            _replace(statement, operator, key, resolved)


def _null_in_not_resource(case: Case, _ask: Ask) -> None:
    for statement in _statements(case):
        values = _list(statement.get("NotResource", []))
        resolved = [value for value in values if not _is_null(case, value)]
        if len(resolved) < len(values):
            del statement["NotResource"]
            statement.update({"NotResource": resolved} if resolved else {"Resource": "*"})


def _not_principal(case: Case, _ask: Ask) -> None:
    for statement in case.resource_policy["Statement"] if case.resource_policy else ():
        if "NotPrincipal" not in statement or not case.principal.startswith("arn:"):
            continue
        named = set(_list(statement["NotPrincipal"].get("AWS", [])))
        account = case.principal.split(":")[4]
        layers = [{account, f"arn:aws:iam::{account}:root"}]
        if not case.principal.endswith(":root"):
            layers.append({case.principal})
        if "assumed-role" in case.principal:
            layers.append({f"arn:aws:iam::{account}:role/{case.principal.split('/')[1]}"})
        if "federated-user" in case.principal:
            layers.append({f"arn:aws:iam::{account}:user/{case.principal.split('/')[1]}"})
        if not all(layer & named for layer in layers):
            del statement["NotPrincipal"]
            statement["Principal"] = "*"


def _conditions(case: Case, part: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any], str]]:
    """Every condition whose operator contains the text; conditions may be changed while iterating."""
    for statement in _statements(case):
        for operator, keys in list(statement.get("Condition", {}).items()):
            if part in operator:
                for key in list(keys):
                    yield statement, operator, keys, key


def _replace(statement: dict[str, Any], operator: str, key: str, values: list[str]) -> None:
    """Give a negated condition other values. Without any it asks at most that there is something to compare."""
    if values:
        statement["Condition"][operator][key] = values
        return
    del statement["Condition"][operator][key]
    if not statement["Condition"][operator]:
        del statement["Condition"][operator]
    if operator.startswith("ForAnyValue"):
        null = statement["Condition"].setdefault("Null", {})
        # Present already means that it asks the same, or the contrary, which with this never holds.
        null[key] = "false" if null.get(key, "false") == "false" else ["true", "false"]


def _is_null(case: Case, value: str) -> bool:
    known = {key.lower() for key in case.context}
    return any(key.lower() not in known for key in re.findall(r"\$\{([^},*?$]+)\}", value))


DEFECTS = (
    Defect(
        "variables in an old version",
        f"{GUIDE}/reference_policies_variables.html",
        "In versions before 2012-10-17, strings such as ${aws:username} are plain text.",
        _old_version,
    ),
    Defect(
        "root",
        f"{GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        "All requests are implicitly denied with the exception of the root user, which has full access.",
        _root,
    ),
    Defect(
        "federated user without session policy",
        f"{GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        "Without a session policy, a session that is no role session is implicitly denied.",
        _federated,
    ),
    Defect(
        "0.0.0.0/0",
        f"{GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        "The value is a range in CIDR format; this one holds every IPv4 address.",
        _zero_prefix,
    ),
    Defect(
        "NotIpAddress and the other address family",
        f"{GUIDE}/reference_policies_elements_condition_operators.html#Conditions_IPAddress",
        "NotIpAddress matches all addresses except the range; an IPv6 address is in no IPv4 range.",
        _other_family,
    ),
    Defect(
        "variable without a value under a negated operator",
        f"{GUIDE}/reference_policies_variables.html#policy-vars-no-value",
        "Inverse operators match against a null value.",
        _null_variable,
    ),
    Defect(
        "variable without a value in NotResource",
        f"{GUIDE}/reference_policies_variables.html#policy-vars-no-value",
        "A resource with a variable that has no value matches no resource, so NotResource does not leave it out.",
        _null_in_not_resource,
    ),
    Defect(
        "NotPrincipal with only some of the caller's layers",
        f"{GUIDE}/reference_policies_elements_notprincipal.html",
        "The account must be named too, or the Deny may cover it: account, then role, then session are validated.",
        _not_principal,
    ),
    # Last, since it asks the other side: the case must be cured of all else by then.
    Defect(
        "direct grant under a session policy",
        f"{GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        "Permissions granted directly to a session are not limited by an implicit deny in a session policy.",
        _direct,
    ),
)
