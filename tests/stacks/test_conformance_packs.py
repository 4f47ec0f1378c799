"""Conformance packs: off in the sample; on, the security account puts them into every account that has a recorder."""

import pytest

from config import ConfigError
from tests.stacks.test_switches import resources

pytestmark = pytest.mark.row("C6")

TEMPLATE = "Resources:\n  Encrypted:\n    Type: AWS::Config::ConfigRule\n"


@pytest.fixture
def packed(synthesize_changed, tmp_path):
    def run(template=TEMPLATE, *, recorders=None, **pack):
        def change(data):
            directory = tmp_path / "config/policies/documents"
            directory.mkdir(exist_ok=True)
            (directory / "encryption.yaml").write_text(template)
            data["security"]["config"]["conformance_packs"] = {
                "Encryption": {"template": "documents/encryption.yaml", **pack}
            }
            if recorders is not None:
                data["defaults"]["config_recorder"] = recorders

        return synthesize_changed(change, ["security"])["security"]

    return run


def test_they_are_in_every_governed_region_and_nothing_else_changes(synthesized, packed):
    before, after = resources(synthesized["security"]), resources(packed(parameters={"a": "1"}))
    added = after.keys() - before.keys()
    assert {one.partition("_Encryption_")[0] for one in added} == {
        "aws_config_organization_conformance_pack.conformance-packs-eu-central-1",
        "aws_config_organization_conformance_pack.conformance-packs-us-east-1",
    }
    assert {address: body for address, body in after.items() if address not in added} == before


def test_accounts_that_are_excluded_do_not_have_them(packed):
    (pack, *_) = packed(excluded=["account:staging"])["resource"]["aws_config_organization_conformance_pack"].values()
    assert len(pack["excluded_accounts"]) == 1


def test_nobody_has_them_where_nobody_records(packed):
    stack = packed(recorders={"enabled": False})
    assert "aws_config_organization_conformance_pack" not in stack["resource"]


@pytest.mark.parametrize("template", ["a: b\n", "Resources: {}\n" + "#" * 51200])
def test_what_is_no_template_or_too_long_is_refused(packed, template):
    with pytest.raises(ConfigError, match=r"security\.config\.conformance_packs\.Encryption\.template"):
        packed(template)
