"""What may be spent, who hears of it, and by which tags costs are told apart."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from config.capabilities.capability import (
    FREE,
    SECURE_BUCKET,
    AccountCapability,
    AccountInput,
    OrganizationCapability,
    Part,
)
from config.capabilities.problems import absent, written
from config.errors import KeyPath, Problem
from config.model.base import Matches, Model, Switchable, enabled, refuse
from config.model.types import Arn, Email, Selector, Slug, TagKey
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving
from config.sources.yaml_file import YamlFile

_MOST_EMAILS, _MOST_ALERTS, _MOST_PERCENT = 10, 10, 1000

Amount = Annotated[float, Field(gt=0)]
"""US dollars."""
Percents = tuple[Annotated[int, Field(ge=1, le=_MOST_PERCENT)], ...]
Emails = Annotated[tuple[Email, ...], Field(max_length=_MOST_EMAILS, description="Who gets a mail; up to ten.")]
Topic = Annotated[
    Arn | None, Field(description="ARN of an SNS topic; its policy must let the cost service's principal publish.")
]


class _Alerting(Model):
    """Something that tells somebody."""

    emails: Emails = ()
    topic_arn: Topic = None

    @model_validator(mode="after")
    def _somebody_hears(self) -> Self:
        if not self.emails and self.topic_arn is None:
            raise refuse("`emails` or `topic_arn`: somebody who hears of it")
        return self


class _Spending(_Alerting):
    limit: Amount = Field(description="US dollars in a period.")
    period: Literal["MONTHLY", "QUARTERLY", "ANNUALLY"] = "MONTHLY"
    actual_percents: Percents = Field(
        default=(80, 100), description="Alerts when so many per cent of the limit have been spent."
    )
    forecast_percents: Percents = Field(
        default=(), description="Alerts when so many per cent of it are expected to be spent."
    )

    @model_validator(mode="after")
    def _alerts(self) -> Self:
        count = len(set(self.actual_percents)) + len(set(self.forecast_percents))
        if not 1 <= count <= _MOST_ALERTS:
            raise refuse(f"1 to {_MOST_ALERTS} alerts in all, not {count}")
        return self


class Budget(_Spending, Switchable):
    """What an account may spend."""


class OrganizationBudget(_Spending, Switchable):
    """What all accounts may spend together."""


class Anomalies(_Alerting, Switchable):
    """Reports of costs that are not as they use to be, in any account."""

    emails: Annotated[
        tuple[Annotated[Email, Matches(None, "an e-mail address", quota="cost.subscriber")], ...],
        Field(max_length=_MOST_EMAILS, description="Who gets a mail; up to ten."),
    ] = ()
    impact: float = Field(default=100, ge=0, description="Reported are anomalies of at least so many US dollars,")
    impact_percent: float | None = Field(
        default=None, ge=0, description="and of at least so many per cent of what was expected."
    )
    frequency: Literal["DAILY", "WEEKLY", "IMMEDIATE"] = Field(
        default="DAILY", description="DAILY and WEEKLY by mail, IMMEDIATE to a topic."
    )
    monitor_arn: Arn | None = Field(
        default=None,
        description="ARN of the monitor of services that there is already; AWS makes one by itself in newer accounts and "
        "allows no second.",
    )

    @model_validator(mode="after")
    def _frequency_fits(self) -> Self:
        if self.frequency == "IMMEDIATE" and self.emails:
            raise refuse("`frequency: DAILY` or `WEEKLY` for `emails`", "AWS reports at once to topics only.")
        if self.frequency != "IMMEDIATE" and self.topic_arn:
            raise refuse("`frequency: IMMEDIATE` for `topic_arn`", "AWS sends no summaries to topics.")
        return self


class Commitment(_Alerting):
    """An alert when Reserved Instances or Savings Plans are used too little, or cover too little."""

    kind: Literal["reservations", "savings-plans"]
    measure: Literal["utilization", "coverage"] = Field(
        description="Is what was bought used, or is what is used covered?"
    )
    below_percent: int = Field(ge=1, le=100, description="The alert comes below so many per cent.")
    service: Literal["ec2", "elasticache", "opensearch", "rds", "redshift"] | None = Field(
        default=None, description="The service of reservations."
    )
    period: Literal["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"] = "MONTHLY"

    @model_validator(mode="after")
    def _service_if_reserved(self) -> Self:
        if self.kind == "reservations" and self.service is None:
            raise refuse("`service` with `kind: reservations`", "AWS measures reservations service by service.")
        if self.kind == "savings-plans" and self.service is not None:
            raise refuse("no `service` with `kind: savings-plans`", "They span services.")
        return self


class AccountsBudget(_Spending):
    """What some accounts may spend together."""

    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts whose costs count.")


class CostExports(Switchable):
    """Costs as data: files of Parquet in a bucket of the management account, `SLUG-costs-ACCOUNT`, which AWS brings up to date each day."""

    tables: tuple[Literal["cur-2.0", "focus-1.0"], ...] = Field(
        default=("cur-2.0",),
        min_length=1,
        description="AWS's Cost and Usage Report (`cur-2.0`), and what the FinOps Foundation specifies (`focus-1.0`).",
    )
    granularity: Literal["HOURLY", "DAILY", "MONTHLY"] = Field(
        default="HOURLY", description="Of the Cost and Usage Report."
    )
    readers: tuple[Arn, ...] = Field(default=(), description="Principals of any account that may read the files.")


CategoryName = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a name on one line", longest=50)]


class CategoryValue(Model):
    """What belongs to a value of a cost category; its key is its name."""

    accounts: tuple[Selector, ...] = Field(default=(), description="The costs of these accounts,")
    tag: TagKey | None = Field(default=None, description="or those that carry this tag,")
    tag_values: tuple[str, ...] = Field(default=(), description="with one of these values.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.accounts) is bool(self.tag) or bool(self.tag) is not bool(self.tag_values):
            raise refuse("either `accounts`, or `tag` with `tag_values`")
        return self


class CostCategory(Model):
    """Names for parts of the costs."""

    name: CategoryName = Field(description="Its name; with another one, AWS takes it for another category.")
    values: dict[CategoryName, CategoryValue] = Field(
        min_length=1, description="What belongs to each value; of those that fit, the first counts."
    )
    default: CategoryName | None = Field(default=None, description="The value of all other costs; none if null.")


class Cost(Switchable):
    """Costs of the organization as a whole. The management account pays, so it watches."""

    budget: OrganizationBudget | None = None
    anomalies: Anomalies | None = None
    budgets: dict[Slug, AccountsBudget] = Field(
        default_factory=dict, description="What the accounts of an OU, or others together, may spend, by slug."
    )
    exports: CostExports | None = Field(default=None, description="Costs as data; none unless said.")
    categories: dict[Slug, CostCategory] = Field(
        default_factory=dict,
        description="Names for parts of the costs, by which Cost Explorer, budgets and exports tell them apart, by slug.",
    )
    commitments: dict[Slug, Commitment] = Field(
        default_factory=dict, description="Watched Reserved Instances and Savings Plans, by slug."
    )
    allocation_tags: tuple[TagKey, ...] = Field(
        default=(),
        description="Keys of tags by which costs are told apart. AWS knows a tag a day after something has carried it: leave "
        "them out of a new organization's first deploy. What carried one earlier is told apart after `aws ce "
        "start-cost-allocation-tag-backfill --backfill-from 2026-01-01T00:00:00Z`, which Terraform has no type for.",
    )


def _spelt(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A tag policy for all accounts fixes how each cost-allocation tag is written, and enforces it."""
    cost, file = COST.of(organization), files.organization.file
    enforced = _enforced(organization)
    for index, key in enumerate(cost.allocation_tags if cost else ()):
        path = ("cost", "allocation_tags", index)
        expected = "a tag policy at the root that enforces how it is written"
        if key not in enforced:
            yield file.warning(path, f"{key!r}, which no tag policy is about", expected, "Write one in policies/.")
        elif not enforced[key]:
            cure = "Say in it for which resources (`enforced_for`)."
            yield file.warning(path, f"{key!r}, which a tag policy is about but does not enforce", expected, cure)


def _enforced(organization: Organization) -> dict[str, bool]:
    """Tag keys of tag policies for the whole organization, and whether they are enforced for anything."""
    found: dict[str, bool] = {}
    for policy in organization.policies_on(organization.root):
        content: Mapping[str, Any] = json.loads(policy.content) if policy.type == "tag_policy" else {}
        for name, settings in content.get("tags", {}).items():
            key = settings.get("tag_key", {}).get("@@assign", name)
            found[key] = found.get(key, False) or bool(settings.get("enforced_for", {}).get("@@assign"))
    return found


_BILLS: Final = "AWS bills GovCloud (US) to the paired commercial account: watch costs there, and remove this."


def _watched(organization: Configuration, files: Files) -> Iterator[Problem]:
    """There are bills to watch, and topics that AWS Budgets takes: of the management account."""
    cost, file = COST.of(organization), files.organization.file
    endpoints = {
        "anomalies": "ce",
        "budget": "budgets",
        "budgets": "budgets",
        "categories": "ce",
        "commitments": "budgets",
        "exports": "ce",
        "allocation_tags": "ce",
    }
    for key, endpoint in endpoints.items() if cost else ():
        if getattr(cost, key):
            yield from absent(file, ("cost", key), endpoint, organization.governed_regions, _BILLS)
    if cost is None or not organization.with_purpose("management"):
        return
    named: dict[KeyPath, str | None] = {("cost", "budget"): cost.budget.topic_arn if cost.budget else None}
    named |= {("cost", "budgets", slug): one.topic_arn for slug, one in cost.budgets.items()}
    named |= {("cost", "commitments", slug): one.topic_arn for slug, one in cost.commitments.items()}
    for path, topic in named.items():
        if topic and topic.split(":")[4] != organization.management.id:
            yield _foreign(file, (*path, "topic_arn"), topic, [organization.management])


def _counted(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Budgets and categories are about some account: one of none would be about all."""
    cost = COST.of(organization)
    if cost is None or not files.organization.clean or not all(entry.clean for entry in files.accounts.values()):
        return
    named: dict[KeyPath, tuple[Selector, ...]] = {
        ("cost", "budgets", slug, "accounts"): budget.accounts for slug, budget in cost.budgets.items()
    }
    for slug, category in cost.categories.items():
        for value, found in category.values.items():
            if found.accounts:
                named[("cost", "categories", slug, "values", value, "accounts")] = found.accounts
    for path, selectors in named.items():
        try:
            chosen = organization.select_accounts(selectors)
        except LookupError:  # no such OU or account, which is said where selectors are followed
            continue
        if not chosen:
            cure = "Name others, or remove it until there is one."
            yield files.organization.file.problem(path, "selectors of no account", "at least one account", cure)


def _budgets(organization: Configuration, files: Files) -> Iterator[Problem]:
    """There are bills to watch, and no budget reports to a topic of another account."""
    places: dict[tuple[str, KeyPath], tuple[YamlFile, str, list[Account]]] = {}
    ids = {account.id for account in organization.accounts.values()}
    for account in organization.accounts.values():
        budget = BUDGET.in_account(organization, account)
        if budget:
            yield from absent(*written(files, account, ("budget",)), "budgets", (account.region,), _BILLS)
        if budget and budget.topic_arn:
            file, path = written(files, account, ("budget", "topic_arn"))
            places.setdefault((file.name, path), (file, budget.topic_arn, []))[2].append(account)
    for (_, path), (file, topic, accounts) in places.items():
        owner = topic.split(":")[4]
        # An account that has no id yet may be the topic's; but not two of them, and not if another has that id.
        sure = owner in ids or len(accounts) > 1
        others = [account for account in accounts if account.id != owner and (sure or account.id)]
        if others:
            yield _foreign(file, path, topic, others)


def _foreign(file: YamlFile, path: KeyPath, topic: str, accounts: Iterable[Account]) -> Problem:
    slugs = ", ".join(account.slug for account in accounts)
    expected = "a topic of the budget's own account: AWS Budgets takes no others"
    cure = "Name a topic in each account's own file, or use `emails`."
    return file.problem(path, f"a topic of account {topic.split(':')[4]} for the budget of {slugs}", expected, cure)


_BUDGET: Final = frozenset({"aws_budgets_budget"})

BUDGET: Final[AccountCapability[Budget]] = AccountCapability(
    key="budget",
    model=Budget,
    description="What the account may spend, and who hears of it.",
    rules=(_budgets,),
    parts=(
        Part(
            name="budget",
            build="stacks.capabilities.cost:add_budget",
            types=_BUDGET,
            cost=FREE,
            whose="all",
        ),
    ),
)


def _makes_monitor(cost: Cost) -> bool:
    anomalies = enabled(cost.anomalies)
    return anomalies is not None and anomalies.monitor_arn is None


def _exported(inputs: AccountInput) -> CostExports | None:
    cost = COST.of(inputs.organization)
    return enabled(cost.exports) if cost else None


def _known(written: Cost | None, resolving: Resolving) -> Cost | None:
    """The selectors in it name what is there, and tags are cost-allocation tags."""
    if written is None:
        return None
    for slug, budget in written.budgets.items():
        resolving.accounts(("cost", "budgets", slug, "accounts"), budget.accounts)
    for slug, category in written.categories.items():
        for value, found in category.values.items():
            path: KeyPath = ("cost", "categories", slug, "values", value)
            resolving.accounts((*path, "accounts"), found.accounts)
            if found.tag and found.tag not in written.allocation_tags:
                cure = f"Add {found.tag!r} there."
                resolving.problem((*path, "tag"), repr(found.tag), "one of `allocation_tags`", cure)
    return enabled(written)


COST: Final[OrganizationCapability[Cost]] = OrganizationCapability(
    key="cost",
    annotation=Cost | None,
    description="Costs of the organization as a whole.",
    resolve=_known,
    rules=(_spelt, _watched, _counted),
    parts=(
        Part(
            name="cost",
            build="stacks.capabilities.cost:watch",
            types=_BUDGET
            | {
                "aws_ce_anomaly_monitor",
                "aws_ce_anomaly_subscription",
                "aws_ce_cost_allocation_tag",
                "aws_ce_cost_category",
            },
            cost=FREE,
            whose="management",
            when={
                "aws_budgets_budget": lambda cost: bool(enabled(cost.budget) or cost.budgets or cost.commitments),
                "aws_ce_anomaly_monitor": _makes_monitor,
                "aws_ce_anomaly_subscription": lambda cost: enabled(cost.anomalies) is not None,
                "aws_ce_cost_allocation_tag": lambda cost: bool(cost.allocation_tags),
                "aws_ce_cost_category": lambda cost: bool(cost.categories),
            },
        ),
        Part(
            name="cost.exports",
            build="stacks.capabilities.cost:add_exports",
            value=_exported,
            types=frozenset({"aws_bcmdataexports_export", *SECURE_BUCKET}),
            cost=("Storage of the files.",),
            whose="management",
        ),
    ),
)
