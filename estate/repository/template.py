"""The files of a new repository."""

from string import Template
from typing import Final

from config.facts import bindings
from config.schema import schemas
from estate.repository.sources import template
from estate.version import CDK, DISTRIBUTION

_RENDERED: Final = ("Pipfile", "README.md", "cdktf.json")
# A .gitignore in the template would hide files of the template.
_NAMES: Final = {"gitignore": ".gitignore"}
# The user's from the beginning.
_SAMPLE: Final = ("config/", "extensions/")
_KEPT: Final = "extensions/README.md"


def kept(version: str, project: str) -> dict[str, bytes]:
    """The files that a newer version may want to write differently, by path.

    Args:
        version: The version of the app.
        project: The id that CDKTF knows the project by: a UUID.
    """
    found = {name: content for name, content in template().items() if not _is_sample(name)}
    values = {
        "version": version,
        "project": project,
        "distribution": DISTRIBUTION,
        "cdk": CDK,
        "node": "22.19" if CDK == "cdktn" else "20",  # what its command line needs
        "bindings": bindings.DISTRIBUTION,
        "provider": bindings.installed(),
    }
    for name in _RENDERED:
        found[name] = Template(found[name].decode()).substitute(values).encode()
    for name, other in _NAMES.items():
        found[other] = found.pop(name)
    return found | {f"config/schema/{name}": text.encode() for name, text in schemas().items()}


def sample() -> dict[str, bytes]:
    """The configuration to begin with, and the extensions that it uses, by path. From then on they are the user's."""
    return {name: content for name, content in template().items() if _is_sample(name)}


def _is_sample(name: str) -> bool:
    return name.startswith(_SAMPLE) and name != _KEPT
