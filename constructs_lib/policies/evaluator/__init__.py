"""AWS's decision for one request, offline: who may do what, and which policy says so.

`evaluate` takes a `Request` and the `Policies` that bear on it; the `Decision` names the policy, the statement and the
node of the organization. Documents are compiled once, so that an evaluation takes some ten microseconds.
"""

from constructs_lib.policies.evaluator.conditions import OPERATORS, UnknownOperatorError
from constructs_lib.policies.evaluator.decision import Decision, Layer, Reason
from constructs_lib.policies.evaluator.engine import Policies, evaluate
from constructs_lib.policies.evaluator.policy import Policy, PolicySet
from constructs_lib.policies.evaluator.principal import Principal, PrincipalKind
from constructs_lib.policies.evaluator.request import Request
from constructs_lib.policies.evaluator.unbound import never_bound, unbound

__all__ = [
    "OPERATORS",
    "Decision",
    "Layer",
    "Policies",
    "Policy",
    "PolicySet",
    "Principal",
    "PrincipalKind",
    "Reason",
    "Request",
    "UnknownOperatorError",
    "evaluate",
    "never_bound",
    "unbound",
]
