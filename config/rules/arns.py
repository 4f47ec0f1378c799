"""ARNs that cannot fit: of another partition, of a key in another region."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from config.capabilities.problems import key_elsewhere
from config.errors import KeyPath, Problem
from config.model.state import S3State
from config.nodes import Configuration
from config.sources.files import Files

_PARTITION: Final = re.compile(r"arn:([a-z-]+):")
_OF_CHINA: Final = ".amazonaws.com.cn"


def partitions(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Each ARN, and each name of China's own, in organization.yaml and in an account's file is of the organization's partition."""
    for file in (files.organization.file, *(entry.file for entry in files.accounts.values())):
        for path, text in _texts(file.data):
            found = _PARTITION.match(text)
            if found and found[1] != organization.partition:
                expected = f"an ARN of the partition {organization.partition}, 'arn:{organization.partition}:…'"
                yield file.problem(path, repr(text), expected)
            if text.endswith(_OF_CHINA) and organization.partition != "aws-cn":
                cure = f"Write {text.removesuffix('.cn')!r}."
                yield file.problem(path, f"{text!r}, of China's partition", "a name of the organization's", cure)


def state_key(organization: Configuration, files: Files) -> Iterator[Problem]:
    """The key of a state that is there already is in the bucket's region."""
    state = organization.state
    if isinstance(state, S3State) and state.kms_key:
        yield from key_elsewhere(files.organization.file, ("state", "kms_key"), state.kms_key, state.region)


def _texts(data: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, str):
        yield path, data
    entries = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, tuple) else ()
    for key, value in entries:
        yield from _texts(value, (*path, key))
