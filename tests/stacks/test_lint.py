"""The app's last look at its own output."""

import json
from pathlib import Path

import pytest

from config import load
from stacks.app import synthesize
from stacks.judging import around, judge
from stacks.lint import lint
from stacks.output import read
from tests.organizations import SAMPLE

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def output(tmp_path):
    sample = load(SAMPLE)
    out = tmp_path / "cdktf.out"
    synthesize(sample, CHECKOUT / ".terraform.lock.hcl", ["production"], out)
    return sample, out


def look(organization, out):
    return lint(judge("production", read(out, "production"), around(organization)).findings)


def test_the_sample_has_nothing_to_refuse(output):
    assert look(*output) == []


@pytest.mark.row("A2", "C12")
def test_a_trust_that_lets_anybody_in_is_refused(output, capsys):
    sample, out = output
    path = out / "stacks/production/cdk.tf.json"
    stack = json.loads(path.read_text())
    name, role = next(iter(stack["resource"]["aws_iam_role"].items()))
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role["assume_role_policy"] = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    path.write_text(json.dumps(stack))
    with pytest.raises(SystemExit) as ended:
        look(sample, out)
    assert ended.value.code == 1
    assert name in capsys.readouterr().err
