import json

import pytest

from constructs_lib.errors import InvalidValueError
from constructs_lib.identity.permission_set import PermissionSetConstruct
from constructs_lib.policies.document import PolicyDocument, allow
from tests.template import synth

INSTANCE = "arn:aws:sso:::instance/ssoins-1"
READ_ONLY = {"read-only": "arn:aws:iam::aws:policy/ReadOnlyAccess"}


def build(stack, **changes):
    arguments = {"instance_arn": INSTANCE, "name": "ReadOnly", "managed_policies": READ_ONLY}
    return PermissionSetConstruct(stack, "set", **{**arguments, **changes})


@pytest.mark.row("C13")
def test_a_managed_policy_for_an_hour_is_the_least():
    template = synth(build)
    found = template.only("aws_ssoadmin_permission_set")
    assert (found["name"], found["session_duration"]) == ("ReadOnly", "PT1H")
    assert "relay_state" not in found
    assert "lifecycle" not in found
    attachment = template.only("aws_ssoadmin_managed_policy_attachment")
    assert attachment["managed_policy_arn"] == READ_ONLY["read-only"]


@pytest.mark.row("C13")
def test_all_kinds_of_policy_boundary_and_relay_state():
    template = synth(
        lambda stack: build(
            stack,
            session_hours=12,
            relay_state="https://console.aws.amazon.com/billing",
            customer_policies={"deploy": "/teams/Deploy", "audit": "Audit"},
            inline_policy=PolicyDocument.of(allow("s3:ListAllMyBuckets", "*")),
            boundary="arn:aws:iam::aws:policy/PowerUserAccess",
            protected=True,
        )
    )
    found = template.only("aws_ssoadmin_permission_set")
    assert found["session_duration"] == "PT12H"
    assert found["lifecycle"] == {"prevent_destroy": True}
    references = [
        attachment["customer_managed_policy_reference"]
        for attachment in template.resources("aws_ssoadmin_customer_managed_policy_attachment").values()
    ]
    assert {(reference["path"], reference["name"]) for reference in references} == {
        ("/teams/", "Deploy"),
        ("/", "Audit"),
    }
    inline = json.loads(template.only("aws_ssoadmin_permission_set_inline_policy")["inline_policy"])
    assert inline["Statement"][0]["Action"] == "s3:ListAllMyBuckets"
    limit = template.only("aws_ssoadmin_permissions_boundary_attachment")["permissions_boundary"]
    assert limit == {"managed_policy_arn": "arn:aws:iam::aws:policy/PowerUserAccess"}


def test_a_boundary_may_be_a_policy_of_each_account():
    template = synth(lambda stack: build(stack, boundary="/limits/Developer"))
    limit = template.only("aws_ssoadmin_permissions_boundary_attachment")["permissions_boundary"]
    assert limit == {"customer_managed_policy_reference": {"path": "/limits/", "name": "Developer"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "x" * 33}, "1 to 32 letters"),
        ({"session_hours": 24}, "1 to 12 hours"),
        ({"managed_policies": {}}, "1 to 20 in all"),
        ({"managed_policies": {f"p{number}": READ_ONLY["read-only"] for number in range(21)}}, "1 to 20 in all"),
        ({"managed_policies": {"read-only": "ReadOnlyAccess"}}, "a policy's ARN"),
        ({"managed_policies": {"ReadOnly": READ_ONLY["read-only"]}}, "managed_policies is 'ReadOnly'"),
        ({"customer_policies": {"deploy": "/teams/"}}, "the name of a policy"),
        ({"boundary": "arn:aws:s3:::bucket"}, "boundary is"),
        ({"inline_policy": PolicyDocument.of(allow("s3:GetObject", "arn:aws:s3:::" + "x" * 33_000))}, "1 to 32768"),
    ],
)
def test_what_identity_center_would_refuse_is_refused(changes, message):
    with pytest.raises(InvalidValueError, match=message):
        synth(lambda stack: build(stack, **changes))
