"""`estate migrate cdktn`: a repository of CDKTF becomes one of CDK Terrain, with packages from a directory in an index's place."""

import json
import re
import site

import pytest

from tests.deployment import run
from tests.packages import CHECKOUT, FOR_CDKTN, Repository, build_wheels, install

BASE = CHECKOUT / ".tools" / "bases" / "cdktn"


@pytest.fixture(scope="module")
def wheels_for_cdktn(tmp_path_factory):
    return build_wheels(tmp_path_factory.mktemp("cdktn"), sources=FOR_CDKTN)


@pytest.fixture(scope="module")
def repository(wheels, wheels_for_cdktn, tmp_path_factory):
    assert BASE.with_suffix(".done").is_file(), "Bindings of other bases are missing: run `make setup`."
    (packages,) = BASE.glob("lib/python*/site-packages")
    environment = install(tmp_path_factory.mktemp("environment") / "venv", wheels).parents[1]
    made = Repository(tmp_path_factory.mktemp("team") / "our organization", environment)
    made.variables |= {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels_for_cdktn[0].parent),
        "PYTHONPATH": f"{packages}:{site.getsitepackages()[0]}",
    }
    pipfile = made.directory / "Pipfile"
    pipfile.write_text(pipfile.read_text() + '\n# ours\nrequests = "*"\n')
    (made.directory / "extensions" / "queues.py").write_text(
        "import cdktf\nfrom cdktf_cdktf_provider_aws.sqs_queue import SqsQueue  # cdktf.json\n\nMADE = (cdktf.App, SqsQueue)\n"
    )
    return made


def recorded(repository):
    """What `make record` writes: the repository's own snapshots."""
    run(
        ".venv/bin/python",
        "-m",
        "pytest",
        "-q",
        "tests",
        "--snapshot-update",
        cwd=repository.directory,
        env=repository.variables,
    )
    found = (repository.directory / "tests" / "recorded").rglob("*")
    return {path.name: path.read_text() for path in found if path.is_file()}


def contents(repository):
    left_out = {".estate", ".venv", "node_modules", "cdktf.out"}
    return {
        path.relative_to(repository.directory).as_posix(): path.read_bytes()
        for path in repository.directory.rglob("*")
        if path.is_file()
        and path.parent.name != "__pycache__"
        and path.relative_to(repository.directory).parts[0] not in left_out
    }


@pytest.mark.row("E9")
def test_it_tells_then_writes_and_the_stacks_stay_the_same(repository, wheels_for_cdktn, tmp_path_factory):
    records = recorded(repository)
    before = contents(repository)
    told = repository.estate("migrate", "cdktn")
    assert told.returncode == 0, told.stdout + told.stderr
    assert contents(repository) == before
    stacks = len(list(repository.directory.glob("config/accounts/*.yaml")))
    assert f"Stacks: {stacks} of {stacks} stacks stay the same\n" in told.stdout
    assert told.stdout.endswith("Nothing was written. `estate migrate cdktn --write` writes it.\n")

    wrote = repository.estate("migrate", "cdktn", "--write")
    assert wrote.returncode == 0, wrote.stderr
    after = contents(repository)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {
        ".estate-init.json",
        ".terraform.lock.hcl",
        "Pipfile",
        "README.md",
        "extensions/inbox/stack.py",
        "extensions/queues.py",
        "package-lock.json",
        "package.json",
    }
    assert after["extensions/queues.py"].decode() == (
        "import cdktn as cdktf\nfrom cdktn_provider_aws.sqs_queue import SqsQueue  # cdktf.json\n\nMADE = (cdktf.App, SqsQueue)\n"
    )
    assert "Node 20 to 26" in before["README.md"].decode()
    assert "Node 22.19 to 26" in after["README.md"].decode()
    pipfile = after["Pipfile"].decode()
    assert 'aws-organization-cdktn = {version = "==' in pipfile
    assert '\ncdktn-provider-aws = "==25.8.1"\n' in pipfile
    assert '\ncdktn = "python -m aws_organization.estate.cdktf"\n' in pipfile
    assert pipfile.endswith('# ours\nrequests = "*"\n')
    assert not re.findall(r"cdktf-cdktf|organization-cdktf", pipfile)
    assert json.loads(after["package.json"])["devDependencies"] == {"cdktn-cli": "0.24.0"}

    # As `make setup` would install it: the repository synthesizes, and has nothing left to move or to upgrade.
    (packages,) = BASE.glob("lib/python*/site-packages")
    repository.use(install(tmp_path_factory.mktemp("after") / "venv", wheels_for_cdktn, packages).parents[1])
    run(".venv/bin/python", "main.py", cwd=repository.directory, env=repository.variables)
    network = json.loads((repository.directory / "cdktf.out/stacks/network/cdk.tf.json").read_text())
    assert network["terraform"]["required_providers"]["aws"] == {"source": "hashicorp/aws", "version": "6.69.1"}
    announced = {('"source": "aws",', '"source": "hashicorp/aws",'), ('"version": "5.100.0"', '"version": "6.69.1"')}
    found = recorded(repository)
    assert found.keys() == records.keys()
    assert {
        (old.strip(), new.strip())
        for name, text in records.items()
        for old, new in zip(text.splitlines(), found[name].splitlines(), strict=True)
        if old != new
    } == announced
    assert re.fullmatch(r"Version \S+: nothing changes\.\n", repository.estate("upgrade").stdout)
    again = repository.estate("migrate", "cdktn")
    assert again.returncode == 1
    assert "This is the app for CDK Terrain already." in again.stderr
