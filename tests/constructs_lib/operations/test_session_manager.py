import json

import pytest

from constructs_lib import InvalidValueError, SessionManagerConstruct
from tests.template import synth

pytestmark = pytest.mark.row("C5")

ACCOUNT = "444444444444"


def made(**arguments):
    return synth(
        lambda stack: SessionManagerConstruct(stack, "sessions", account_id=ACCOUNT, region="eu-central-1", **arguments)
    )


def preferences(template):
    document = template.only("aws_ssm_document")
    assert (document["name"], document["document_type"]) == ("SSM-SessionManagerRunShell", "Session")
    return json.loads(document["content"])["inputs"]


def test_sessions_are_encrypted_and_logged_as_they_go_on():
    template = made()
    found = preferences(template)
    (key,), (group,) = template.resources("aws_kms_key"), template.resources("aws_cloudwatch_log_group")
    assert found["kmsKeyId"] == f"${{aws_kms_key.{key}.arn}}"
    assert found["cloudWatchLogGroupName"] == f"${{aws_cloudwatch_log_group.{group}.name}}"
    assert (found["cloudWatchEncryptionEnabled"], found["cloudWatchStreamingEnabled"]) == (True, True)
    assert (found["idleSessionTimeout"], found["maxSessionDuration"], found["runAsEnabled"]) == ("20", "", False)
    log = template.only("aws_cloudwatch_log_group")
    assert (log["retention_in_days"], log["kms_key_id"]) == (365, f"${{aws_kms_key.{key}.arn}}")


def test_cloudwatch_encrypts_this_log_group_alone():
    (statement,) = (one for one in made().policy("aws_kms_key", "policy")["Statement"] if one["Sid"] == "LogsEncrypt")
    assert statement["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:session-manager"
        }
    }


def test_a_user_and_an_end_when_told():
    found = preferences(made(run_as="operator", max_minutes=480, idle_minutes=5, retention_days=30))
    assert (found["runAsEnabled"], found["runAsDefaultUser"]) == (True, "operator")
    assert (found["idleSessionTimeout"], found["maxSessionDuration"]) == ("5", "480")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"idle_minutes": 61}, "idle_minutes"),
        ({"max_minutes": 1441}, "max_minutes"),
        ({"retention_days": 8}, "retention_days"),
    ],
)
def test_what_aws_refuses_is_refused(arguments, message):
    with pytest.raises(InvalidValueError, match=message):
        made(**arguments)
