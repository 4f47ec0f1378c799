"""What the guardrails say to the calls of `questions.toml`, in every account; accounts that nothing tells apart share a row."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from config.controls.alike import alike
from config.controls.calls import context, endpoint_region, principal, resources
from config.controls.chains import Chains
from config.controls.judge import allows, denials
from config.facts.regions import REGIONS
from config.nodes import Account
from constructs_lib.policies.document import Statement
from constructs_lib.policies.evaluator import Layer, PolicySet, Request, evaluate
from constructs_lib.policies.evaluator.policy import CompiledStatement
from constructs_lib.policies.evaluator.principal import Grant
from estate.controls.denied import FIXED
from estate.controls.explain import ANYBODY, guardrails_alone
from estate.controls.words import in_words, one_of
from estate.report import model
from estate.report.interning import Table

_OUTSIDE: Final = "000000000000"
_OF_MACHINES: Final = re.compile(r"ec2:(?:roledelivery|sourceinstancearn)|aws:ec2instancesource\w+")
"""Keys of calls that machines make; whoever is asked about is none, or every call would depend on them."""


@dataclass(frozen=True)
class Question:
    """A call that is asked about.

    Args:
        group: The place of its group.
        action: ``service:Action``.
        title: What it does, in words.
        by: Who calls: ``role``, ``root`` or ``outside``.
        note: What else is to be known of it.
        region: ``elsewhere`` for a region that is not governed; else the account's own.
        resource: ``execution-role`` for the role that deploys; else one of each kind that the call touches.
    """

    group: int
    action: str
    title: str
    by: str = "role"
    note: str = ""
    region: str = ""
    resource: str = ""


@cache
def catalogue() -> Sequence[Mapping[str, Any]]:
    """The groups of questions, as they are written."""
    found: Sequence[Mapping[str, Any]] = tomllib.loads(
        (Path(__file__).parent / "questions.toml").read_text(encoding="utf-8")
    )["group"]
    return found


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order in which they are written."""
    return tuple(Question(place, **call) for place, group in enumerate(catalogue()) for call in group["calls"])


class Decisions:
    """Decides the calls, for one organization and perhaps its state before, and keeps each decision once.

    Args:
        policies: The place of each policy in the document, by slug.
    """

    def __init__(self, policies: Mapping[str, int]) -> None:
        self.decisions: Table[model.Decision] = Table()
        self.rows: Table[tuple[int, ...]] = Table()
        self._policies = policies

    def rows_of(self, chains: Chains) -> Mapping[str, int]:
        """The row of every account, by slug."""
        known: dict[object, int] = {}
        found = {}
        for account in chains.organization.accounts.values():
            key = alike(chains, account)
            if key not in known:
                known[key] = self.rows.add(self.row(chains, account))
            found[account.slug] = known[key]
        return found

    def row(self, chains: Chains, account: Account) -> tuple[int, ...]:
        """The decisions about an account, one for each question."""
        return tuple(self.decisions.add(self._decide(chains, account, question)) for question in questions())

    def matrix(self) -> model.Matrix:
        """All that was decided."""
        return model.Matrix(
            groups=[model.QuestionGroup(id=each["id"], title=each["title"], why=each["why"]) for each in catalogue()],
            questions=[
                model.Question(action=each.action, by=each.by, title=each.title, note=each.note, group=each.group)
                for each in questions()
            ],
            decisions=list(self.decisions),
            rows=[list(row) for row in self.rows],
        )

    def _decide(self, chains: Chains, account: Account, question: Question) -> model.Decision:
        """The call is as hard as on the resource that is guarded best, of those that it touches."""
        decided = [self._of(chains, request) for request in requests(chains, account, question)]
        order: Sequence[model.Verdict] = ("denied", "depends", "allowed")
        return min(decided, key=lambda each: order.index(each.verdict))

    def _of(self, chains: Chains, request: Request) -> model.Decision:
        policies = guardrails_alone(chains, request)
        exempt = evaluate(request, policies).exempt
        sets = [
            level
            for layer, levels in ((Layer.SCP, policies.scps), (Layer.RCP, policies.rcps))
            if layer not in exempt
            for level in levels
        ]
        certain: list[model.Denial] = []
        doubtful: list[model.Denial] = []
        for found in sets:
            for denial in denials(found, request, _is_open):
                (doubtful if denial.depends_on else certain).append(
                    self._denial(denial.policy, found, denial.statement, in_words(denial.depends_on))
                )
            doubtful += self._elsewhere(found, request)
        for found in policies.scps if Layer.SCP not in exempt else ():
            if not allows(found, request, _is_open):
                certain += self._lists(found, "nothing in it allows it")
            elif not allows(found, request, lambda _: False):
                doubtful += self._lists(found, "what would allow it does not hold")
        if certain:
            return model.Decision(verdict="denied", by=certain)
        return model.Decision(verdict="depends" if doubtful else "allowed", by=doubtful)

    def _lists(self, found: PolicySet, where: str) -> Iterator[model.Denial]:
        """The policies of a level without FullAWSAccess, which deny all that none of them allows."""
        return (self._denial(policy.name, found, None, where) for policy in found.policies)

    def _elsewhere(self, found: PolicySet, request: Request) -> Iterator[model.Denial]:
        """The statements of a set that deny the call on other resources, and may do so."""
        keys = request.keys
        for policy, statement in found.select(request.lower_action)[0]:
            if statement.names_resource(request) or statement.grant(request) is Grant.NONE:
                continue
            if all(
                each.holds(keys) or (each.lower_key not in keys and _is_open(each.lower_key))
                for each in statement.conditions
            ):
                yield self._denial(policy.name, found, statement, f"the resource is {_resources(statement.statement)}")

    def _denial(self, policy: str, found: PolicySet, statement: CompiledStatement | None, where: str) -> model.Denial:
        sid = statement.statement.sid if statement else None
        return model.Denial(policy=self._policies[policy], node=str(found.node), sid=sid, where=where)


def _is_open(key: str) -> bool:
    """Whether caller and region leave it open what a condition key is."""
    return not FIXED.fullmatch(key) and not _OF_MACHINES.fullmatch(key)


def _resources(statement: Statement) -> str:
    return one_of(statement.resources) if statement.resources else f"not {one_of(statement.not_resources)}"


def requests(chains: Chains, account: Account, question: Question) -> Iterator[Request]:
    """The call on every resource that it touches."""
    organization = chains.organization
    own = chains.account_id(account)
    name = {"role": ANYBODY, "root": "root"}.get(
        question.by, f"arn:{organization.partition}:iam::{_OUTSIDE}:role/any-name"
    )
    caller = principal(chains, account, name)
    region = account.region
    if question.region == "elsewhere":
        region = next(each for each in REGIONS[organization.partition] if each not in organization.governed_regions)
    region = endpoint_region(question.action, organization.partition) or region
    touched = resources(question.action, partition=organization.partition, region=region, account_id=own)
    if question.resource == "execution-role":
        touched = (f"arn:{organization.partition}:iam::{own}:role/{organization.execution_role.name}",)
    for resource in touched:
        keys = context(chains, caller, account, {"aws:ResourceAccount": own})
        keys.pop("aws:MultiFactorAuthPresent", None)  # not known beforehand
        yield Request(caller, question.action, resource, own, region, keys)
