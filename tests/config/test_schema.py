"""The committed JSON Schemas are those of the models, and the sample's files follow them."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from config import schema
from tests.organizations import SAMPLE

CONFIG = Path(schema.__file__).parent
FILES = sorted([*SAMPLE.glob("*.yaml"), *SAMPLE.glob("accounts/*.yaml"), *SAMPLE.glob("policies/*.yaml")])


@pytest.mark.parametrize(("name", "text"), schema.schemas().items())
def test_they_are_schemas(name, text):
    assert (schema.DIRECTORY / name).is_file()
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_names_the_schema_that_it_follows(file):
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text(encoding="utf-8"))
    assert named, "the first line names the schema"
    place = CONFIG / file.relative_to(SAMPLE).parent  # where the sample's original is
    validator = jsonschema.Draft202012Validator(json.loads((place / named[1]).read_text(encoding="utf-8")))
    validator.validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("account", "nmae: x"),
        ("account", "name: x\nsettings: {netwrok: {}}"),
        ("account", "name: x\nsettings: {network: {cidr: here}}"),
        ("organization", "name: x\nslug: X\nemail: a+{account}@b.c\nregions: {home: us-east-1}"),
        ("organization", "name: x\nslug: x\nemail: a+{account}@b.c\nregions: {home: us-east-1}\ndefaults: {x: 1}"),
        ("policy", "type: x"),
    ],
)
def test_editors_see_mistakes(name, text):
    validator = jsonschema.Draft202012Validator(json.loads(schema.schemas()[f"{name}.schema.json"]))
    assert not validator.is_valid(yaml.safe_load(text))


def test_settings_of_one_level_may_be_incomplete():
    validator = jsonschema.Draft202012Validator(json.loads(schema.schemas()["account.schema.json"]))
    validator.validate({"name": "x", "settings": {"network": {"enabled": False}}})
