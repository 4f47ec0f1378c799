"""Whether a team's own capabilities and stacks can stand beside what is built in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from config.capabilities import BUILT_IN
from config.capabilities.capability import Capability, Part
from config.capabilities.extensions import load_extensions
from config.capabilities.workload import WorkloadStack
from config.errors import KeyPath, Problem
from config.model.organization import OrganizationFile
from config.model.settings import Settings
from config.model.types import is_slug
from constructs_lib.ci.permissions import Permissions
from constructs_lib.errors import InvalidValueError

_Say = Callable[..., Problem]


def extension_problems(own: Capability | WorkloadStack, file: Path) -> Iterator[Problem]:
    """What keeps a team's own capability, or stack, from standing beside the others."""

    def problem(path: KeyPath, arrived: str, expected: str, cure: str = "") -> Problem:
        return Problem(str(file), 0, path, arrived, expected, cure)

    if isinstance(own, WorkloadStack):
        yield from _of_workload(own, problem)
        return
    key = own.key
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        yield problem((), f"the key {key!r}", "lower-case letters, digits and _, starting with a letter")
    taken = {each.key for each in BUILT_IN} | {*Settings.model_fields, *OrganizationFile.model_fields}
    if key in taken or [each.key for each, _ in load_extensions()].count(key) > 1:
        yield problem((key,), f"the key {key!r}", "a key that no other capability has", "Choose another.")
    for part in own.parts:
        if part.name.partition(".")[0] != key:
            yield problem((key, part.name), f"the part {part.name!r}", f"{key!r}, or a name that begins with '{key}.'")
        yield from _of_build(part.build, key, problem)
        yield from _of_types(part, key, problem)


def _of_workload(own: WorkloadStack, problem: _Say) -> Iterator[Problem]:
    longest = 20  # it ends names of roles, which have 64 characters at most
    if not is_slug(own.key) or len(own.key) > longest:
        yield problem((), f"the key {own.key!r}", f"a slug of at most {longest} characters")
    if (own.build is None) == (own.module is None):
        yield problem((own.key,), "both or neither of `build` and `module`", "one of them")
    elif own.build is not None:
        yield from _of_build(own.build, own.key, problem)
    elif not any(Path(str(own.module)).glob("*.tf*")):
        yield problem((own.key, "module"), repr(own.module), "a directory with *.tf files, from the repository's root")
    yield from _of_types(own, own.key, problem)


def _of_build(build: str, key: str, problem: _Say) -> Iterator[Problem]:
    if not re.fullmatch(r"\w+(?:\.\w+)+:\w+", build):
        cure = f"Write something like 'extensions.{key}:add'."
        yield problem((key, "build"), repr(build), "the function that builds it, as 'module:function'", cure)


def _of_types(own: Part[Any] | WorkloadStack, key: str, problem: _Say) -> Iterator[Problem]:
    for type_ in sorted(own.types):
        if not re.fullmatch(r"(?:data\.)?aws_[a-z0-9_]+", type_):
            expected = "resource types such as 'aws_s3_bucket' and data sources such as 'data.aws_ami'"
            yield problem((key, "types"), repr(type_), expected)
            continue
        try:
            Permissions.of([type_], listed=own.actions)
        except InvalidValueError as error:
            cure = f"Write them in `actions`: {{{type_!r}: ('service:Action', …)}}."
            yield problem((key, "types"), repr(type_), error.expected, cure)
