"""What a capability is: one definition of everything that is known about a thing that accounts can have.

The definition is pure: it imports no CDKTF, so that `check`, `tree` and `explain` answer at once. What builds it is named by
its place and imported when a stack is built.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from config.capabilities.workload import WorkloadStack
from config.errors import KeyPath, Problem, did_you_mean
from config.model.base import Switchable, enabled
from config.model.settings import Settings
from config.model.unknown import known
from config.nodes import Account, Configuration, Organization
from config.sources.files import Files
from config.sources.resolving import Resolving

Rule = Callable[[Configuration, Files], Iterator[Problem]]
"""What must hold between files. It ends where it comes to a value that was refused (`config.model.unknown`), so that one mistake
is one error."""

FREE: Final = ("Nothing.",)
"""The cost of what costs nothing."""

SECURE_BUCKET: Final = {
    "aws_s3_bucket": "Resource",
    "aws_s3_bucket_lifecycle_configuration": "Lifecycle",
    "aws_s3_bucket_ownership_controls": "Ownership",
    "aws_s3_bucket_policy": "Policy",
    "aws_s3_bucket_public_access_block": "PublicAccess",
    "aws_s3_bucket_server_side_encryption_configuration": "Encryption",
    "aws_s3_bucket_versioning": "Versioning",
}
"""The types of a `SecureBucketConstruct`, which has no lock and whose access is not logged, each with its child id."""

ValueT = TypeVar("ValueT")
ModelT = TypeVar("ModelT", bound=Switchable)


@dataclass(frozen=True, eq=False)
class AccountInput:
    """All that an account's stack is made from.

    Args:
        organization: What all stacks may know: the organization's shared part, and of other accounts what `Account` holds.
        account: The account.
        settings: The account's own settings, merged from all levels.
        workload: The workload whose stack it is, beside the account's; None for the account's own.
    """

    organization: Organization
    account: Account
    settings: Settings
    workload: WorkloadStack | None = None

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.workload.name_in(self.account) if self.workload else self.account.slug

    @property
    def is_management(self) -> bool:
        """Whether it is the management account's."""
        return self.account is self.organization.management


Whose: TypeAlias = Literal["members", "management", "all"]


@dataclass(frozen=True, eq=False)
class Part(Generic[ValueT]):
    """What a capability puts into an account's stack.

    Args:
        name: The key that switches it on, such as ``dns.dnssec``.
        build: The function that adds it, as ``module:function``. It is called with the stack and the value.
        types: The resource types (``aws_vpc``) and data sources (``data.aws_ami``) that it may make. Execution roles are
            permitted what they need.
        cost: What drives its monthly bill, never how much, since prices change; see https://aws.amazon.com/pricing/.
        whose: Whose stack can have it: member accounts', the management account's, or both.
        value: What the stack of an account is given; None if it does not have this part. Default: what the capability is
            in the account's or the organization's settings.
        let_go: The Terraform addresses in an account's stack of what outlives this part once it is off, since it must not or
            cannot be destroyed: a log archive with its logs, a bucket with states. Terraform forgets it.
        when: The types that are made only if a condition on the value holds.
        sometimes: The types of which its value does not tell whether they are made. All others are always made.
        actions: What Terraform needs for types that the library does not list, by type: ``{"aws_lb": ("elasticloadbalancing:…",)}``.
            Without it, single actions are derived from AWS's reference, and named for review.
        policies: The names of customer-managed policies that it always makes, each after its path, which permission sets may
            name in `customer_policies`: ``("/teams/Deploy",)``.
        readers: The accounts whose roles may read its data sources before the part is on: a plan that switches it on reads
            before it can permit anything. Default: all that can have it.
    """

    name: str
    build: str
    types: frozenset[str]
    cost: tuple[str, ...]
    whose: Whose = "members"
    value: Callable[[AccountInput], ValueT | None] | None = None
    when: Mapping[str, Callable[[ValueT], bool]] = field(default_factory=dict)
    sometimes: Collection[str] = ()
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    let_go: Callable[[AccountInput], tuple[str, ...]] | None = None
    policies: tuple[str, ...] = ()
    readers: Callable[[AccountInput], bool] | None = None

    def of(self, inputs: AccountInput) -> ValueT | None:
        """What the stack of an account is given; None if it does not have this part."""
        return self.value(inputs) if self.value and self.applies(inputs) else None

    def applies(self, inputs: AccountInput) -> bool:
        """Whether the stack of an account can have it."""
        return self.whose != ("members" if inputs.is_management else "management")

    def made(self, inputs: AccountInput) -> frozenset[str]:
        """The resource types that it makes at least in the stack of an account."""
        value = self.of(inputs) if self._certain else None
        if value is None:
            return frozenset()
        return self._certain.difference(type_ for type_, holds in self.when.items() if not holds(value))

    @cached_property
    def _certain(self) -> frozenset[str]:
        return self.types.difference(self.sometimes)


@dataclass(frozen=True, eq=False)
class Need:
    """A stack that can only be deployed after another one.

    Args:
        account: Whose stack it is.
        of: The account whose stack comes before.
        why: What it needs, as the end of "network needs …".
        path: Where organization.yaml says so.
    """

    account: Account
    of: Account
    why: str
    path: KeyPath = ()

    @property
    def sentence(self) -> str:
        """Who needs what of whom."""
        return f"{self.account.slug} needs {self.why} of {self.of.slug}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Capability:
    """A key of the configuration, and all that follows from it.

    Args:
        key: The key.
        parts: What it puts into stacks.
        rules: What must hold between files.
        publish: What other accounts' stacks may know of it; None for nothing. They read it with `published`.
        needs: Which stacks can only be deployed after which others; None if it lets them be.
        looks_up: Which stacks look up what which others make, as far as it is there; None if none does. They come before
            those, and once more after them.
        about: What it is, for capabilities without a key of their own: what configures them, and one sentence.
    """

    key: str
    parts: tuple[Part[Any], ...] = ()
    rules: tuple[Rule, ...] = ()
    publish: Callable[[Configuration], Any] | None = None
    needs: Callable[[Configuration], Iterator[Need]] | None = None
    looks_up: Callable[[Configuration], Iterator[Need]] | None = None
    about: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        own = tuple(part if part.value else replace(part, value=self.value) for part in self.parts)
        object.__setattr__(self, "parts", own)

    def value(self, inputs: AccountInput) -> Any:
        """What the stack of an account is given of it; None if nothing."""
        return inputs.account

    def published(self, organization: Organization) -> Any:
        """What the stack of any account may know of it."""
        return organization.facts[self.key]


@dataclass(frozen=True, eq=False, kw_only=True)
class AccountCapability(Capability, Generic[ModelT]):
    """A key of an account's settings: of `defaults`, `defaults_by_tag` and `settings`.

    Args:
        model: What stands there.
        description: What it is, in one line; shown by editors.
    """

    model: type[ModelT]
    description: str

    def value(self, inputs: AccountInput) -> ModelT | None:
        """As `of`."""
        return self.of(inputs)

    def of(self, inputs: AccountInput) -> ModelT | None:
        """An account's settings of it, if the account has it."""
        return enabled(self.written(inputs.settings))

    def in_account(self, configuration: Configuration, account: Account) -> ModelT | None:
        """As `of`, for rules, which may look at every account."""
        return enabled(self.written(configuration.settings[account.slug]))

    def written(self, settings: Settings) -> ModelT | None:
        """What settings say of it, switched off or not."""
        found: ModelT | None = known(getattr(settings, self.key))
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class OrganizationCapability(Capability, Generic[ValueT]):
    """A key of organization.yaml.

    Args:
        annotation: The type of what stands there.
        description: What it is, in one line; shown by editors.
        default_factory: Makes what it is if nothing stands there. Default: None.
        resolve: Follows the references in it. Default: it is taken as it stands, None if it is switched off.
    """

    annotation: Any
    description: str
    default_factory: Callable[[], Any] | None = None
    resolve: Callable[[Any, Resolving], ValueT | None] | None = None

    def resolved(self, written: Any, resolving: Resolving) -> ValueT | None:
        """The value of the key, with every reference followed."""
        if self.resolve is not None:
            return self.resolve(written, resolving)
        found: Any = enabled(written) if isinstance(written, Switchable) else written
        return None if found is None else found

    def value(self, inputs: AccountInput) -> ValueT | None:
        """As `of`."""
        return self.of(inputs.organization)

    def of(self, organization: Organization) -> ValueT | None:
        """What the organization has of it; None if nothing."""
        found: ValueT | None = known(organization.sections.get(self.key))
        return found


def constructs(
    key: str, *, build: str, on: Sequence[str], types: Collection[str], cost: tuple[str, ...], **further: Any
) -> Capability:
    """Constructs without settings, in the stacks of some accounts.

    Args:
        key: What they are called in documentation and errors.
        build: The function ``(stack, account) -> None`` that adds them, as ``module:function``.
        on: Selectors of the accounts: ``root``, ``ou:<path>``, ``account:<slug>``, ``tag:<key>=<value>``,
            ``purpose:<purpose>``, ``state:<state>``.
        types: As for `Part`.
        cost: As for `Part`.
        further: What else a `Part` takes: `whose`, `actions`, `policies`.

    Example:
        >>> ALARMS = constructs(
        ...     "alarms", build="extensions.alarms:add", on=["tag:environment=production"],
        ...     types={"aws_cloudwatch_metric_alarm"}, cost=("Each alarm by the month.",),
        ... )
    """

    def chosen(inputs: AccountInput) -> Account | None:
        return inputs.account if any(selects(selector, inputs.account) for selector in on) else None

    def there(configuration: Configuration, _files: Files) -> Iterator[Problem]:
        return unknown_selectors(on, configuration, build.partition(":")[0].replace(".", "/"))

    part = Part[Account](name=key, build=build, value=chosen, types=frozenset(types), cost=cost, **further)
    about = (", ".join(f"`{selector}`" for selector in on), "Constructs without settings.")
    return Capability(key=key, parts=(part,), rules=(there,), about=about)


def selects(selector: str, account: Account) -> bool:
    """Whether a selector stands for an account."""
    kind, _, rest = selector.partition(":")
    if kind == "tag":
        key, _, value = rest.partition("=")
        return account.tags.get(key) == value
    if kind == "state":
        return account.state == rest
    if kind == "purpose":
        return account.purpose == rest
    return selector in {"root", account.selector, *(unit.selector for unit in account.chain)}


def unknown_selectors(selectors: Iterable[str], configuration: Configuration, place: str) -> Iterator[Problem]:
    """A problem for each selector of something that there is not.

    Args:
        selectors: The selectors.
        configuration: The organization.
        place: The file that they are in.
    """
    for selector in selectors:
        try:
            configuration.select(selector)
        except LookupError:
            expected = "`root`, or the selector of an OU, an account or a tag"
            cure = did_you_mean(selector, _selectors(configuration))
            yield Problem(place, 0, ("on",), repr(selector), expected, cure)


def _selectors(configuration: Configuration) -> Iterator[str]:
    yield from (unit.selector for unit in configuration.units.values())
    yield from (account.selector for account in configuration.accounts.values())
