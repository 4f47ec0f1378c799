"""Where Terraform gets its providers from.

With the registry in reach nothing special happens. Without it, a directory mirror (a directory that holds
`registry.terraform.io/…`, for OpenTofu `registry.opentofu.org/…`) is found and named in a CLI configuration inside the checkout.

Source: https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

import os
import socket
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from estate.paths import WORK
from estate.terraform.engine import TERRAFORM, VARIABLE, engine

REGISTRY = TERRAFORM.registry
# Without one, every stack has its own 675 MB copy of the provider.
_PLUGIN_CACHE = WORK / "plugins"
_LOOKUP_SECONDS = 3.0
_SEARCH_DEPTH = 4
# Never worth walking: kernel file systems, and trees that are large and hold no mirror near their top.
_SKIPPED = frozenset({"proc", "sys", "dev", "run", "boot", "lost+found", "node_modules", ".git", ".venv"})


def environment(base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for `terraform` and `cdktf`, so that they find their providers.

    Args:
        base: Variables to build on; `os.environ` by default. A `TF_CLI_CONFIG_FILE` that exists is left alone.

    Returns:
        A copy of `base`, with a plugin cache that all stacks share, and with what an unreachable registry makes necessary.

    Raises:
        FileNotFoundError: The registry is out of reach and no mirror was found; the message says how to make one.
    """
    variables = dict(os.environ if base is None else base)
    runs = engine(variables)
    if runs.program != TERRAFORM.program:
        variables[VARIABLE] = runs.program  # cdktf's command line asks for it
    named = variables.get("TF_CLI_CONFIG_FILE")
    if named and not Path(named).is_file():
        # Terraform would only warn, on every call, and go on without it.
        del variables["TF_CLI_CONFIG_FILE"]
        named = None
    if named or _reachable(runs.registry):
        return _with_plugin_cache(variables)
    mirror = find_mirror(variables.get("ESTATE_PROVIDER_MIRROR"), runs.registry)
    variables["TF_CLI_CONFIG_FILE"] = str(_write_cli_config(mirror))
    if any(path.is_dir() for path in (mirror / runs.registry).glob("*/*/*/*")):
        # Unpacked: stacks link to it, and a cache in between would only have every `init` read the provider once more.
        variables.setdefault("CDKTF_DISABLE_PLUGIN_CACHE_ENV", "1")
    else:
        variables = _with_plugin_cache(variables)
    # Look-ups that can only fail: the version check, and `terraform providers lock` in `cdktf deploy`.
    variables.setdefault("CHECKPOINT_DISABLE", "1")
    variables.setdefault("CDKTF_SKIP_PROVIDER_LOCK", "true")
    return variables


def _with_plugin_cache(variables: dict[str, str]) -> dict[str, str]:
    if "TF_PLUGIN_CACHE_DIR" in variables:
        return variables
    _PLUGIN_CACHE.mkdir(parents=True, exist_ok=True)
    return {**variables, "TF_PLUGIN_CACHE_DIR": str(_PLUGIN_CACHE)}


@cache
def _reachable(registry: str) -> bool:
    try:
        socket.create_connection((registry, 443), timeout=_LOOKUP_SECONDS).close()
    except OSError:
        return False
    return True


@cache
def find_mirror(named: str | None = None, registry: str = REGISTRY) -> Path:
    """Find a directory that contains `registry.terraform.io/`, or another registry's.

    Args:
        named: A mirror to use instead of searching (`ESTATE_PROVIDER_MIRROR`).
        registry: Whose providers.

    Returns:
        The mirror's directory: the named one, one in Terraform's usual places, else the first that a shallow
        search of the file system meets.

    Raises:
        FileNotFoundError: There is none.
    """
    if named:
        if (Path(named) / registry).is_dir():
            return Path(named).resolve()
        raise FileNotFoundError(f"ESTATE_PROVIDER_MIRROR={named} holds no {registry}/ directory.")
    home = Path.home()
    usual = [
        home / ".terraform.d/plugins",
        home / ".terraform.d/plugin-cache",
        Path("/usr/local/share/terraform/plugins"),
    ]
    for directory in (*usual, *_shallow(Path("/"), _SEARCH_DEPTH)):
        if (directory / registry).is_dir():
            return directory
    raise FileNotFoundError(
        f"The registry of providers ({registry}) is out of reach and no mirror of it was found. On a machine that "
        "reaches it, run `terraform providers mirror DIR` (with OpenTofu, `tofu …`) in a stack's directory, copy DIR here and set "
        "ESTATE_PROVIDER_MIRROR=DIR."
    )


def _shallow(top: Path, depth: int) -> Iterator[Path]:
    """Directories below `top`, nearest first, at most `depth` levels down."""
    level = [top]
    for _ in range(depth):
        below: list[Path] = []
        for directory in level:
            try:
                with os.scandir(directory) as entries:
                    names = sorted(
                        e.name for e in entries if e.is_dir(follow_symlinks=False) and e.name not in _SKIPPED
                    )
            except OSError:
                continue  # not ours to read, so no mirror of ours
            below += [directory / name for name in names]
        yield from below
        level = below


def _write_cli_config(mirror: Path) -> Path:
    path = WORK / "terraform.rc"
    text = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror.as_posix()}"\n  }}\n}}\n'
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    return path
