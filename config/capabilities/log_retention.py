"""For how long an account keeps logs of which nobody has said it."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from config.capabilities.capability import AccountCapability, Part
from config.capabilities.problems import ungoverned
from config.errors import Problem
from config.model.base import Matches, Switchable
from config.model.types import LogDays, Region
from config.nodes import Account, Configuration, Node, Organization
from config.sources.files import Files
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, Policy, PolicySet, Principal, Request, evaluate
from constructs_lib.policies.kinds import PolicyKind

ROLE: Final = "log-retention"
"""The role that gives log groups a retention."""
_ACTION: Final = "logs:PutRetentionPolicy"
_EVERYTHING: Final = Policy("everything", PolicyDocument.of(allow("*", "*")))
Prefix = Annotated[str, Matches(r"[\w./#-]{1,512}", "the beginning of log groups' names such as '/aws/rds/'")]


class LogRetention(Switchable):
    """Log groups without a retention are given one, once a day; those that have one keep it."""

    days: LogDays = Field(default=365, description="For how many days CloudWatch keeps their logs.")
    excluded_prefixes: tuple[Prefix, ...] = Field(
        default=(), description="Log groups whose names begin so are left alone, and may keep their logs for ever."
    )
    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")


def retention_regions(organization: Organization, retention: LogRetention) -> list[str]:
    """Where log groups are given one."""
    return sorted(set(retention.regions or organization.governed_regions))


def _regions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Log groups are in governed regions."""
    for account in organization.accounts.values():
        if retention := LOG_RETENTION.in_account(organization, account):
            yield from ungoverned(account, organization, files, ("log_retention", "regions"), retention.regions)


def _possible(organization: Configuration, files: Files) -> Iterator[Problem]:
    """No service control policy keeps the role from what it is there for; `protect-monitoring` does, unless it is told."""
    judged: set[str] = set()
    for account in organization.accounts.values():
        retention = LOG_RETENTION.in_account(organization, account)
        if retention is None or account is organization.management:
            continue
        nodes: tuple[Node, ...] = (organization.root, *account.chain, account)
        for policy in (policy for node in nodes for policy in organization.policies_on(node)):
            if policy.slug in judged or policy.kind is not PolicyKind.SCP or policy.document is None:
                continue
            judged.add(policy.slug)
            if _denies(policy.document, account, organization):
                arrived = f"a policy that keeps the role {ROLE!r} from {_ACTION}, in the account {account.slug!r}"
                expected = "policies that let it, since `log_retention` is on"
                cure = (
                    f"Add {ROLE} to `exempted_principal_arns`, let `protect-roles` keep that name from others, and deny them "
                    "iam:PassRole on it: who hands it to a document of their own does what it may (docs/archive.md)."
                )
                yield files.policies[policy.slug].file.warning((), arrived, expected, cure)


def _denies(document: PolicyDocument, account: Account, organization: Organization) -> bool:
    number, region = account.id or "0" * 12, organization.home_region
    start = f"arn:{organization.partition}"
    role = Principal.of(f"{start}:iam::{number}:role/{ROLE}")
    request = Request(role, _ACTION, f"{start}:logs:{region}:{number}:log-group:/aws/lambda/any", region=region)
    scps = PolicySet((_EVERYTHING, Policy("judged", document)))
    return not evaluate(request, Policies(identity=PolicySet((_EVERYTHING,)), scps=(scps,))).allowed


LOG_RETENTION: Final[AccountCapability[LogRetention]] = AccountCapability(
    key="log_retention",
    model=LogRetention,
    description="For how long logs are kept of which nobody has said it.",
    rules=(_regions, _possible),
    parts=(
        Part(
            name="log_retention",
            build="stacks.capabilities.log_retention:add",
            types=frozenset(
                {
                    "aws_cloudwatch_event_rule",
                    "aws_cloudwatch_event_target",
                    "aws_iam_role",
                    "aws_iam_role_policy",
                    "aws_ssm_document",
                }
            ),
            cost=("One step of a runbook a day and region, and the seconds that its script runs.",),
            whose="all",
        ),
    ),
)
