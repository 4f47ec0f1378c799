"""Requests that are sent ahead: Python goes on without waiting for answers of the JavaScript kernel that it can foresee.

An app makes thousands of constructs, and by itself waits for the answer to each, which is nothing but a number for the new
object. With :func:`ahead`, the number is foreseen, requests are sent several at a time, and JavaScript works while Python does.
Every answer is compared with what was foreseen. Nothing is left out and nothing is done in another order: the tree of
constructs and the output are the same.

What JavaScript refuses is noticed later than where it was asked for. So whoever uses this does everything again the plain
way when :class:`UnforeseenError` is raised, and gets the error where it belongs.
"""

from __future__ import annotations

import itertools
import json
import re
import typing
from collections import deque
from contextlib import contextmanager, suppress
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cdktf import App

# A pipe holds so many bytes at least, so that neither side ever waits for the other to read.
_PIPE: Final = 16 * 2**10
_MORE: Final = 512 * 2**10
_ANSWER: Final = 512
"""More bytes than a foreseen answer has."""
_AT_ONCE: Final = 12
"""So many requests are sent together."""
_SPECIAL: Final = b'"$jsii.'
_REFERENCE: Final = re.compile(rb'"\$jsii\.byref":"[^"]*@(\d+)"')
_SIGN: Final = "TOKEN.ahead."
_NUMBERS: Final = itertools.count()
"""Of tokens; one kernel keeps them for all apps of a process."""
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_TOKENS: Final[dict[Any, type]] = {str: str, list[str]: list, typing.List[str]: list}  # noqa: UP006 - as jsii writes it
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


class UnforeseenError(Exception):
    """The kernel's answer is another one than foreseen; what was made since is not to be relied on."""


class Ahead(Protocol):
    """Requests that are sent ahead."""

    def synthesize(self, app: App) -> Callable[[], None]:
        """Have an app synthesized while Python goes on.

        Args:
            app: The app; nothing is made in it any more.

        Returns:
            Waits until it is done.

        Raises:
            UnforeseenError: By what is returned: the app is not synthesized.
        """


@contextmanager
def ahead() -> Iterator[Ahead | None]:
    """Send requests ahead in here.

    Yields:
        By what an app is synthesized ahead; None if nothing is sent ahead, because the kernel is not as expected.

    A class may name, in `left_for_later`, methods of JavaScript's that it overrides and that its user calls afterwards:
    JavaScript is not told of them here.

    Whoever uses it must be able to do all of it again from a new app.

    Raises:
        RuntimeError: They are sent ahead already.
        UnforeseenError: Something was not as foreseen; do it again without this.

    Example:
        >>> try:
        ...     with ahead():
        ...         synthesize()
        ... except UnforeseenError:
        ...     synthesize()
    """
    import jsii  # noqa: PLC0415 - starts no kernel, but takes its time
    from jsii._stack_trace import is_enabled  # noqa: PLC0415

    requests = None
    with suppress(AttributeError, ImportError):  # another jsii than is known
        provider: Any = jsii.kernel.provider
        process = provider._process  # noqa: SLF001 - there is no other way to it, here and below
        if "send" in vars(process):
            raise RuntimeError("Requests are sent ahead already; do it once, around all of it.")
        requests = None if is_enabled() else _Requests(process)
    if requests is None:
        yield None
        return
    plain = jsii.create, jsii.get, jsii.invoke
    jsii.create, jsii.get, jsii.invoke = requests.create, requests.get, requests.invoke
    process.send, process._next_message = requests.send, requests.read  # noqa: SLF001
    try:
        yield requests
        requests.settle()
    except UnforeseenError:
        raise
    except Exception as error:
        # It may be because of what was not as foreseen, or be itself what JavaScript refuses.
        raise UnforeseenError(str(error)) from error
    finally:
        jsii.create, jsii.get, jsii.invoke = plain
        del process.send, process._next_message  # noqa: SLF001
        requests.abandon()


class _Fallback(Exception):  # noqa: N818 - no error
    """A value that is sent the plain way."""


class _Requests:
    """The requests to one kernel.

    Args:
        process: jsii's object for the kernel's process.
    """

    def __init__(self, process: Any) -> None:
        from jsii import _reference_map, kernel  # noqa: PLC0415
        from jsii._kernel.types import ObjRef  # noqa: PLC0415

        self._kernel, self._plain = kernel, process.send
        self._register, self._ref = _reference_map.register_reference, ObjRef
        pipes = process._process  # noqa: SLF001
        self._in, self._out = pipes.stdin, pipes.stdout
        self._room = _room(self._in, self._out)
        self._waiting: list[bytes] = []  # not sent yet
        self._foreseen: deque[tuple[bytes, int]] = deque()  # the beginning of each answer, and how long its request is
        self._unanswered = 0  # bytes
        self._sent = self._answered = 0  # requests
        self._calls_back = False  # whether Python overrides something that JavaScript calls
        self._next: int | None = None  # number of the next object
        self._names: bool | None = None  # whether the kernel lets us name tokens; unknown until it is tried
        self.error: UnforeseenError | None = None

    # What the generated code calls

    def create(self, klass: type, obj: Any, args: list[Any] | None = None) -> Any:
        """Make an object."""
        fqn = getattr(klass, "__jsii_type__", None)
        kind: type = type(obj)
        if fqn is None or self._next is None or _differs(klass, kind):
            return self._kernel.create(klass, obj, args)
        try:
            values = [_wire(each) for each in args or ()]
            text = _ENCODE({"api": "create", "fqn": fqn, "args": values, "interfaces": _interfaces(klass)})
        except _Fallback:
            return self._kernel.create(klass, obj, args)
        ref = f"{fqn}@{self._next}"
        self._next += 1
        obj.__jsii_ref__ = self._ref(ref=ref, interfaces=None)
        self._register(obj)
        self._send(text, f'{{"ok":{{"$jsii.byref":"{ref}"')
        return obj.__jsii_ref__

    def get(self, obj: Any, name: str) -> Any:
        """Read a property. Of a resource's attribute, the token is known as soon as it has a name."""
        kind: type = type(obj)
        attribute = _attribute(kind, name)
        if self._names is False or attribute is None or (attribute is list and self._names is None):
            return self._kernel.get(obj, name)
        return self._token({"api": "get", "objref": _wire(obj), "property": name}, "value", attribute)

    def invoke(self, obj: Any, method: str, args: list[Any] | None = None) -> Any:
        """Call a method; what gives nothing and calls nothing of ours needs no waiting for, nor does another stack's output."""
        gives_token = method == "getString" and self._names is not False
        if method != "addOverride" and not gives_token:
            return self._kernel.invoke(obj, method, args)
        try:
            request = {
                "api": "invoke",
                "objref": _wire(obj),
                "method": method,
                "args": [_wire(each) for each in args or ()],
            }
        except _Fallback:
            return self._kernel.invoke(obj, method, args)
        if gives_token:
            return self._token(request, "result")
        self._send(_ENCODE(request), '{"ok":{')
        return None

    def _token(self, request: dict[str, Any], answer: str, kind: type = str) -> Any:
        """Have a token made under a name of ours. The first one tells whether the kernel does that; it is a text."""
        key = f"{_SIGN}{next(_NUMBERS)}"
        token = f"${{TfToken[{key}]}}"
        text = _ENCODE({**request, "$jsii.stacktrace": key})
        if self._names is None:
            self.settle()
            self._write([f"{text}\n".encode()])
            given = json.loads(self._out.readline())
            found = given.get("ok", {}).get(answer)
            self._names = found == token
            if not isinstance(found, str):
                raise self._failed(f"{request} is {given}")
            return found
        given = token if kind is str else [f"#{token[1:]}"]
        self._send(text, f'{{"ok":{{"{answer}":{_ENCODE(given)}}}}}')
        return given

    def synthesize(self, app: App) -> Callable[[], None]:
        """Have an app synthesized while Python goes on; at once if JavaScript is to call something of Python's."""
        if self._calls_back:
            app.synth()
            return lambda: None
        self._send(_ENCODE({"api": "invoke", "objref": _wire(app), "method": "synth", "args": []}), '{"ok":{')
        self._flush()
        return partial(self._wait, self._sent)

    def send(self, request: Any, response_type: Any) -> Any:
        """Send a request the plain way, after all that are waiting. In place of the process's own."""
        self.settle()
        self._calls_back |= bool(getattr(request, "overrides", None))
        return self._plain(request, response_type)

    def read(self) -> Any:
        """Read an answer. In place of the process's own function."""
        from jsii._kernel.providers.process import ohook  # noqa: PLC0415

        line = self._out.readline()
        numbers = [int(found) for found in _REFERENCE.findall(line)]
        if numbers:
            self._next = max(*numbers, (self._next or 1) - 1) + 1
        return json.loads(line, object_hook=ohook if _SPECIAL in line else None)

    # How requests get there

    def _send(self, text: str, answer: str) -> None:
        line = f"{text}\n".encode()
        if self._unanswered + len(line) + _ANSWER > self._room:
            self._flush()
            while self._foreseen and self._unanswered + len(line) + _ANSWER > self._room // 2:
                self._compare()
        self._waiting.append(line)
        self._foreseen.append((answer.encode(), len(line)))
        self._sent += 1
        self._unanswered += len(line) + _ANSWER
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._write(self._waiting)
            self._waiting = []

    def _write(self, lines: list[bytes]) -> None:
        self._in.write(b"".join(lines))
        self._in.flush()

    def _compare(self) -> None:
        foreseen, size = self._foreseen.popleft()
        self._unanswered -= size + _ANSWER
        self._answered += 1
        answer = self._out.readline()
        if not answer.startswith(foreseen):
            raise self._failed(answer.decode(errors="replace"))

    def _wait(self, number: int) -> None:
        """Wait for the answers to so many requests."""
        if self.error:
            raise self.error
        while self._answered < number:
            self._compare()

    def _failed(self, answer: str) -> UnforeseenError:
        self.error = self.error or UnforeseenError(answer)
        return self.error

    def settle(self) -> None:
        """Wait for all answers; an error that somebody has swallowed is raised again."""
        if self.error:
            raise self.error
        self._flush()
        while self._foreseen:
            self._compare()

    def abandon(self) -> None:
        """Read answers that nobody waits for any more."""
        with suppress(OSError):  # the kernel has ended
            self._flush()
            while self._foreseen:
                self._foreseen.popleft()
                self._out.readline()


def _room(*pipes: Any) -> int:
    """How many bytes fit into each of two pipes."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415

        return min(fcntl(pipe.fileno(), F_SETPIPE_SZ, _MORE) for pipe in pipes)
    except (ImportError, OSError):  # not on Linux, or more than a user may have
        return _PIPE


@cache
def _differs(klass: type, kind: Any) -> bool:
    """Whether Python overrides something of which JavaScript has to know."""
    from jsii._kernel import _get_overides  # noqa: PLC0415

    later = getattr(kind, "left_for_later", ())
    overrides = [each for each in _get_overides(klass, kind.__new__(kind)) if each.method not in later]
    return bool(overrides)


@cache
def _interfaces(klass: type) -> list[str]:
    return [each.__jsii_type__ for each in getattr(klass, "__jsii_ifaces__", ())]


@cache
def _attribute(kind: type, name: str) -> type | None:
    """Whether a property of a prebuilt provider's resource is one that Terraform will know: a text, or a list of them."""
    for klass in kind.__mro__:
        if getattr(klass, "__jsii_declared_type__", None) and "/provider-" in klass.__jsii_type__:  # type: ignore[attr-defined]
            for each in vars(klass).values():
                getter = getattr(each, "fget", None)
                if getattr(getter, "__jsii_name__", None) == name:
                    returned: Any = getter.__annotations__.get("return")
                    return None if name.endswith("Input") else _TOKENS.get(returned)
    return None


def _wire(value: Any) -> Any:
    """A value as it is sent."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict:
        return {"$jsii.map": {key: _wire(each) for key, each in value.items()}}
    if kind is list:
        return [_wire(each) for each in value]
    ref = getattr(value, "__jsii_ref__", None)
    if ref is not None:
        return (
            {"$jsii.byref": ref.ref, "$jsii.interfaces": ref.interfaces} if ref.interfaces else {"$jsii.byref": ref.ref}
        )
    fqn = getattr(kind, "__jsii_type__", None)
    if fqn is None:
        raise _Fallback
    if isinstance(value, Enum):
        return {"$jsii.enum": f"{fqn}/{value.value}"}
    names = getattr(kind, "__jsii_name_mapping__", None)
    values = getattr(value, "_values", None)
    if names is None or values is None:
        raise _Fallback
    # What is left out is nothing on the other side, too.
    return {
        "$jsii.struct": {
            "fqn": fqn,
            "data": {names[name]: _wire(each) for name, each in values.items() if each is not None},
        }
    }
