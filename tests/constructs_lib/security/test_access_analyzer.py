import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.security.access_analyzer import AccessAnalyzerConstruct, ArchiveRule
from tests.template import synth


def build(stack, **changes):
    return AccessAnalyzerConstruct(stack, "analyzer", **{"name": "organization", "kind": "external", **changes})


@pytest.mark.row("C6")
@pytest.mark.parametrize(
    ("kind", "organization", "type_"),
    [
        ("external", True, "ORGANIZATION"),
        ("external", False, "ACCOUNT"),
        ("unused", True, "ORGANIZATION_UNUSED_ACCESS"),
        ("unused", False, "ACCOUNT_UNUSED_ACCESS"),
    ],
)
def test_kind_and_scope_make_the_type(kind, organization, type_):
    analyzer = synth(lambda stack: build(stack, kind=kind, organization=organization)).only(
        "aws_accessanalyzer_analyzer"
    )
    assert analyzer["type"] == type_
    assert ("configuration" in analyzer) == (kind == "unused")


def test_unused_access_has_an_age_and_excluded_accounts():
    analyzer = synth(
        lambda stack: build(stack, kind="unused", unused_after_days=30, excluded_account_ids=["999999999999"])
    ).only("aws_accessanalyzer_analyzer")
    unused = analyzer["configuration"]["unused_access"]
    assert unused["unused_access_age"] == 30
    assert unused["analysis_rule"] == {"exclusion": [{"account_ids": ["999999999999"]}]}


def test_expected_findings_are_filed_away():
    rule = synth(
        lambda stack: build(stack, archive_rules={"audit": ArchiveRule({"principal.AWS": ["444444444444"]})})
    ).only("aws_accessanalyzer_archive_rule")
    assert rule["rule_name"] == "audit"
    assert rule["filter"] == [{"criteria": "principal.AWS", "eq": ["444444444444"]}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "internal"}, "kind is 'internal'"),
        ({"kind": "unused", "unused_after_days": 400}, "unused_after_days is 400"),
        ({"excluded_account_ids": ["999999999999"]}, "none for external access"),
    ],
)
def test_what_the_analyzer_cannot_do_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
