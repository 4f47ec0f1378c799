"""The wheels of this project, and environments that have nothing else of it."""

import site
import sys
import venv
from pathlib import Path

from tests.deployment import run

CHECKOUT = Path(__file__).resolve().parents[1]


def build_wheels(directory, checkout=CHECKOUT):
    """Build the construct library's wheel and the app's, as `make wheel` does."""
    for source in (checkout, checkout / "wheels" / "app"):
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory, cwd=source)
    return sorted(Path(directory).glob("*.whl"))


def install(directory, wheels):
    """Make an environment with wheels; what they depend on comes from the environment that the tests run in.

    Returns:
        Its Python.
    """
    venv.create(directory, with_pip=False, symlinks=True)
    python = Path(directory) / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, *wheels, cwd=directory)
    (packages,) = Path(directory).glob("lib/python*/site-packages")
    (packages / "others.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return python
