"""Findings about policies that are accepted for a time, each in the policy's own file."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Protocol

from config.errors import Problem
from config.model.policy import AcceptedFinding
from config.sources.yaml_file import YamlFile
from constructs_lib.policies.findings import Finding, without


def accepted_as(entry: AcceptedFinding) -> str:
    """An entry as the policy library takes it: ``code``, or ``code@Sid``."""
    return f"{entry.finding}@{entry.statement}" if entry.statement else entry.finding


class Dated(Protocol):
    """What is accepted until a day."""

    @property
    def until(self) -> dt.date:
        """The last day."""


def in_force(entry: Dated) -> bool:
    """Whether it holds today (UTC). Who loads a configuration may look at the clock; what is made of it never does."""
    return dt.datetime.now(dt.UTC).date() <= entry.until


def superfluous(entries: Iterable[AcceptedFinding], found: list[Finding], file: YamlFile) -> Iterator[Problem]:
    """Entries that are over, or about what is not found."""
    for index, entry in enumerate(entries):
        path = ("accepted_findings", index)
        if len(without(found, [accepted_as(entry)])) == len(found):
            expected, cure = "one that is there", "Remove it."
            yield file.warning(
                (*path, "finding"), f"the finding {accepted_as(entry)!r}, which there is not", expected, cure
            )
        elif not in_force(entry):
            expected = "a day to come"
            cure = "Mend the policy, or look at it again and say until when it may stay."
            yield file.warning((*path, "until"), str(entry.until), expected, cure)
