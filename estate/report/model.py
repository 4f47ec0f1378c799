"""The document: what the page shows, and what others may read. `docs/report.schema.json` is its JSON Schema.

What many accounts have in common stands in it once, in a list, and they name its place there: "index" always means a place, from 0,
in a list of the document's top level.
"""

from typing import Any, Final, Literal

from pydantic import Field

from estate.report.changes import Change, Index, Near, Part, Plans

VERSION: Final = 1
"""Raised when a key goes or means something else; a key that is added does not raise it."""


Verdict = Literal["allowed", "denied", "depends"]


class Organization(Part):
    """The organization as a whole."""

    name: str
    slug: str
    id: str | None = Field(description="null before the first deploy.")
    partition: str
    home_region: str
    governed_regions: list[str]
    management: Index = Field(description="Index of the management account.")
    policies: list[Index] = Field(description="Policies attached to the root.")


class Unit(Part):
    """An organizational unit."""

    path: str = Field(description="Slugs from the root down, joined by `/`.")
    name: str
    id: str | None
    parent: Index | None = Field(description="Index of the OU above; null below the root.")
    tags: dict[str, str]
    policies: list[Index] = Field(description="Policies attached to it.")


class Network(Part):
    """An account's VPC."""

    slug: str = Field(description="`main`, or that of one of `network.vpcs`.")
    cidr: str
    subnets: list["Subnet"]
    free: list[str] = Field(description="Ranges of the VPC that no subnet has.")
    nat: str
    attached: bool = Field(description="Whether it is attached to the transit gateway.")
    beyond: list[str] = Field(description="Ranges that it sends there.")


class Subnet(Part):
    """A part of a VPC."""

    slug: str
    cidr: str
    zone: str
    public: bool
    shared_with: list[str] = Field(description="Selectors of those who may use it.")


class Entrant(Part):
    """Somebody who can act in an account: a role, a user, a permission set, its root user."""

    who: Index = Field(description="Index of the identity.")
    policies: list[str] = Field(description="Names of its policies.")
    boundary: str | None = Field(description="Name of its permissions boundary.")
    ways: list[list[Index]] = Field(description="How others become it: from where access begins, indexes of steps.")


class Lease(Part):
    """For how long somebody has a sandbox."""

    until: str | None = Field(description="The last day, such as `2026-12-31`; null if nobody has it.")
    emails: list[str] = Field(description="Who has it.")
    then: str = Field(description="What becomes of it then: `close` or `pool`.")


class Account(Part):
    """An account."""

    slug: str
    name: str
    id: str | None
    email: str
    purpose: str
    unit: Index | None = Field(description="Index of its OU; null in the root.")
    region: str
    state: str | None = Field(description="Why it is out of use, such as `quarantined`; null if it is in use.")
    lease: Lease | None
    tags: dict[str, str]
    policies: list[Index] = Field(description="Policies attached to the account itself.")
    settings: list[Index] = Field(description="Indexes of its settings, one for each capability.")
    resources: Index | None = Field(description="Index of the counts of its resources.")
    row: Index = Field(description="Index of its row in the matrix.")
    row_before: Index | None = Field(description="The same before the change; null without BASE, or if it is new.")
    networks: list[Network] = Field(description="Its VPCs, `main` first.")
    entrants: list[Entrant]


class Statement(Part):
    """A statement of a policy."""

    sid: str | None
    effect: str
    sentence: str = Field(description="What it denies or allows, in words.")
    text: dict[str, Any] = Field(description="The statement as AWS writes it.")


class Policy(Part):
    """A policy of the organization."""

    slug: str
    name: str
    kind: str = Field(description="`scp`, `rcp`, `tag`, …")
    gone: bool = Field(description="Whether only the version that is compared with has it.")
    description: str
    guardrails: list["Guardrail"]
    targets: list[str] = Field(description="Selectors of what it is attached to.")
    statements: list[Statement] = Field(description="Empty for policies that have none, such as tag policies.")


class Guardrail(Part):
    """An entry of the catalogue."""

    name: str
    intent: str


class Setting(Part):
    """One value of a capability, with where it was written."""

    key: str = Field(description="Its path, joined by dots.")
    value: str
    origin: Index | None = Field(description="Index of where it was written; null for a default of the program.")


class Capability(Part):
    """What accounts are set to have."""

    key: str
    on: bool
    rows: list[Setting]


class Question(Part):
    """A call that the matrix asks about."""

    action: str
    by: str = Field(description="`role`, `root` or `outside`: see the page.")
    title: str
    note: str
    group: Index = Field(description="Place of its group in `matrix.groups`.")


class QuestionGroup(Part):
    """Calls that belong together."""

    id: str
    title: str
    why: str


class Denial(Part):
    """A statement that denies a call, or denies it under a condition."""

    policy: Index = Field(description="Index of the policy.")
    node: str = Field(description="Selector of where it is attached.")
    sid: str | None
    where: str = Field(description="Where it denies the call, if not everywhere.")


class Decision(Part):
    """What becomes of a call."""

    verdict: Verdict
    by: list[Denial]


class Matrix(Part):
    """What the guardrails say to every call that is asked about, in every account."""

    groups: list[QuestionGroup]
    questions: list[Question]
    decisions: list[Decision]
    rows: list[list[Index]] = Field(description="For each question the index of the decision; accounts share rows.")


class Step(Part):
    """How one identity becomes another."""

    source: Index
    how: str
    target: Index
    needs: list[str]


class Reached(Part):
    """Somebody who reaches a jewel."""

    who: Index
    verdict: Verdict
    needs: list[str]
    ways: list[list[Index]]


class Jewel(Part):
    """Something that nobody should reach who need not."""

    title: str
    account: Index
    action: str
    resource: str | None
    reached_by: list[Reached]


class Identity(Part):
    """Somebody who can act, or become somebody who can."""

    name: str
    kind: str
    account: Index | None


class Access(Part):
    """Who can do what."""

    identities: list[Identity]
    steps: list[Step]
    jewels: list[Jewel]


class Keeper(Part):
    """What keeps or watches a control."""

    kind: str
    name: str
    accounts: Index = Field(description="Index of a set of accounts.")


class Control(Part):
    """A control of a framework."""

    id: str
    title: str
    keepers: list[Keeper]
    open: Index = Field(description="Index of the set of accounts in which nobody keeps it.")


class Framework(Part):
    """A framework that auditors ask about."""

    key: str
    name: str
    version: str
    source: str
    controls: list[Control]


class Pool(Part):
    """A range that networks take theirs from."""

    name: str
    account: Index
    cidr: str
    parts: list["PoolPart"]
    free: list[str] = Field(description="Ranges that no part and no VPC has.")


class PoolPart(Part):
    """A region's part of a pool."""

    region: str
    cidr: str


class Share(Part):
    """Something of one account that others use."""

    slug: str
    name: str
    account: Index
    what: list[str]
    principals: list[str] = Field(description="Selectors, or ids of accounts outside.")


class Plan(Part):
    """The addresses of all networks."""

    pools: list[Pool]
    gateways: list[Index] = Field(description="Indexes of the accounts that have a transit gateway.")
    shares: list[Share]


class Report(Part):
    """Everything that the page shows."""

    version: Literal[1] = VERSION
    program: str = Field(description="The version that wrote it.")
    organization: Organization
    units: list[Unit]
    accounts: list[Account]
    account_sets: list[list[Index]] = Field(description="Sets of accounts, by index.")
    policies: list[Policy]
    settings: list[Capability]
    origins: list[str] = Field(description="Where settings were written: file, line, key.")
    resources: list[dict[str, int]] = Field(description="Counts of resources by type.")
    matrix: Matrix
    access: Access
    frameworks: list[Framework]
    network: Plan
    quotas: list[Near]
    change: Change | None
    plans: Plans | None = Field(description="null if no plans were kept or given.")
    drift: list[dict[str, Any]] | None = Field(description="What `estate drift --json` said, if it was given.")
    rehearsal: dict[str, Any] | None = Field(description="What `estate rehearse --json` said, if it was given.")
