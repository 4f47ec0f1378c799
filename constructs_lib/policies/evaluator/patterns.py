"""Wildcards: of actions, of ARNs (segment by segment), of strings.

In a policy ``*`` stands for any number of characters and ``?`` for exactly one. In an ARN they stay inside their
segment, of which there are six: a ``*`` in the account never swallows a colon, one in the last segment does.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

SEGMENTS: Final = 6
"""arn : partition : service : region : account : resource."""

Part = str | tuple[str]
"""Text in which wildcards are live, or, as a tuple of one, text that stands for itself (a variable's value)."""

_LIVE = re.compile(r"([*?])")
_ANY = {"*": ".*", "?": "."}
_IN_SEGMENT = {"*": "[^:]*", "?": "[^:]"}


def has_wildcard(text: str) -> bool:
    """Whether the text holds ``*`` or ``?``."""
    return "*" in text or "?" in text


def glob_parts(parts: Sequence[Part]) -> str:
    """The regular expression of a wildcard text; wildcards match any character, colons too."""
    return _translate(parts, _ANY)


def account_in(arn: str | None) -> str | None:
    """The account in an ARN; None if it has none, as S3's."""
    segments = (arn or "").split(":", SEGMENTS - 1)
    return segments[4] if len(segments) == SEGMENTS and segments[4].isdigit() else None


def arn_parts(parts: Sequence[Part]) -> str:
    """The regular expression of an ARN pattern; wildcards stay inside their segment.

    An incomplete ARN is completed with ``*``, as AWS does: ``arn:aws:sqs`` is ``arn:aws:sqs:*:*:*``.
    """
    segments: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, tuple):
            segments[-1].append(part)
            continue
        first, *others = part.split(":", SEGMENTS - len(segments))
        segments[-1].append(first)
        segments.extend([other] for other in others)
    segments.extend(["*"] for _ in range(SEGMENTS - len(segments)))
    heads = [_translate(segment, _IN_SEGMENT) for segment in segments[:-1]]
    return ":".join((*heads, _translate(segments[-1], _ANY)))


def _translate(parts: Sequence[Part], wildcards: dict[str, str]) -> str:
    found = []
    for part in parts:
        if isinstance(part, tuple):
            found.append(re.escape(part[0]))
        else:
            found.extend(wildcards.get(piece) or re.escape(piece) for piece in _LIVE.split(part))
    return "".join(found)


@lru_cache(maxsize=4096)
def compiled(expression: str) -> re.Pattern[str]:
    """The compiled expression; its dots match line ends."""
    return re.compile(expression, re.DOTALL)


def matcher(expressions: Iterable[str]) -> Callable[[str], object]:
    """A function that is true of a text that one of the expressions matches whole."""
    joined = "|".join(f"(?:{expression})" for expression in expressions)
    return compiled(joined).fullmatch if joined else lambda _text: False


class Late:
    """A matcher that is made when it is first asked: of a policy's statements, few are ever asked about a resource.

    Args:
        make: Makes it.
    """

    __slots__ = ("_make", "_matches")

    def __init__(self, make: Callable[[], Callable[[str], object]]) -> None:
        self._make = make
        self._matches: Callable[[str], object] | None = None

    def __call__(self, text: str) -> object:
        """Whether it matches."""
        if self._matches is None:
            self._matches = self._make()
        return self._matches(text)


def actions_matcher(actions: Sequence[str]) -> Callable[[str], object]:
    """A function that is true of a lower-case action that one of these action patterns names."""
    if "*" in actions:
        return lambda _action: True
    lower = [action.lower() for action in actions]
    exact = frozenset(action for action in lower if not has_wildcard(action))
    wild = [glob_parts((action,)) for action in lower if has_wildcard(action)]
    if not wild:
        return exact.__contains__
    matches = matcher(wild)
    return (lambda action: action in exact or matches(action)) if exact else matches


def arns_matcher(patterns: Sequence[Sequence[Part]]) -> Callable[[str], object]:
    """A function that is true of an ARN that one of these patterns names, each in parts as `arn_parts` takes them."""
    exact = frozenset(str(parts[0]) for parts in patterns if _is_exact(parts))
    wild = [arn_parts(parts) for parts in patterns if not _is_exact(parts)]
    if not wild:
        return exact.__contains__
    matches = matcher(wild)
    return (lambda arn: arn in exact or matches(arn)) if exact else matches


def _is_exact(parts: Sequence[Part]) -> bool:
    """Whether a pattern is an ARN that names itself and nothing else."""
    (first, *others) = parts
    return not others and isinstance(first, str) and not has_wildcard(first) and first.count(":") >= SEGMENTS - 1
