"""The sample organization, synthesized once."""

import json
from pathlib import Path

import pytest

from config import load
from stacks.app import synthesize

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sample():
    """The sample organization, as it is before its first deploy."""
    return load(CHECKOUT / "config")


@pytest.fixture(scope="session")
def synthesized(sample, tmp_path_factory):
    """Each stack's Terraform JSON, by name."""
    out = tmp_path_factory.mktemp("sample") / "cdktf.out"
    synthesize(sample, CHECKOUT / ".terraform.lock.hcl", outdir=out)
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(out.glob("stacks/*/cdk.tf.json"))}
