"""A policy with more bytes than AWS takes becomes several that say the same, as far as a node has room for them."""

import pytest
import yaml

import config
from constructs_lib.policies.check import measure

pytestmark = pytest.mark.row("A7", "C7")


def scp(buckets, targets=("ou:workloads",), **more):
    resources = [f"arn:aws:s3:::bucket-{number:05}-with-a-long-name/*" for number in range(buckets)]
    statement = {"effect": "Deny", "actions": "s3:PutObject", "resources": resources}
    return yaml.safe_dump(
        {"type": "service_control_policy", "targets": list(targets), "statements": [statement], **more}
    )


def refused(directory):
    _, problems = config.examine(directory.path)
    return [str(problem) for problem in problems if problem.severity == "error"]


def test_what_fits_is_left_as_it_is(directory):
    directory.write("policies/buckets.yaml", scp(150))
    policy = config.load(directory.path).policies["buckets"]
    assert policy.parts == (policy,)


def test_what_does_not_is_divided(directory):
    directory.write("policies/buckets.yaml", scp(800, name="Buckets"))
    policy = config.load(directory.path).policies["buckets"]
    assert [(part.slug, part.name) for part in policy.parts] == [
        ("buckets", "Buckets"),
        ("buckets-2", "Buckets-2"),
        ("buckets-3", "Buckets-3"),
        ("buckets-4", "Buckets-4"),
    ]
    assert max(measure(part.content) for part in policy.parts) <= 10_240
    denied = [name for part in policy.parts for each in part.document.statements for name in each.resources]
    assert sorted(denied) == sorted(policy.document.statements[0].resources)
    assert len(denied) == 800


def test_its_parts_count_as_attached(directory):
    directory.write("policies/buckets.yaml", scp(800))
    for number in range(5):
        directory.write(f"policies/p{number}.yaml", scp(1))
    assert refused(directory) == []
    directory.write("policies/p5.yaml", scp(1))
    (message,) = refused(directory)
    assert "on ou:workloads: 11 policies of kind scp are attached, FullAWSAccess among them, and 10 may be" in message


def test_its_parts_have_names_of_their_own(directory):
    directory.write("policies/buckets.yaml", scp(300))
    directory.write("policies/buckets-2.yaml", scp(1, targets=["root"], name="Others"))
    (message,) = refused(directory)
    assert "the name 'buckets-2' again (first in policies/buckets" in message


def test_more_than_a_node_takes_is_refused(directory):
    directory.write("policies/buckets.yaml", scp(2500))
    (message,) = refused(directory)
    assert "The policy has 117,593 bytes of 10,240" in message
