"""The files of a new repository."""

from string import Template
from typing import Final

from config.schema import schemas
from estate.repository.sources import template

_RENDERED: Final = ("Pipfile", "cdktf.json")
# A .gitignore in the template would hide files of the template.
_NAMES: Final = {"gitignore": ".gitignore"}
_SAMPLE: Final = "config/"


def kept(version: str, project: str) -> dict[str, bytes]:
    """The files that a newer version may want to write differently, by path.

    Args:
        version: The version of the app.
        project: The id that CDKTF knows the project by: a UUID.
    """
    found = {name: content for name, content in template().items() if not name.startswith(_SAMPLE)}
    for name in _RENDERED:
        found[name] = Template(found[name].decode()).substitute(version=version, project=project).encode()
    for name, other in _NAMES.items():
        found[other] = found.pop(name)
    return found | {f"config/schema/{name}": text.encode() for name, text in schemas().items()}


def sample() -> dict[str, bytes]:
    """The configuration to begin with, by path. From then on it is the user's."""
    return {name: content for name, content in template().items() if name.startswith(_SAMPLE)}
