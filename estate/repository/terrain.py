"""From CDKTF to CDK Terrain: the same sources, with other imports.

The wheels for CDK Terrain are built with it, and `estate migrate cdktn` changes a repository's own sources with it.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from estate.repository.rename import Rename

_BINDINGS: Final = re.compile(r"\bcdktf_cdktf_provider_\w+")


def terrain(text: str, path: str) -> str:
    r"""A Python source that imports CDKTF, as one that imports CDK Terrain.

    Args:
        text: The source.
        path: Its name in errors.

    Raises:
        RenameError: An import cannot be renamed with certainty, or names no module that is installed.
        SyntaxError: The text is not Python.

    Example:
        >>> terrain("from cdktf import App\nfrom cdktf_cdktf_provider_aws.vpc import Vpc\n", "x.py")
        'from cdktn import App\nfrom cdktn_provider_aws.vpc import Vpc\n'
    """
    names = {name: _new(name) for name in {"cdktf", *_BINDINGS.findall(text)}}
    return Rename(names, _is_module).source(text, path)


def _new(package: str) -> str:
    return package.replace("cdktf_cdktf", "cdktn").replace("cdktf", "cdktn")


@cache
def _is_module(name: str) -> bool:
    """Whether a module is installed, for CDKTF or for CDK Terrain; none is imported to find out."""
    package, *below = name.split(".")
    found = find_spec(package) or find_spec(_new(package))
    if found is None or found.origin is None:
        return False
    path = Path(found.origin).parent.joinpath(*below)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
