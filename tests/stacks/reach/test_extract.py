"""What is read of the stacks is all that the answers follow from."""

import copy

import pytest

from config.controls import Chains
from stacks.reach import world as reading
from stacks.reach.extract import digest_of, extract
from stacks.reach.jewels import jewels
from stacks.reach.paths import Paths
from stacks.reach.questions import Questions
from stacks.reach.world import World
from tests.estate.access.worlds import leading

pytestmark = pytest.mark.row("E7")


def answers(sample, synthesized):
    questions = Questions(World(Chains(sample), synthesized))
    world = questions.world
    return {
        "identities": {name: vars(each) for name, each in world.identities.items()},
        "becomes": world.becomes,
        "groups": world.groups,
        "resources": world.resources,
        "owners": {arn: world.owner_of(arn) for arn in world.resources},
        "jewels": list(jewels(world)),
        "into": questions.graph.into,
        "leading": leading(questions.graph),
        "ways": list(Paths(questions).reached()),
    }


def test_the_whole_json_gives_the_same_answers(sample, synthesized, monkeypatch):
    read = answers(sample, synthesized)
    left_out = {
        type_
        for config in synthesized.values()
        for type_ in config["resource"].keys() - extract(config)["resource"].keys()
    }
    assert {"aws_budgets_budget", "aws_subnet"} <= left_out
    monkeypatch.setattr(reading, "extract", dict)
    assert read == answers(sample, synthesized)


def test_what_a_policy_names_is_read_with_it():
    topic = {
        "aws_sns_topic": {"alerts": {"name": "alerts"}},
        "aws_lambda_alias": {"live": {"name": "${aws_lambda_function.f.id}"}},
    }
    config = {
        "resource": {
            **topic,
            "aws_lambda_function": {"f": {"function_name": "f"}, "g": {"function_name": "g"}},
            "aws_iam_role_policy": {"p": {"policy": "${aws_lambda_alias.live.arn}"}},
        }
    }
    read = extract(config)["resource"]
    assert read == {**config["resource"], "aws_lambda_function": {"f": {"function_name": "f"}}}


def test_what_a_looked_up_document_names_is_read_with_it():
    config = {
        "data": {"aws_iam_policy_document": {"d": {"statement": [{"resources": ["${aws_lambda_function.f.arn}"]}]}}},
        "resource": {"aws_lambda_function": {"f": {"function_name": "f"}, "g": {"function_name": "g"}}},
    }
    assert extract(config)["resource"] == {"aws_lambda_function": {"f": {"function_name": "f"}}}


def test_the_digest_changes_with_the_order():
    """Of two resources that say the same of something, their order says which counts."""
    first, second = ({"aws_iam_role": {key: {"name": "R"} for key in keys}} for keys in ("ab", "ba"))
    assert digest_of({"resource": first}) != digest_of({"resource": second})


@pytest.mark.parametrize(
    ("type_", "argument", "same"),
    [
        ("aws_budgets_budget", "limit_amount", True),
        ("aws_iam_role", "assume_role_policy", False),
        ("aws_s3_bucket_policy", "policy", False),
        ("aws_kms_key", "policy", False),
    ],
)
def test_the_digest_changes_with_rights_only(synthesized, type_, argument, same):
    changed = copy.deepcopy(synthesized["production"])
    block = next(iter(changed["resource"][type_].values()))
    block[argument] = f"{block[argument]} "
    assert (digest_of(changed) == digest_of(synthesized["production"])) is same


def test_the_digest_changes_with_the_account(synthesized):
    changed = copy.deepcopy(synthesized["production"])
    changed["provider"]["aws"][0]["allowed_account_ids"] = ["123456789012"]
    assert digest_of(changed) != digest_of(synthesized["production"])
