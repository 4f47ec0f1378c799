"""The page about capabilities says what the code says."""

import re

import pytest

from config.capabilities.capability import FREE
from config.model.account import AccountFile
from config.model.approvals import ApprovalsFile
from config.model.policy import PolicyFile
from config.page import page
from config.registry import organization_model, parts, settings_model


def test_every_capability_says_what_it_costs():
    assert all(part.cost for part in parts())


def test_what_one_part_of_a_capability_costs_is_said_whatever_another_costs():
    lines = [line for line in page().splitlines() if line.startswith("**Cost**")]
    for part in parts():
        if part.cost != FREE:
            said = [line for line in lines if all(cost in line for cost in part.cost)]
            assert said, part.build
    assert not [line for line in lines if "Nothing." in line.partition(": ")[2].removeprefix("Nothing.")]


def test_every_capability_is_there_with_its_types():
    text = page()
    for capability in parts():
        section = text.partition(f"\n## {capability.name.partition('.')[0]}\n")[2].partition("\n## ")[0]
        assert section, capability.name
        assert all(f"`{type_}`" in section for type_ in capability.types), capability.name


def test_every_key_of_the_settings_is_explained():
    text = page()
    for key in settings_model().model_fields.keys() - {"region"}:
        assert f"\n## {key}\n" in text
    assert "| `network.subnets.<slug>.cidr` | text | **required** |" in text
    assert "| `network.enabled` | `true`, `false` | `true` |" in text
    assert "| `config_recorder.frequency` | `CONTINUOUS`, `DAILY` | `CONTINUOUS` |" in text
    assert "| `logging.alerts.emails` | list of text |" in text


def paths(schema, part, path, within=()):
    """Every key that a JSON Schema allows, as the page writes it."""
    name = part.get("$ref", "").rpartition("/")[2]
    if name in within:
        return
    part = schema["$defs"][name] if name else part
    within = (*within, name) if name else within
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from paths(schema, choice, path, within)
    for key, inner in part.get("properties", {}).items():
        nested = f"{path}.{key}" if path else key
        yield nested
        yield from paths(schema, inner, nested, within)
    if "$comment" not in part and isinstance(inner := part.get("additionalProperties"), dict):
        yield from paths(schema, inner, f"{path}.<slug>", within)
    if "items" in part:
        yield from paths(schema, part["items"], f"{path}[]", within)


@pytest.mark.parametrize("model", [organization_model(), AccountFile, PolicyFile, ApprovalsFile, settings_model()])
def test_every_key_that_anybody_may_write_is_there(model):
    text = page()
    written = {key.removeprefix("settings.") for key in re.findall(r"^\| `([^`…]+)` \|", text, re.MULTILINE)}
    elsewhere = tuple(re.findall(r"^\| `([^`]+\.)…` \| as ", text, re.MULTILINE))
    schema = model.model_json_schema()
    keys = set(paths(schema, schema, ""))
    assert set(model.model_fields) <= keys
    assert {key for key in keys - written if not key.startswith(elsewhere)} == set()


def test_a_key_that_depends_on_another_says_so():
    text = page()
    assert "| `state.backend` | `local`, `s3` | `local` | Files" in text
    assert "| `state.bucket` | text | **required** | With `backend: s3`. The bucket's name" in text
    assert "| **required** | With `kind: rds-instance` or `kind: rds-cluster`. The identifier" in text


def test_keys_that_come_twice_are_written_out_once():
    text = page()
    assert "| `baseline.contacts.operations.…` | as `baseline.contacts.billing.…` | | |" in text
    assert "`baseline.contacts.operations.phone`" not in text


def test_where_a_key_is_written_is_said():
    text = page()
    assert "| [`baseline`](#baseline) | settings |" in text
    assert "logging" in organization_model().model_fields
    assert "| [`logging`](#logging) | organization.yaml |" in text
