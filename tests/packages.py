"""The wheels of this project, and environments that have nothing else of it."""

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

from tests.deployment import run

CHECKOUT = Path(__file__).resolve().parents[1]


LIBRARY_AND_APP = (".", "wheels/app")
FOR_CDKTN = ("wheels/cdktn/library", "wheels/cdktn/app")


def build_wheels(directory, checkout=CHECKOUT, sources=LIBRARY_AND_APP):
    """Build the construct library's wheel and the app's, as `make wheel` does."""
    for source in (checkout / name for name in sources):
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory, cwd=source)
    return sorted(Path(directory).glob("*.whl"))


def install(directory, wheels, *below):
    """Make an environment with wheels; what they depend on comes from the environment that the tests run in.

    Directories of packages may be named that come before that one.

    Returns:
        Its Python.
    """
    venv.create(directory, with_pip=False, symlinks=True)
    python = Path(directory) / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, *wheels, cwd=directory)
    (packages,) = Path(directory).glob("lib/python*/site-packages")
    (packages / "others.pth").write_text("\n".join([*map(str, below), *site.getsitepackages()]) + "\n")
    return python


class Repository:
    """A repository that was set up from wheels, without an index and npm's registry.

    What `make setup` would install is linked: the environment with the wheels, and this checkout's `cdktf`.
    """

    def __init__(self, directory, environment):
        self.directory = directory
        self.variables = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "ESTATE_", "CDKTF_"))
        }
        run(environment / "bin" / "estate", "init", directory, cwd=environment, env=self.variables)
        self.use(environment)
        (directory / "node_modules").mkdir()
        (directory / "node_modules" / "cdktf-cli").symlink_to((CHECKOUT / "node_modules" / "cdktf-cli").resolve())
        (directory / "node_modules" / "setup.done").touch()

    def use(self, environment):
        """Have another environment, as after `make setup` with another Pipfile."""
        (self.directory / ".venv").unlink(missing_ok=True)
        (self.directory / ".venv").symlink_to(environment)
        (environment / "setup.done").touch()

    def make(self, target):
        return run("make", target, cwd=self.directory, env=self.variables)

    def estate(self, *arguments, **variables):
        return subprocess.run(
            [".venv/bin/python", "-m", "aws_organization.estate", *arguments],
            cwd=self.directory,
            env={**self.variables, "COLUMNS": "120", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
