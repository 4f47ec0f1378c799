"""The sample organization, synthesized once."""

import json
from pathlib import Path

import pytest
import yaml

from config import load
from stacks.app import synthesize
from tests.organizations import SAMPLE, copy_sample

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sample():
    """The sample organization, as it is before its first deploy."""
    return load(SAMPLE)


@pytest.fixture(scope="session")
def synthesized(sample, tmp_path_factory):
    """Each stack's Terraform JSON, by name."""
    out = tmp_path_factory.mktemp("sample") / "cdktf.out"
    return _synthesize(sample, out)


@pytest.fixture
def synthesize_changed(tmp_path):
    """Synthesize some stacks of the sample, after functions have changed what its files say: organization.yaml if not said."""

    def run(change, only, file="organization.yaml", also=None):
        config = copy_sample(tmp_path / "config")
        for name, edit in {file: change, **(also or {})}.items():
            data = yaml.safe_load((config / name).read_text())
            edit(data)
            (config / name).write_text(yaml.safe_dump(data))
        return _synthesize(load(config), tmp_path / "cdktf.out", only)

    return run


def _synthesize(organization, out, only=()):
    synthesize(organization, CHECKOUT / ".terraform.lock.hcl", only, outdir=out)
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(out.glob("stacks/*/cdk.tf.json"))}
