"""How the local AWS adds to moto: handlers for single operations, and the state they keep.

A module in `estate/local/services/` declares one `Extension` for its service. A handler takes a `Call` (moto's botocore
parser has read the request) and returns the members of the operation's output as a dictionary (moto's serializer writes
them), or `MOTO_ANSWERS` to leave the answer to moto. It raises `AwsError` to answer an error.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar

from constructs_lib.policies.partitions import partition_of
from estate.local.answers import AwsError

if TYPE_CHECKING:
    from estate.local.authority import Resource
    from estate.local.identity import Caller, Credentials

State = TypeVar("State")
Json = dict[str, Any]


class _MotoAnswers(enum.Enum):
    TOKEN = enum.auto()


MOTO_ANSWERS: Final = _MotoAnswers.TOKEN
"""What a handler returns when it has only looked at (or prepared) the call and moto does the rest."""

Answer = Mapping[str, Any] | _MotoAnswers


@dataclass(frozen=True)
class Call:
    """One call of an operation, with the caller known and the parameters read."""

    service: str
    operation: str
    caller: Caller
    region: str
    parameters: Mapping[str, Any]
    credentials: Credentials
    owner: str | None = None

    @property
    def account_id(self) -> str:
        """The account that the call is about: the caller's, unless the service says that it is another one."""
        return self.owner or self.caller.account_id

    @property
    def partition(self) -> str:
        """The partition of the call's region, such as `aws` or `aws-us-gov`."""
        return partition_of(self.region)

    def __getitem__(self, parameter: str) -> Any:
        if self.parameters.get(parameter) is None:
            raise AwsError("ValidationException", f"{self.operation} needs the parameter {parameter}.")
        return self.parameters[parameter]

    def get(self, parameter: str, default: Any = None) -> Any:
        """Return a parameter, or the default where it is absent or null."""
        value = self.parameters.get(parameter)
        return default if value is None else value

    def given(self) -> Json:
        """Return the parameters that have a value, as a dictionary of their own."""
        return {name: value for name, value in self.parameters.items() if value is not None}

    def arn(self, resource: str, *, service: str | None = None, regional: bool = True) -> str:
        """Return the ARN of a resource in the caller's account."""
        region = self.region if regional else ""
        return f"arn:{self.partition}:{service or self.service}:{region}:{self.account_id}:{resource}"


class Shelf(Generic[State]):
    """State of an extension: one value per account and region, made when first asked for, forgotten on reset.

    Args:
        make: Makes the empty value, such as `dict`.
        regional: False for services that have one state for all regions.
    """

    _all: ClassVar[list[Shelf[Any]]] = []

    def __init__(self, make: Callable[[], State], *, regional: bool = True) -> None:
        self._make = make
        self._regional = regional
        self._values: dict[tuple[str, str], State] = {}
        Shelf._all.append(self)

    def __call__(self, call: Call) -> State:
        """Return the value of the account and region that a call is made in."""
        return self.of(call.account_id, call.region)

    def of(self, account_id: str, region: str = "") -> State:
        """Return the value of an account, and of a region where the state is regional."""
        key = (account_id, region if self._regional else "")
        if key not in self._values:
            self._values[key] = self._make()
        return self._values[key]

    def each(self) -> Iterator[tuple[str, str, State]]:
        """Yield account id, region and value of all that exist."""
        for (account_id, region), value in list(self._values.items()):
            yield account_id, region, value

    @classmethod
    def clear_all(cls) -> None:
        """Forget the state of every extension."""
        for shelf in cls._all:
            shelf._values.clear()  # noqa: SLF001 - its own class


Handler = Callable[[Call], Answer]


@dataclass
class Extension:
    """What the local AWS adds to one service.

    Args:
        service: botocore's name of the service, such as `sso-admin`.
        actions: IAM's names of the actions that are not named as the operation.
        resource_of: Finds what a call acts on, for policies that name resources; each of several has to be permitted.
        account_of: Finds the account that a call is about, for services in which a delegated administrator works on what
            the management account has.
    """

    service: str
    handlers: dict[str, Handler] = field(default_factory=dict)
    amendments: dict[str, Callable[[], None]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    resource_of: Callable[[Call], Resource | Sequence[Resource] | None] | None = None
    account_of: Callable[[Call], str] | None = None

    registered: ClassVar[dict[str, Extension]] = {}

    def __post_init__(self) -> None:
        if self.service in Extension.registered:
            raise ValueError(f"two modules extend the service {self.service}: one file a service")
        Extension.registered[self.service] = self

    def answers(self, *operations: str) -> Callable[[Handler], Handler]:
        """Register the decorated function as handler of these operations."""

        def register(handler: Handler) -> Handler:
            for operation in operations:
                if operation in self.handlers:
                    raise ValueError(f"{self.service} {operation} has two handlers")
                self.handlers[operation] = handler
            return handler

        return register

    def amends(self, what: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Register the decorated function, run once when the server starts, as a change made to moto itself."""

        def register(amendment: Callable[[], None]) -> Callable[[], None]:
            self.amendments[what] = amendment
            return amendment

        return register
