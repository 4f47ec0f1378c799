"""Provider bindings that load what is used, not everything there is.

The AWS provider package has about 2,100 submodules in Python and as many in JavaScript, and loads all of them on import:
10 to 20 seconds before an app's first line. With :func:`activate`, which ``import constructs_lib`` calls, each half loads
a submodule when it is first used, and the JavaScript half works in one process instead of two. Every type stays available and
the synthesized output is the same, byte for byte.

``CONSTRUCTS_LIB_LAZY=0`` switches it off. Whatever is not as expected (another shape of the generated code, a kernel that
runs already) is loaded the normal way. No installed file is changed.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from threading import Thread

from constructs_lib.lazy.finder import Finder

SWITCH = "CONSTRUCTS_LIB_LAZY"
_LOADING: list[Thread] = []


def activate() -> None:
    """Load the submodules of CDKTF's prebuilt providers on demand, from now on, in this process.

    Call it before ``cdktf`` or ``constructs`` is imported: the JavaScript half is told when its kernel starts. Afterwards,
    only the Python half is lazy. Calling it again changes nothing.
    """
    if os.environ.get(SWITCH, "1").lower() in {"0", "false", "no", "off"}:
        return
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder())


def load_early(module: str) -> Thread:
    """Import a module of bindings in another thread, which mostly waits for the JavaScript kernel to start.

    What this thread imports and does meanwhile must not use CDKTF: join the other one before.

    Args:
        module: Its name.

    Example:
        >>> bindings = load_early("cdktf_cdktf_provider_aws.provider")
        >>> organization = load(directory)
        >>> bindings.join()
    """
    thread = Thread(target=import_module, args=(module,), name=f"import {module}")
    thread.start()
    _LOADING.append(thread)
    return thread


def finish_loading() -> bool:
    """Wait for what `load_early` has begun to import.

    Returns:
        Whether there was anything to wait for.
    """
    waiting = bool(_LOADING)
    while _LOADING:
        _LOADING.pop().join()
    return waiting
