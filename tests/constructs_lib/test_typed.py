"""Every public signature refuses values of a wrong type by one `InvalidValueError`, before anything is made."""

import dataclasses
import importlib
import inspect
import pkgutil
from functools import reduce
from operator import or_
from types import UnionType
from typing import Literal, Union, get_args, get_origin

import pytest
from cdktf import App, TerraformStack
from constructs import Construct
from pydantic import ConfigDict, TypeAdapter, ValidationError

import constructs_lib
from constructs_lib import InvalidValueError, PolicyKind
from constructs_lib.typed import _evaluated, _Namespace, typed

WRONG = (7, 7.5, True, "text", b"bytes", None, ["text"], [7], ("text",), [None], {"key": 7}, {7: "text"}, object())
UNTYPED = {
    "Entry",
    "Guardrail",
    "InvalidPolicyError",
    "InvalidValueError",
    "Parameter",
    "PolicyFormatError",
    "PolicyKind",
    "Statement",
}
"""What callers do not make: errors, an enumeration, what the catalogue lists and makes, and statements, which `allow` and `deny` make."""


def parameters(function):
    for name, each in inspect.signature(function).parameters.items():
        if each.annotation is not inspect.Parameter.empty and each.kind is not inspect.Parameter.VAR_KEYWORD:
            # What a function was before it was wrapped knows the names that its annotations use.
            namespace = _Namespace(vars(inspect.getmodule(inspect.unwrap(function))))
            yield name, _evaluated(each.annotation, namespace), each.kind is inspect.Parameter.VAR_POSITIONAL


def callables():
    """Every function, constructor and method that can be had from the top of the library, and from its catalogue."""
    for module in (constructs_lib, constructs_lib.catalogue):
        for public in sorted(set(module.__all__) - UNTYPED):
            target = getattr(module, public)
            if isinstance(target, type):
                yield f"{public}", target.__init__
                for name, _ in inspect.getmembers(target, inspect.isroutine):
                    member = inspect.getattr_static(target, name)
                    bare = member.__func__ if isinstance(member, classmethod | staticmethod) else member
                    if not name.startswith("_") and bare.__module__.startswith("constructs_lib."):
                        yield f"{public}.{name}", bare
            elif callable(target):
                yield public, target


def opaque(annotation):
    """The annotation with a class of nothing for each of the library's value classes, which pydantic would look into."""
    if dataclasses.is_dataclass(annotation):
        return type(annotation.__name__, (), {})
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (None, Literal) or Ellipsis in arguments:
        return annotation
    inner = [list(map(opaque, each)) if isinstance(each, list) else opaque(each) for each in arguments]
    return reduce(or_, inner) if origin in (Union, UnionType) else origin[tuple(inner)]


def accepted(annotation, value):
    """Whether the value is of the type, in the judgement of another library."""
    strict = ConfigDict(arbitrary_types_allowed=True, strict=True)
    try:
        found = TypeAdapter(opaque(annotation), config=strict).validate_python(value)
        if type(found).__name__ == "ValidatorIterator":  # of an Iterable, which is looked at when it is read
            list(found)
    except ValidationError:
        return False
    return True


def cases():
    for public, function in callables():
        for name, annotation, several in parameters(function):
            yield pytest.param(function, name, annotation, several, id=f"{public}-{name}")


@pytest.mark.row("A9")
@pytest.mark.parametrize(("function", "name", "annotation", "several"), [*cases()])
def test_a_value_of_a_wrong_type_is_refused_by_its_name(function, name, annotation, several):
    wrong = [value for value in WRONG if not accepted(annotation, value)]
    # A tuple may be written as a list, a number without a fraction.
    lenient = [value for value in wrong if isinstance(value, list | int) and not isinstance(value, bool)]
    assert annotation in (object, inspect.Parameter.empty) or wrong
    let_through = [value for value in wrong if not refused(function, name, value, several)]
    assert all(any(value is each for each in lenient) for value in let_through), let_through


def refused(function, name, value, several):
    """Whether the value is refused by its name, before anybody asks for the other arguments."""
    try:
        # Of those that come in any number, the first comes after what the method is called on.
        function(None, value) if several else function(**{name: value})
    except InvalidValueError as error:
        return error.name.startswith((name, f"a key of {name}"))
    except TypeError:
        return False
    return False


def classes():
    """Every public class that is defined in the library."""
    for found in pkgutil.walk_packages(constructs_lib.__path__, "constructs_lib."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            yield from (
                each for each in vars(module).values() if isinstance(each, type) and each.__module__ == found.name
            )


def test_no_construct_of_the_library_is_left_out():
    made = {each for each in classes() if issubclass(each, Construct) and not each.__name__.startswith("_")}
    assert len(made) > 50
    assert {each.__name__ for each in made} <= set(constructs_lib.__all__)


@pytest.fixture
def stack():
    return TerraformStack(App(), "stack")


def refusal(target, *arguments, **named):
    with pytest.raises(InvalidValueError) as error:
        target(*arguments, **named)
    return str(error.value)


@pytest.mark.row("A9")
class TestTheCommonestSlips:
    def test_a_text_for_a_list(self):
        expected = "emails is 'a@b.de'; expected a list. Write ['a@b.de']."
        assert refusal(constructs_lib.Subscribers, "a@b.de") == expected

    def test_a_number_for_an_account_id(self):
        message = refusal(constructs_lib.AccountConnection, slug="a", account_id=111122223333, region="us-east-1")
        assert message == "account_id is 111122223333; expected text. Write '111122223333'."

    def test_a_list_for_targets(self, stack):
        message = refusal(constructs_lib.ScpConstruct, stack, "x", targets=["ou-1"])
        assert message == "targets is ['ou-1']; expected a mapping or None."

    def test_a_text_for_a_kind(self):
        message = refusal(constructs_lib.Policy, "x", {}, kind="tag")
        assert message.startswith("kind is 'tag'; expected one of PolicyKind.SCP, ")
        assert message.endswith(" Write PolicyKind.TAG.")

    def test_what_is_wrong_is_named_within(self, stack):
        assert refusal(constructs_lib.ScpConstruct, stack, "x", targets={"workloads": 5}).startswith(
            "targets['workloads'] is 5; expected text."
        )


def test_what_only_terraform_knows_is_let_through():
    @typed
    def take(text: str, number: int, several: list[str], kind: PolicyKind | None = None) -> tuple[object, ...]:
        return text, number, several, kind

    token = -1.8881545897087503e289
    assert take("${TfToken[0]}", token, ["#{TfToken[1]}"])[1] == token
    assert take("", 0, [], kind=PolicyKind.SCP)[3] is PolicyKind.SCP
    assert inspect.signature(take).parameters.keys() == {"text", "number", "several", "kind"}


def test_a_generator_is_not_used_up():
    from collections.abc import Iterable  # noqa: PLC0415

    @typed
    def take(values: Iterable[int]) -> list[int]:
        return list(values)

    assert take(each for each in (1, 2)) == [1, 2]


def test_several_types_are_listed_in_words():
    @typed
    def read(source: str | bytes | dict[str, str]) -> None: ...

    with pytest.raises(InvalidValueError, match="source is 7; expected text, bytes or a mapping"):
        read(7)
