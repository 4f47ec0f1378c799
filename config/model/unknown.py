"""What stands where a value was refused: whatever depends on it is not judged, so that one mistake is one error."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel

V = TypeVar("V")


class UnjudgedError(Exception):
    """Somebody looked at a value that is not known, since what the file says was refused."""


class _Unknown:
    """Ends whatever looks at it."""

    def _end(self, *_: object) -> NoReturn:
        raise UnjudgedError

    __bool__ = __call__ = __contains__ = __eq__ = __format__ = __getattr__ = __getitem__ = __hash__ = _end
    __iter__ = __le__ = __len__ = __lt__ = __ge__ = __gt__ = __ne__ = __or__ = __ror__ = __str__ = _end


UNKNOWN: Final[Any] = _Unknown()
"""The value. Only ``is`` may be asked of it, and it may be passed on; all else raises `UnjudgedError`."""


@contextmanager
def until_unknown() -> Iterator[None]:
    """Do something as far as it does not come to a value that is not known."""
    try:
        yield
    except UnjudgedError:
        pass
    except TypeError as error:  # what is written in C does not ask the value, but names its type
        if _Unknown.__name__ not in str(error):
            raise


def unknown_at(value: Any, path: Sequence[str | int]) -> Any:
    """A value of the configuration, with `UNKNOWN` where a path leads to, or where it leaves what is there."""
    if path and isinstance(value, BaseModel) and path[0] in type(value).model_fields:
        name = str(path[0])
        return value.model_copy(update={name: unknown_at(getattr(value, name), path[1:])})
    if path[1:] and isinstance(value, dict) and path[0] in value:
        return {**value, path[0]: unknown_at(value[path[0]], path[1:])}
    return UNKNOWN


def known(value: V) -> V:
    """Pass a value on that is known; for those who only ask whether it is None.

    Raises:
        UnjudgedError: If it is not known.
    """
    if value is UNKNOWN:
        raise UnjudgedError
    return value
