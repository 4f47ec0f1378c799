"""The guard's rules as data."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from estate.guard.page import page
from estate.guard.rule import RULES, Kind, RulesError, read_rules, rules
from estate.paths import CHECKOUT
from estate.terraform.providers import environment
from tests.template import type_of

HERE = Path(__file__).parent
# What the provider that plans here does not have, and that of CDK Terrain's bindings does.
OF_PROVIDER_6 = {
    "aws_ec2_allowed_images_settings",
    "aws_organizations_aws_service_access",
    "aws_securityhub_account_v2",
    "aws_securityhub_aggregator_v2",
    "aws_vpc_encryption_control",
}
UNWATCHED = yaml.safe_load((HERE / "unwatched.yaml").read_text())


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """What the provider knows of each resource type."""
    directory = tmp_path_factory.mktemp("schemas")
    wanted = {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}
    (directory / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": wanted}}))

    def terraform(*arguments):
        line = ["terraform", *arguments]
        return subprocess.run(line, cwd=directory, env=environment(), check=True, capture_output=True, text=True).stdout

    terraform("init", "-input=false")
    (provider,) = json.loads(terraform("providers", "schema", "-json"))["provider_schemas"].values()
    return {name: schema["block"] for name, schema in provider["resource_schemas"].items()}


def has(block, path):
    first, _, rest = path.partition(".")
    if first in block.get("attributes", {}):
        return True
    inner = block.get("block_types", {}).get(first)
    return inner is not None and (not rest or has(inner["block"], rest))


@pytest.mark.row("E2")
def test_rules_are_about_what_the_provider_has(schemas):
    newer = {type_ for rule in rules() for type_ in rule.types if type_ not in schemas}
    assert newer == OF_PROVIDER_6
    bindings = (CHECKOUT / ".tools/bases/cdktn").glob("lib/python*/site-packages/cdktn_provider_aws/*/__init__.py")
    assert newer <= {f"aws_{path.parent.name}" for path in bindings}, "or `make setup` has not run"
    idle = [
        (rule.name, type_)
        for rule in rules()
        for type_ in rule.types
        if rule.attributes and not any(has(schemas[type_], path) for path in rule.attributes)
    ]
    assert idle == []
    nowhere = [
        (rule.name, path)
        for rule in rules()
        for path in (*rule.attributes, *rule.unless)
        if not any(has(schemas[type_], path) for type_ in rule.types)
    ]
    assert nowhere == []


@pytest.mark.row("E2")
def test_every_type_of_the_library_is_watched_or_has_a_reason_not_to_be():
    sources = [
        path.read_text(encoding="utf-8") for room in ("constructs_lib", "stacks") for path in Path(room).rglob("*.py")
    ]
    imports = (name for text in sources for name in re.findall(r"cdktf_cdktf_provider_aws\.(\w+) import", text))
    made = {type_of(name) for name in imports if not name.startswith("data_") and name != "provider"}
    assert len(made) > 100
    watched = {type_ for rule in rules() for type_ in rule.types}
    assert made - watched == set(UNWATCHED) & made
    assert set(UNWATCHED) <= made, "these are watched, or not made any more"


def test_a_guard_without_rules_does_not_judge():
    files = {path.stem: path.read_text(encoding="utf-8") for path in RULES.glob("*.toml")}
    assert read_rules(files) == rules()
    for kind in Kind:
        with pytest.raises(RulesError, match=f"no rules about {kind}"):
            read_rules({**files, kind: ""})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]", "cannot be read"),
        ('[[rule]]\nname = "a"\nweakens = "sideways"\nwhy = "It does."', "cannot be read"),
        (
            '[[rule]]\nname = "a"\nweakens = "off"\ntypes = ["aws_vpc"]\nwhy = "It does."',
            "attributes are for directions",
        ),
        (
            '[[rule]]\nname = "a"\nweakens = "falls"\ntypes = ["a"]\nattributes = ["b"]\nwhy = "It does."',
            "needs an order",
        ),
        ('[[rule]]\nname = "a"\nweakens = "gone"\nwhy = "It does."', "needs types"),
        ('[[rule]]\nname = "trail-gone"\ntypes = ["a"]\nweakens = "gone"\nwhy = "It does."', "twice: trail-gone"),
    ],
)
def test_mistakes_in_rules_are_told(text, said):
    files = {path.stem: path.read_text(encoding="utf-8") for path in RULES.glob("*.toml")}
    with pytest.raises(RulesError, match=said):
        read_rules({**files, "plan": text})


def test_the_page_is_not_stale():
    assert Path("docs/guard.md").read_text(encoding="utf-8") == page(), "run: python -m estate.guard"
