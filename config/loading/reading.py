"""Reads the files of a configuration directory, each for itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from config.errors import KeyPath, Problem
from config.loading.found import read_found
from config.loading.settings import merge
from config.loading.validation import problems_of, refused_paths, without_refused
from config.model.account import AccountFile
from config.model.lock import Lock
from config.model.organization import OrganizationFile
from config.model.policy import PolicyFile
from config.model.types import LONGEST_SLUG, as_slug, is_slug
from config.registry import organization_model
from config.sources.files import ACCOUNTS, LOCK, ORGANIZATION, POLICIES, Entry, Files, M
from config.sources.variables import Variables
from config.sources.yaml_file import YamlFile, parse, read

# What a file with mistakes is taken to say where it is wrong about something required, so that the rest can be checked.
_STAND_INS: dict[type[BaseModel], dict[str, Any]] = {
    OrganizationFile: {"name": "?", "slug": "x", "email": "x+{account}@example.com", "regions": {"home": "us-east-1"}},
    AccountFile: {"name": "?"},
    PolicyFile: {"type": "service_control_policy"},
}


def read_files(
    directory: Path, changed: Mapping[str, str | None] = MappingProxyType({})
) -> tuple[Files | None, list[Problem]]:
    """Read a configuration directory.

    Args:
        directory: The directory.
        changed: Texts in place of those of files, by their paths below it; None for a file that is taken to be gone.

    Returns:
        The files, or None if there is no directory, and what is wrong with each of them.
    """
    if not directory.is_dir():
        cure = "Set ESTATE_CONFIG to the directory that holds organization.yaml, or unset it for config/."
        return None, [Problem(".", 0, (), "no such directory", "the organization's configuration", cure)]
    reader = _Reader(directory, changed)
    reader.variables = Variables(reader.read(ORGANIZATION)[0], reader.data, reader.slugs)
    organization = reader.entry(ORGANIZATION, organization_model())
    accounts = dict(reader.entries(ACCOUNTS, AccountFile))
    policies = dict(reader.entries(POLICIES, PolicyFile))
    lock = (
        reader.entry(LOCK, Lock) if changed.get(LOCK) or (LOCK not in changed and (directory / LOCK).exists()) else None
    )
    found, problems = read_found(directory)
    return Files(directory, organization, accounts, policies, lock, found, reader.variables), [
        *reader.problems,
        *problems,
    ]


def read_entry(directory: Path, name: str, model: type[M]) -> tuple[Entry[M], list[Problem]]:
    """Read and validate one file by itself; what is wrong with it comes second."""
    return _entry(name, model, *read(directory, name))


def _entry(
    name: str,
    model: type[M],
    file: YamlFile | None,
    problems: list[Problem],
    doubtful: frozenset[KeyPath] = frozenset(),
) -> tuple[Entry[M], list[Problem]]:
    """Validate a file; of what is doubtful in it, nothing further is said."""
    if file is None:
        return Entry(YamlFile(name, {}), None, clean=False), problems
    variables, doubtful = doubtful, doubtful.union(problem.path for problem in problems)
    try:
        found = model.model_validate(file.data)
        return Entry(file, found, clean=not doubtful, refused=doubtful, doubtful=variables), problems
    except ValidationError as error:
        wrong = problems_of(error, model, file.data, lambda path: (file, path))
        problems += [problem for problem in wrong if problem.path not in doubtful]
        stand_in = next((some for known, some in _STAND_INS.items() if issubclass(model, known)), {})
        right = merge(stand_in, without_refused(error, file.data))
        refused = refused_paths(error, model, file.data) | doubtful.union(problem.path for problem in problems)
    try:
        return Entry(file, model.model_validate(right), clean=False, refused=refused, doubtful=variables), problems
    except ValidationError:
        return Entry(file, None, clean=False), problems


class _Reader:
    variables: Variables

    def __init__(self, directory: Path, changed: Mapping[str, str | None]) -> None:
        self._directory, self._changed = directory, changed
        self.problems: list[Problem] = []
        self._organization: tuple[YamlFile | None, list[Problem]] | None = None

    def read(self, name: str) -> tuple[YamlFile | None, list[Problem]]:
        """A file as it is written; organization.yaml, which others' variables need, once."""
        if name == ORGANIZATION and self._organization:
            return self._organization
        text = self._changed.get(name)
        found = read(self._directory, name) if text is None else parse(name, text)
        if name == ORGANIZATION:
            self._organization = found
        return found

    def data(self, name: str) -> Any:
        """What a file says; None if it cannot be read."""
        there = (self._directory / name).is_file() if name not in self._changed else self._changed[name] is not None
        file = self.read(name)[0] if there else None
        return file.data if file else None

    def slugs(self) -> list[str]:
        """The slugs of the accounts that have a file."""
        return sorted(child.stem for child in self._children(ACCOUNTS) if child.suffix == ".yaml")

    def _children(self, folder: str) -> set[Path]:
        """What is in a folder, after the changes."""
        path = self._directory / folder
        there = set(path.iterdir()) if path.is_dir() else set()
        for name, text in self._changed.items():
            if (child := self._directory / name).parent == path:
                (there.discard if text is None else there.add)(child)
        return there

    def entry(self, name: str, model: type[M]) -> Entry[M]:
        file, problems = self.read(name)
        doubtful: frozenset[KeyPath] = frozenset()
        if file is not None and name != LOCK:
            filled = self.variables.filled(file)
            file, problems, doubtful = filled.file, [*problems, *filled.problems], filled.doubtful
        entry, problems = _entry(name, model, file, problems, doubtful)
        self.problems += problems
        return entry

    def entries(self, folder: str, model: type[M]) -> Iterator[tuple[str, Entry[M]]]:
        for child in sorted(self._children(folder)):
            if child.suffix == ".yaml" and is_slug(child.stem):
                yield child.stem, self.entry(f"{folder}/{child.name}", model)
            elif (
                not child.name.startswith(".")
                and child.suffix != ".md"
                and (folder, child.name) != (POLICIES, "documents")
            ):
                slug = as_slug(child.stem)
                cure = (
                    f"Rename it to {slug}.yaml, or move it out of {folder}/." if slug else f"Move it out of {folder}/."
                )
                expected = "only files named <slug>.yaml"
                if child.suffix == ".yaml" and len(child.stem) > LONGEST_SLUG:
                    expected += f", slugs of at most {LONGEST_SLUG} characters (these are {len(child.stem)})"
                self.problems.append(
                    Problem(f"{folder}/{child.name}", 0, (), f"the name {child.name!r}", expected, cure)
                )
