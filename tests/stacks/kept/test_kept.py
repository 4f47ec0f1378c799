"""Which stacks are made again, and which are not."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from stacks.asked import Asked
from stacks.kept.run import Run
from tests.organizations import SAMPLE, copy_sample, write_organization

CHECKOUT = Path(__file__).parents[3]
pytestmark = pytest.mark.row("E11")


@pytest.fixture
def organization(tmp_path):
    return write_organization(tmp_path / "organization", 6)


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_nothing_is_made_again_if_nothing_changed(app, organization, tmp_path):
    first, made, _ = app.run(organization, tmp_path / "first")
    assert len(made) == 6
    assert app.run(organization, tmp_path / "first") == (first, [], True)
    assert app.run(organization, tmp_path / "elsewhere") == (first, [], True)
    assert app.run(organization, tmp_path / "uncached", cached=False)[0] == first


def test_what_is_known_is_told_by_digests(app, organization, tmp_path):
    asked = Asked(organization, (), CHECKOUT, tmp_path / "out", app.cache, digests=tmp_path / "digests.json")
    assert not Run(asked).repeat()
    written, _, _ = app.run(organization, tmp_path / "first")
    assert Run(asked).repeat()
    assert not asked.out.exists()
    assert json.loads(asked.digests.read_text()) == {
        name.split("/")[1]: sha256(content).hexdigest()
        for name, content in written.items()
        if name.endswith("cdk.tf.json")
    }


def test_comments_and_order_change_no_stack(app, organization, tmp_path):
    first, _, _ = app.run(organization, tmp_path / "out")
    edit(organization / "organization.yaml", "name: Generated", "# ours\nname: Generated")
    assert app.run(organization, tmp_path / "out") == (first, [], False)


def test_an_accounts_own_settings_are_its_own(app, organization, tmp_path):
    app.run(organization, tmp_path / "out")
    with (organization / "accounts" / "workload-0001.yaml").open("a") as file:
        file.write("settings:\n  budget:\n    limit: 7\n    emails: [a@example.com]\n")
    # Execution roles are permitted what any member account needs: so the first budget of all is no private matter.
    assert len(app.run(organization, tmp_path / "out")[1]) == 5
    edit(organization / "accounts" / "workload-0001.yaml", "limit: 7", "limit: 8")
    found, made, _ = app.run(organization, tmp_path / "out")
    assert made == ["workload-0001"]
    assert found == app.run(organization, tmp_path / "uncached", cached=False)[0]


def test_a_new_account_concerns_those_that_know_all_accounts(app, organization, tmp_path):
    app.run(organization, tmp_path / "out")
    write_organization(organization, 7)
    found, made, _ = app.run(organization, tmp_path / "out")
    # The management account makes it; roles of the security account may go there.
    assert made == ["management", "security", "workload-0002"]
    assert found == app.run(organization, tmp_path / "uncached", cached=False)[0]


def test_ids_concern_those_that_use_them(app, organization, tmp_path):
    lock = organization / "organization.lock.yaml"
    ids = "organization_id: o-a1b2c3d4e5\nroot_id: r-ab12\nmanagement_account_id: '111111111111'\naccounts:\n"
    ids += "".join(
        f"  {slug}: '22222222222{number}'\n"
        for number, slug in enumerate(("network", "security", "terraform", "workload-0000", "workload-0001"))
    )
    lock.write_text(ids)
    app.run(organization, tmp_path / "out")
    lock.write_text(ids + "  workload-0002: '333333333333'\n")
    write_organization(organization, 7)
    found, made, _ = app.run(organization, tmp_path / "out")
    assert made == ["management", "security", "workload-0002"]
    assert found == app.run(organization, tmp_path / "uncached", cached=False)[0]


def test_back_and_forth(app, organization, tmp_path):
    """Two branches, taken in turn, are both kept."""
    first, _, _ = app.run(organization, tmp_path / "out")
    edit(organization / "organization.yaml", "slug: generated", "slug: other")
    second, made, _ = app.run(organization, tmp_path / "out")
    assert made
    edit(organization / "organization.yaml", "slug: other", "# again\nslug: generated")
    assert app.run(organization, tmp_path / "out") == (first, [], False)
    edit(organization / "organization.yaml", "slug: generated", "slug: other")
    assert app.run(organization, tmp_path / "out") == (second, [], False)


def test_some_stacks_only(app, organization, tmp_path):
    whole, _, _ = app.run(organization, tmp_path / "out")
    found, made, _ = app.run(organization, tmp_path / "some", "network", "security")
    assert made == []
    assert found == {
        **{name: whole[name] for name in found},
        "manifest.json": app.run(organization, tmp_path / "uncached", "network", "security", cached=False)[0][
            "manifest.json"
        ],
    }


def test_other_code_makes_all_stacks_again(app, organization, tmp_path, monkeypatch):
    app.run(organization, tmp_path / "out")
    monkeypatch.setattr("stacks.kept.sources.code", lambda repository: f"other code of {repository}")
    assert len(app.run(organization, tmp_path / "out")[1]) == 6


def test_a_text_that_was_lost_is_made_again(app, organization, tmp_path):
    first, _, _ = app.run(organization, tmp_path / "out")
    store = next(app.cache.iterdir())
    content = bytearray(store.read_bytes())
    for place in range(8192, len(content), 1024):  # some pages of SQLite's own, most of them of contents
        content[place] ^= 0xFF
    store.write_bytes(content)
    assert app.run(organization, tmp_path / "elsewhere")[0] == first
    store.write_bytes(b"no database at all" * 1000)
    assert app.run(organization, tmp_path / "another") == (first, sorted(_accounts(organization)), False)
    assert app.run(organization, tmp_path / "another") == (first, [], True)


def test_what_was_changed_by_hand_in_the_output_is_written_again(app, organization, tmp_path):
    first, _, _ = app.run(organization, tmp_path / "out")
    (tmp_path / "out/stacks/network/cdk.tf.json").write_text("{}")
    (tmp_path / "out/stacks/network/.terraform.lock.hcl").unlink()
    assert app.run(organization, tmp_path / "out") == (first, [], True)


def test_no_cache_can_be_made(app, organization, tmp_path):
    app.cache = Path("/dev/null/cache")
    first, made, _ = app.run(organization, tmp_path / "out")
    assert len(made) == 6
    assert app.run(organization, tmp_path / "out") == (first, made, False)


def _accounts(organization):
    return [path.stem for path in (organization / "accounts").iterdir()]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Run main.py on the sample."""
    base = tmp_path_factory.mktemp("program")

    def run(name, **environment):
        out = base / name
        done = subprocess.run(
            [sys.executable, CHECKOUT / "main.py"],
            env={**os.environ, "CDKTF_OUTDIR": str(out), "ESTATE_CONFIG": str(SAMPLE), **environment},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    return run


def test_two_processes_at_once_and_then_without_node(program, tmp_path):
    """With everything kept, no JavaScript runs: there is none."""
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(program, name, ESTATE_CACHE=str(tmp_path / "cache")) for name in ("one", "other")]
        uncached = pool.submit(program, "uncached", ESTATE_CACHE="0")
        first, second = (run.result() for run in runs)
    assert first == second == uncached.result()
    assert program("again", ESTATE_CACHE=str(tmp_path / "cache"), PATH="/nowhere") == first


def test_switched_off_nothing_is_kept(app, tmp_path):
    directory = copy_sample(tmp_path / "sample")
    app.run(directory, tmp_path / "out", "network", cached=False)
    assert not app.cache.exists()


OWN = """\
from config.capabilities.capability import constructs

OWN = constructs(
    "own", build="extensions.building:add", on=["account:network"], types={"aws_sqs_queue"}, cost=("Each message.",)
)
"""
BUILDING = """\
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

NAME = "first"


def add(stack, account):
    SqsQueue(stack, "own", name=NAME)
"""


@pytest.mark.row("E6")
def test_extensions_are_looked_at_too(program, tmp_path):
    """What one of them takes from elsewhere may change without a sign: so nothing of it is kept."""
    own = tmp_path / "extensions"
    shutil.copytree(CHECKOUT / "tests" / "extensions", own)  # those of the sample
    (own / "own.py").write_text(OWN)
    (own / "building.py").write_text(BUILDING)
    given = {
        "ESTATE_CACHE": str(tmp_path / "cache"),
        "ESTATE_EXTENSIONS": str(own),
        "ESTATE_STACKS": "network",
        "PYTHONPATH": str(tmp_path),
    }

    def queue(name, **more):
        text = program(name, **given, **more)["stacks/network/cdk.tf.json"]
        return json.loads(text)["resource"]["aws_sqs_queue"]["own"]["name"]

    assert queue("extended") == "first"
    assert queue("extended again", PATH="/nowhere") == "first"
    edit(own / "building.py", '"first"', '"second"')
    assert queue("edited") == "second"
    edit(own / "building.py", 'NAME = "second"', "from elsewhere import NAME")
    for name in ("third", "fourth"):
        (tmp_path / "elsewhere.py").write_text(f"NAME = {name!r}\n")
        assert queue(name) == name
