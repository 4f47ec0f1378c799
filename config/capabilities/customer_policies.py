"""Customer-managed policies of accounts, for roles and permission sets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import FREE, AccountInput, OrganizationCapability, Part
from config.capabilities.in_accounts import names_once, somebody_has_it
from config.errors import KeyPath, Problem
from config.model.base import Matches, Model, refuse
from config.model.statement import StatementEntry
from config.model.types import DocumentPath, PolicyDescription, Selector, Slug
from config.nodes import Account, Configuration
from config.sources.documents import in_order, problem_of
from config.sources.files import Files
from config.sources.resolving import Resolving
from config.sources.variables import as_in_some_account
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.kinds import PolicyKind

KEY: Final = "customer_policies"
CONSTRUCT: Final = "customer-policy-"
"""How the ids of their constructs begin; the slug follows."""
PolicyName = Annotated[
    str, Matches(r"[A-Za-z0-9_+=,.@-]+", "a policy's name, without its path", quota="iam-policy.name")
]
PolicyPath = Annotated[
    str,
    Matches(r"(?:/[A-Za-z0-9.,+@=_-]+)*/", "a path that begins and ends with '/', such as '/teams/'", longest=512),
]


class CustomerPolicyEntry(Model):
    """A managed policy of the accounts' own: what roles and permission sets that name it may do, or may at most do."""

    name: PolicyName = Field(description="The IAM policy's name.")
    path: PolicyPath = Field(default="/", description="Its path, which is part of its ARN.")
    description: PolicyDescription = Field(default="", description="Why it exists; a changed one is another policy.")
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have it.")
    document: DocumentPath | None = Field(
        default=None, description="A JSON file below policies/ with the policy as AWS takes it."
    )
    statements: tuple[StatementEntry, ...] | None = Field(
        default=None, min_length=1, description="The policy written out."
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.document is None) is (self.statements is None):
            raise refuse("either `document` or `statements`")
        return self


@dataclass(frozen=True, eq=False)
class CustomerPolicy:
    """A managed policy of the accounts' own."""

    slug: str
    name: str
    path: str
    description: str
    accounts: tuple[Account, ...]
    document: PolicyDocument

    @property
    def full_name(self) -> str:
        """The name after its path, as permission sets name it."""
        return f"{self.path}{self.name}"


def _resolve(entries: Mapping[str, CustomerPolicyEntry], resolving: Resolving) -> dict[str, CustomerPolicy]:
    found = {}
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        accounts = resolving.accounts((*path, "accounts"), entry.accounts)
        document = (
            in_order(entry.statements)
            if entry.statements
            else resolving.document((*path, "document"), str(entry.document))
        )
        if document is not None:
            found[slug] = CustomerPolicy(slug, entry.name, entry.path, entry.description, accounts, document)
    return found


def _documents(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS takes every document, and it does what it says."""
    model = files.organization.model
    for policy in (CUSTOMER_POLICIES.of(organization) or {}).values():
        entry = getattr(model, KEY)[policy.slug]
        key = "document" if entry.statements is None else "statements"
        written = entry.statements
        # In the order of the file, so that a finding's index leads to its line.
        document = PolicyDocument(tuple(each.statement() for each in written)) if written else policy.document
        for finding in check_document(as_in_some_account(document), PolicyKind.IDENTITY, policy.name):
            place: KeyPath = (KEY, policy.slug, key)
            if written and finding.statement is not None:
                place = (*place, finding.statement)
            yield problem_of(files.organization.file, place, finding)


def _accounts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Somebody has each policy, and the policies of an account differ in their names."""
    found = CUSTOMER_POLICIES.of(organization) or {}
    for policy in found.values():
        path = (KEY, policy.slug, "accounts")
        yield from somebody_has_it(organization, files, path, policy.accounts, "the policy")
    claims = [((KEY, slug, "name"), each.name, f"the policy {slug!r}", each.accounts) for slug, each in found.items()]
    expected = "a name that no other policy of an account has"
    yield from names_once(files, claims, expected)


def _in_account(inputs: AccountInput) -> tuple[CustomerPolicy, ...] | None:
    return policies_in(inputs) or None


def policies_in(inputs: AccountInput) -> tuple[CustomerPolicy, ...]:
    """The policies that an account has. Who else has them does not matter to its stack."""
    own = inputs.account
    found = (CUSTOMER_POLICIES.of(inputs.organization) or {}).values()
    return tuple(replace(policy, accounts=(own,)) for policy in found if own in policy.accounts)


CUSTOMER_POLICIES: Final[OrganizationCapability[Mapping[str, CustomerPolicy]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, CustomerPolicyEntry],
    default_factory=dict,
    description="Managed policies of the accounts' own, for roles and permission sets.",
    resolve=_resolve,
    rules=(_documents, _accounts),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.customer_policies:add",
            value=_in_account,
            types=frozenset({"aws_iam_policy"}),
            cost=FREE,
        ),
    ),
)
