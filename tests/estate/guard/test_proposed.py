"""A change of the guard's own rules is read as data, and said."""

import shutil

import pytest

from estate.guard.proposed import PLACE, as_markdown, proposed_rules, weaker_rules
from estate.guard.rule import RULES, Kind, rules


@pytest.fixture
def change(tmp_path):
    """A checkout of a change, with the rules as they are."""
    shutil.copytree(RULES, tmp_path / PLACE)
    return tmp_path


def edit(change, kind, old, new):
    path = change / PLACE / f"{kind}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.row("E2")
def test_rules_as_they_are_say_nothing(change):
    assert proposed_rules(change) == rules()
    assert as_markdown(change) == ""


@pytest.mark.row("E2")
@pytest.mark.parametrize("kind", list(Kind))
def test_rules_that_are_emptied_are_said(change, kind):
    (change / PLACE / f"{kind}.toml").write_text("")
    assert f"the guard can judge no plan at all: The guard has no rules about {kind}" in as_markdown(change)


def test_rules_that_are_gone_are_said(tmp_path):
    assert "can judge no plan at all" in as_markdown(tmp_path)


def test_a_link_is_not_followed(change):
    path = change / PLACE / "audit.toml"
    path.unlink()
    path.symlink_to(RULES / "audit.toml")
    assert "no rules about audit" in as_markdown(change)


@pytest.mark.row("E2")
@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("audit", '[[rule]]\nname = "trail-gone"', '[[rule]]\nname = "trail-lost"', "trail-gone is taken out"),
        (
            "audit",
            'weakens = "gone"\nnoun = "a trail"',
            'weakens = "gone"\nseverity = "say"\nnoun = "a trail"',
            "only says",
        ),
        ("organization", "approvable = false", "", "organization-gone can be lifted by an approval"),
        ("audit", 'created = "stop"', "", "lets more pass that is new"),
        ("audit", '"is_organization_trail", ', "", "trail-off loses the attributes is_organization_trail"),
        ("audit", '["aws_cloudtrail", "aws_cloudtrail_event_data_store"]', '["aws_cloudtrail"]', "loses the types"),
        ("audit", '"authenticated-read", ', "", "bucket-acl loses the values authenticated-read"),
        ("audit", "[true]", "[true, false]", "bucket-gone has another unless"),
        (
            "audit",
            'attributes = ["suspend"]\nweakens = "on"',
            'attributes = ["suspend"]\nweakens = "off"',
            "has another weakens",
        ),
    ],
)
def test_a_rule_that_is_weaker_is_said(change, kind, old, new, said):
    edit(change, kind, old, new)
    assert said in as_markdown(change)


def test_a_rule_that_is_stronger_is_not(change):
    edit(change, "identity", 'name = "policy-widened"', 'name = "policy-widened" # more')
    edit(
        change,
        "audit",
        'types = ["aws_s3_bucket"]\nweakens = "gone"',
        'types = ["aws_s3_bucket", "aws_s3_directory_bucket"]\nweakens = "gone"',
    )
    assert weaker_rules(change) == ()
