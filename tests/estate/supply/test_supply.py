"""Licences, updates, providers: what the project is made of."""

import json
import re
import tomllib
from importlib import resources

import jsonschema
import pytest

from estate.paths import CHECKOUT
from estate.pipeline.steps import TERRAFORM_SHA256
from estate.supply.licences import Package, packages, problems
from estate.supply.sbom import sbom

ALLOWED = {
    "allowed": ["MIT", "Apache-2.0", "BSD-3-Clause"],
    "called": {"MIT License": "MIT"},
    "known": {"python": {"silent": "MIT"}},
}


@pytest.mark.parametrize(
    ("licence", "good"),
    [
        ("MIT", True),
        ("MIT License", True),
        ("GPL-3.0-only", False),
        ("", False),
        ("(MIT OR GPL-3.0-or-later)", True),
        ("GPL-2.0 OR GPL-3.0", False),
        ("BSD-3-Clause AND MIT", True),
        ("BSD-3-Clause AND GPL-3.0", False),
        ("MITX", False),
    ],
)
def test_licences_are_those_of_the_list(licence, good):
    assert (problems(iter([Package("python", "p", licence)]), ALLOWED) == []) is good


def test_a_package_that_says_nothing_has_what_the_list_says():
    assert problems(iter([Package("python", "silent", "")]), ALLOWED) == []
    assert problems(iter([Package("npm", "silent", "")]), ALLOWED) == ["npm silent: no licence is named"]


@pytest.mark.row("E2")
def test_all_locked_packages_have_allowed_licences():
    found = list(packages())
    assert {package.kind for package in found} == {"python", "npm"}
    assert problems(iter(found), tomllib.loads((CHECKOUT / "licences.toml").read_text())) == []


def test_renovates_configuration_is_valid_and_finds_what_it_is_for():
    found = json.loads((CHECKOUT / "renovate.json").read_text())
    schema = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "renovate.json"
    jsonschema.validators.validator_for(json.loads(schema.read_text()))(json.loads(schema.read_text())).validate(found)
    for manager, count in zip(found["customManagers"], (5, 1, 1), strict=True):
        (path,) = manager["managerFilePatterns"]
        (pattern,) = manager["matchStrings"]
        text = (CHECKOUT / path).read_text()
        assert len(re.findall(pattern.replace("(?<", "(?P<"), text)) == count, path


@pytest.mark.row("E2")
def test_the_provider_is_locked_for_every_platform():
    """`zh:` is the hash of a platform's package as HashiCorp publishes it: one for each of the 15 that 5.100.0 has."""
    text = (CHECKOUT / ".terraform.lock.hcl").read_text()
    assert 'version     = "5.100.0"' in text
    assert len(set(re.findall(r'"zh:([0-9a-f]{64})"', text))) == 15
    assert set(TERRAFORM_SHA256) == {"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"}


@pytest.mark.row("E2")
def test_the_list_of_packages_names_all_that_is_locked():
    found = sbom()
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    refs = [component["bom-ref"] for component in found["components"]]
    assert len(refs) == len(set(refs))
    python = json.loads((CHECKOUT / "Pipfile.lock").read_text())
    for section, scope in (("default", "required"), ("develop", "excluded")):
        for name, entry in python[section].items():
            if section == "develop" and name in python["default"]:
                continue
            (one,) = [each for each in found["components"] if each["bom-ref"].startswith(f"pkg:pypi/{name}@")]
            assert (one["version"], one["scope"]) == (entry["version"].removeprefix("=="), scope)
    named = set()
    for lock in ("package-lock.json", "estate/report/page/package-lock.json"):
        npm = json.loads((CHECKOUT / lock).read_text())["packages"]
        named |= {
            f"pkg:npm/{path.rpartition('node_modules/')[2]}@{node['version']}" for path, node in npm.items() if path
        }
    assert any(name.startswith("pkg:npm/preact@") for name in named)
    assert {ref.replace("%40", "@") for ref in refs if ref.startswith("pkg:npm/")} == named
    assert all(component["licenses"] for component in found["components"])
