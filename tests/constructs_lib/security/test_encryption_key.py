import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.policies.document import allow
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from tests.template import synth

ACCOUNT = "222222222222"


def build(stack, **changes):
    arguments = {"alias": "logs", "description": "Logs", "account_id": ACCOUNT, **changes}
    return EncryptionKeyConstruct(stack, "key", **arguments)


def test_it_rotates_and_leaves_the_rest_to_its_accounts_iam():
    template = synth(build)
    key = template.only("aws_kms_key")
    assert key["enable_key_rotation"] is True
    assert (key["rotation_period_in_days"], key["deletion_window_in_days"]) == (365, 30)
    assert template.only("aws_kms_alias")["name"] == "alias/logs"
    (own,) = template.policy("aws_kms_key", "policy")["Statement"]
    assert own["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_others_get_what_they_are_given_in_any_partition():
    logs = allow("kms:Decrypt", "*", principals={"Service": "logs.amazonaws.com"}, sid="Logs")
    template = synth(lambda stack: build(stack, statements=[logs], partition="aws-us-gov", rotation_days=90))
    statements = template.policy("aws_kms_key", "policy")["Statement"]
    assert [statement["Sid"] for statement in statements] == ["OwnAccountByItsIamPolicies", "Logs"]
    assert statements[0]["Principal"]["AWS"].startswith("arn:aws-us-gov:iam:")
    assert template.only("aws_kms_key")["rotation_period_in_days"] == 90


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"deletion_window_days": 3}, "deletion_window_days is 3"),
        ({"rotation_days": 30}, "rotation_days is 30"),
        ({"alias": "alias/logs"}, "the name alone"),
        ({"alias": "aws/logs"}, "the name alone"),
    ],
)
def test_what_kms_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
