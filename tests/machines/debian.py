"""A Python of Debian's unstable distribution, unpacked with the libraries it needs: nothing is installed, and apt-get needs no rights.

Of Debian's newest Pythons there are packages for its newest C library only. So the program runs by the loader that comes with them.
"""

import re
import shutil
import subprocess
from pathlib import Path

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SCRIPT = """#!/bin/sh
exec '{loader}' --library-path '{libraries}' --argv0 "$0" '{program}' "$@"
"""


def unpacked(version, home):
    """Unpack a Python.

    Args:
        version: As `3.14`.
        home: A directory to make, kept for the next time.

    Returns:
        The program; None if this machine cannot get it.
    """
    script = home / "usr" / "bin" / f"python{version}"
    program = script.with_suffix(f"{script.suffix}.program")
    if program.exists():
        return script
    if not shutil.which("apt-get") or not KEYS.is_file():
        return None
    shutil.rmtree(home, ignore_errors=True)
    for name in ("lists/partial", "archives/partial"):
        (home / "apt" / name).mkdir(parents=True)
    # Where Debian's packages come from is this machine's to say: another mirror keeps its address.
    sources = "".join(map(Path.read_text, sorted(Path("/etc/apt").glob("sources.list*/*.sources"))))
    uri = re.search(r"^URIs: (\S+/debian/?)$", sources, re.MULTILINE)
    if uri is None:
        return None
    (home / "apt" / "sources.list").write_text(f"deb [signed-by={KEYS}] {uri[1]} unstable main\n")
    (home / "apt" / "status").touch()
    settings = {
        "Dir::State::lists": home / "apt" / "lists",
        "Dir::State::status": home / "apt" / "status",
        "Dir::Cache": home / "apt",
        "Dir::Etc::sourcelist": home / "apt" / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]
    for command in (
        ["update"],
        ["install", "--yes", "--no-install-recommends", "--download-only", f"python{version}"],
    ):
        if subprocess.run([*apt, *command], capture_output=True, check=False).returncode:
            return None
    for package in sorted((home / "apt" / "archives").glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", package, home], check=True)
    shutil.rmtree(home / "apt")
    (loader,) = (home / "usr" / "lib").glob("*/ld-linux-*.so.*")
    script.rename(program)
    script.write_text(SCRIPT.format(loader=loader, libraries=loader.parent, program=program))
    script.chmod(0o755)
    return script
