"""Typed documents: one emitter, one reader."""

import copy
import json
import pickle

import pytest

from constructs_lib.policies.document import OLD_VERSION, PolicyDocument, PolicyFormatError, Statement, allow, deny


def test_emits_minified_json_in_one_order():
    document = PolicyDocument.of(
        deny(
            ["s3:PutObject", "s3:GetObject", "s3:GetObject"],
            "*",
            conditions={"StringEquals": {"b": ["2", "1"], "a": "x"}, "Bool": {"aws:SecureTransport": False}},
            sid="One",
        )
    )
    assert document.to_json() == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],'
        '"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"a":"x","b":["1","2"]}}}]}'
    )


def test_the_order_of_set_like_values_does_not_matter():
    one = allow(["a:B", "a:C"], "*", conditions={"StringEquals": {"x": ["1", "2"], "y": "3"}})
    other = allow(["a:C", "a:B"], ["*"], conditions={"StringEquals": {"y": ["3"], "x": ["2", "1"]}})
    assert one == other
    assert hash(one) == hash(other)


def test_tokens_keep_their_order_after_the_literals():
    statement = allow("a:B", ["${TfToken[TOKEN.12]}", "${TfToken[TOKEN.7]}", "arn:z"])
    assert statement.resources == ("arn:z", "${TfToken[TOKEN.12]}", "${TfToken[TOKEN.7]}")


@pytest.mark.parametrize(
    "document",
    [
        PolicyDocument.of(allow("sts:AssumeRole", principals={"AWS": ["b", "a"], "Service": "ec2.amazonaws.com"})),
        PolicyDocument.of(allow("s3:*", "*", principals="*")),
        PolicyDocument.of(deny(not_actions="iam:*", not_resources="arn:aws:s3:::x", not_principals={"AWS": "x"})),
        PolicyDocument((allow("a:B", "${aws:username}"),), OLD_VERSION, "some-id"),
    ],
)
def test_reads_what_it_wrote(document):
    assert PolicyDocument.from_json(document.to_json()) == document
    assert PolicyDocument.from_json(document.to_dict()) == document
    assert PolicyDocument.from_terraform(document.to_terraform()) == document
    assert pickle.loads(pickle.dumps(document)) == document
    assert copy.deepcopy(document) == document


def test_a_single_statement_object_is_a_list_of_one():
    read = PolicyDocument.from_json({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "a:B"}})
    assert read.statements == (deny("a:B"),)


def test_a_document_without_version_is_an_old_one():
    assert PolicyDocument.from_json({"Statement": []}).version == OLD_VERSION


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("${aws:username}/x", "$${aws:username}/x"),
        ("${s3:prefix, 'none'}", "$${s3:prefix, 'none'}"),
        ("${*}${?}${$}", "$${*}$${?}$${$}"),
        ("$${aws:username}", "$${aws:username}"),
        ("${TfToken[TOKEN.1]}", "${TfToken[TOKEN.1]}"),
        ("${aws_iam_role.x.arn}", "${aws_iam_role.x.arn}"),
        ("${provider::aws::arn_build()}", "${provider::aws::arn_build()}"),
    ],
)
def test_only_policy_variables_are_escaped_for_terraform(value, escaped):
    document = PolicyDocument.of(allow("a:B", value))
    assert json.loads(document.to_json())["Statement"][0]["Resource"] == value
    assert json.loads(document.to_terraform())["Statement"][0]["Resource"] == escaped


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "a JSON object, not a list"),
        ({"statement": []}, "write 'Statement'"),
        ({"Version": "2012-10-18", "Statement": []}, "'2012-10-18'"),
        ({"Statement": "x"}, "not a string"),
        ({"Statement": ["x"]}, "Statement 0: a statement is a JSON object"),
        ({"Statement": [{"Action": "a:B"}]}, "Statement 0: Effect is missing"),
        ({"Statement": [{"Effect": "deny"}]}, "'deny'"),
        ({"Statement": [{"Effect": "Deny", "Actions": "a:B"}]}, "unknown element 'Actions'"),
        ({"Statement": [{"Effect": "Deny", "Action": [1]}]}, "only strings"),
        ({"Statement": [{"Effect": "Deny", "Action": {"a": 1}}]}, "not an object"),
        ({"Statement": [{"Effect": "Deny", "Principal": "me"}]}, "Principal is 'me'"),
        ({"Statement": [{"Effect": "Deny", "Principal": ["*"]}]}, "Principal must be"),
        ({"Statement": [{"Effect": "Deny", "Condition": []}]}, "Condition must be an object"),
        ({"Statement": [{"Effect": "Deny", "Condition": {"Bool": "x"}}]}, "Condition Bool must be an object"),
        ({"Statement": [{"Effect": "Deny", "Condition": {"Bool": {"k": {}}}}]}, "a condition's value"),
        ({"Statement": [{"Effect": "Deny", "Sid": 1}]}, "Sid must be a string"),
        ('{"Statement": [{"Effect": "Deny", "Effect": "Allow"}]}', "'Effect' is written twice"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_place(source, message):
    with pytest.raises(PolicyFormatError) as caught:
        PolicyDocument.from_json(source)
    assert message.lower() in str(caught.value).lower()


def test_statements_are_values():
    assert Statement("Deny", actions=("b", "a")) == deny(["a", "b"])
    assert len({deny("a:B", "*"), deny(["a:B"], ["*"])}) == 1
    with pytest.raises(TypeError):
        deny("a:B", conditions={"Bool": {"x": "true"}}).conditions["Bool"] = {}
