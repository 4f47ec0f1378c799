"""Arguments are checked as before; only what is computed again and again is not."""

import typing

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue, SqsQueueConfig, SqsQueueTimeouts

from constructs_lib.lazy.checks import quicken
from tests.template import app


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": 1}, "name must be one of"),
        ({"tags": "x"}, "tags must be one of"),
        ({"delay_seconds": "x"}, "delay_seconds must be one of"),
        ({"timeouts": {"create": 1}}, "create must be one of"),
        ({"lifecycle": "x"}, "lifecycle must be one of"),
    ],
)
def test_wrong_types_are_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        SqsQueueConfig(**arguments)


def test_none_is_refused_where_a_value_is_needed():
    stack = TerraformStack(app(), "test")
    with pytest.raises(TypeError, match="id must be str; got NoneType"):
        TerraformOutput(stack, None, value="x")
    with pytest.raises(TypeError, match="id_ must be str; got NoneType"):
        SqsQueue(stack, None)


def test_what_was_left_out_is_accepted():
    assert SqsQueueConfig(name=None, timeouts=SqsQueueTimeouts(create=None)).name is None


def test_types_are_worked_out_once(monkeypatch):
    SqsQueueTimeouts(create="1m")
    monkeypatch.setattr(typing, "get_type_hints", None)  # what generated code would call
    assert SqsQueueTimeouts(create="2m").create == "2m"


def test_a_module_of_another_shape_is_left_alone():
    module = type(typing)("other")
    quicken(module)
    assert not {"typing", "check_type"} & set(vars(module))
