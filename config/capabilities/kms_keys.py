"""KMS keys for purposes of one's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from config.capabilities.capability import AccountInput, OrganizationCapability, Part
from config.capabilities.in_accounts import names_once, somebody_has_it
from config.errors import KeyPath, Problem, one_of
from config.facts.addresses import unique
from config.model.base import Matches, Model, refuse
from config.model.statement import StatementEntry
from config.model.types import DocumentPath, Region, Selector, Slug
from config.nodes import Account, Configuration
from config.sources.documents import in_order, problem_of
from config.sources.files import Files
from config.sources.resolving import Resolving
from config.sources.variables import as_in_some_account
from constructs_lib.policies.check import check_document
from constructs_lib.policies.document import PolicyDocument
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.trust import check_trust

KEY: Final = "kms_keys"
OWN_ALIASES: Final = frozenset(
    {
        "activity-alerts",
        "backup",
        "dns-query-logs",
        "findings",
        "metric-alarms",
        "session-manager",
        "terraform-state",
        "volumes",
    }
)
"""What the keys are called that capabilities make for themselves; an account has an alias once."""
Alias = Annotated[
    str,
    Matches(r"(?!aws/)(?!alias/)[A-Za-z0-9/_-]{1,249}", "an alias without 'alias/' before it, such as 'shop/orders'"),
]
_Text = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a description on one line", longest=8192)]


class KmsKeyEntry(Model):
    """A KMS key that accounts have, in each region, rotated by itself. IAM of the account decides who may use it, and what is said here.

    Where an account or a region no longer has it, Terraform forgets it, and it stays as it is. Only if the whole entry goes does AWS delete it.
    """

    description: _Text = Field(description="What it encrypts.")
    alias: Alias | None = Field(default=None, description="Its alias, without `alias/`; the slug if not said.")
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts that have it.")
    regions: tuple[Region, ...] = Field(default=(), description="Where; in all governed regions if not said.")
    document: DocumentPath | None = Field(
        default=None,
        description="A JSON file below policies/ with further statements of its policy, as AWS takes them.",
    )
    statements: tuple[StatementEntry, ...] | None = Field(
        default=None, min_length=1, description="Further statements of its policy, written out, each with `principals`."
    )
    rotation_days: int = Field(default=365, ge=90, le=2560, description="It is rotated every so many days.")
    deletion_days: int = Field(
        default=30,
        ge=7,
        le=30,
        description="So many days after this entry goes, AWS deletes the keys that it made, and nobody reads any more what they encrypted.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.document is not None and self.statements is not None:
            raise refuse("either `document` or `statements`")
        return self


@dataclass(frozen=True, eq=False)
class KmsKey:
    """A KMS key that accounts have; `document` is what its policy says beside that the account's IAM decides."""

    slug: str
    description: str
    alias: str
    accounts: tuple[Account, ...]
    regions: tuple[str, ...]
    document: PolicyDocument
    rotation_days: int
    deletion_days: int


def _resolve(entries: Mapping[str, KmsKeyEntry], resolving: Resolving) -> dict[str, KmsKey]:
    found = {}
    governed = resolving.configuration.governed_regions
    for slug, entry in sorted(entries.items()):
        path: KeyPath = (KEY, slug)
        accounts = resolving.accounts((*path, "accounts"), entry.accounts)
        for number, region in enumerate(entry.regions):
            if region not in governed:
                cure = "Add it to `regions.governed`."
                resolving.problem(
                    (*path, "regions", number), repr(region), f"a governed region: {one_of(governed)}", cure
                )
        document: PolicyDocument | None = PolicyDocument(())
        if entry.statements:
            document = in_order(entry.statements)
        elif entry.document:
            document = resolving.document((*path, "document"), entry.document)
        if document is not None:
            regions = tuple(sorted(set(entry.regions) or set(governed)))
            found[slug] = KmsKey(
                slug,
                entry.description,
                entry.alias or slug,
                accounts,
                regions,
                document,
                entry.rotation_days,
                entry.deletion_days,
            )
    return found


def _documents(organization: Configuration, files: Files) -> Iterator[Problem]:
    """AWS takes what each policy says, and it does what it says."""
    for key in (KMS_KEYS.of(organization) or {}).values():
        if not key.document.statements:
            continue
        where = "statements" if files.organization.file.holds((KEY, key.slug, "statements")) else "document"
        for finding in check_document(as_in_some_account(key.document), PolicyKind.RESOURCE, key.slug):
            yield problem_of(files.organization.file, (KEY, key.slug, where), finding)
        if any(
            finding.code == "everybody"
            for finding in check_trust(as_in_some_account(key.document), PolicyKind.RESOURCE)
        ):
            arrived, expected = (
                "a key that everybody in the world may use",
                "`principals`, or `conditions` that tell who",
            )
            cure = "Name the accounts, or write `StringEquals: {aws:PrincipalOrgID: $(organization_id)}`."
            yield files.organization.file.problem((KEY, key.slug, where), arrived, expected, cure)


def _accounts(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Somebody has each key, and the keys of an account differ in their aliases."""
    found = KMS_KEYS.of(organization) or {}
    for key in found.values():
        yield from somebody_has_it(organization, files, (KEY, key.slug, "accounts"), key.accounts, "the key")
        if key.alias in OWN_ALIASES:
            where = "alias" if files.organization.file.holds((KEY, key.slug, "alias")) else "description"
            arrived = f"the alias {key.alias!r}, which a key has that another capability makes"
            expected = f"another alias than {', '.join(sorted(OWN_ALIASES))}"
            yield files.organization.file.problem((KEY, key.slug, where), arrived, expected, "Write another `alias`.")
    claims = [((KEY, slug, "alias"), each.alias, f"the key {slug!r}", each.accounts) for slug, each in found.items()]
    yield from names_once(files, claims, "an alias that no other key of an account has")


def _outlives(inputs: AccountInput) -> tuple[str, ...]:
    """The keys that an account or a region does not have any more. AWS would delete them, and all that they have encrypted with them."""
    return tuple(
        f"{type_}.{unique(f'kms-key-{key.slug}-{region}', child)}"
        for key in (KMS_KEYS.of(inputs.organization) or {}).values()
        for region in inputs.organization.governed_regions
        if inputs.account not in key.accounts or region not in key.regions
        for type_, child in (("aws_kms_alias", "Alias"), ("aws_kms_key", "Resource"))
    )


def _in_account(inputs: AccountInput) -> tuple[KmsKey, ...] | None:
    own = inputs.account
    found = (KMS_KEYS.of(inputs.organization) or {}).values()
    return tuple(replace(each, accounts=(own,)) for each in found if own in each.accounts) or None


KMS_KEYS: Final[OrganizationCapability[Mapping[str, KmsKey]]] = OrganizationCapability(
    key=KEY,
    annotation=dict[Slug, KmsKeyEntry],
    default_factory=dict,
    description="KMS keys of the accounts' own, by purpose.",
    resolve=_resolve,
    rules=(_documents, _accounts),
    parts=(
        Part(
            name=KEY,
            build="stacks.capabilities.kms_keys:add",
            value=_in_account,
            let_go=_outlives,
            types=frozenset({"aws_kms_alias", "aws_kms_key"}),
            cost=(
                "Each key by the month, in each account and region, more after rotations; requests after the free ones.",
            ),
        ),
    ),
)
