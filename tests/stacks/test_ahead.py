"""Stacks are the same whether or not requests to the kernel are sent ahead; what goes wrong then is made the plain way."""

from contextlib import contextmanager

import pytest
from cdktf_cdktf_provider_aws.iam_role import IamRole

from constructs_lib.errors import InvalidValueError
from stacks import app, building, output
from tests.stacks.conftest import CHECKOUT

LOCK = CHECKOUT / ".terraform.lock.hcl"


@contextmanager
def one_by_one():
    yield None


def content_of(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.mark.row("E11")
def test_the_sample_is_the_same_to_the_byte(sample, tmp_path, monkeypatch):
    app.synthesize(sample, LOCK, outdir=tmp_path / "ahead")
    monkeypatch.setattr(app, "ahead", one_by_one)
    app.synthesize(sample, LOCK, outdir=tmp_path / "plain")
    assert content_of(tmp_path / "ahead") == content_of(tmp_path / "plain")


def test_what_javascript_refuses_is_said_where_it_is_made(sample, tmp_path, monkeypatch):
    def add_twice(stack, _value):
        for _ in range(2):
            IamRole(stack, "twice", assume_role_policy="{}")

    monkeypatch.setattr(app, "_kind", lambda *_: app.AccountStack)
    monkeypatch.setattr(building, "builder", lambda _: add_twice)
    with pytest.raises(RuntimeError, match="already a Construct with name 'twice'") as caught:
        app.synthesize(sample, LOCK, ["production"], tmp_path)
    assert add_twice.__name__ in [entry.name for entry in caught.traceback]


@pytest.mark.parametrize("text", ['{"a": 1e-7}', '{\n  "\N{GRINNING FACE}": 1}', '{"a": "\\ud83d"}'])
def test_what_python_would_write_otherwise_is_not_its_to_write(text):
    assert output.rewritten(text, lambda content: {**content, "b": 1}) is None


def test_texts_of_any_language_are_python_s_to_write():
    text, content = output.rewritten('{"a": "\N{GRINNING FACE}"}', lambda content: {**content, "b": 1.5})
    assert text == '{\n  "a": "\N{GRINNING FACE}",\n  "b": 1.5\n}'
    assert content == {"a": "\N{GRINNING FACE}", "b": 1.5}


def test_json_is_written_as_by_javascript():
    content = {"b": [], "a": {"y": {}, "x": [1, "[]", 0.5, None, True]}, "ü\n": "{}"}
    assert output.as_text(content).splitlines() == [
        "{",
        '  "a": {',
        '    "x": [',
        "      1,",
        '      "[]",',
        "      0.5,",
        "      null,",
        "      true",
        "    ],",
        '    "y": {',
        "    }",
        "  },",
        '  "b": [',
        "  ],",
        '  "ü\\n": "{}"',
        "}",
    ]


def test_a_reference_to_another_stack_is_refused(sample, tmp_path, monkeypatch):
    made = {}

    def refer(stack, _value):
        if not stack.node.try_find_child("role"):
            others = made["production"].arn if stack.node.id == "staging" else None
            made[stack.node.id] = IamRole(stack, "role", assume_role_policy="{}", description=others)

    monkeypatch.setattr(app, "_kind", lambda *_: app.AccountStack)
    monkeypatch.setattr(building, "builder", lambda _: refer)
    with pytest.raises(InvalidValueError, match=r"stack staging refers to is \['production'\]; expected no reference"):
        app.synthesize(sample, LOCK, ["production", "staging"], tmp_path)


def test_stacks_are_moved_beside_what_terraform_left(tmp_path):
    for place, name, text in (
        ("part", "cdk.tf.json", "{}"),
        ("out", "terraform.tfstate", "state"),
        ("out", "cdk.tf.json", "old"),
    ):
        directory = output.directory_of(tmp_path / place, "shop")
        directory.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    output.move(tmp_path / "part", tmp_path / "out", ["shop"])
    found = output.directory_of(tmp_path / "out", "shop")
    assert {path.name: path.read_text() for path in found.iterdir()} == {
        "cdk.tf.json": "{}",
        "terraform.tfstate": "state",
    }
