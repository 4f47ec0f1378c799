"""Organizations that somebody made by hand, or Control Tower: taken over with imports only, while AWS refuses every write."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from estate.local import running_local_aws
from estate.paths import CHECKOUT
from estate.terraform.providers import environment
from tests.existing import organization_a, organization_b, organization_c

pytestmark = [pytest.mark.e2e, pytest.mark.row("E4")]


class Adopting:
    """An organization on a local AWS, and the configuration that is written of it."""

    def __init__(self, directory: Path, local) -> None:
        self.directory, self.local = directory, local
        self.config = directory / "config"

    def estate(self, *arguments: str, code: int = 0) -> str:
        base = {**os.environ, "ESTATE_CONFIG": str(self.config), "CDKTF_OUTDIR": str(self.directory / "cdktf.out")}
        finished = subprocess.run(
            [sys.executable, "-m", "estate", *arguments],
            cwd=CHECKOUT,
            env=environment(self.local.environment(base, region="eu-central-1")),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == code, finished.stdout + finished.stderr
        return finished.stdout

    def snapshot(self, name: str) -> dict:
        """What the organization is like, as `estate adopt` reads it."""
        into = self.directory / name
        into.mkdir()
        kept = self.directory / f"{name}.json"
        self.estate("adopt", "--into", str(into), "--keep", str(kept))
        return json.loads(kept.read_text())


@contextmanager
def adopting(directory, build):
    with running_local_aws() as local:
        build(local.endpoint)
        yield Adopting(directory, local)


@pytest.mark.parametrize(
    ("build", "imports"),
    [
        # the organization, 3 OUs, 6 accounts, 2 policies at 3 places, 1 administrator
        pytest.param(organization_a.build, 16, id="by hand"),
        # the organization and 1 administrator; OUs, accounts and guardrails are Control Tower's
        pytest.param(organization_b.build, 2, id="like Control Tower"),
        # the organization, 6 OUs, 20 accounts, 3 policies at 4 places, RAM sharing, 1 administrator; 2 users, 3 groups with 4
        # members, 2 permission sets with 4 policies and 34 assignments
        pytest.param(organization_c.build, 85, id="with people"),
    ],
)
def test_an_organization_is_taken_over_and_nothing_is_changed(tmp_path, build, imports):
    with adopting(tmp_path, build) as it:
        before = it.snapshot("before")
        shutil.copytree(tmp_path / "before", it.config)
        assert "No errors." in it.estate("check")
        it.local.fault(code="AccessDeniedException", message="Nothing may be written.", writes=True)
        assert f"{imports} to import, 0 to add, 0 to change, 0 to destroy" in it.estate("plan", "management")
        it.estate("deploy", "management", "--yes")
        it.estate("lock")
        assert "existing:" not in (it.config / "organization.lock.yaml").read_text()
        assert "no changes" in it.estate("plan", "management")
        it.local.clear_faults()
        assert it.snapshot("after") == before
